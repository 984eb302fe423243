"""What arrays do not say is asked for, and what does not belong together is refused."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from karussell.blocks import LayerKind, LayerWeights, State, lstm_step, lstm_weights
from karussell.errors import UsageError
from karussell.interchange import (
    from_equinox,
    from_flax,
    from_keras,
    from_onnx,
    to_equinox,
    to_flax,
    to_keras,
    to_onnx,
    to_plain,
)
from karussell.kernels import TANH, Activation, Block, Floats
from karussell.layers import LSTM, RNN

INPUTS, HIDDEN = 3, 2
KERAS: dict[str, Any] = {"activation": "tanh", "recurrent_activation": "sigmoid"}
FLAX: dict[str, Any] = {"gate_fn": "sigmoid", "activation_fn": "tanh"}


def draw(block: Block = Block(), **options: Any) -> LayerWeights[Floats]:  # noqa: B008  # frozen
    random = np.random.default_rng(0)
    return lstm_weights(INPUTS, HIDDEN, random, block=block, dtype=np.float64, **options)


def kernels(dtype: Any = np.float32) -> list[Any]:
    random = np.random.default_rng(0)
    shapes = [(INPUTS, 4 * HIDDEN), (HIDDEN, 4 * HIDDEN), (4 * HIDDEN,)]
    return [random.standard_normal(shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (None, "do not say which activation the layer has; give layer.get_config"),
        ({"activation": "tanh"}, "do not say which recurrent_activation"),
        ({**KERAS, "recurrent_activation": "hard_sigmoid"}, "which has changed: give Activation"),
        ({**KERAS, "activation": "gelu"}, "activation is 'gelu', expected one of sigmoid, tanh"),
        ({**KERAS, "activation": "elu"}, "activation is 'elu', expected one of"),
        ({**KERAS, "activation": 3}, "activation is 3, expected one of"),
        ({**KERAS, "activation": {"class_name": "LeakyReLU", "config": {}}}, "activation is"),
        ({**KERAS, "units": 5}, "units is 5, but the recurrent kernel is for 2"),
    ],
)
def test_keras_arrays_do_not_say_what_is_done_with_them(
    config: dict[str, Any] | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        from_keras(kernels(), config)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("tanh", TANH),
        ("linear", Activation("affine", 1, 0)),
        (None, Activation("affine", 1, 0)),
        ("softsign", Activation("softsign")),
        (np.tanh, TANH),
        ({"class_name": "function", "config": "relu"}, Activation("relu")),
        (Activation("scaled_tanh", 2, 0.5), Activation("scaled_tanh", 2, 0.5)),
    ],
)
def test_an_activation_of_keras_is_read_from_its_configuration(
    given: Any, read: Activation
) -> None:
    config = {"units": HIDDEN, "activation": given, "recurrent_activation": "sigmoid"}
    kind = from_keras(kernels(), config).kind
    assert kind == LayerKind(block=Block(cell_input=read, cell_output=read))


def test_a_layer_of_keras_that_goes_backwards_is_no_forward_one() -> None:
    weights = from_keras(kernels(), {**KERAS, "go_backwards": True})
    with pytest.raises(UsageError, match="weights_l0 read sequences from the end"):
        LSTM(INPUTS, HIDDEN).load_weights([[weights]])
    forward = from_keras(kernels(), KERAS)
    LSTM(INPUTS, HIDDEN, bidirectional=True).load_weights([[forward, weights]])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ([*kernels()[:2], np.zeros(8 * HIDDEN)], "as a CuDNNLSTM has it"),
        ([*kernels()[:2], np.zeros(5)], r"the bias is \(5,\), expected \(8,\)"),
        ([*kernels()[:2], np.zeros((2, 8))], r"the bias is \(2, 8\), expected"),
        ([np.zeros((3, 6)), *kernels()[1:]], r"the kernel is \(3, 6\), expected \(any, 8\)"),
        ([np.zeros(8), *kernels()[1:]], r"the kernel is \(8,\)"),
        ([kernels()[0], np.zeros((2, 2, 8))], r"the recurrent kernel is \(2, 2, 8\)"),
        ([kernels()[0] * np.nan, *kernels()[1:]], "the kernel has values that are no finite"),
        ([kernels()[0].astype(complex), *kernels()[1:]], "the kernel is of complex128"),
        ([kernels()[0].astype(str), *kernels()[1:]], "the kernel is of <U"),
        ([*kernels(), *kernels()], "6 arrays, expected kernel.*each direction of a Bidirectional"),
    ],
)
def test_arrays_of_other_shapes_and_kinds_are_no_layer_of_keras(
    arrays: list[Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        from_keras(arrays, KERAS)


def flax(nnx: bool = False, bias: bool = True, dtype: Any = np.float32) -> dict[str, Any]:
    random = np.random.default_rng(0)

    def held(array: Floats) -> Any:
        return SimpleNamespace(get_value=lambda: array) if nnx else array

    found: dict[str, Any] = {}
    for gate in "ifgo":
        name = "if_" if nnx and gate == "f" else f"i{gate}"
        found[name] = {"kernel": held(random.standard_normal((INPUTS, HIDDEN)).astype(dtype))}
        found[f"h{gate}"] = {"kernel": held(random.standard_normal((HIDDEN, HIDDEN)).astype(dtype))}
        if bias:
            found[f"h{gate}"]["bias"] = held(random.standard_normal(HIDDEN).astype(dtype))
    return found


def test_cells_of_nnx_are_read_as_those_of_linen_are() -> None:
    linen = from_flax(flax(), **FLAX)
    side_by_side = {
        f"dense_{side}": {
            part: np.concatenate([flax()[side + gate][part] for gate in "ifgo"], axis=-1)
            for part in (["kernel"] if side == "i" else ["kernel", "bias"])
        }
        for side in "ih"
    }
    older = {
        name: {key: SimpleNamespace(value=array) for key, array in parts.items()}
        for name, parts in flax().items()
    }
    unused = {**flax(nnx=True), "rngs": {"carry": {}}}
    without = flax(bias=False)
    for gate in "ifgo":
        without[f"h{gate}"]["bias"] = None
    for parameters in (flax(nnx=True), {"params": flax()}, side_by_side, older, unused):
        for ours, theirs in zip(linen.parts, from_flax(parameters, **FLAX).parts, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert not from_flax(without, **FLAX).bias.any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda cell: cell.pop("hg"), "'hg' is missing"),
        (lambda cell: cell["ig"].pop("kernel"), "'ig.kernel' is missing"),
        (lambda cell: cell["hf"].pop("bias"), "only the gates i, g, o have a bias"),
        (lambda cell: cell["ii"].update(bias=np.zeros(2)), "'ii.bias' is nothing that"),
        (lambda cell: cell.update(norm={"scale": np.zeros(2)}), "'norm.scale' is nothing that"),
        (lambda cell: cell["hf"].update(bias=np.zeros(3)), r"hf.bias is \(3,\), expected \(2,\)"),
        (lambda cell: cell["hf"].update(kernel=np.zeros((3, 2))), r"hf.kernel is \(3, 2\)"),
        (lambda cell: cell.update(ii=np.zeros((3, 2))), "'ii' is ndarray, expected kernel and"),
    ],
)
def test_what_is_no_cell_of_flax_is_refused(change: Callable[[Any], Any], message: str) -> None:
    cell = flax()
    change(cell)
    with pytest.raises(UsageError, match=message):
        from_flax(cell, **FLAX)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "do not say which gate_fn"),
        ({"gate_fn": "sigmoid"}, "do not say which activation_fn"),
        ({**FLAX, "activation_fn": "swish"}, "activation_fn is 'swish', expected one of"),
        ({**FLAX, "gate_fn": lambda x: x}, "gate_fn is '<lambda>', expected one of"),
    ],
)
def test_parameters_of_flax_do_not_say_the_functions(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        from_flax(flax(), **given)


def test_hard_sigmoid_of_jax_is_known() -> None:
    kind = from_flax(flax(), gate_fn="hard_sigmoid", activation_fn="relu").kind
    assert kind is not None
    assert isinstance(kind.block, Block)
    assert kind.block.gate == Activation("hard_sigmoid", 1 / 6, 0.5)


@pytest.mark.parametrize(
    "arrays",
    [
        (np.zeros((8, 3)), np.zeros((8, 3))),
        (np.zeros((6, 3)), np.zeros((8, 2))),
        (np.zeros((8, 3)), np.zeros((8, 2)), np.zeros(4)),
        (np.zeros((8, 3)), np.zeros((8, 2)), np.zeros(16)),
        (np.zeros(8), np.zeros((8, 2))),
    ],
)
def test_arrays_of_other_shapes_are_no_cell_of_equinox(arrays: Any) -> None:
    with pytest.raises(UsageError, match="expected"):
        from_equinox(*arrays)


WRITE: list[Callable[..., Any]] = [
    to_keras,
    to_flax,
    to_equinox,
    to_plain,
    lambda weights, *block: to_onnx([weights], *block),
]


@pytest.mark.parametrize("write", WRITE)
@pytest.mark.parametrize(
    ("weights", "block", "message"),
    [
        (draw(Block(layer_norm=True)), None, "norms are given, but Block"),
        (draw(Block(gate_recurrence=True)), None, "weight_gh are given, but Block"),
        (draw(), Block(layer_norm=True), "norms are not there, but Block"),
        (draw(), Block(gate_recurrence=True), "weight_gh are not there, but"),
        (draw(Block(2)), None, "for Block"),
        (draw(Block(coupled=True)), None, "for Block"),
        (draw(peepholes=True)._replace(peepholes=np.zeros((2, 2))), None, "peepholes is"),
        (draw()._replace(bias=np.zeros(3)), None, r"bias is \(3,\), expected \(8,\), for Block"),
        (draw()._replace(weight_ih=np.zeros((7, 3))), None, "weight_ih is"),
        (draw(projected_size=1)._replace(projection=np.zeros((1, 3))), None, "projection is"),
        (draw()._replace(bias=np.full(8, np.inf)), None, "bias has values that are no finite"),
        (draw()._replace(bias=np.full(8, True)), None, "bias is of bool"),
        (RNN(3, 8).weights()[0][0]._replace(kind=None), None, r"weight_hh is \(8, 8\), expected"),
        (RNN(3, 8).weights()[0][0], None, "the weights are of a plain layer of tanh, expected mem"),
    ],
    ids=lambda each: "" if isinstance(each, LayerWeights) else repr(each),
)
def test_weights_and_a_block_that_do_not_belong_together_are_refused(
    write: Callable[..., Any], weights: LayerWeights[Floats], block: Block | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        write(weights, *([] if block is None else [block]))


@pytest.mark.parametrize("write", WRITE)
def test_weights_that_say_their_block_are_not_taken_as_another(write: Callable[..., Any]) -> None:
    relu = Block(cell_input=Activation("relu"))
    weights = draw()._replace(kind=LayerKind(block=relu))
    with pytest.raises(UsageError, match="the block is Block\\(\\), but the weights are of Block"):
        write(weights, Block())
    two = draw(Block(2))._replace(kind=LayerKind(block=Block(2)))
    write(two)


@pytest.mark.parametrize("write", [*WRITE[:3], WRITE[4]])
@pytest.mark.parametrize("zoneout", [(0.1, 0.0), (0.0, 0.2)])
def test_zoneout_is_refused_where_there_is_none(
    write: Callable[..., Any], zoneout: tuple[float, float]
) -> None:
    layer = LSTM(INPUTS, HIDDEN, zoneout=zoneout)
    with pytest.raises(UsageError, match="has no zoneout; these weights have"):
        write(layer.weights()[0][0])
    with pytest.raises(UsageError, match=r"weights_l0 are of a layer with zoneout=\("):
        LSTM(INPUTS, HIDDEN).load_weights(layer.weights())
    LSTM(INPUTS, HIDDEN, zoneout=zoneout).load_weights(layer.weights())


def test_weights_are_loaded_whole_or_not_at_all() -> None:
    layer, other = LSTM(3, 2, num_layers=2), LSTM(3, 2, num_layers=2, block=Block(net_clip=1))
    before = layer.weights()
    bad = [LSTM(3, 2).weights()[0], LSTM(3, 5, num_layers=2).weights()[1]]
    for weights, message in [(bad, "weight_ih_l1 is"), (other.weights(), "weights_l0 are of B")]:
        with pytest.raises(UsageError, match=message):
            layer.load_weights(weights)
        for old, new in zip(before, layer.weights(), strict=True):
            np.testing.assert_array_equal(old[0].weight_ih, new[0].weight_ih)


SHORT = [ml_dtypes.bfloat16, np.float16, ml_dtypes.float8_e4m3fn, np.int8, ">f4"]


@pytest.mark.parametrize("dtype", SHORT, ids=str)
def test_shorter_numbers_become_float32_and_mean_the_same(dtype: Any) -> None:
    weights = draw().each(lambda part: np.asarray(4 * part, dtype))
    exact = weights.each(lambda part: part.astype(np.float64))
    arrays: list[Any] = [*to_onnx([weights])[:3]]
    read = [
        to_plain(weights),
        from_keras(to_keras(weights), KERAS),
        from_flax(to_flax(weights), **FLAX),
        from_equinox(**to_equinox(weights)),
        from_keras([part.astype(dtype) for part in to_keras(weights)], KERAS),
        from_flax(flax(dtype=dtype), **FLAX)._replace(**to_plain(weights)._asdict()),
        from_onnx(*[part.astype(dtype) for part in arrays]).weights[0],
    ]
    for each in read:
        for ours, right in zip(each.parts, exact.parts, strict=True):
            assert ours.dtype == np.float32
            np.testing.assert_array_equal(ours, right)


def test_a_layer_of_bfloat16_gives_weights() -> None:
    import torch

    layer = LSTM(3, 2, dtype=torch.bfloat16)
    assert layer.weights()[0][0].weight_ih.dtype == np.float32
    short = layer.weights()[0][0].each(lambda part: part.astype(ml_dtypes.bfloat16))
    twin = LSTM(3, 2)
    twin.load_weights([[short]])
    np.testing.assert_array_equal(twin.weights()[0][0].weight_hh, layer.weights()[0][0].weight_hh)


def test_a_plain_layer_still_says_what_it_does() -> None:
    block = Block(2, net_clip=1, cell_input=Activation("softsign"))
    weights = draw(block)._replace(kind=LayerKind(block=block, zoneout=(0.1, 0.2), backwards=True))
    plain = to_plain(weights)
    assert plain.kind == replace(weights.kind, block=replace(block, cells=1))  # type: ignore[type-var]
    x, state = np.ones((1, 3)), State(hidden=np.zeros((1, 2)), cell=np.ones((1, 2)))
    ours = lstm_step(x, state, weights, block=block).state.cell
    theirs = lstm_step(x, state, plain, block=replace(block, cells=1)).state.cell
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-15)
