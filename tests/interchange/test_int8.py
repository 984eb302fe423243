"""Files of layers in int8: smaller, near, and none by half."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from karussell.errors import UsageError
from karussell.interchange import export_layers, to_int8
from karussell.kernels import Block, Floats
from karussell.layers import LSTM
from tests.interchange.test_onnx_files import session

FORMS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2, "bidirectional": True},
    {"cells_per_block": 2},
    {"peepholes": True, "coupled_gates": True},
    {"peepholes": True, "cells_per_block": 4},
    {"proj_size": 16},
    {"zoneout": 0.1},
    {"block": Block(cell_clip=1)},
    {"block": Block.of_1997(2), "num_layers": 2, "bidirectional": True},
]
# What is rounded is normalised, too: errors grow with it, as they do with rounded weights alone.
NORMALISED: list[dict[str, Any]] = [
    {"block": Block(layer_norm=True)},
    {"block": Block(2, layer_norm=True), "peepholes": True, "num_layers": 2, "bidirectional": True},
]


def outputs(path: Path, layer: LSTM, scale: float = 1.0) -> tuple[Floats, Floats]:
    """What a file gives in float32 and in int8, by which it is replaced."""
    export_layers(path, layer.weights())
    random = np.random.default_rng(0)
    count = layer.num_layers * (1 + layer.bidirectional)
    given = {"input": scale * random.standard_normal((9, 3, 64)).astype(np.float32)}
    for name, size in zip(("hidden", "cell", "gates"), layer._state_sizes, strict=False):
        given[name] = np.zeros((count, 3, size), np.float32)
    exact = session(path).run(None, given)[0]
    to_int8(path)
    return exact, session(path).run(None, given)[0]


def make(**options: Any) -> LSTM:
    torch.manual_seed(0)
    return LSTM(64, 128, **options)


@pytest.mark.parametrize("options", FORMS, ids=repr)
def test_a_layer_of_any_form_in_int8_is_small_and_near(
    options: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "layer.onnx"
    layer = make(**options)
    exact, near = outputs(path, layer)
    # A weight is off by half a 127th of the largest of its row, and so are inputs of theirs.
    assert 0 < np.abs(near - exact).max() < 0.02
    small = path.stat().st_size
    export_layers(path, layer.weights())
    assert small < 0.4 * path.stat().st_size


@pytest.mark.parametrize("options", NORMALISED, ids=repr)
def test_a_normalised_layer_in_int8_is_small_and_near_in_the_mean(
    options: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "layer.onnx"
    layer = make(**options)
    exact, near = outputs(path, layer)
    off, size = (np.sqrt(np.square(part).mean()) for part in (near - exact, exact))
    assert 0 < off < 0.06 * size
    small = path.stat().st_size
    export_layers(path, layer.weights())
    assert small < 0.4 * path.stat().st_size


@pytest.mark.parametrize(
    "options",
    [{}, {"cells_per_block": 2, "peepholes": True}, {"zoneout": 0.1}, {"proj_size": 16}],
    ids=repr,
)
@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0"])
def test_one_large_row_does_not_spoil_the_others(
    options: dict[str, Any], name: str, tmp_path: Path
) -> None:
    layer = make(**options)
    with torch.no_grad():
        getattr(layer, name)[3] *= 300
    exact, near = outputs(tmp_path / "layer.onnx", layer)
    hidden = [unit for unit in range(exact.shape[-1]) if unit // layer.cells_per_block != 3]
    apart = (near - exact)[..., hidden]
    # With one scale for all rows it is 0.02.
    assert np.sqrt(np.square(apart).mean()) < 0.004


def test_nothing_is_said_to_who_did_not_ask(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        outputs(tmp_path / "layer.onnx", make())
        logging.warning("of others")
    assert [record.getMessage() for record in caplog.records if record.levelno > 20] == [
        "of others"
    ]
    assert capfd.readouterr().err == ""


def test_a_process_without_handlers_has_none_afterwards(tmp_path: Path) -> None:
    export_layers(tmp_path / "layer.onnx", make().weights())
    code = (
        "import logging, pathlib, sys; from karussell.interchange import to_int8; "
        "to_int8(pathlib.Path(sys.argv[1])); print(logging.getLogger().handlers)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "layer.onnx")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_file_without_weights_is_refused_and_kept(tmp_path: Path) -> None:
    helper = onnx.helper
    values = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in ("x", "y")
    ]
    node = helper.make_node("Abs", ["x"], ["y"])
    graph = helper.make_graph([node], "none", values[:1], values[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "none.onnx")
    before = (tmp_path / "none.onnx").read_bytes()
    with pytest.raises(UsageError, match="finds no weights to round to int8"):
        to_int8(tmp_path / "none.onnx")
    assert (tmp_path / "none.onnx").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_lengths_are_an_input_in_int8_too(tmp_path: Path) -> None:
    path = tmp_path / "layer.onnx"
    layer = make(bidirectional=True)
    export_layers(path, layer.weights(), lengths=True)
    to_int8(path)
    x = torch.randn(5, 2, 64)
    given = {"input": x.numpy(), "lengths": np.array([5, 0])}
    given |= {name: np.zeros((2, 2, 128), np.float32) for name in ("hidden", "cell")}
    with torch.no_grad():
        right = layer(x, lengths=[5, 0])[0].numpy()
    got = session(path).run(None, given)[0]
    assert np.abs(got - right).max() < 0.02
    assert not got[:, 1].any()
