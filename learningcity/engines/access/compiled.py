"""The inner loops, compiled by numba: shortest walks by buckets.

The method (`docs/methods/access.md`, "How it is computed") is delta-stepping (Meyer and Sanders 2003) run by one
thread: nodes closer than a threshold wait in `near`, a ring; the others wait in `far`, until the threshold rises by
one step. A node may be relabelled inside a step, so the result does not depend on the step; only the time does.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., object])

IN_NEAR = 1
IN_FAR = 2


def compiled(function: Function) -> Function:
    """Compile a function once per machine; let other threads run while it works."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


@compiled
def push(node, metres, high, waiting, near, tail, far, far_count):  # type: ignore[no-untyped-def]
    """Queue a node in the bucket its distance belongs to; return the new tail of `near` and length of `far`."""
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
def next_bucket(distance, waiting, near, far, far_count, low, step):  # type: ignore[no-untyped-def]
    """Move from `far` to `near` what the next step reaches; return both lengths and the new threshold."""
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
                waiting[node] &= ~IN_FAR
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
            high = closest + step
    return near_count, far_count, high
