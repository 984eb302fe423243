"""Weights from and to other frameworks: every order of gates, converted.

Everything here is NumPy: arrays in, arrays out. `karussell.training.LSTM` takes and gives the same
`LayerWeights` by ``load_weights`` and ``weights``.
"""

from karussell.interchange.equinox import from_equinox, to_equinox
from karussell.interchange.flax import from_flax, to_flax
from karussell.interchange.keras import from_keras, to_keras
from karussell.interchange.onnx_weights import (
    OnnxLayer,
    OnnxPlainLayer,
    OnnxWeights,
    from_onnx,
    from_onnx_rnn,
    to_onnx,
)
from karussell.interchange.plain import to_plain

__all__ = [
    "OnnxLayer",
    "OnnxPlainLayer",
    "OnnxWeights",
    "from_equinox",
    "from_flax",
    "from_keras",
    "from_onnx",
    "from_onnx_rnn",
    "to_equinox",
    "to_flax",
    "to_keras",
    "to_onnx",
    "to_plain",
]
