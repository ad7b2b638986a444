"""What can be reached on foot: properties that always hold, and equality with scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learningcity.engines.access import (
    Gaussian,
    Steps,
    at_nodes,
    catchment,
    metres_from,
    nearest,
    nearest_metres,
    nearest_place,
    walking_minutes,
    within,
)
from tests.engines.access.graphs import all_walks, networks, networks_with_places, street

pytestmark = pytest.mark.once

limits = st.one_of(st.integers(0, 900), st.just(np.inf))
decays = st.sampled_from([None, Gaussian(), Steps(metres=(100, 250, 400), weights=(1.0, 0.68, 0.22))])


def south_to_north(network, values):
    return np.asarray(values)[np.argsort(network.lat)].tolist()


def nodes_at(network, *positions):
    return np.argsort(network.lat)[list(positions)]


@given(networks_with_places(), limits)
@settings(deadline=None)
def test_nearest_equals_scipy_and_ties_go_to_the_place_given_first(drawn, limit):
    network, places = drawn
    walks = np.full((len(places), len(network)), np.inf)
    walks[places >= 0] = all_walks(network)[places[places >= 0]]
    walks[walks > limit] = np.inf

    result = nearest(network, places, limit_metres=limit)

    assert np.array_equal(result.metres, walks.min(axis=0))
    assert np.array_equal(result.place, np.where(np.isinf(result.metres), -1, walks.argmin(axis=0)))


@given(networks_with_places(), st.integers(0, 900), st.data())
@settings(deadline=None)
def test_within_equals_the_sum_over_scipys_walks(drawn, limit, data):
    network, places = drawn
    size = st.lists(st.integers(0, 50), min_size=len(places), max_size=len(places))
    capacity = np.array(data.draw(size), np.float64)
    known = places >= 0
    reached = all_walks(network)[places[known]] <= limit

    assert np.array_equal(within(network, places, limit_metres=limit), reached.sum(axis=0))
    assert np.array_equal(within(network, places, capacity, limit_metres=limit), capacity[known] @ reached)


@given(networks(), limits, st.data())
@settings(deadline=None)
def test_walks_from_a_point_equal_scipys_up_to_the_limit(network, limit, data):
    node = data.draw(st.integers(0, len(network) - 1))
    walks = all_walks(network)[node]

    assert np.array_equal(
        metres_from(network, node, limit_metres=limit), np.where(walks > limit, np.inf, walks)
    )


@given(networks(), st.data())
@settings(deadline=None)
def test_a_walk_is_as_long_back_as_there_and_no_detour_is_shorter(network, data):
    a, b, c = (data.draw(st.integers(0, len(network) - 1)) for _ in range(3))
    from_a, from_b = metres_from(network, a), metres_from(network, b)

    assert from_a[b] == from_b[a]
    assert from_a[c] <= from_a[b] + from_b[c]
    assert from_a[a] == 0


@given(networks_with_places(), limits, limits)
@settings(deadline=None)
def test_a_wider_limit_never_takes_anything_away(drawn, one, other):
    network, places = drawn
    low, high = sorted((one, other))

    assert (within(network, places, limit_metres=low) <= within(network, places, limit_metres=high)).all()
    narrow = nearest_metres(network, places, limit_metres=low)
    wide = nearest_metres(network, places, limit_metres=high)
    assert (wide <= narrow).all()
    assert (narrow[np.isfinite(narrow)] <= low).all()


@given(networks_with_places(fewest=2), limits)
@settings(deadline=None)
def test_one_more_place_never_makes_a_walk_longer_or_a_count_smaller(drawn, limit):
    network, places = drawn
    fewer = places[:-1]

    more = nearest_metres(network, places, limit_metres=limit)
    assert (more <= nearest_metres(network, fewer, limit_metres=limit)).all()
    more_counted = within(network, places, limit_metres=limit)
    assert (more_counted >= within(network, fewer, limit_metres=limit)).all()


@given(networks_with_places(), st.integers(1, 900), decays, st.data())
@settings(deadline=None)
def test_floating_catchments_hand_out_exactly_the_capacity_that_demand_reaches(drawn, limit, decay, data):
    network, places = drawn
    node = st.integers(-1, len(network) - 1)
    demand = np.array(data.draw(st.lists(st.tuples(node, st.integers(0, 90)), min_size=1, max_size=9)))
    capacity = np.arange(1.0, len(places) + 1)
    people = np.zeros(len(network))
    np.add.at(people, demand[demand[:, 0] >= 0, 0], demand[demand[:, 0] >= 0, 1])
    known = places >= 0
    wanted = weights(all_walks(network)[places[known]], limit, decay) @ people

    score = catchment(network, places, capacity, demand[:, 0], demand[:, 1], limit_metres=limit, decay=decay)

    assert score @ people == pytest.approx(capacity[known][wanted > 0].sum())


@given(networks_with_places(), st.integers(1, 900), decays)
@settings(deadline=None)
def test_floating_catchments_equal_the_two_steps_written_as_matrices(drawn, limit, decay):
    network, places = drawn
    places = places[places >= 0]
    people = np.arange(1.0, len(network) + 1)
    weight = weights(all_walks(network)[places], limit, decay)
    share = np.array([1.0 / (row @ people) if row @ people else 0.0 for row in weight])

    everyone = np.arange(len(network))
    score = catchment(network, places, None, everyone, people, limit_metres=limit, decay=decay)

    assert score == pytest.approx(share @ weight)


def weights(walks, limit, decay):
    """Return the weights of walks as the literature writes them, without a loop."""
    if isinstance(decay, Steps):
        zones = np.append(decay.weights, 0.0)
        weight = zones[np.searchsorted(decay.metres, walks)]
    elif isinstance(decay, Gaussian):
        weight = (np.exp(-0.5 * (walks / limit) ** 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    else:
        weight = np.ones_like(walks)
    return np.where(walks <= limit, weight, 0.0)


def test_a_street_with_two_libraries_counts_as_one_would_by_hand():
    network = street(300, 400, 500)
    libraries = nodes_at(network, 0, 3)

    assert south_to_north(network, nearest_metres(network, libraries)) == [0, 300, 500, 0]
    assert south_to_north(network, nearest_place(network, libraries)) == [0, 0, 1, 1]
    assert south_to_north(network, within(network, libraries, [5, 7], limit_metres=900)) == [5, 12, 12, 7]


def test_a_place_at_exactly_the_limit_counts_and_one_step_further_does_not():
    network = street(400, 400)
    library = nodes_at(network, 0)

    assert south_to_north(network, within(network, library, limit_metres=400)) == [1, 1, 0]
    assert south_to_north(network, nearest_metres(network, library, limit_metres=399)) == [0, np.inf, np.inf]


def test_streets_without_length_and_very_long_streets_are_walked_too():
    network = street(0, 0, 9_000_000, 0, 0.25)
    library = nodes_at(network, 0)

    expected = [0, 0, 0, 9_000_000, 9_000_000, 9_000_000]
    assert south_to_north(network, nearest_metres(network, library)) == expected


def test_without_places_everything_is_out_of_reach():
    network = street(100)
    nowhere = np.array([-1, -1])

    for places in (nowhere, []):
        assert nearest_metres(network, places).tolist() == [np.inf, np.inf]
        assert nearest_place(network, places).tolist() == [-1, -1]
        assert within(network, places, limit_metres=100).tolist() == [0, 0]
        assert catchment(network, places, None, [0], [5], limit_metres=100).tolist() == [0, 0]


def test_the_value_of_a_point_near_no_street_is_not_a_number_or_what_is_asked_for():
    assert at_nodes(np.array([3.0, 4.0]), [1, -1], missing=np.inf).tolist() == [4.0, np.inf]
    assert np.isnan(at_nodes(np.array([3.0, 4.0]), [-1])).all()


def test_minutes_follow_the_pace():
    assert walking_minutes(800.0) == 10
    assert walking_minutes(np.array([400.0, np.inf]), metres_per_minute=40).tolist() == [10, np.inf]
    with pytest.raises(ValueError, match="pace"):
        walking_minutes(1.0, metres_per_minute=0)


@pytest.mark.parametrize("places", [[2], [-2], [0.5], [[0]], ["0"]])
def test_places_outside_the_network_are_refused(places):
    network = street(100)

    for ask in (nearest, lambda *a: within(*a, limit_metres=5)):
        with pytest.raises(ValueError, match="nodes are"):
            ask(network, places)


@pytest.mark.parametrize("node", [-1, 2])
def test_walks_from_outside_the_network_are_refused(node):
    with pytest.raises(ValueError, match="is not in the network"):
        metres_from(street(100), node)


@pytest.mark.parametrize("limit", [-1.0, np.nan])
def test_a_limit_that_is_no_distance_is_refused(limit):
    network = street(100)

    with pytest.raises(ValueError, match="limit"):
        nearest_metres(network, [0], limit_metres=limit)
    with pytest.raises(ValueError, match="limit"):
        within(network, [0], limit_metres=limit)
    with pytest.raises(ValueError, match="limit"):
        metres_from(network, 0, limit_metres=limit)


@pytest.mark.parametrize("capacity", [[-1.0], [np.nan], [np.inf], [1.0, 2.0]])
def test_capacity_and_demand_that_are_no_amounts_are_refused(capacity):
    network = street(100)

    with pytest.raises(ValueError, match="one amount"):
        within(network, [0], capacity, limit_metres=100)
    with pytest.raises(ValueError, match="one amount"):
        catchment(network, [0], None, [0], capacity, limit_metres=100)


@pytest.mark.parametrize(
    ("metres", "weights", "sentence"),
    [
        ((), (), "one weight per bound"),
        ((1, 2), (1,), "one weight per bound"),
        ((5, 2), (1, 1), "rise"),
        ((-5, 2), (1, 1), "rise"),
        ((5,), (1.5,), "between 0 and 1"),
        ((5,), (float("nan"),), "between 0 and 1"),
    ],
)
def test_steps_that_are_no_decay_are_refused(metres, weights, sentence):
    with pytest.raises(ValueError, match=sentence):
        Steps(metres=metres, weights=weights)


@pytest.mark.parametrize("limit", [0, np.inf])
def test_a_gaussian_needs_a_limit_to_end_at(limit):
    with pytest.raises(ValueError, match="Gaussian"):
        catchment(street(100), [0], None, [0], [1], limit_metres=limit, decay=Gaussian())
