"""A step of a network as a graph of ONNX, in float32 or int8."""

import logging
import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np

from karussell.bench.task import SHOWN
from karussell.bench.weights import Weights
from karussell.blocks import LayerWeights
from karussell.interchange import to_onnx
from karussell.kernels import COMMON_BLOCK

Form = Literal["gemm", "lstm"]
"""How the gates are computed: by one product for all, or by a node for the layer."""

_OPSET, _IR_VERSION = 18, 9


def step_model(weights: Weights, form: Form, *, int8: bool) -> bytes:
    """The step as an ONNX model.

    Args:
        weights: Its weights.
        form: How the gates are computed.
        int8: Whether its products are quantised dynamically.
    """
    from onnx import TensorProto, checker, helper, numpy_helper

    nodes, constants = _gates(weights, form)
    nodes += [
        helper.make_node("MatMul", ["next_hidden", "projection"], ["features"]),
        helper.make_node("MatMul", ["features", "output"], ["products"]),
        helper.make_node("Add", ["products", "output_bias"], ["scores"]),
        helper.make_node("LogSoftmax", ["scores"], ["log_probs"], axis=-1),
        helper.make_node("TopK", ["log_probs", "shown"], ["values", "ids"], axis=-1),
    ]
    constants |= {
        "embedding": weights.embedding,
        "projection": weights.projection.T,
        "output": weights.embedding.T,
        "output_bias": weights.output_bias,
        "shown": np.array([SHOWN], np.int64),
    }
    batch, size = weights.words.shape[1], len(weights.hidden)
    states = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, size])
              for name in ("hidden", "cell", "next_hidden", "next_cell")]  # fmt: skip
    words = helper.make_tensor_value_info("words", TensorProto.INT64, [batch])
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [batch, SHOWN])
    values = helper.make_tensor_value_info("values", TensorProto.FLOAT, [batch, SHOWN])
    graph = helper.make_graph(
        nodes, "step", [words, *states[:2]], [*states[2:], ids, values],
        [numpy_helper.from_array(np.ascontiguousarray(array), name)
         for name, array in constants.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
    model.ir_version = _IR_VERSION
    checker.check_model(model)
    return _quantised(model) if int8 else model.SerializeToString()


def _gates(weights: Weights, form: Form) -> tuple[list[Any], dict[str, Any]]:
    """From words, hidden and cell to next_hidden and next_cell."""
    from onnx import helper

    look_up = helper.make_node("Gather", ["embedding", "words"], ["x"])
    if form == "lstm":
        own = LayerWeights(weights.weight_ih, weights.weight_hh, weights.bias)
        layer = to_onnx([own], COMMON_BLOCK)
        return [look_up, *_lstm_nodes(len(weights.hidden))], {
            "weight_ih": layer.W,
            "weight_hh": layer.R,
            "biases": layer.B,
            "front": np.array([0], np.int64),
        }
    nodes = [
        look_up,
        helper.make_node("Concat", ["x", "hidden"], ["both"], axis=1),
        helper.make_node("Gemm", ["both", "weight", "bias"], ["gates"]),
        helper.make_node("Split", ["gates"], ["i", "f", "g", "o"], axis=1, num_outputs=4),
        helper.make_node("Sigmoid", ["i"], ["write"]),
        helper.make_node("Sigmoid", ["f"], ["keep"]),
        helper.make_node("Tanh", ["g"], ["input"]),
        helper.make_node("Sigmoid", ["o"], ["read"]),
        helper.make_node("Mul", ["keep", "cell"], ["kept"]),
        helper.make_node("Mul", ["write", "input"], ["written"]),
        helper.make_node("Add", ["kept", "written"], ["next_cell"]),
        helper.make_node("Tanh", ["next_cell"], ["squashed"]),
        helper.make_node("Mul", ["read", "squashed"], ["next_hidden"]),
    ]
    return nodes, {"weight": weights.gates.T, "bias": weights.bias}


def _lstm_nodes(size: int) -> list[Any]:
    from onnx import helper

    inputs = ["xs", "weight_ih", "weight_hh", "biases", "", "hiddens", "cells"]
    return [
        helper.make_node("Unsqueeze", ["x", "front"], ["xs"]),
        helper.make_node("Unsqueeze", ["hidden", "front"], ["hiddens"]),
        helper.make_node("Unsqueeze", ["cell", "front"], ["cells"]),
        helper.make_node("LSTM", inputs, ["", "last_hidden", "last_cell"], hidden_size=size),
        helper.make_node("Squeeze", ["last_hidden", "front"], ["next_hidden"]),
        helper.make_node("Squeeze", ["last_cell", "front"], ["next_cell"]),
    ]


def _quantised(model: Any) -> bytes:
    """Products in int8, quantised dynamically with one scale a matrix, which is quickest."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.disable(logging.WARNING)  # it advises steps that change nothing here
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder, "float32.onnx"), Path(folder, "int8.onnx")
        onnx.save(model, str(whole))
        quantize_dynamic(
            str(whole), str(small), weight_type=QuantType.QInt8, per_channel=False,
            op_types_to_quantize=["MatMul", "Gemm", "LSTM"],
        )  # fmt: skip
        logging.disable(logging.NOTSET)
        return small.read_bytes()
