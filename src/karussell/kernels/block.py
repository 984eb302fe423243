"""What the memory blocks of a layer are made of, and the number format of their products."""

from dataclasses import dataclass
from typing import Literal

# Products of float32 numbers, or of the nearest bfloat16 with sums in float32. Everything else is
# float32 either way.
Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Block:
    """What a memory block is made of.

    Attributes:
        cells: Memory cells that share one set of gates, S.
        coupled: Whether the input gate is 1 - forget gate and has no rows of its own: the coupled
            input and forget gate of Greff et al. 2017.

    >>> Block(cells=4).gate_rows(hidden_size=16)
    28
    >>> Block(coupled=True).gate_rows(hidden_size=16)
    48
    """

    cells: int = 1
    coupled: bool = False

    @property
    def gates(self) -> int:
        """How many gates a block has."""
        return 2 if self.coupled else 3

    def gate_rows(self, hidden_size: int) -> int:
        """Return G = H + 3B, or H + 2B if coupled, for H cells.

        Raises:
            ValueError: S does not divide H.
        """
        if self.cells < 1 or hidden_size % self.cells:
            raise ValueError(
                f"cells_per_block is {self.cells}, expected a divisor of hidden_size {hidden_size}"
            )
        return hidden_size + self.gates * (hidden_size // self.cells)


# The LSTM as it is common today: one cell a block.
COMMON_BLOCK = Block()
