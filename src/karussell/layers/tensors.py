"""What goes into one layer in one direction, and what comes out of it, as tensors."""

from typing import Literal, NamedTuple

from torch import Tensor

# Who ran a layer: our kernels, torch's own layer, or the equations in torch's operations.
Path = Literal["kernels", "torch", "operations"]


def suffix_of(number: int, direction: int) -> str:
    """What torch appends to the names of the parameters of one layer and direction."""
    return f"_l{number}" + ("_reverse" if direction else "")


class LayerTensors(NamedTuple):
    """The weights of one layer and direction.

    Attributes:
        weight_ih: (G, I).
        weight_hh: (G, P).
        bias: (G,).
        peepholes: (3, H) or (2, H), or None.
        projection: (P, H), or None.
        weight_gh: (G, R), or None.
        norms: Gains (G,), (G,), (H,) and bias (H,) as in `karussell.blocks.Norms`, or None.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    peepholes: Tensor | None = None
    projection: Tensor | None = None
    weight_gh: Tensor | None = None
    norms: tuple[Tensor, ...] | None = None


class LayerRun(NamedTuple):
    """What one layer did in one direction.

    Attributes:
        outputs: Hidden states (T, N, P), zero beyond a sequence's length.
        cells: Cell states (T, N, H), held beyond a sequence's length.
        gates: Gate activations and cell inputs (T, N, G), zero there.
        last: The state after the last step of each sequence: hidden (N, P), cell (N, H) and, if
            they are fed back, gates (N, R).
    """

    outputs: Tensor
    cells: Tensor
    gates: Tensor
    last: tuple[Tensor, ...]


class NoiseTensors(NamedTuple):
    """What training does to a run at random; see `karussell.blocks.Noise`.

    Attributes:
        recurrent: (N, P), or None.
        kept_hidden: (T, N, P), or one number for all.
        kept_cell: (T, N, H), or one number for all.
    """

    recurrent: Tensor | None = None
    kept_hidden: Tensor | float = 0.0
    kept_cell: Tensor | float = 0.0


QUIET = NoiseTensors()
