"""The inner loops, compiled by numba: shortest walks by buckets.

The method (`docs/methods/access.md`, "How it is computed") is delta-stepping (Meyer and Sanders 2003) run
by one thread: nodes closer than a threshold wait in `near`, a ring; the others wait in `far`, until the
threshold rises by one step. A node may be relabelled inside a step: only the time depends on its width.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

from learningcity.engines.access.kinds import Floats, Metres, Nodes, Real, Room, Rows, Whole

Function = TypeVar("Function", bound=Callable[..., object])

IN_NEAR = 1
IN_FAR = 2


def compiled(function: Function) -> Function:
    """Compile a function once per machine; let other threads run while it works."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


@compiled
def room_for(nodes: int) -> Room:
    """Return the arrays a search works in: distances, marks, the two queues, and the nodes reached."""
    return (
        np.full(nodes, np.inf),
        np.zeros(nodes, np.uint8),
        np.empty(nodes + 1, np.int32),
        np.empty(nodes + 1, np.int32),
        np.empty(nodes, np.int32),
    )


@compiled
def push(node: Whole, metres: Real, high: float, room: Room, tail: int, far_count: int) -> tuple[int, int]:
    """Queue a node in the bucket of its distance; return the new tail of `near` and length of `far`."""
    _, waiting, near, far, _ = room
    if metres < high:
        if not waiting[node] & IN_NEAR:
            waiting[node] |= IN_NEAR
            near[tail] = node
            tail += 1
            if tail == len(near):
                tail = 0
    elif not waiting[node] & IN_FAR:
        waiting[node] |= IN_FAR
        far[far_count] = node
        far_count += 1
    return tail, far_count


@compiled
def pop(head: int, room: Room) -> tuple[np.int32, int]:
    """Take the first node out of `near`; return it and the new head."""
    _, waiting, near, _, _ = room
    node = near[head]
    waiting[node] &= IN_FAR
    head += 1
    return node, 0 if head == len(near) else head


@compiled
def next_bucket(room: Room, far_count: int, low: float, step: float) -> tuple[int, int, float]:
    """Move from `far` to `near` what the next step reaches; return both lengths and the new threshold."""
    distance, waiting, near, far, _ = room
    high = low + step
    near_count = 0
    while near_count == 0 and far_count > 0:
        kept = 0
        closest = np.inf
        for i in range(far_count):
            node = far[i]
            metres = distance[node]
            # Below the old threshold it was relabelled after it was queued here, and is done.
            if metres < low:
                waiting[node] = 0
            elif metres < high:
                waiting[node] = IN_NEAR
                near[near_count] = node
                near_count += 1
            else:
                closest = min(closest, metres)
                far[kept] = node
                kept += 1
        far_count = kept
        if near_count == 0:
            # The factor keeps the threshold rising where a float has no room for the step.
            high = closest * 1.000001 + step
    return near_count, far_count, high


@compiled
def spread(rows: Rows, places: Nodes, limit: float, step: float) -> tuple[Metres, Nodes]:
    """Return for every node its metres to the nearest place and that place's position, -1 for none.

    Where two places are equally near, the one given first wins.
    """
    nodes = len(rows[0]) - 1
    room = room_for(nodes)
    distance, waiting, near, _, _ = room
    owner = np.full(nodes, -1, np.int32)
    near_count = 0
    for i in range(len(places)):
        node = places[i]
        if node >= 0 and owner[node] < 0:
            distance[node] = 0.0
            owner[node] = i
            waiting[node] = IN_NEAR
            near[near_count] = node
            near_count += 1
    far_count = 0
    high = step
    while near_count > 0:
        far_count = drain_owned(rows, room, owner, near_count, far_count, high, limit)
        near_count, far_count, high = next_bucket(room, far_count, high, step)
    return distance.astype(np.float32), owner


@compiled
def drain_owned(
    rows: Rows, room: Room, owner: Nodes, tail: int, far_count: int, high: float, limit: float
) -> int:
    """Relabel from every node in `near` until none is left; return the length of `far`."""
    indptr, heads, metres = rows
    distance = room[0]
    head = 0
    while head != tail:
        node, head = pop(head, room)
        so_far = distance[node]
        place = owner[node]
        for edge in range(indptr[node], indptr[node + 1]):
            other = heads[edge]
            there = so_far + metres[edge]
            before = distance[other]
            if there <= limit and (there < before or (there == before and place < owner[other])):
                distance[other] = there
                owner[other] = place
                tail, far_count = push(other, there, high, room, tail, far_count)
    return far_count


@compiled
def walk_around(rows: Rows, place: Whole, limit: float, step: float, room: Room) -> int:
    """Measure from one place up to the limit; return how many nodes were reached (listed in the room)."""
    distance, waiting, near, _, reached = room
    distance[place] = 0.0
    waiting[place] = IN_NEAR
    near[0] = place
    reached[0] = place
    count = 1
    near_count = 1
    far_count = 0
    high = step
    while near_count > 0:
        far_count, count = drain(rows, room, near_count, far_count, count, high, limit)
        near_count, far_count, high = next_bucket(room, far_count, high, step)
    return count


@compiled
def drain(
    rows: Rows, room: Room, tail: int, far_count: int, count: int, high: float, limit: float
) -> tuple[int, int]:
    """Relabel from every node in `near` until none is left; return the lengths of `far` and `reached`."""
    indptr, heads, metres = rows
    distance, _, _, _, reached = room
    head = 0
    while head != tail:
        node, head = pop(head, room)
        so_far = distance[node]
        for edge in range(indptr[node], indptr[node + 1]):
            other = heads[edge]
            there = so_far + metres[edge]
            before = distance[other]
            if there <= limit and there < before:
                if before == np.inf:
                    reached[count] = other
                    count += 1
                distance[other] = there
                tail, far_count = push(other, there, high, room, tail, far_count)
    return far_count, count


@compiled
def metres_around(rows: Rows, place: Whole, limit: float, step: float) -> Metres:
    """Return every node's metres from one node, infinite beyond the limit."""
    room = room_for(len(rows[0]) - 1)
    walk_around(rows, place, limit, step, room)
    return room[0].astype(np.float32)


@compiled
def count_within(rows: Rows, places: Nodes, capacity: Floats, limit: float, step: float) -> Floats:
    """Add the capacity of every place to every node within the limit of it."""
    nodes = len(rows[0]) - 1
    total = np.zeros(nodes)
    room = room_for(nodes)
    distance, _, _, _, reached = room
    for i in range(len(places)):
        count = walk_around(rows, places[i], limit, step, room)
        for j in range(count):
            node = reached[j]
            total[node] += capacity[i]
            distance[node] = np.inf
    return total


@compiled
def weight_of(metres: Real, limit: float, bounds: Floats, weights: Floats) -> float:
    """Return the weight of a walk: by steps where there are bounds, else the Gaussian ending at the limit."""
    for i in range(len(bounds)):
        if metres <= bounds[i]:
            return float(weights[i])
    if len(bounds) > 0:
        return 0.0
    edge = np.exp(-0.5)
    return float((np.exp(-0.5 * (metres / limit) ** 2) - edge) / (1.0 - edge))


@compiled
def float_catchments(
    rows: Rows,
    places: Nodes,
    capacity: Floats,
    demand: Floats,
    limit: float,
    step: float,
    bounds: Floats,
    weights: Floats,
) -> Floats:
    """Share every place's capacity among the demand around it; return each node's sum of shares."""
    nodes = len(rows[0]) - 1
    total = np.zeros(nodes)
    room = room_for(nodes)
    weight, _, _, _, reached = room
    for i in range(len(places)):
        count = walk_around(rows, places[i], limit, step, room)
        wanted = 0.0
        for j in range(count):
            node = reached[j]
            weight[node] = weight_of(weight[node], limit, bounds, weights)
            wanted += demand[node] * weight[node]
        share = capacity[i] / wanted if wanted > 0.0 else 0.0
        for j in range(count):
            node = reached[j]
            total[node] += share * weight[node]
            weight[node] = np.inf
    return total


@compiled
def adjacency(nodes: int, tails: Nodes, heads: Nodes, metres: Metres) -> Rows:
    """Return the rows of the graph that has every given edge in both directions."""
    indptr = np.zeros(nodes + 1, np.int32)
    for i in range(len(tails)):
        indptr[tails[i] + 1] += 1
        indptr[heads[i] + 1] += 1
    for node in range(nodes):
        indptr[node + 1] += indptr[node]
    free = indptr[:-1].copy()
    both_heads = np.empty(2 * len(tails), np.int32)
    both_metres = np.empty(2 * len(tails), np.float32)
    for i in range(len(tails)):
        for start, end in ((tails[i], heads[i]), (heads[i], tails[i])):
            both_heads[free[start]] = end
            both_metres[free[start]] = metres[i]
            free[start] += 1
    return indptr, both_heads, both_metres


@compiled
def top_of(root: Nodes, node: Whole) -> Whole:
    """Return the node that stands for a part, and shorten the way to it."""
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node


@compiled
def components(nodes: int, tails: Nodes, heads: Nodes) -> Nodes:
    """Return for every node the smallest node it is joined to."""
    root = np.arange(nodes).astype(np.int32)
    for i in range(len(tails)):
        one, other = top_of(root, tails[i]), top_of(root, heads[i])
        root[max(one, other)] = min(one, other)
    for node in range(nodes):
        root[node] = top_of(root, node)
    return root
