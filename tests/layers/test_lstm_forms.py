"""All forms of memory blocks in the torch layer, against the equations in NumPy."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from karussell.blocks import lstm_backward, lstm_forward
from karussell.errors import UsageError
from karussell.kernels import Activation, Block, Floats
from karussell.layers import LSTM
from tests.blocks.problems import (
    Layer,
    Options,
    Shape,
    any_shapes,
    lstm_layer,
    lstm_options,
    output_gradients,
)

# Both sides round each operation to float64, in different orders, over a few steps; normalising
# two or three numbers multiplies that.
FLOAT64_TOLERANCE = 1e-9


NORMS = ("norm_ih", "norm_hh", "norm_cell", "bias_cell")


@settings(max_examples=60)
@given(shape=any_shapes(), truncated=st.booleans(), seed=st.integers(0, 100))
def test_every_combination_of_options_equals_the_equations(
    shape: Shape, truncated: bool, seed: int
) -> None:
    assume(shape.projected < shape.hidden)  # torch has no other projection
    shape = shape._replace(noise=False)
    options, layer = lstm_options(shape, seed), lstm_layer(shape, seed)
    grad = output_gradients(shape, seed)
    mine = LSTM(
        shape.inputs,
        shape.hidden,
        block=shape.block,
        peepholes=shape.peepholes,
        proj_size=shape.projected,
        bias="one",
        truncated=truncated,
        dtype=torch.float64,
    )
    parameters = as_parameters(layer, options)
    mine.load_state_dict(
        {f"{name}_l0": torch.from_numpy(array) for name, array in parameters.items()}
    )
    states = [layer.hidden, layer.cell, *([options["gates"]] if "gates" in options else [])]
    leaves = [torch.from_numpy(array[None].copy()).requires_grad_() for array in states]
    x = torch.from_numpy(layer.x.copy()).requires_grad_()
    lengths = options["lengths"]
    output, last = mine(x, tuple(leaves), None if lengths is None else torch.from_numpy(lengths))
    torch.autograd.backward(
        [output, last[1]], [torch.from_numpy(grad.hidden), torch.from_numpy(grad.cell[None])]
    )

    trace = lstm_forward(*layer, **options)
    expected = lstm_backward(trace, *layer, *grad, **options, truncated=truncated)

    near(output, trace.hidden, "output")
    near(last[1][0], trace.cell[-1], "last cell")
    found = {"x": x, **dict(zip(("hidden", "cell", "gates"), leaves, strict=False))}
    for name, leaf in found.items():
        near(leaf.grad, getattr(expected, name), name)
    own = {"bias_ih": "bias", "weight_peephole": "peepholes", "weight_hr": "projection"}
    norms = dict(zip(NORMS, expected.norms or (), strict=False))
    for name in parameters:
        right = norms[name] if name in norms else getattr(expected, own.get(name, name))
        near(getattr(mine, f"{name}_l0").grad, right, name)


def as_parameters(layer: Layer, options: Options) -> dict[str, Floats]:
    """The weights of a layer by the names of the torch layer's parameters."""
    found = {
        "weight_ih": layer.weight_ih,
        "weight_hh": layer.weight_hh,
        "bias_ih": layer.bias,
        "weight_peephole": options["peepholes"],
        "weight_hr": options["projection"],
        "weight_gh": options.get("weight_gh"),
    } | dict(zip(NORMS, options.get("norms", ()), strict=False))
    return {name: array for name, array in found.items() if array is not None}


def near(got: Tensor | None, right: Floats, name: str) -> None:
    """What has no gradient has one of zeros."""
    values = np.zeros_like(right) if got is None else got.detach().numpy().reshape(right.shape)
    largest = max(1.0, float(np.abs(right).max()))
    np.testing.assert_allclose(
        values, right, rtol=0, atol=FLOAT64_TOLERANCE * largest, err_msg=name
    )


def count(*modules: nn.Module) -> int:
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


@pytest.mark.parametrize(
    ("right", "inputs", "blocks", "cells", "bias", "outputs", "output_bias"),
    [
        (264, 7, 4, 1, "gates", 7, False),  # 1997, experiment 1
        (276, 7, 3, 2, "gates", 7, False),
        (364, 54, 2, 1, False, 2, False),  # experiment 2c: p + 4 symbols
        (664, 104, 2, 1, False, 2, False),
        (1264, 204, 2, 1, False, 2, False),
        (3064, 504, 2, 1, False, 2, False),
        (6064, 1004, 2, 1, False, 2, False),
        (102, 1, 3, 1, "one", 1, False),  # experiment 3
        (93, 2, 2, 2, "one", 1, True),  # experiments 4 and 5
        (156, 8, 2, 2, "one", 4, True),  # experiment 6a
        (308, 8, 3, 2, "one", 8, True),  # experiment 6b
    ],
)
def test_the_nets_of_1997_have_as_many_weights_as_the_paper_says(
    right: int, inputs: int, blocks: int, cells: int, bias: Any, outputs: int, output_bias: bool
) -> None:
    hidden = blocks * cells
    layer = LSTM(inputs, hidden, block=Block.of_1997(cells), bias=bias)
    assert count(layer, nn.Linear(hidden, outputs, bias=output_bias)) == right


def test_the_net_of_2000_has_as_many_weights_as_the_paper_says() -> None:
    layer = LSTM(7, 8, cells_per_block=2, bias="gates")
    assert count(layer, nn.Linear(8 + 7, 7)) == 424  # its outputs see the inputs, too


@pytest.mark.parametrize("bias", [True, "one", "gates"])
def test_biases_of_gates_begin_as_they_are_told(bias: Any) -> None:
    layer = LSTM(
        3, 4, 2, cells_per_block=2, bias=bias, input_bias=[-1, -2], forget_bias=3, output_bias=0
    )
    for number in range(2):
        gates = layer._weights(number, 0).bias.detach()
        assert gates[:4].tolist() == [-1, -2, 3, 3]
        assert gates[8:].tolist() == [0, 0]
        assert gates[4:8].any() != (bias == "gates")
    layer.reset_parameters()
    assert layer._weights(0, 0).bias[:4].tolist() == [-1, -2, 3, 3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cells_per_block": 4}, "cells_per_block is 4, expected a divisor of hidden_size 6"),
        ({"block": Block(2), "cells_per_block": 2}, "give one"),
        ({"coupled_gates": True, "input_bias": 1}, "input_bias is given, but there are no such"),
        ({"block": Block(forgets=False), "forget_bias": 1}, "forget_bias is given, but there are"),
        ({"bias": False, "forget_bias": 1}, "forget_bias is given, but there are no such biases"),
        ({"output_bias": [1, 2]}, "output_bias has 2 values, expected one or 6"),
        ({"zoneout": (0.1, 1.0)}, "zoneout is 1.0, expected 0 or more and less than 1"),
        ({"zoneout": (-0.5, 0.1)}, "zoneout is -0.5, expected 0 or more"),
        ({"weight_drop": -0.1}, "weight_drop is -0.1, expected 0 or more and less than 1"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        LSTM(5, 6, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"coupled": True, "forgets": False}, "coupled gates need a forget gate"),
        ({"net_clip": 0}, "net_clip is 0, expected more than 0, or None"),
        ({"cell_clip": -1.0}, "cell_clip is -1.0, expected more than 0"),
        ({"gate": Activation("swish")}, "gate is 'swish', expected one of sigmoid"),  # type: ignore[arg-type]
        ({"cell_input": Activation("affine", 0)}, "cell_input has alpha 0"),
    ],
)
def test_what_is_no_block_is_refused(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Block(**options)
