"""Keras: ``LSTM.get_weights()``, columns for input, forget, cell, output as ours."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.interchange.checks import floats
from karussell.interchange.functions import COMMON, read_function
from karussell.interchange.plain import need_common
from karussell.kernels import Block, Floats

_ASKED = ("activation", "recurrent_activation")


def from_keras(
    weights: Sequence[Floats], config: Mapping[str, Any] | None = None
) -> LayerWeights[Floats]:
    """Read kernel (I, 4H), recurrent kernel (H, 4H) and, if there is one, bias (4H,).

    Args:
        weights: What ``get_weights()`` of an ``LSTM`` or ``LSTMCell`` gives.
        config: What its ``get_config()`` gives, for the arrays do not say what is done with them:
            at least "activation" and "recurrent_activation", names or `Activation`.

    Returns:
        The weights, and in ``kind`` what their blocks are made of and which way they read.

    Raises:
        UsageError: There are not two or three arrays, they do not fit, the configuration is not
            given, or blocks have no such nonlinearity.
    """
    if not isinstance(weights, Sequence):
        raise UsageError(f"the arrays are {type(weights).__name__}, expected get_weights()'s")
    if len(weights) not in (2, 3):
        raise UsageError(
            f"{len(weights)} arrays, expected kernel, recurrent kernel and perhaps bias, as "
            "get_weights() of a Keras LSTM gives them; each direction of a Bidirectional by itself"
        )
    config = {} if config is None else config
    if not isinstance(config, Mapping):
        raise UsageError(f"the configuration is {type(config).__name__}, expected get_config()'s")
    for name in _ASKED:
        if name not in config:
            raise UsageError(
                f"the arrays do not say which {name} the layer has; give layer.get_config(), or "
                "{'activation': 'tanh', 'recurrent_activation': 'sigmoid'} if it has Keras's own"
            )
    inner, gate = (read_function(name, config[name], COMMON) for name in _ASKED)
    recurrent = floats("the recurrent kernel", weights[1], None, None)
    size = len(recurrent)
    recurrent = floats("the recurrent kernel", recurrent, size, 4 * size)
    kernel = floats("the kernel", weights[0], None, 4 * size)
    if config.get("use_bias", len(weights) == 3) != (len(weights) == 3):
        raise UsageError(f"use_bias is {config['use_bias']}, but {len(weights)} arrays are given")
    if config.get("units", size) != size:
        raise UsageError(f"units is {config['units']}, but the recurrent kernel is for {size}")
    backwards = config.get("go_backwards", False)
    if not isinstance(backwards, bool | np.bool_):
        raise UsageError(f"go_backwards is {backwards!r}, expected True or False")
    bias = 0 * recurrent[0] if len(weights) == 2 else _bias(weights[2], size)
    return LayerWeights(
        weight_ih=kernel.T,
        weight_hh=recurrent.T,
        bias=bias,
        kind=LayerKind(
            block=Block(gate=gate, cell_input=inner, cell_output=inner),
            backwards=bool(backwards),
        ),
    )


def to_keras(
    weights: LayerWeights[Floats], block: Block | None = None, *, backwards: bool = False
) -> list[Floats]:
    """Write what ``LSTM.set_weights`` of Keras takes, of a layer with its own activations.

    Args:
        weights: The weights.
        block: What their blocks are made of; what the weights say if None, else the common one.
        backwards: Whether the layer there has ``go_backwards``, as one of a ``Bidirectional`` has.

    Raises:
        UsageError: Keras has no such layer.
    """
    plain = need_common(weights, block, "Keras's LSTM", backwards=backwards)
    return [plain.weight_ih.T, plain.weight_hh.T, plain.bias]


def _bias(array: Any, size: int) -> Floats:
    bias = floats("the bias", array, None)
    if len(bias) == 8 * size:
        raise UsageError(
            f"the bias is {bias.shape}, as a CuDNNLSTM has it, whose kernels have another order, "
            f"too; expected ({4 * size},): load the layer as an LSTM of Keras first"
        )
    return floats("the bias", bias, 4 * size)
