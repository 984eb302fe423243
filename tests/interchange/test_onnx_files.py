"""Layers and models as ONNX files, against ONNX Runtime."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from karussell.errors import UsageError
from karussell.interchange import export_layers, export_model
from karussell.kernels import Activation, Block, Floats
from karussell.layers import LSTM
from karussell.model import embedded_path, open_model, read_model_file

# float32 on both sides, a few hundred roundings of values of order one.
TOLERANCE = 2e-5

OPTIONS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2, "bidirectional": True},
    {"batch_first": True, "bias": False},
    {"cells_per_block": 2},
    {"coupled_gates": True, "peepholes": True},
    {"cells_per_block": 3, "peepholes": True, "num_layers": 2, "bidirectional": True},
    {"proj_size": 3, "num_layers": 2},
    {"block": Block(2, forgets=False), "bias": "gates"},
    {"block": Block(forgets=False, net_clip=1)},
    {"block": Block.of_1997(2), "num_layers": 2, "bidirectional": True},
    {"block": Block(2, layer_norm=True, coupled=True), "peepholes": True},
    {"block": Block(net_clip=0.4, gate=Activation("hard_sigmoid", 0.2, 0.5))},
    {"block": Block(2, net_clip=0.4, cell_clip=0.3, cell_input=Activation("softsign"))},
    {"block": Block(cell_input=Activation("affine", 0.5, 0.1), cell_output=Activation("relu"))},
]


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options)


def make(**options: Any) -> LSTM:
    torch.manual_seed(0)
    return LSTM(4, 6, **options)


def inputs(layer: LSTM, time: int, batch: int) -> dict[str, Floats]:
    random = np.random.default_rng(time)
    count = layer.num_layers * (1 + layer.bidirectional)
    shape = (batch, time, 4) if layer.batch_first else (time, batch, 4)
    given: dict[str, Any] = {"input": random.standard_normal(shape)}
    for name, size in zip(("hidden", "cell", "gates"), layer._state_sizes, strict=False):
        given[name] = random.uniform(0, 0.5, (count, batch, size))
    return {name: array.astype(np.float32) for name, array in given.items()}


@pytest.mark.parametrize("options", OPTIONS, ids=repr)
def test_a_layer_does_in_onnx_runtime_what_it_does_here(
    options: dict[str, Any], tmp_path: Path
) -> None:
    layer = make(**options)
    path = tmp_path / "layer.onnx"
    export_layers(path, layer.weights(), layer.block, batch_first=layer.batch_first)
    running = session(path)
    for time, batch in [(1, 1), (7, 3)]:
        given = inputs(layer, time, batch)
        x, *states = map(torch.from_numpy, given.values())
        with torch.no_grad():
            output, last = layer(x, tuple(states))
        for got, right in zip(running.run(None, given), (output, *last), strict=True):
            np.testing.assert_allclose(got, right.numpy(), rtol=0, atol=TOLERANCE)


def test_a_layer_in_two_parts_is_the_whole_with_its_states_handed_on(tmp_path: Path) -> None:
    layer = make(peepholes=True, num_layers=2)
    export_layers(tmp_path / "layer.onnx", layer.weights(), layer.block)
    running = session(tmp_path / "layer.onnx")
    given = inputs(layer, 6, 2)
    whole = running.run(None, given)
    output, hidden, cell = running.run(None, {**given, "input": given["input"][:2]})
    rest = running.run(None, {"input": given["input"][2:], "hidden": hidden, "cell": cell})
    np.testing.assert_allclose(np.concatenate([output, rest[0]]), whole[0], rtol=0, atol=1e-6)


def test_weights_go_from_one_layer_to_another_and_what_does_not_fit_is_refused() -> None:
    for options in OPTIONS:
        layer, twin = make(**options), LSTM(4, 6, **options)
        twin.load_weights(layer.weights())
        x = torch.randn(5, 2, 4)
        assert torch.allclose(twin(x)[0], layer(x)[0], atol=1e-6)
    with pytest.raises(UsageError, match=r"directions, expected \[1, 1\]"):
        make(num_layers=2).load_weights(make().weights())
    with pytest.raises(UsageError, match=r"weight_ih_l0 is \(24, 4\), expected \(15, 4\)"):
        make(cells_per_block=2).load_weights(make().weights())
    with pytest.raises(UsageError, match="weight_peephole_l0 is not there, expected"):
        make(peepholes=True).load_weights(make().weights())
    with pytest.raises(UsageError, match="biases are given that the layer has none for"):
        make(bias="gates").load_weights(make().weights())


def test_the_packaged_model_says_in_onnx_runtime_what_it_says_here(tmp_path: Path) -> None:
    stored = read_model_file(embedded_path("en"))
    export_model(tmp_path / "english.onnx", stored)
    running = session(tmp_path / "english.onnx")
    sizes = stored.card.configuration
    words = [stored.vocabulary.id(word) for word in ["see", "you"]]
    start = sizes.vocabulary_size + 1
    state = {
        name: np.zeros((sizes.layers, 1, sizes.hidden_size), np.float32)
        for name in ("hidden", "cell")
    }
    given = {"words": np.array([[start], *[[word] for word in words]]), **state}
    log_probs, *last = running.run(None, given)

    model = open_model(embedded_path("en"))
    expected = model.log_probs(model.read(words))
    # Here states are rounded to int8 at each step, there they are not.
    best = np.argsort(expected)[-20:]
    assert np.abs(log_probs[-1, 0][best] - expected[best]).max() < 0.1
    assert running.get_modelmeta().custom_metadata_map["vocabulary"].split("\n")[words[0]] == "see"
    assert len(last) == 2
