"""The state a layer of memory blocks carries from one time step to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from karussell.kernels import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """The hidden state and the cell state, always together and always by name.

    Attributes:
        hidden: What the blocks give out (N, H), between -1 and 1.
        cell: What the cells hold (N, H), unbounded.
        gates: The gates (N, R), of blocks that feed them back; R = 3B, or 2B for two gates a block.
    """

    hidden: Floats
    cell: Floats
    gates: Floats | None = None
