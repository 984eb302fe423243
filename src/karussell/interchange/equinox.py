"""Equinox: ``LSTMCell``, rows in the order of torch, one bias; its nonlinearities are fixed."""

from karussell.blocks import LayerKind, LayerWeights
from karussell.interchange.checks import floats
from karussell.interchange.plain import need_common
from karussell.kernels import Block, Floats


def from_equinox(
    weight_ih: Floats, weight_hh: Floats, bias: Floats | None = None
) -> LayerWeights[Floats]:
    """Read the arrays of an ``LSTMCell``, (4H, I), (4H, H) and (4H,).

    Raises:
        UsageError: They are not of these shapes.
    """
    recurrent = floats("weight_hh", weight_hh, None, None)
    size = recurrent.shape[1]
    recurrent = floats("weight_hh", recurrent, 4 * size, size)
    inputs = floats("weight_ih", weight_ih, 4 * size, None)
    kept = 0 * recurrent[:, 0] if bias is None else floats("bias", bias, 4 * size)
    return LayerWeights(inputs, recurrent, kept, kind=LayerKind())


def to_equinox(
    weights: LayerWeights[Floats], block: Block | None = None, *, backwards: bool = False
) -> dict[str, Floats]:
    """Write the arrays of an ``LSTMCell`` by name.

    Args:
        weights: The weights.
        block: What their blocks are made of; what the weights say if None, else the common one.
        backwards: Whether what runs the cell reads sequences from the end.

    Raises:
        UsageError: Equinox has no such layer.
    """
    plain = need_common(weights, block, "Equinox's LSTMCell", backwards=backwards)
    return {"weight_ih": plain.weight_ih, "weight_hh": plain.weight_hh, "bias": plain.bias}
