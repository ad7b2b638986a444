"""The kinds of arrays that access works with."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Metres: TypeAlias = npt.NDArray[np.float32]
Nodes: TypeAlias = npt.NDArray[np.int32]
Marks: TypeAlias = npt.NDArray[np.uint8]
Positions: TypeAlias = npt.NDArray[np.int64]

# Row starts, heads and metres of a network.
Rows: TypeAlias = tuple[Nodes, Nodes, Metres]
# Distance, mark, near queue and far queue of a search, and the nodes it reached.
Room: TypeAlias = tuple[Floats, Marks, Nodes, Nodes, Nodes]

Whole: TypeAlias = int | np.int32
Real: TypeAlias = float | np.float64
