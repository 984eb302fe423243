"""ONNX Runtime: the step as a graph, with an LSTM node or one Gemm for all gates."""

import logging
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from karussell.bench.engines.prepared import SHOWN, Prepared, prepared_steps, quickest
from karussell.bench.task import Entrant, Task
from karussell.bench.weights import Weights, draw_weights

_Form = Literal["gemm", "lstm"]
_OPSET, _IR_VERSION = 18, 9
_NAMES = ("next_hidden", "next_cell", "ids", "values")


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step of any batch."""
    weights = draw_weights(task)
    int8 = entrant.number_format == "int8"
    forms: tuple[_Form, ...] = ("gemm", "lstm")
    models = [step_model(weights, form, int8=int8) for form in forms]
    carries = task.work == "step"
    return quickest(
        partial(_prepared, model, weights, entrant.threads, carries) for model in models
    )


def _prepared(model: bytes, weights: Weights, threads: int, carries: bool) -> Prepared:
    return prepared_steps(_Stepper(session(model, threads), weights, carries=carries))


def session(model: bytes | str, threads: int) -> Any:
    """A session at the settings that are quickest for one sequence of small products."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class _Stepper:
    """Inputs and outputs are bound once, the two states in turn: nothing is copied in a step."""

    def __init__(self, session: Any, weights: Weights, *, carries: bool) -> None:
        from onnxruntime import OrtValue

        self._session, self._weights = session, weights
        batch, size = weights.words.shape[1], len(weights.hidden)

        def value(array: Any) -> Any:
            # On the CPU the value lives in the array's memory.
            return OrtValue.ortvalue_from_numpy(array.copy())

        zeros = np.zeros((batch, size), np.float32)
        self._states = [(value(zeros), value(zeros)) for _ in range(2)]
        self._ids = value(np.zeros((batch, SHOWN), np.int64))
        self._values = value(np.zeros((batch, SHOWN), np.float32))
        self._bindings = []
        for place, words in enumerate(weights.words):
            before = self._states[place % 2 if carries else 0]
            after = self._states[(place + 1) % 2 if carries else 1]
            binding = session.io_binding()
            for name, bound in zip(
                ("words", "hidden", "cell"), (value(words), *before), strict=True
            ):
                binding.bind_ortvalue_input(name, bound)
            for name, bound in zip(_NAMES, (*after, self._ids, self._values), strict=True):
                binding.bind_ortvalue_output(name, bound)
            self._bindings.append(binding)
        self.restart()

    def restart(self) -> None:
        batch = self._weights.words.shape[1]
        for value, state in zip(
            self._states[0], (self._weights.hidden, self._weights.cell), strict=True
        ):
            value.update_inplace(np.repeat(state[None], batch, axis=0))

    def step(self, place: int) -> tuple[Any, Any]:
        self._session.run_with_iobinding(self._bindings[place])
        return self._ids.numpy(), self._values.numpy()


def step_model(weights: Weights, form: _Form, *, int8: bool) -> bytes:
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


def _gates(weights: Weights, form: _Form) -> tuple[list[Any], dict[str, Any]]:
    """From words, hidden and cell to next_hidden and next_cell."""
    from onnx import helper

    look_up = helper.make_node("Gather", ["embedding", "words"], ["x"])
    if form == "lstm":
        return [look_up, *_lstm_nodes(len(weights.hidden))], {
            "weight_ih": _onnx_order(weights.weight_ih)[None],
            "weight_hh": _onnx_order(weights.weight_hh)[None],
            "biases": np.append(_onnx_order(weights.bias), np.zeros_like(weights.bias))[None],
            "front": np.array([0], np.int64),
        }  # fmt: skip
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
    weight = np.concatenate([weights.weight_ih, weights.weight_hh], axis=1).T
    return nodes, {"weight": weight, "bias": weights.bias}


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


def _onnx_order(rows: Any) -> Any:
    """Gates as ONNX orders them: input, output, forget, cell input."""
    write, forget, cell, read = np.split(rows, 4)
    return np.concatenate([write, read, forget, cell])


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
