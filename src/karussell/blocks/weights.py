"""The weights of one layer, and the noise that training may add to it."""

from typing import NamedTuple

from karussell.blocks.normalisation import Norms
from karussell.kernels import Floats


class LayerWeights(NamedTuple):
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
    """

    weight_ih: Floats
    weight_hh: Floats
    bias: Floats
    peepholes: Floats | None = None
    projection: Floats | None = None
    weight_gh: Floats | None = None
    norms: Norms | None = None

    @property
    def size(self) -> int:
        """How many numbers they are."""
        arrays = [*self[:-1], *(self.norms or ())]
        return sum(array.size for array in arrays if array is not None)


class Noise(NamedTuple):
    r"""What training does to a time step at random, or to all steps of a sequence.

    Attributes:
        recurrent: A mask $\mu$ (N, P), by which the hidden state is multiplied where it enters net
            inputs, the same at every time step (Gal and Ghahramani, "A theoretically grounded
            application of dropout in recurrent neural networks", NeurIPS 2016).
        kept_hidden: $\zeta^y$, which part of the old hidden state is kept: 0 or 1 for each (N, P)
            or (T, N, P), or their mean (Krueger et al., "Zoneout", ICLR 2017, equation 4).
        kept_cell: $\zeta^s$, the same for cells, (N, H) or (T, N, H).
    """

    recurrent: Floats | None = None
    kept_hidden: Floats | float = 0.0
    kept_cell: Floats | float = 0.0

    def at(self, t: int) -> "Noise":
        """That of time step t of a sequence."""
        hidden, cell = (
            kept if isinstance(kept, float) else kept[t]
            for kept in (self.kept_hidden, self.kept_cell)
        )
        return Noise(self.recurrent, hidden, cell)


QUIET = Noise()
