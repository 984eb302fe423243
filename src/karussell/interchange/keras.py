"""Keras: ``LSTM.get_weights()``, columns for input, forget, cell, output as ours."""

from collections.abc import Sequence

from karussell.blocks import LayerWeights
from karussell.errors import UsageError
from karussell.interchange.plain import need_common
from karussell.kernels import COMMON_BLOCK, Block, Floats


def from_keras(weights: Sequence[Floats]) -> LayerWeights[Floats]:
    """Read kernel (I, 4H), recurrent kernel (H, 4H) and, if there is one, bias (4H,).

    Raises:
        UsageError: There are not two or three arrays, or they do not fit.
    """
    if len(weights) not in (2, 3):
        raise UsageError(
            f"{len(weights)} arrays, expected kernel, recurrent kernel and perhaps bias, as "
            "get_weights() of a Keras LSTM gives them"
        )
    kernel, recurrent = weights[:2]
    if recurrent.shape != (recurrent.shape[0], 4 * recurrent.shape[0]):
        raise UsageError(f"the recurrent kernel is {recurrent.shape}, expected (H, 4H)")
    bias = weights[2] if len(weights) == 3 else 0 * kernel[0]
    return LayerWeights(weight_ih=kernel.T, weight_hh=recurrent.T, bias=bias)


def to_keras(weights: LayerWeights[Floats], block: Block = COMMON_BLOCK) -> list[Floats]:
    """Write what ``LSTM.set_weights`` of Keras takes.

    Raises:
        UsageError: Keras has no such layer.
    """
    plain = need_common(weights, block, "Keras's LSTM")
    return [plain.weight_ih.T, plain.weight_hh.T, plain.bias]
