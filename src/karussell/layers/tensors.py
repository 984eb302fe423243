"""What comes out of one layer in one direction, as tensors, and who ran it."""

from typing import Literal, NamedTuple

from torch import Tensor

from karussell.kernels import Trace

States = tuple[Tensor, ...]
# Who ran a layer: our kernels, torch's own layer, or the equations in torch's operations.
Path = Literal["kernels", "torch", "operations"]


class LayerRun(NamedTuple):
    """What one layer did in one direction.

    Attributes:
        trace: What it did at each step. Beyond a sequence's length outputs and gates are zero, and
            cells are held; a plain layer has nothing but outputs.
        last: The state after the last step of each sequence: hidden (N, P), cell (N, H) and, if
            they are fed back, gates (N, R).
    """

    trace: Trace[Tensor]
    last: States
