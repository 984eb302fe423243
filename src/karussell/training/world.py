"""The machines that train one network together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class World:
    """This machine among those that train a network; all of them draw the same batches.

    Attributes:
        rank: Which one it is, from 0.
        size: How many there are.
    """

    rank: int = 0
    size: int = 1

    def share(self, batch: NDArray[np.int64]) -> NDArray[np.int64]:
        """What this machine reads of a batch, whose rows are the sentences or windows in it.

        Every ``size``-th, since neighbours are of like length.
        """
        return batch[self.rank :: self.size]
