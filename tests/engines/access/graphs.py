"""Small walking networks for tests: drawn by hypothesis, or laid out by hand."""

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from learningcity.engines.access import Network, build_network

METRES_PER_DEGREE = 111_195.08


@st.composite
def networks(draw, *, largest=24):
    """Draw a connected network whose lengths are whole metres, so that sums are exact."""
    count = draw(st.integers(2, largest))
    lengths = st.integers(1, 300)
    trunk = [(draw(st.integers(0, i - 1)), i, draw(lengths)) for i in range(1, count)]
    node = st.integers(0, count - 1)
    more = draw(st.lists(st.tuples(node, node, lengths), max_size=2 * count))
    tails, heads, metres = np.array(trunk + more).T
    degrees = np.arange(count) * 0.001
    return build_network(degrees, np.zeros(count), tails, heads, metres)


@st.composite
def networks_with_places(draw, *, fewest=1):
    """Draw a network and a list of places in it, some perhaps given twice or near no street."""
    network = draw(networks())
    places = draw(st.lists(st.integers(-1, len(network) - 1), min_size=fewest, max_size=8))
    return network, np.array(places, np.int32)


def street(*lengths: float) -> Network:
    """Return one straight street along a meridian, its nodes the given metres apart, from south to north."""
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    nodes = np.arange(len(along))
    return build_network(along / METRES_PER_DEGREE, np.zeros(len(along)), nodes[:-1], nodes[1:], lengths)


def all_walks(network: Network) -> np.ndarray:
    """Return scipy's distances between all pairs of nodes: float64[n, n]."""
    size = (len(network), len(network))
    matrix = csr_matrix((network.metres.astype(np.float64), network.heads, network.indptr), shape=size)
    return dijkstra(matrix)
