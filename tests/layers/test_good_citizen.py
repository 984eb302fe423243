"""Our layers wherever torch's would be: gradients of all kinds, transforms, compilers, copies."""

import copy
import io
import pickle
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.autograd import forward_ad, gradcheck, gradgradcheck
from torch.func import functional_call, grad, vmap

from karussell.kernels import Block
from karussell.layers import LSTM, RNN
from tests.blocks.problems import ACTIVATIONS

FLOAT32: dict[str, Any] = {"rtol": 1e-4, "atol": 2e-5}

OPTIONS: list[dict[str, Any]] = [
    {},
    {"cells_per_block": 2},
    {"coupled_gates": True},
    {"peepholes": True},
    {"proj_size": 2},
    {"bias": "gates"},
    {"bias": "one"},
    {"bias": False},
    {"bidirectional": True},
    {"num_layers": 2},
    {"block": Block(forgets=False)},
    {"block": Block.of_1997(2)},
    {"block": Block(layer_norm=True)},
    {"block": Block(net_clip=0.5, cell_clip=0.4)},
    {"block": Block(2, gate_recurrence=True, layer_norm=True), "peepholes": True, "proj_size": 2},
    *({"block": Block(gate=each, cell_input=each, cell_output=each)} for each in ACTIVATIONS),
]
EVERY = pytest.mark.parametrize("options", OPTIONS, ids=repr)


def make(**options: Any) -> LSTM:
    torch.manual_seed(0)
    return LSTM(3, 4, **options)


def numbers(layer: Any, x: Tensor, **given: Any) -> list[Tensor]:
    """Outputs, states and all gradients."""
    x = x.detach().clone().requires_grad_()
    output, states = layer(x, **given)
    last = states if isinstance(states, tuple) else (states,)
    (output.sin().sum() + sum(state.cos().sum() for state in last)).backward()
    layer_gradients = [parameter.grad for parameter in layer.parameters()]
    return [each for each in (output, *last, x.grad, *layer_gradients) if each is not None]


def as_function(layer: nn.Module) -> Any:
    names = [name for name, _ in layer.named_parameters()]

    def function(x: Tensor, *weights: Tensor) -> tuple[Tensor, ...]:
        output, states = functional_call(layer, dict(zip(names, weights, strict=True)), (x,))
        return (output, *(states if isinstance(states, tuple) else (states,)))

    return function


@EVERY
def test_gradients_are_those_of_differences(options: dict[str, Any]) -> None:
    layer = make(**options).double()
    x = torch.randn(3, 2, 3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(as_function(layer), (x, *layer.parameters()))


@pytest.mark.parametrize("options", OPTIONS[:15], ids=repr)
def test_gradients_of_gradients_are_those_of_differences(options: dict[str, Any]) -> None:
    layer = make(**options).double()
    x = torch.randn(2, 2, 3, dtype=torch.float64, requires_grad=True)
    assert gradgradcheck(as_function(layer), (x, *layer.parameters()))


@pytest.mark.parametrize("layer", [make(cells_per_block=2, peepholes=True), RNN(3, 4)], ids=repr)
def test_gradients_of_the_kernels_have_gradients(layer: nn.Module) -> None:
    x = torch.randn(4, 2, 3, requires_grad=True)
    double = copy.deepcopy(layer).double()
    found = []
    for each in (layer, double):
        given = x.detach().to(next(each.parameters()).dtype).requires_grad_()
        (slope,) = torch.autograd.grad(each(given)[0].square().sum(), given, create_graph=True)
        torch.autograd.backward(slope.square().sum())
        found.append([given.grad, *(parameter.grad for parameter in each.parameters())])
    assert layer.path == "kernels"
    for got, right in zip(*found, strict=True):
        torch.testing.assert_close(got.double(), right, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("layer", [make(coupled_gates=True), RNN(3, 4)], ids=repr)
def test_gradients_of_each_sample_are_those_of_one_after_the_other(layer: nn.Module) -> None:
    weights = {name: each.detach() for name, each in layer.named_parameters()}
    x = torch.randn(5, 6, 3)  # samples, steps

    def loss(weights: dict[str, Tensor], sample: Tensor) -> Tensor:
        result: Tensor = functional_call(layer, weights, (sample,))[0].square().sum()
        return result

    together = vmap(grad(loss), (None, 0))(weights, x)
    assert layer.path == "operations"
    for number, sample in enumerate(x):
        layer.zero_grad()
        layer(sample)[0].square().sum().backward()
        assert layer.path == "kernels"
        for name, parameter in layer.named_parameters():
            torch.testing.assert_close(together[name][number], parameter.grad, **FLOAT32)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # torch's own use of it
@pytest.mark.parametrize("layer", [make(peepholes=True), RNN(3, 4)], ids=repr)
def test_forward_mode_gives_the_slope_along_a_direction(layer: nn.Module) -> None:
    x, direction = torch.randn(4, 2, 3), torch.randn(4, 2, 3)
    with forward_ad.dual_level():
        output = layer(forward_ad.make_dual(x, direction))[0]  # type: ignore[no-untyped-call]
        along = forward_ad.unpack_dual(output).tangent  # type: ignore[no-untyped-call]
    assert layer.path == "operations"
    assert along is not None
    leaf = x.requires_grad_()
    backward = torch.autograd.grad(layer(leaf)[0].sum(), leaf)[0]
    torch.testing.assert_close(along.sum(), (backward * direction).sum(), **FLOAT32)


@pytest.mark.parametrize(
    "layer",
    [
        make(cells_per_block=2, peepholes=True, proj_size=2, bidirectional=True, num_layers=2),
        make(block=Block.of_1997()),
        RNN(3, 4, 2),
    ],
    ids=repr,
)
def test_torch_compile_keeps_a_layer_whole(layer: nn.Module) -> None:
    torch._dynamo.reset()
    expected = numbers(layer, x := torch.randn(4, 2, 3))
    path = layer.path
    layer.zero_grad()
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    found = numbers(compiled, x)
    assert layer.path == path
    for got, right in zip(found, expected, strict=True):
        torch.testing.assert_close(got, right, **FLOAT32)


@pytest.mark.parametrize("layer", [make(peepholes=True), RNN(3, 4)], ids=repr)
def test_torch_export_keeps_a_layer_whole(layer: nn.Module) -> None:
    x = torch.randn(4, 2, 3)
    steps, rows = torch.export.Dim("steps"), torch.export.Dim("rows")
    program = torch.export.export(layer.eval(), (x,), dynamic_shapes=({0: steps, 1: rows},))
    longer = torch.randn(7, 5, 3)
    torch.testing.assert_close(program.module()(longer)[0], layer(longer)[0])


@EVERY
def test_a_layer_can_be_copied_pickled_and_stored(options: dict[str, Any]) -> None:
    layer = make(**options)
    x = torch.randn(4, 2, 3)
    expected = layer(x)[0]
    stored = io.BytesIO()
    torch.save(layer.state_dict(), stored)
    stored.seek(0)
    other = LSTM(3, 4, **options)
    other.load_state_dict(torch.load(stored))
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer)), other):
        assert torch.equal(twin(x)[0], expected)
        assert repr(twin) == repr(layer)


def test_what_torch_stored_is_read_and_the_other_way_round() -> None:
    theirs, mine = nn.LSTM(3, 4, 2, proj_size=2), make(num_layers=2, proj_size=2)
    mine.load_state_dict(theirs.state_dict())
    theirs.load_state_dict(mine.state_dict())
    assert list(theirs.state_dict()) == list(mine.state_dict())


def test_two_runs_give_the_same_to_the_bit() -> None:
    layer, x = make(peepholes=True, num_layers=2), torch.randn(30, 8, 3)
    first = numbers(layer, x)
    layer.zero_grad()
    assert all(map(torch.equal, first, numbers(layer, x)))


@EVERY
def test_a_traced_run_gives_the_same_numbers(options: dict[str, Any]) -> None:
    layer, x = make(**options), torch.randn(5, 2, 3)
    output, states = layer(x)
    path = layer.path
    traced = layer.trace(x)
    if path == layer.path:
        assert torch.equal(traced.output, output)
        assert all(map(torch.equal, traced.states, states))
    torch.testing.assert_close(traced.output, output, **FLOAT32)
    assert len(traced.layers) == len(states[0])
    first = traced.layers[0]
    blocks = 4 // layer.cells_per_block
    assert first.input_gate.shape == first.forget_gate.shape == (5, 2, blocks)
    assert torch.equal(first.cell[-1], traced.states[1][0])
    assert first.cell.requires_grad
    assert not first.output_gate.requires_grad


@pytest.mark.parametrize("batch_first", [False, True])
def test_a_trace_is_shaped_like_its_input(batch_first: bool) -> None:
    layer = make(batch_first=batch_first, bidirectional=True, cells_per_block=2)
    trace = layer.trace(torch.randn(5, 2, 3)).layers[1]
    assert trace.output_gate.shape == (5, 2, 2)
    assert trace.cell.shape == (5, 2, 4)
    assert layer.trace(torch.randn(5, 3)).layers[1].cell.shape == (5, 4)


def test_cell_states_of_all_steps_carry_gradients_through_the_kernels() -> None:
    layer = make(peepholes=True, num_layers=2)
    x, lengths = torch.randn(5, 3, 3), [2, 5, 0]
    found = []
    for each in (layer, copy.deepcopy(layer).double()):
        leaf = x.to(next(each.parameters()).dtype).detach().requires_grad_()
        traced = each.trace(leaf, lengths=lengths)
        loss = sum(one.cell.sin().sum() for one in traced.layers) + traced.states[1].cos().sum()
        assert isinstance(loss, Tensor)
        torch.autograd.backward(loss)
        found.append([leaf.grad, *(parameter.grad for parameter in each.parameters())])
        assert each.path == ("kernels" if each is layer else "operations")
    for got, right in zip(*found, strict=True):
        torch.testing.assert_close(got.double(), right, **FLOAT32)
