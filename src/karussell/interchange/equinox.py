"""Equinox: ``LSTMCell``, rows in the order of torch, one bias."""

from karussell.blocks import LayerWeights
from karussell.interchange.plain import need_common
from karussell.kernels import COMMON_BLOCK, Block, Floats


def from_equinox(
    weight_ih: Floats, weight_hh: Floats, bias: Floats | None = None
) -> LayerWeights[Floats]:
    """Read the arrays of an ``LSTMCell``, (4H, I), (4H, H) and (4H,)."""
    return LayerWeights(weight_ih, weight_hh, 0 * weight_ih[:, 0] if bias is None else bias)


def to_equinox(weights: LayerWeights[Floats], block: Block = COMMON_BLOCK) -> dict[str, Floats]:
    """Write the arrays of an ``LSTMCell`` by name.

    Raises:
        UsageError: Equinox has no such layer.
    """
    plain = need_common(weights, block, "Equinox's LSTMCell")
    return {"weight_ih": plain.weight_ih, "weight_hh": plain.weight_hh, "bias": plain.bias}
