"""Flax: ``LSTMCell`` and ``OptimizedLSTMCell``, one matrix for each gate: i, f, g (cell), o."""

from collections.abc import Mapping

import numpy as np

from karussell.blocks import LayerWeights
from karussell.errors import UsageError
from karussell.interchange.plain import need_common
from karussell.kernels import COMMON_BLOCK, Block, Floats

_GATES = "ifgo"

Parameters = Mapping[str, Mapping[str, Floats]]


def from_flax(parameters: Parameters) -> LayerWeights[Floats]:
    """Read the parameters of a cell: "ii" to "io" from inputs, "hi" to "ho" from hidden states.

    Raises:
        UsageError: One is missing.
    """
    missing = [side + gate for side in "ih" for gate in _GATES if side + gate not in parameters]
    if missing:
        raise UsageError(
            f"{missing[0]!r} is missing; expected 'ii' to 'io' and 'hi' to 'ho', as an LSTMCell of "
            f"Flax has them, got {', '.join(parameters)}"
        )

    def rows(side: str) -> Floats:
        return np.concatenate([np.asarray(parameters[side + gate]["kernel"]).T for gate in _GATES])

    biases = [parameters["h" + gate].get("bias") for gate in _GATES]
    found = [np.asarray(bias) for bias in biases if bias is not None]
    weight_ih = rows("i")
    bias = np.concatenate(found) if len(found) == 4 else np.zeros_like(weight_ih[:, 0])
    return LayerWeights(weight_ih, rows("h"), bias)


def to_flax(
    weights: LayerWeights[Floats], block: Block = COMMON_BLOCK
) -> dict[str, dict[str, Floats]]:
    """Write the parameters of a cell.

    Raises:
        UsageError: Flax has no such cell.
    """
    plain = need_common(weights, block, "Flax's LSTMCell")
    result: dict[str, dict[str, Floats]] = {}
    inputs, hidden, bias = (np.split(part, 4) for part in plain[:3] if part is not None)
    for number, gate in enumerate(_GATES):
        result["i" + gate] = {"kernel": inputs[number].T}
        result["h" + gate] = {"kernel": hidden[number].T, "bias": bias[number]}
    return result
