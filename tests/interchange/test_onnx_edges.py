"""What files of layers do at their edges: lengths, no steps, zoneout, numbers of every kind."""

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import onnx
import pytest
import torch

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.interchange import export_layers, from_onnx, graph
from karussell.kernels import Activation, Block, Floats
from karussell.layers import LSTM, RNN
from tests.interchange.test_onnx_files import TOLERANCE, inputs, make, session

FORMS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2, "bidirectional": True},
    {"bidirectional": True, "cells_per_block": 2, "peepholes": True, "num_layers": 2},
    {"bidirectional": True, "block": Block(layer_norm=True), "batch_first": True},
    {"block": Block.of_1997(2), "bidirectional": True},
    {"proj_size": 2, "zoneout": (0.2, 0.3), "bidirectional": True, "num_layers": 2},
    {"bidirectional": True, "block": Block(net_clip=1, cell_input=Activation("relu"))},
]


def export(path: Path, layer: LSTM, **options: Any) -> Path:
    export_layers(path / "layer.onnx", layer.weights(), batch_first=layer.batch_first, **options)
    onnx.checker.check_model(path / "layer.onnx", full_check=True)
    return path / "layer.onnx"


def same(layer: LSTM, running: Any, given: dict[str, Any], lengths: Any = None) -> None:
    x, *states = map(torch.from_numpy, given.values())
    with torch.no_grad():
        output, last = layer.eval()(x, tuple(states), lengths)
    more = {} if lengths is None else {"lengths": np.array(lengths)}
    for got, right in zip(running.run(None, {**given, **more}), (output, *last), strict=True):
        np.testing.assert_allclose(got, right.numpy(), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("options", FORMS, ids=repr)
def test_a_file_takes_lengths_as_the_layer_does(options: dict[str, Any], tmp_path: Path) -> None:
    layer = make(**options)
    running = session(export(tmp_path, layer, lengths=True))
    for lengths in ([6, 6, 6, 6], [6, 1, 3, 5], [2, 0, 1, 0], [0, 0, 0, 0]):
        given = inputs(layer, 6, 4)
        same(layer, running, given, lengths)
        # What sequences are padded with is never read.
        time = 1 if layer.batch_first else 0
        beyond = np.arange(6)[:, None] >= np.array(lengths)
        changed = given["input"].swapaxes(0, time)
        changed[beyond] = 1e30
        padded = {**given, "input": changed.swapaxes(0, time).copy()}
        more = {"lengths": np.array(lengths)}
        for before, after in zip(
            running.run(None, {**inputs(layer, 6, 4), **more}),
            running.run(None, {**padded, **more}),
            strict=True,
        ):
            np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("options", FORMS, ids=repr)
@pytest.mark.parametrize("sizes", [(0, 2), (3, 0), (0, 0)])
@pytest.mark.parametrize("lengths", [False, True])
def test_no_steps_leave_states_as_they_are_and_no_sequences_give_none(
    options: dict[str, Any], sizes: tuple[int, int], lengths: bool, tmp_path: Path
) -> None:
    layer = make(**options)
    given = inputs(layer, *sizes)
    more = {"lengths": np.zeros(sizes[1], np.int64)} if lengths else {}
    running = session(export(tmp_path, layer, lengths=lengths))
    output, *last = running.run(None, {**given, **more})
    width = (layer.proj_size or layer.hidden_size) * (1 + layer.bidirectional)
    assert output.shape == (*(sizes[::-1] if layer.batch_first else sizes), width)
    for (name, before), after in zip([*given.items()][1:], last, strict=True):
        np.testing.assert_array_equal(before, after, err_msg=name)


@pytest.mark.parametrize(
    "options",
    [
        {"zoneout": 0.3},
        {"zoneout": (0.0, 0.5), "num_layers": 2},
        {"zoneout": (0.4, 0.0), "cells_per_block": 2, "peepholes": True},
        {"zoneout": 0.1, "block": Block.of_1997(2), "bidirectional": True},
        {"zoneout": 0.2, "proj_size": 3, "block": Block(layer_norm=True)},
        {
            "zoneout": 0.2,
            "recurrent_dropout": 0.5,
            "weight_drop": 0.5,
            "dropout": 0.5,
            "num_layers": 2,
        },
    ],
    ids=repr,
)
def test_a_file_keeps_as_much_of_the_old_state_as_zoneout_does(
    options: dict[str, Any], tmp_path: Path
) -> None:
    layer = make(**options)
    same(layer, session(export(tmp_path, layer)), inputs(layer, 7, 3))


WHOLE: list[dict[str, Any]] = [
    {"net_clip": 1},
    {"cell_clip": 1},
    {"net_clip": np.float32(0.5), "layer_norm": True},
    {"net_clip": np.int64(1), "cells": 2},
    {"gate": Activation("hard_sigmoid", 1, 0)},
    {"gate": Activation("hard_sigmoid", 1, 0), "layer_norm": True},
    {"cell_input": Activation("scaled_tanh", 2, 1), "cell_output": Activation("affine", 1, 0)},
    {"cell_input": Activation("affine", np.int64(2), np.float16(0)), "cell_clip": 2},
]


@pytest.mark.parametrize("options", WHOLE, ids=repr)
def test_whole_numbers_and_those_of_numpy_make_files_that_the_checker_takes(
    options: dict[str, Any], tmp_path: Path
) -> None:
    layer = make(block=Block(**options))
    same(layer, session(export(tmp_path, layer)), inputs(layer, 7, 3))


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float64, ">f4"], ids=str)
@pytest.mark.parametrize("options", [{}, {"block": Block(2, layer_norm=True)}], ids=repr)
def test_numbers_of_other_lengths_become_float32(
    dtype: Any, options: dict[str, Any], tmp_path: Path
) -> None:
    layer = make(**options)
    rounded = [[layer.weights()[0][0].each(lambda part: part.astype(dtype))]]
    layer.load_weights(rounded)
    export_layers(tmp_path / "layer.onnx", rounded)
    same(layer, session(tmp_path / "layer.onnx"), inputs(layer, 7, 3))


@pytest.mark.parametrize("options", [{}, {"cells_per_block": 2, "peepholes": True}], ids=repr)
def test_a_layer_that_reads_backwards_is_written_as_one(
    options: dict[str, Any], tmp_path: Path
) -> None:
    both = make(bidirectional=True, **options)
    export_layers(tmp_path / "layer.onnx", [both.weights()[0][1:]])
    given = inputs(make(**options), 5, 2)
    got = session(tmp_path / "layer.onnx").run(None, given)
    x, hidden, cell = map(torch.from_numpy, given.values())
    with torch.no_grad():
        output, last = both(x, (hidden.repeat(2, 1, 1), cell.repeat(2, 1, 1)))
    np.testing.assert_allclose(got[0], output[..., 6:].numpy(), rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(got[1][0], last[0][1].numpy(), rtol=0, atol=TOLERANCE)


def test_a_node_goes_into_a_file_and_is_the_same_node(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    W, R = (random.standard_normal((1, 8, size)).astype(np.float32) for size in (3, 2))
    given = {"direction": "reverse", "clip": 1.0, "activations": ["HardSigmoid", "Relu", "Tanh"]}
    read = from_onnx(W, R, attributes=given)
    export_layers(tmp_path / "layer.onnx", [read.weights])
    (node,) = [
        each for each in onnx.load(tmp_path / "layer.onnx").graph.node if each.op_type == "LSTM"
    ]
    found = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    assert (found["direction"], found["clip"]) == (b"reverse", 1.0)
    assert found["activations"] == [b"HardSigmoid", b"Relu", b"Tanh"]


def huge(rows: int) -> Any:
    """Weights of any size that take no memory."""
    zero = np.zeros((), np.float32)

    def spread(*shape: int) -> Floats:
        return np.broadcast_to(zero, shape)

    return LayerWeights(spread(4 * rows, 8), spread(4 * rows, rows), spread(4 * rows))


def test_what_no_file_can_hold_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    for layers in ([[huge(12_000)]], [[huge(6_000)]] * 4, [[huge(9_000), huge(9_000)]]):
        with pytest.raises(UsageError, match="bytes of weights in float32 or more: a file of ONNX"):
            export_layers(tmp_path / "layer.onnx", layers)
    assert not list(tmp_path.iterdir())


def test_rows_that_are_repeated_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = make(cells_per_block=6)
    monkeypatch.setattr(graph, "_MOST_BYTES", 4 * layer.weights()[0][0].size)
    with pytest.raises(UsageError, match="bytes of weights in float32 or more"):
        export_layers(tmp_path / "layer.onnx", layer.weights())


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "no layers are given"),
        ([[]], "no layers are given"),
        ([make().weights()[0] * 3], "weights of 3 directions, expected 1 or 2"),
        ([*make().weights(), *make().weights()], "layer 1 reads 4 inputs, expected 6"),
        ([*make(bidirectional=True).weights(), *LSTM(12, 6).weights()], "layer 1 has 1 directions"),
        ([*make().weights(), *LSTM(6, 5).weights()], "layer 1 has states of"),
        ([*make().weights(), *LSTM(6, 6, block=Block(net_clip=1)).weights()], "the block is Block"),
        (make(bidirectional=True).weights()[0:1] and [make(bidirectional=True).weights()[0][::-1]],
         "direction is 'bidirectional', but weights 0 read from the end"),
        (RNN(4, 8).weights(), "the weights are of a plain layer of tanh"),
        ([[make().weights()[0][0]._replace(bias=np.full(24, 1e39))]], "a weight of 1e.39"),
        ([[make().weights()[0][0]._replace(bias=np.full(24, np.nan))]], "no finite numbers"),
    ],
    ids=str,
)  # fmt: skip
def test_what_are_no_layers_is_refused_and_nothing_written(
    layers: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=message):
        export_layers(tmp_path / "layer.onnx", layers)
    assert not list(tmp_path.iterdir())


def test_weights_without_a_kind_are_exported_by_the_block_that_is_given(tmp_path: Path) -> None:
    layer = make(cells_per_block=2, zoneout=0.2)
    bare = [[one._replace(kind=None) for one in directions] for directions in layer.weights()]
    with pytest.raises(UsageError, match=r"for Block\(\)"):
        export_layers(tmp_path / "layer.onnx", bare)
    said = LayerKind(block=layer.block, zoneout=layer.zoneout)
    export_layers(tmp_path / "layer.onnx", [[bare[0][0]._replace(kind=said)]], layer.block)
    same(layer, session(tmp_path / "layer.onnx"), inputs(layer, 4, 2))


def test_a_stream_goes_on_from_the_states_of_its_lengths(tmp_path: Path) -> None:
    layer = make(zoneout=0.1, cells_per_block=3)
    running = session(export(tmp_path, layer, lengths=True))
    given = inputs(layer, 6, 2)
    whole = running.run(None, {**given, "lengths": np.array([5, 2])})
    first: list[Floats] = running.run(
        None, {**given, "input": given["input"][:3], "lengths": np.array([3, 2])}
    )
    rest = {"input": given["input"][3:], "hidden": first[1], "cell": first[2]}
    second = running.run(None, {**rest, "lengths": np.array([2, 0])})
    np.testing.assert_allclose(whole[1], second[1], rtol=0, atol=1e-6)
    np.testing.assert_allclose(whole[2], second[2], rtol=0, atol=1e-6)
