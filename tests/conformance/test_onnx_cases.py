"""ONNX's own node tests, run from its package, and random nodes against ONNX Runtime."""

import importlib
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import helper
from onnx.backend.test.case import node as node_cases

from karussell.blocks import lstm_forward, rnn_forward
from karussell.interchange import OnnxLayer, OnnxPlainLayer, from_onnx, from_onnx_rnn
from karussell.kernels import Floats

# float32 on their side: a few hundred roundings of values of order one.
TOLERANCE = 1e-5


def attributes_of(node: Any) -> dict[str, Any]:
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def turned(x: Floats, lengths: Any) -> Floats:
    """Each sequence (T, N, ...) turned round, what is beyond its length left where it is."""
    result = x.copy()
    for n, length in enumerate(lengths):
        result[:length, n] = x[:length, n][::-1]
    return result


def run_lstm(
    layer: OnnxLayer, x: Floats, lengths: Any, hidden: Any, cell: Any
) -> tuple[Floats, Floats, Floats]:
    """Y (T, D, N, H), Y_h and Y_c (D, N, H) by the equations in float64."""
    time, batch = x.shape[:2]
    lengths = np.full(batch, time) if lengths is None else np.asarray(lengths, np.int64)
    outputs, last, cells = [], [], []
    for number, weights in enumerate(layer.weights):
        size = weights.weight_hh.shape[1]
        zero = np.zeros((batch, size))
        backward = layer.direction == "reverse" or number == 1
        read = turned(x, lengths) if backward else x
        trace = lstm_forward(
            read,
            *weights[:3],
            zero if hidden is None else hidden[number],
            zero if cell is None else cell[number],
            peepholes=weights.peepholes,
            lengths=lengths,
            block=layer.block,
        )
        given = zero if hidden is None else hidden[number]
        ends = [trace.hidden[n - 1, i] if n else given[i] for i, n in enumerate(lengths)]
        last.append(np.stack(ends))
        cells.append(trace.cell[-1])
        outputs.append(turned(trace.hidden, lengths) if backward else trace.hidden)
    return np.stack(outputs, axis=1), np.stack(last), np.stack(cells)


def run_rnn(layer: OnnxPlainLayer, x: Floats, lengths: Any, hidden: Any) -> tuple[Floats, Floats]:
    time, batch = x.shape[:2]
    lengths = np.full(batch, time) if lengths is None else np.asarray(lengths, np.int64)
    outputs, last = [], []
    pairs = zip(layer.weights, layer.nonlinearities, strict=True)
    for number, (weights, nonlinearity) in enumerate(pairs):
        backward = layer.direction == "reverse" or number == 1
        before = np.zeros((batch, len(weights.weight_hh))) if hidden is None else hidden[number]
        read = turned(x, lengths) if backward else x
        done = rnn_forward(read, *weights[:3], before, nonlinearity=nonlinearity)
        last.append(np.stack([done[n - 1, i] for i, n in enumerate(lengths)]))
        alive = np.arange(time)[:, None] < lengths
        done = np.where(alive[..., None], done, 0)
        outputs.append(turned(done, lengths) if backward else done)
    return np.stack(outputs, axis=1), np.stack(last)


# Its modules collect their cases when they are imported; the other operators' need not be.
for module in ("lstm", "rnn"):
    importlib.import_module(f"{node_cases.__name__}.{module}")
CASES = [
    case
    for case in node_cases._NodeTestCases
    if case.model.graph.node[0].op_type in ("LSTM", "RNN")
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_node_case_of_onnx(case: Any) -> None:
    (node,) = case.model.graph.node
    values, expected = case.data_sets[0]
    given = dict(zip(node.input, values, strict=False))
    arrays = [
        np.asarray(given[name], np.float64) if name else None
        for name in [*node.input, *[""] * 8][:8]
    ]
    x, W, R, B, lengths, hidden, cell, P = arrays
    assert x is not None
    assert W is not None
    assert R is not None
    attributes = attributes_of(node)
    batch_first = attributes.get("layout", 0)
    if batch_first:
        x = x.transpose(1, 0, 2)
        hidden = None if hidden is None else hidden.transpose(1, 0, 2)
    counts = None if lengths is None else lengths.astype(np.int64)
    results: tuple[Floats, ...]
    if node.op_type == "LSTM":
        results = run_lstm(from_onnx(W, R, B, P, attributes), x, counts, hidden, cell)
    else:
        results = run_rnn(from_onnx_rnn(W, R, B, attributes), x, counts, hidden)
    outputs = [result for result, name in zip(results, node.output, strict=False) if name]
    if batch_first:
        outputs = [
            each.transpose(2, 0, 1, 3) if each.ndim == 4 else each.transpose(1, 0, 2)
            for each in outputs
        ]
    for got, right in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(got, right, rtol=0, atol=TOLERANCE)


def test_there_are_as_many_cases_as_there_were() -> None:
    assert len(CASES) >= 12


GATES: list[tuple[str, float, float]] = [("Sigmoid", 0, 0), ("HardSigmoid", 0.2, 0.5)]
SQUASHES: list[tuple[str, float, float]] = [
    ("Tanh", 0, 0), ("ScaledTanh", 2.0, 0.5), ("Softsign", 0, 0), ("Affine", 0.5, 0.1),
    ("Sigmoid", 0, 0), ("Relu", 0, 0),
]  # fmt: skip


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000),
    time=st.integers(1, 5),
    batch=st.integers(1, 3),
    inputs=st.integers(1, 4),
    hidden=st.integers(1, 5),
    direction=st.sampled_from(["forward", "reverse", "bidirectional"]),
    activations=st.tuples(
        st.sampled_from(GATES), st.sampled_from(SQUASHES), st.sampled_from(SQUASHES)
    ),
    clip=st.sampled_from([None, 0.3, 1.5]),
    coupled=st.booleans(),
    with_bias=st.booleans(),
    with_peepholes=st.booleans(),
    with_lengths=st.booleans(),
    with_states=st.booleans(),
)
def test_any_lstm_node_does_what_it_does_in_onnx_runtime(
    seed: int,
    time: int,
    batch: int,
    inputs: int,
    hidden: int,
    direction: str,
    activations: tuple[tuple[str, float, float], ...],
    clip: float | None,
    coupled: bool,
    with_bias: bool,
    with_peepholes: bool,
    with_lengths: bool,
    with_states: bool,
) -> None:
    random = np.random.default_rng(seed)
    count = 2 if direction == "bidirectional" else 1

    def draw(*shape: int) -> Floats:
        return random.uniform(-0.7, 0.7, shape).astype(np.float32)

    given: dict[str, Any] = {
        "X": draw(time, batch, inputs),
        "W": draw(count, 4 * hidden, inputs),
        "R": draw(count, 4 * hidden, hidden),
        "B": draw(count, 8 * hidden) if with_bias else None,
        "sequence_lens": None,
        "initial_h": draw(count, batch, hidden) if with_states else None,
        "initial_c": draw(count, batch, hidden) if with_states else None,
        "P": draw(count, 3 * hidden) if with_peepholes else None,
    }
    if with_lengths:
        lengths = random.integers(1, time + 1, batch)
        lengths[0] = time  # ONNX Runtime leaves what no sequence reaches undefined
        given["sequence_lens"] = lengths.astype(np.int32)
    attributes: dict[str, Any] = {
        "hidden_size": hidden,
        "direction": direction,
        "input_forget": int(coupled),
        "activations": [name for name, _, _ in activations] * count,
    }
    numbered = [(alpha, beta) for _, alpha, beta in activations if alpha] * count
    if numbered:
        attributes["activation_alpha"] = [alpha for alpha, _ in numbered]
        attributes["activation_beta"] = [beta for _, beta in numbered]
    if clip is not None:
        attributes["clip"] = clip

    layer = from_onnx(given["W"], given["R"], given["B"], given["P"], attributes)
    ours = run_lstm(
        layer,
        given["X"].astype(np.float64),
        given["sequence_lens"],
        given["initial_h"],
        given["initial_c"],
    )
    for name, got, right in zip(["Y", "Y_h", "Y_c"], ours, theirs(given, attributes), strict=True):
        largest = max(1.0, float(np.abs(right).max()))
        np.testing.assert_allclose(got, right, rtol=0, atol=TOLERANCE * largest, err_msg=name)


def theirs(given: dict[str, Any], attributes: dict[str, Any]) -> list[Floats]:
    """What ONNX Runtime makes of an LSTM node."""
    names = [name if value is not None else "" for name, value in given.items()]
    values = {name: value for name, value in given.items() if value is not None}
    kinds = {
        np.dtype(np.float32): onnx.TensorProto.FLOAT,
        np.dtype(np.int32): onnx.TensorProto.INT32,
    }
    outputs = ["Y", "Y_h", "Y_c"]
    node = helper.make_node("LSTM", names, outputs, **attributes)
    graph = helper.make_graph(
        [node],
        "one",
        [
            helper.make_tensor_value_info(name, kinds[value.dtype], value.shape)
            for name, value in values.items()
        ],
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    results: list[Floats] = session.run(outputs, values)
    return results
