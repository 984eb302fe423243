"""The weights of one layer, and the noise that training may add to it: of NumPy or of torch."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple

import numpy as np

from karussell.blocks.normalisation import Norms
from karussell.kernels import COMMON_BLOCK, Block, Nonlinearity, Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerKind:
    """What a layer does with its weights, as far as their shapes do not say it.

    Attributes:
        block: What its blocks are made of; of a plain recurrent layer, its nonlinearity.
        zoneout: Which part of the old hidden state and of the old cell state it keeps at each step
            when it is not trained.
        backwards: Whether it reads sequences from their ends.
    """

    block: Block | Nonlinearity = COMMON_BLOCK
    zoneout: tuple[float, float] = (0.0, 0.0)
    backwards: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no zoneout.

        Raises:
            ValueError: Naming it, and what was expected.
        """
        if len(self.zoneout) != 2 or not all(0 <= part < 1 for part in self.zoneout):
            raise ValueError(
                f"zoneout is {self.zoneout}, expected two numbers, each 0 or more and less than 1"
            )


class LayerWeights(NamedTuple, Generic[Numbers]):
    """The weights of one layer.

    Attributes:
        weight_ih: Input weights (G, I), or (H, I) of a plain recurrent layer.
        weight_hh: Recurrent weights (G, P), or (H, H).
        bias: Bias (G,), or (H,).
        peepholes: From cells to the gates of their own block, a row for each of its gates (3, H)
            or (2, H).
        projection: From cell outputs to the hidden state (P, H).
        weight_gh: From the gates of the step before to net inputs (G, R).
        norms: Gains and bias of a normalised layer.
        kind: What the layer does with them, if who gave them said so.
    """

    weight_ih: Numbers
    weight_hh: Numbers
    bias: Numbers
    peepholes: Numbers | None = None
    projection: Numbers | None = None
    weight_gh: Numbers | None = None
    norms: Norms[Numbers] | None = None
    kind: LayerKind | None = None

    @property
    def parts(self) -> list[Numbers]:
        """All that are there, one after the other."""
        return [part for part in (*self[:-2], *(self.norms or ())) if part is not None]

    @property
    def size(self) -> int:
        """How many numbers they are."""
        return sum(math.prod(np.shape(part)) for part in self.parts)

    def each(self, function: Callable[[Numbers], Any]) -> "LayerWeights[Any]":
        """What the function makes of each of them."""
        made = [None if part is None else function(part) for part in self[:-2]]
        norms = None if self.norms is None else Norms(*map(function, self.norms))
        return LayerWeights._make([*made, norms, self.kind])


class Noise(NamedTuple, Generic[Numbers]):
    r"""What training does to a time step at random, or to all steps of a sequence.

    Attributes:
        recurrent: A mask $\mu$ (N, P), by which the hidden state is multiplied where it enters net
            inputs, the same at every time step (Gal and Ghahramani, "A theoretically grounded
            application of dropout in recurrent neural networks", NeurIPS 2016).
        kept_hidden: $\zeta^y$, which part of the old hidden state is kept: 0 or 1 for each (N, P)
            or (T, N, P), or their mean (Krueger et al., "Zoneout", ICLR 2017, equation 4).
        kept_cell: $\zeta^s$, the same for cells, (N, H) or (T, N, H).
    """

    recurrent: Numbers | None = None
    kept_hidden: Numbers | float = 0.0
    kept_cell: Numbers | float = 0.0

    def at(self, t: int) -> "Noise[Numbers]":
        """That of time step t of a sequence."""
        hidden, cell = (kept if isinstance(kept, float) else kept[t] for kept in self[1:])
        return Noise(self.recurrent, hidden, cell)


QUIET: Noise[Any] = Noise()
