"""Every option of other frameworks' layers, read: kept, converted, asked for or refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.interchange import (
    from_equinox,
    from_flax,
    from_keras,
    from_onnx,
    from_onnx_rnn,
    from_torch,
    to_torch,
)
from karussell.kernels import Activation, Block, Floats
from karussell.layers import LSTM, RNN
from tests.interchange.test_asked_for import FLAX, HIDDEN, INPUTS, KERAS, flax, kernels

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "interchange.md"
HARD = Activation("hard_sigmoid", 0.2, 0.5)
Read = LayerWeights[Floats]


class Row(NamedTuple):
    """An option of a framework, how it is read, and of what kind the weights are, or why not."""

    shown: str
    read: Callable[[], Read]
    found: LayerKind | str
    said: str = "kept"


def keras(arrays: Any = None, **config: Any) -> Callable[[], Read]:
    return lambda: from_keras(arrays or kernels(), {**KERAS, **config})


def node(**attributes: Any) -> Callable[[], Read]:
    random = np.random.default_rng(0)
    given = attributes.pop("given", {})
    count = 2 if attributes.get("direction") == "bidirectional" else 1
    W, R = (random.standard_normal((count, 4 * HIDDEN, size)) for size in (INPUTS, HIDDEN))
    return lambda: from_onnx(W, R, **given, attributes=attributes).weights[-1]


def plain(**attributes: Any) -> Callable[[], Read]:
    W, R = np.ones((1, HIDDEN, INPUTS)), np.ones((1, HIDDEN, HIDDEN))
    return lambda: from_onnx_rnn(W, R, attributes=attributes).weights[0]


def lstm(**options: Any) -> Callable[[], Read]:
    layer = torch.nn.LSTM(INPUTS, HIDDEN, **options)
    return lambda: from_torch(layer.state_dict())[-1][-1]


USUAL = LayerKind()
BACKWARDS = LayerKind(backwards=True)
RELU = LayerKind(block=Block(cell_input=Activation("relu"), cell_output=Activation("relu")))
RELU_NODE = {"activations": ["Sigmoid", "Tanh", "Relu"]}
ROWS = [
    Row("Keras: `activation`", keras(activation="relu"), RELU),
    Row("Keras: `activation` that blocks lack", keras(activation="gelu"), "activation is 'gelu'"),
    Row("Keras: without its configuration", lambda: from_keras(kernels()), "give layer.get_config"),
    Row("Keras: `hard_sigmoid`", keras(recurrent_activation="hard_sigmoid"), "which has changed"),
    Row("Keras: `use_bias=False`", keras(kernels()[:2], use_bias=False), USUAL, "converted"),
    Row("Keras: `use_bias` that is not so", keras(use_bias=False), "use_bias is False"),
    Row("Keras: `go_backwards`", keras(go_backwards=True), BACKWARDS),
    Row("Keras: `dropout`, `stateful`, `return_sequences` ...", keras(dropout=0.5, stateful=True,
        recurrent_dropout=0.5, return_sequences=True, unroll=True), USUAL, "nothing to keep"),
    Row("Keras: `Bidirectional`", keras(2 * kernels()), "6 arrays, expected kernel"),
    Row("Keras: `CuDNNLSTM`", keras([*kernels()[:2], np.zeros(8 * HIDDEN)]), "as a CuDNNLSTM"),
    Row("Flax: linen and nnx", lambda: from_flax(flax(nnx=True), **FLAX), USUAL),
    Row("Flax: `gate_fn`, `activation_fn`", lambda: from_flax(flax(), gate_fn="sigmoid",
        activation_fn="relu"), RELU),
    Row("Flax: without them", lambda: from_flax(flax()), "do not say which gate_fn"),
    Row("Flax: without biases", lambda: from_flax(flax(bias=False), **FLAX), USUAL, "converted"),
    Row("Equinox: `LSTMCell`", lambda: from_equinox(np.ones((8, 3)), np.ones((8, 2)),
        np.ones(8)), USUAL),
    Row("Equinox: `use_bias=False`", lambda: from_equinox(np.ones((8, 3)), np.ones((8, 2))), USUAL,
        "converted"),
    Row("torch: `nn.LSTM`, `num_layers`", lstm(num_layers=2), USUAL),
    Row("torch: `bidirectional`", lstm(bidirectional=True), BACKWARDS),
    Row("torch: `proj_size`", lstm(proj_size=1), USUAL),
    Row("torch: `bias=False`", lstm(bias=False), USUAL, "converted"),
    Row("torch: `nn.GRU`", lambda: from_torch(torch.nn.GRU(3, 4).state_dict())[0][0],
        "weight_hh_l0 is (12, 4), expected (16, ...)"),
    Row("torch: our layer of other blocks", lambda: from_torch(LSTM(3, 4,
        peepholes=True).state_dict())[0][0], "'weight_peephole_l0' is nothing that"),
    Row("ONNX: `direction`", node(direction="reverse"), BACKWARDS),
    Row("ONNX: `direction=bidirectional`", node(direction="bidirectional"), BACKWARDS),
    Row("ONNX: `activations`", node(**RELU_NODE), LayerKind(block=Block(
        cell_output=Activation("relu")))),
    Row("ONNX: `HardSigmoid` without alpha and beta", node(activations=["HardSigmoid", "Tanh",
        "Tanh"]), LayerKind(block=Block(gate=HARD))),
    Row("ONNX: `ScaledTanh`, `Affine` without them", node(activations=["Sigmoid", "Affine",
        "Tanh"]), "activation_alpha has 0 numbers"),
    Row("ONNX: other activations", node(activations=["Elu"] * 3), "'Elu' is not known"),
    Row("ONNX: others in each direction", node(direction="bidirectional", activations=["Sigmoid",
        "Tanh", "Tanh", "Sigmoid", "Tanh", "Relu"]), "must have the same activations"),
    Row("ONNX: `clip`", node(clip=2), LayerKind(block=Block(net_clip=2))),
    Row("ONNX: `input_forget`", node(input_forget=1), LayerKind(block=Block(coupled=True)),
        "converted"),
    Row("ONNX: `input_forget` with other gates", node(input_forget=1, activations=["Tanh"] * 3),
        "a forget gate of 1 - input gate has no rows then"),
    Row("ONNX: peepholes", node(given={"P": np.ones((1, 3 * HIDDEN))}), USUAL),
    Row("ONNX: `layout`", node(layout=1), USUAL),
    Row("ONNX: unknown attributes", node(linear_before_reset=1), "is not known"),
    Row("ONNX: `RNN`", plain(activations=["Relu"], direction="reverse"),
        LayerKind(block="relu", backwards=True)),
    Row("ONNX: `RNN` with `clip`", plain(clip=1.0), "a plain layer has no clip"),
]  # fmt: skip


def table() -> str:
    lines = ["| from | here |", "|---|---|"]
    for row in ROWS:
        said = row.said if isinstance(row.found, LayerKind) else f"no: *{row.found}*"
        lines.append(f"| {row.shown} | {said} |")
    return "\n".join(lines)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.shown)
def test_what_a_framework_has_is_kept_or_refused(row: Row) -> None:
    if isinstance(row.found, LayerKind):
        assert row.read().kind == row.found
        return
    with pytest.raises(UsageError) as refused:
        row.read()
    assert row.found in str(refused.value)


def test_the_page_has_this_table() -> None:
    assert table() in PAGE.read_text()


@pytest.mark.parametrize(
    "options",
    [{}, {"bias": False}, {"num_layers": 2, "bidirectional": True, "proj_size": 2}],
    ids=repr,
)
@pytest.mark.filterwarnings("ignore")  # torch says of projections that they are slower
def test_a_layer_of_torch_goes_both_ways(options: dict[str, Any]) -> None:
    there = torch.nn.LSTM(3, 4, **options, dtype=torch.float64)
    read = from_torch(there.state_dict())
    ours = LSTM(3, 4, **options, dtype=torch.float64)
    ours.load_weights(read)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    torch.testing.assert_close(ours(x)[0], there(x)[0], rtol=0, atol=1e-12)
    back = torch.nn.LSTM(3, 4, **{**options, "bias": True}, dtype=torch.float64)
    written = {name: torch.from_numpy(array) for name, array in to_torch(ours.weights()).items()}
    back.load_state_dict(written)
    torch.testing.assert_close(back(x)[0], there(x)[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda found: found.pop("weight_hh_l0"), "'weight_hh_l0' is missing, expected the state"),
        (lambda found: found.pop("weight_ih_l0"), "'weight_ih_l0' is missing"),
        (lambda found: found.pop("bias_hh_l1"), "'bias_hh_l1' is missing"),
        (lambda found: found.pop("bias_ih_l1"), "'bias_ih_l1' is missing"),
        (lambda found: found.pop("weight_ih_l1"), "'weight_hh_l1' is nothing that"),
        (lambda found: found.pop("weight_ih_l1_reverse"), "'weight_ih_l1_reverse' is missing"),
        (lambda found: found.update(other=np.ones(3)), "'other' is nothing that"),
        (lambda found: found.update(bias_ih_l0=np.ones(3)), r"bias_ih_l0 is \(3,\), expected"),
        (lambda found: found.update(weight_ih_l0=np.ones((9, 3))), r"weight_ih_l0 is \(9, 3\)"),
        (lambda found: found.update(weight_ih_l0=np.full((16, 3), np.nan)), "weight_ih_l0 has val"),
        (lambda found: found.update(weight_hh_l1=None), "weight_hh_l1 is NoneType, expected"),
    ],
)
def test_what_is_no_state_of_torchs_layer_is_refused(
    change: Callable[[dict[str, Any]], Any], message: str
) -> None:
    found: dict[str, Any] = {
        name: part.numpy()
        for name, part in torch.nn.LSTM(3, 4, 2, bidirectional=True).state_dict().items()
    }
    change(found)
    with pytest.raises(UsageError, match=message):
        from_torch(found)


def test_one_direction_is_not_written_as_the_other() -> None:
    layer = LSTM(3, 4, bidirectional=True)
    forward, backward = layer.weights()[0]
    several: list[Any] = [
        [[backward]],
        [[backward, forward]],
        [[forward, forward]],
        [[forward] * 3],
    ]
    for wrong in several:
        with pytest.raises(UsageError, match=r"read from the|of \d directions"):
            to_torch(wrong)


def test_plain_layers_are_of_one_nonlinearity() -> None:
    weights = RNN(3, 4, nonlinearity="relu", bidirectional=True).weights()[0]
    assert [one.kind for one in weights] == [
        LayerKind(block="relu"),
        LayerKind(block="relu", backwards=True),
    ]
