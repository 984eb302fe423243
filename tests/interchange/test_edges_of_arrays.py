"""What is no array, no layer, no attribute and no file is refused by name, whoever is given it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.interchange import (
    export_layers,
    from_equinox,
    from_flax,
    from_keras,
    from_onnx,
    from_torch,
    to_equinox,
    to_flax,
    to_int8,
    to_keras,
    to_onnx,
    to_plain,
    to_torch,
)
from karussell.kernels import Activation, Block
from karussell.layers import LSTM
from tests.interchange.test_asked_for import FLAX, KERAS

WEIGHTS = LSTM(3, 4).weights()[0][0]
NORMAL = LSTM(3, 4, block=Block(layer_norm=True)).weights()[0][0]
WRITE: dict[str, Callable[[Any, Path], Any]] = {
    "plain": lambda one, _: to_plain(one),
    "keras": lambda one, _: to_keras(one),
    "flax": lambda one, _: to_flax(one),
    "equinox": lambda one, _: to_equinox(one),
    "torch": lambda one, _: to_torch([[one]]),
    "onnx": lambda one, _: to_onnx([one]),
    "file": lambda one, folder: export_layers(folder / "layer.onnx", [[one]]),
}


def masked(array: Any) -> Any:
    return np.ma.masked_array(array, mask=array > 0)


def of(block: Block) -> Any:
    return WEIGHTS._replace(kind=LayerKind(block=block))


@pytest.mark.parametrize("write", WRITE.values(), ids=WRITE)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (None, "the weights are NoneType, expected LayerWeights of one direction"),
        ([WEIGHTS], "the weights are list, expected LayerWeights"),
        (tuple(WEIGHTS[:3]), "the weights are tuple, expected LayerWeights"),
        (WEIGHTS._replace(kind="lstm"), "kind is 'lstm', expected a LayerKind"),  # type: ignore[arg-type]
        (WEIGHTS._replace(bias=None), "bias is NoneType, expected an array"),  # type: ignore[arg-type]
        (WEIGHTS._replace(weight_hh={}), "weight_hh is dict, expected an array"),  # type: ignore[arg-type]
        (WEIGHTS.each(masked), "weight_ih has masked values"),
        (WEIGHTS._replace(bias=masked(WEIGHTS.bias)), "bias has masked values"),
        (WEIGHTS.each(lambda part: part * np.nan), "weight_ih has values that are no finite"),
        (LayerWeights(*(np.ones(size) for size in [(0, 3), (0, 0), 0])), "expected sizes of 1 or"),
        (WEIGHTS._replace(weight_ih=np.ones((16, 0))), r"weight_ih is \(16, 0\), expected sizes"),
        (NORMAL._replace(norms=None), "norms are not there, but"),
        (WEIGHTS.each(lambda part: torch.tensor(part, requires_grad=True)), "requires grad"),
        (WEIGHTS.each(np.complex64), "weight_ih is of complex64"),
        (WEIGHTS.each(lambda part: part.astype(object)), "weight_ih is ndarray, expected an array"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_are_no_weights_goes_nowhere(
    write: Callable[[Any, Path], Any], weights: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=message):
        write(weights, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("write", WRITE.values(), ids=WRITE)
def test_how_arrays_lie_in_memory_changes_nothing(
    write: Callable[[Any, Path], Any], tmp_path: Path
) -> None:
    def bytes_of(result: Any) -> bytes:
        if result is None:
            return (tmp_path / "layer.onnx").read_bytes()
        return b"".join(part.tobytes() for part in leaves(result))

    right = bytes_of(write(WEIGHTS, tmp_path))
    ways: list[Callable[[Any], Any]] = [
        np.asfortranarray,
        lambda part: np.repeat(part, 2, axis=-1)[..., ::2],
        lambda part: part[::-1].copy()[::-1],
        lambda part: part.astype(">f4"),
        torch.from_numpy,
        lambda part: part.tolist() and np.array(part.tolist(), np.float32),
    ]
    for way in ways:
        assert bytes_of(write(WEIGHTS.each(way), tmp_path)) == right


def leaves(result: Any) -> list[Any]:
    if isinstance(result, dict):
        return [leaf for part in result.values() for leaf in leaves(part)]
    if isinstance(result, list | tuple):
        return [leaf for part in result for leaf in leaves(part)]
    return [result] if isinstance(result, np.ndarray) else []


@pytest.mark.parametrize("name", ["onnx", "file"])
@pytest.mark.parametrize(
    ("block", "message"),
    [
        (Block(net_clip=1e300), "net_clip is 1e.300, which float32 does not hold"),
        (Block(net_clip=1e-300), "net_clip is 1e-300, which float32 does not hold"),
        (Block(gate=Activation("hard_sigmoid", 1e39)), "alpha of gate is 1e.39"),
        (Block(cell_input=Activation("scaled_tanh", 1, 1e300)), "beta of cell_input is 1e.300"),
        (Block(cell_output=Activation("affine", 1e-60, 0)), "alpha of cell_output is 1e-60"),
    ],
    ids=repr,
)
def test_numbers_that_float32_lacks_are_no_attributes(
    name: str, block: Block, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=message):
        WRITE[name](of(block), tmp_path)
    assert not list(tmp_path.iterdir())


def test_clips_of_cells_too_are_numbers_of_float32(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cell_clip is 1e\+300, which float32 does not hold"):
        WRITE["file"](of(Block(cell_clip=1e300)), tmp_path)
    WRITE["file"](of(Block(cell_clip=3e38, net_clip=1e-30)), tmp_path)


@pytest.mark.parametrize(
    "zoneout", [(np.nan, 0), (2, 0), (-0.1, 0), (0.1,), (0.1, 0.1, 0.1), (0, 1)], ids=repr
)
def test_zoneout_is_two_chances(zoneout: Any) -> None:
    with pytest.raises(ValueError, match=r"zoneout is \(.*, expected two numbers, each 0 or more"):
        LayerKind(zoneout=zoneout)


ARRAYS = to_keras(WEIGHTS)
CELL = to_flax(WEIGHTS)
NODE = to_onnx([WEIGHTS])
STATE = to_torch([[WEIGHTS]])
HARD = {"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_beta": [0.5]}


def keras(arrays: Any = ARRAYS, **config: Any) -> Any:
    return lambda: from_keras(arrays, {**KERAS, **config})


def node(**attributes: Any) -> Any:
    return lambda: from_onnx(*NODE[:3], attributes=attributes)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (keras(None), "the arrays are NoneType, expected get_weights"),
        (keras([None] * 3), "the recurrent kernel is NoneType, expected an array"),
        (keras([masked(each) for each in ARRAYS]), "has masked values"),
        (keras([np.ones((3, 0)), np.ones((0, 0)), np.ones(0)]), "expected sizes of 1 or more"),
        (keras(units="four"), "units is four, but"),
        (keras(units=float("nan")), "units is nan, but"),
        (keras(go_backwards="no"), "go_backwards is 'no', expected True or False"),
        (keras(use_bias="no"), "use_bias is no, but 3 arrays"),
        (keras(activation={}), "activation is {}, expected one of"),
        (keras(activation=Activation("affine", 0)), "activation: cell_input has alpha 0"),
        (keras(activation=Activation("gelu")), "activation: cell_input is 'gelu'"),  # type: ignore[arg-type]
        (lambda: from_keras(ARRAYS, "tanh"), "the configuration is str"),  # type: ignore[arg-type]
        (lambda: from_flax(None, **FLAX), "the parameters are NoneType, expected a dict"),  # type: ignore[arg-type]
        (lambda: from_flax([CELL], **FLAX), "the parameters are list, expected a dict"),  # type: ignore[arg-type]
        (lambda: from_flax({"params": [1]}, **FLAX), "the parameters are list, expected a dict"),
        (lambda: from_flax({**CELL, "ii": {"kernel": "abc"}}, **FLAX), "ii.kernel is"),
        (lambda: from_flax(CELL, gate_fn={}, activation_fn="tanh"), "gate_fn is {}, expected"),
        (lambda: from_equinox(None, None), "weight_hh is NoneType"),  # type: ignore[arg-type]
        (lambda: from_equinox(np.ones((0, 3)), np.ones((0, 0))), "expected sizes of 1 or more"),
        (lambda: from_torch(None), "the parameters are NoneType, expected what state_dict"),  # type: ignore[arg-type]
        (lambda: from_torch(torch.nn.LSTM(3, 4)), "the parameters are LSTM, expected what"),  # type: ignore[arg-type]
        (lambda: from_torch({}), "'weight_hh_l0' is missing"),
        (lambda: from_torch({1: 2}), "'weight_hh_l0' is missing"),  # type: ignore[dict-item]
        (lambda: from_torch(torch.nn.LSTM(3, 4, device="meta").state_dict()), "weight_hh_l0 is no"),
        (
            lambda: from_torch({**STATE, **{k[:-1] + "1": v for k, v in STATE.items()}}),
            "layer 1 reads 3 inputs, expected 4",
        ),
        (lambda: from_onnx(None, None), "R is NoneType, expected an array"),  # type: ignore[arg-type]
        (lambda: from_onnx(np.ones((1, 0, 3)), np.ones((1, 0, 0))), "expected sizes of 1 or more"),
        (lambda: from_onnx(*NODE[:3], attributes="x"), "the attributes are str, expected"),  # type: ignore[arg-type]
        (node(clip="1"), "clip is '1', expected a number more than 0"),
        (node(clip=[1.0]), r"clip is \[1.0\], expected a number"),
        (node(clip=True), "clip is True, expected a number"),
        (node(**HARD, activation_alpha=["a"]), "activation_alpha has 'a', expected numbers"),
        (node(**HARD, activation_alpha=[None]), "activation_alpha has 'None', expected numbers"),
        (node(**HARD, activation_alpha=0.5), "activation_alpha is '0.5', expected a list"),
        (node(activations="Sigmoid"), "activations is 'Sigmoid', expected a list"),
        (node(activations=5), "activations is '5', expected a list"),
        (node(direction=["forward"]), r"direction is \['forward'\] with weights of 1"),
        (node(hidden_size="4"), "hidden_size is '4', but the weights are for 4"),
        (node(input_forget=[1]), r"input_forget is \[1\], expected 0 or 1"),
        (node(layout="1"), "layout is '1', expected 0 or 1"),
    ],
)  # fmt: skip
def test_what_is_read_is_told_from_what_cannot_be(read: Callable[[], Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read()


def test_torch_projects_to_fewer_than_there_are() -> None:
    one = WEIGHTS._replace(projection=np.eye(4))
    with pytest.raises(UsageError, match="projects to fewer than its 4 cells, not to 4"):
        to_torch([[one]])
    with pytest.raises(UsageError, match="layer 1 reads 3 inputs, expected 4"):
        to_torch([[WEIGHTS], [WEIGHTS]])
    with pytest.raises(UsageError, match="layer 0 is no list of directions"):
        to_torch([WEIGHTS])  # type: ignore[list-item]


@pytest.mark.parametrize("content", [b"", b"hello", None], ids=["empty", "text", "cut"])
def test_what_is_no_file_of_onnx_is_not_rounded(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "layer.onnx"
    export_layers(path, [[WEIGHTS]])
    path.write_bytes(path.read_bytes()[:-200] if content is None else content)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is no file of ONNX"):
        to_int8(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        to_int8(tmp_path / "none.onnx")
    with pytest.raises(IsADirectoryError):
        to_int8(tmp_path)
    assert not list(tmp_path.iterdir())
