"""Weights from and to other frameworks: every order of gates, converted.

Arrays in, arrays out, without any of the frameworks; files of ONNX are written with the package
``onnx``. `karussell.layers.LSTM` takes and gives the same `LayerWeights` by ``load_weights`` and
``weights``.
"""

from karussell.interchange.equinox import from_equinox, to_equinox
from karussell.interchange.flax import from_flax, to_flax
from karussell.interchange.int8 import to_int8
from karussell.interchange.keras import from_keras, to_keras
from karussell.interchange.onnx_layers import export_layers
from karussell.interchange.onnx_model import export_model
from karussell.interchange.onnx_weights import (
    OnnxLayer,
    OnnxPlainLayer,
    OnnxWeights,
    from_onnx,
    from_onnx_rnn,
    node_of,
    to_onnx,
)
from karussell.interchange.plain import to_plain
from karussell.interchange.torch_lstm import from_torch, to_torch

__all__ = [
    "OnnxLayer",
    "OnnxPlainLayer",
    "OnnxWeights",
    "export_layers",
    "export_model",
    "from_equinox",
    "from_flax",
    "from_keras",
    "from_onnx",
    "from_onnx_rnn",
    "from_torch",
    "node_of",
    "to_equinox",
    "to_flax",
    "to_int8",
    "to_keras",
    "to_onnx",
    "to_plain",
    "to_torch",
]
