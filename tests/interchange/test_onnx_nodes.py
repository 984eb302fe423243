"""What nodes of ONNX do not say is asked for, and what they say is never dropped."""

from typing import Any

import numpy as np
import pytest

from karussell.blocks import LayerWeights, lstm_weights
from karussell.errors import UsageError
from karussell.interchange import from_onnx, from_onnx_rnn, to_onnx
from karussell.kernels import SIGMOID, Activation, Block, Floats
from karussell.layers import LSTM


def draw() -> LayerWeights[Floats]:
    return lstm_weights(3, 2, np.random.default_rng(0), dtype=np.float64)


def node(**attributes: Any) -> Any:
    return from_onnx(np.zeros((1, 8, 3)), np.zeros((1, 8, 2)), attributes=attributes)


def test_nonlinearities_named_as_in_onnx_have_its_numbers() -> None:
    assert Activation("hard_sigmoid") == ("hard_sigmoid", 0.2, 0.5)
    assert Activation("affine") == ("affine", 1, 0)
    assert Activation("hard_sigmoid", beta=1) == ("hard_sigmoid", 0.2, 1)
    assert Activation("affine", np.float32(2)) == ("affine", 2, 0)
    assert type(Activation("affine", np.float32(2)).alpha) is float
    assert Activation("sigmoid") == SIGMOID
    read = node(activations=["HardSigmoid", "Tanh", "Tanh"]).block
    assert read == Block(gate=Activation("hard_sigmoid"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gate": Activation("sigmoid", 2.0)}, "gate is sigmoid with .*, but it has no alpha"),
        ({"cell_input": Activation("relu", 1, 0)}, "cell_input is relu with"),
        ({"gate": Activation("hard_sigmoid", np.nan)}, "gate has alpha and beta .*, expected fini"),
        ({"cell_output": Activation("affine", 1, np.inf)}, "cell_output has alpha and beta"),
        ({"net_clip": np.inf}, "net_clip is inf, expected more than 0"),
        ({"cell_clip": np.nan}, "cell_clip is nan, expected more than 0"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Block(**options)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"activations": ["Sigmoid", "ScaledTanh", "Tanh"]}, "activation_alpha has 0 numbers, exp"),
        ({"activations": ["Sigmoid", "Tanh", "Affine"]}, "activation_alpha has 0 numbers, expect"),
        (
            {"activations": ["Sigmoid", "ScaledTanh", "Tanh"], "activation_alpha": [2.0]},
            "activation_beta has 0 numbers, expected 1, .*: ScaledTanh",
        ),
        (
            {"activations": ["HardSigmoid", "ScaledTanh", "Tanh"], "activation_alpha": [2.0]},
            "activation_alpha has 1 numbers, expected 2",
        ),
        ({"activation_alpha": [0.5, 0.5, 0.5]}, "activation_alpha has 3 numbers, expected 0"),
        ({"activations": ["Sigmoid", "Tanh"]}, "activations are 2, expected 3"),
        ({"activations": ["Sigmoid", "Tanh", "Softplus"]}, "activation 'Softplus' is not known"),
        ({"activations": ["Affine", "Tanh", "Tanh"], "activation_alpha": [0.0],
          "activation_beta": [0.0]}, "gate has alpha 0"),
        ({"clip": 0.0}, "clip is 0.0, expected a number more than 0"),
        ({"clip": -1.0}, "clip is -1.0, expected a number more than 0"),
        ({"clip": float("nan")}, "clip is nan"),
        ({"hidden_size": 3}, "hidden_size is 3, but the weights are for 2"),
        ({"output_sequence": 1}, "attribute 'output_sequence' is not known"),
        ({"linear_before_reset": 1}, "attribute 'linear_before_reset' is not known"),
        ({"layout": 2}, "layout is 2, expected 0 or 1"),
        ({"input_forget": 3}, "input_forget is 3, expected 0 or 1"),
        ({"direction": b"bidirectional"}, "direction is 'bidirectional' with weights of 1"),
    ],
)  # fmt: skip
def test_attributes_that_say_too_little_or_too_much_are_refused(
    attributes: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        node(**attributes)


def test_attributes_are_read_from_arrays_of_numpy_too() -> None:
    read = node(
        activations=np.array(["HardSigmoid", "ScaledTanh", "Tanh"]),
        activation_alpha=np.array([0.3, 2.0]),
        activation_beta=np.array([0.5, 0.5], np.float32),
        clip=np.float32(2),
        hidden_size=np.int64(2),
        input_forget=np.array(0),
        direction=np.bytes_(b"reverse"),
    )
    assert read.direction == "reverse"
    assert read.block == Block(
        gate=Activation("hard_sigmoid", 0.3, 0.5),
        cell_input=Activation("scaled_tanh", 2, 0.5),
        net_clip=2,
    )


@pytest.mark.parametrize(
    "arrays",
    [
        {"B": np.zeros((1, 8))},
        {"B": np.zeros(16)},
        {"B": np.zeros((2, 16))},
        {"P": np.zeros((1, 9))},
        {"P": np.zeros((1, 4))},
        {"P": np.zeros((3, 2))},
        {"W": np.zeros((1, 6, 3))},
        {"W": np.zeros((8, 3))},
        {"R": np.zeros((1, 8, 3))},
        {"R": np.zeros((2, 8, 2))},
    ],
    ids=lambda arrays: "".join(f"{name}{array.shape}" for name, array in arrays.items()),
)
def test_arrays_of_other_shapes_are_no_lstm_node(arrays: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"is .*, expected"):
        from_onnx(**{"W": np.zeros((1, 8, 3)), "R": np.zeros((1, 8, 2)), **arrays})


@pytest.mark.parametrize(
    ("attributes", "arrays", "message"),
    [
        ({"clip": 1.0}, {}, "a plain layer has no clip"),
        ({"activations": ["Sigmoid"]}, {}, "a plain layer has 'sigmoid', expected tanh or relu"),
        ({"activations": ["Affine"]}, {}, "activation_alpha has 0 numbers"),
        ({"input_forget": 1}, {}, "an RNN node has no input_forget"),
        ({}, {"B": np.zeros((1, 2))}, r"B is \(1, 2\), expected \(1, 4\)"),
        ({}, {"W": np.zeros((1, 3, 3))}, r"W is \(1, 3, 3\)"),
        ({"direction": "bidirectional"}, {}, "direction is 'bidirectional' with weights of 1"),
    ],
)
def test_rnn_nodes_are_read_as_strictly(
    attributes: dict[str, Any], arrays: dict[str, Any], message: str
) -> None:
    given = {"W": np.zeros((1, 2, 3)), "R": np.zeros((1, 2, 2)), **arrays}
    with pytest.raises(UsageError, match=message):
        from_onnx_rnn(**given, attributes=attributes)


def test_a_node_that_reads_backwards_is_no_forward_layer() -> None:
    read = from_onnx(np.ones((1, 8, 3)), np.ones((1, 8, 2)), attributes={"direction": "reverse"})
    with pytest.raises(UsageError, match="read sequences from the end, but this direction"):
        LSTM(3, 2).load_weights([list(read.weights)])
    assert to_onnx(read.weights).attributes["direction"] == "reverse"
    with pytest.raises(UsageError, match="direction is 'forward', but weights 0 read from the end"):
        to_onnx(read.weights, direction="forward")
    pair = [draw(), draw()]
    with pytest.raises(UsageError, match="direction is 'forward' with weights of 2 directions"):
        to_onnx(pair, Block(), "forward")
    with pytest.raises(UsageError, match="weights of 3 directions, expected 1 or 2"):
        to_onnx([*pair, draw()])
    layer = LSTM(3, 2, bidirectional=True)
    with pytest.raises(UsageError, match="weights_l0 read sequences from the end"):
        layer.load_weights([layer.weights()[0][::-1]])


def test_a_node_of_other_blocks_is_no_common_layer() -> None:
    read = node(activations=["Sigmoid", "Relu", "Relu"], clip=3.0)
    with pytest.raises(UsageError, match="make it with block"):
        LSTM(3, 2).load_weights([list(read.weights)])
    kind = read.weights[0].kind
    assert kind is not None
    LSTM(3, 2, block=kind.block).load_weights([list(read.weights)])
