"""What our layers can beside torch's: options, lengths, number formats, with kernels or without."""

import itertools
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from karussell import kernels
from karussell.errors import UsageError
from karussell.layers import LSTM, RNN

# Two orders of adding up to 100 float32 products of order one differ by less.
FLOAT32: dict[str, Any] = {"rtol": 1e-4, "atol": 2e-5}

# Factors of products are rounded to 8 bits, 2^-9 of each; three products in a row over seven steps
# and two layers make that 6 * 2^-9 * 14 of the largest value at most.
BFLOAT16_ERROR = 6 * 2.0**-9 * 14

OPTIONS: list[dict[str, Any]] = [
    {"cells_per_block": cells, "coupled_gates": coupled, "peepholes": peepholes, "proj_size": size}
    for cells, coupled, peepholes, size in itertools.product(
        [1, 3], [False, True], [False, True], [0, 4]
    )
]

LENGTHS = torch.tensor([4, 7, 1, 7, 6])


def make(**options: Any) -> LSTM:
    torch.manual_seed(0)
    return LSTM(5, 6, 2, bidirectional=True, **options)


def gradients(layer: nn.Module, x: Tensor, *arguments: Any, **keywords: Any) -> list[Tensor]:
    """Outputs, last states and all gradients of a layer."""
    layer.zero_grad()
    x = x.clone().requires_grad_()
    output, states = layer(x, *arguments, **keywords)
    weights = torch.linspace(0.5, 1.5, output.numel()).view(output.shape).to(output)
    ((output * weights).sum() + sum((2 * state).sum() for state in states)).backward()
    assert x.grad is not None
    found = [parameter.grad for parameter in layer.parameters()]
    assert all(gradient is not None for gradient in found)
    return [output, *states, x.grad, *[gradient for gradient in found if gradient is not None]]


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "lengths"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_kernels_equal_torchs_operations_with_every_option(
    options: dict[str, Any], lengths: Tensor | None
) -> None:
    single, double = make(**options), make(**options).double()
    x = torch.randn(7, 5, 5)

    mine = gradients(single, x, lengths=lengths)
    expected = gradients(double, x.double(), lengths=lengths)

    for got, right in zip(mine, expected, strict=True):
        torch.testing.assert_close(got.double(), right, **FLOAT32)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_bfloat16_differs_from_float32_by_its_rounding_and_no_more(options: dict[str, Any]) -> None:
    layer = make(**options)
    x = torch.randn(7, 5, 5)
    exact = gradients(layer, x, lengths=LENGTHS)
    layer.precision = "bfloat16"
    rounded = gradients(layer, x, lengths=LENGTHS)

    for got, right in zip(rounded, exact, strict=True):
        assert got.dtype == torch.float32
        assert 0 < (got - right).abs().max() < BFLOAT16_ERROR * right.abs().max()


@pytest.mark.parametrize("options", [{}, {"proj_size": 4}, {"batch_first": True}], ids=str)
@pytest.mark.parametrize("with_states", [False, True], ids=["zeros", "states"])
def test_a_packed_sequence_is_run_as_torch_runs_it(
    options: dict[str, Any], with_states: bool
) -> None:
    mine = make(**options)
    theirs = nn.LSTM(5, 6, 2, bidirectional=True, **options)
    theirs.load_state_dict(mine.state_dict())
    batch_first = bool(options.get("batch_first"))
    x = torch.randn((5, 7, 5) if batch_first else (7, 5, 5))
    hidden, cell = torch.randn(4, 5, options.get("proj_size") or 6), torch.randn(4, 5, 6)
    states = (hidden, cell) if with_states else None

    results = []
    for layer in (mine, theirs):
        leaf = x.clone().requires_grad_()
        packed = pack_padded_sequence(leaf, LENGTHS, batch_first, enforce_sorted=False)
        output, last = layer(packed, states)
        assert isinstance(output, PackedSequence)
        padded, sizes = pad_packed_sequence(output, batch_first)
        assert torch.equal(sizes, LENGTHS)
        layer.zero_grad()
        (padded.square().sum() + last[0].sum() + 2 * last[1].sum()).backward()
        assert leaf.grad is not None
        found = [parameter.grad for parameter in layer.parameters()]
        results.append([output.data, output.batch_sizes, *last, leaf.grad, *found])

    for got, right in zip(*results, strict=True):
        torch.testing.assert_close(got, right, **FLOAT32)


def test_lengths_give_what_a_packed_sequence_gives() -> None:
    layer, x = make(peepholes=True), torch.randn(7, 5, 5)
    packed, packed_states = layer(pack_padded_sequence(x, LENGTHS, enforce_sorted=False))
    padded, states = layer(x, lengths=LENGTHS.tolist())

    torch.testing.assert_close(pad_packed_sequence(packed)[0], padded)
    for got, right in zip(states, packed_states, strict=True):
        torch.testing.assert_close(got, right)


def test_a_sequence_of_no_length_keeps_the_state_it_was_given() -> None:
    layer = LSTM(5, 6, cells_per_block=2)
    given = (torch.randn(1, 2, 6), torch.randn(1, 2, 6))
    output, (hidden, cell) = layer(torch.randn(3, 2, 5), given, lengths=[0, 3])

    assert not output[:, 0].any()
    assert torch.equal(hidden[:, 0], given[0][:, 0])
    assert torch.equal(cell[:, 0], given[1][:, 0])


@pytest.mark.parametrize(
    ("lengths", "message"),
    [([3, 2], "lengths are \\[2\\], expected one for each of 5"),
     ([1, 2, 3, 4, 8], "lengths are 1 to 8, expected 0 to 7")],
)  # fmt: skip
def test_lengths_that_do_not_fit_are_refused(lengths: list[int], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make()(torch.randn(7, 5, 5), lengths=lengths)


def test_under_autocast_a_layer_multiplies_in_bfloat16_and_takes_what_is_bfloat16() -> None:
    layer, x = make(), torch.randn(7, 5, 5)
    layer.precision = "bfloat16"
    expected = layer(x)[0].bfloat16()
    rounded = layer(x.bfloat16().float())[0].bfloat16()
    layer.precision = "float32"
    with torch.autocast("cpu", torch.bfloat16):
        mine, narrow = layer(x)[0], layer(x.bfloat16())[0]

    assert torch.equal(mine, expected)
    assert torch.equal(narrow, rounded)


@pytest.mark.parametrize("level", kernels.levels())
def test_auto_is_bfloat16_where_the_processor_multiplies_it(level: str) -> None:
    layer, x, before = make(precision="auto"), torch.randn(7, 5, 5), kernels.level()
    kernels.use_level(level)
    try:
        auto, _ = layer(x)
        layer.precision = kernels.quickest_precision().format
        expected, _ = layer(x)
    finally:
        kernels.use_level(before)
    assert torch.equal(auto, expected)


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(UsageError, match="precision is 'int8', expected 'float32', 'bfloat16' or"):
        LSTM(5, 6, precision="int8")  # type: ignore[arg-type]


def test_a_layer_says_what_it_is_made_of() -> None:
    layer = LSTM(5, 6, cells_per_block=2, coupled_gates=True, peepholes=True, precision="auto")
    assert layer.extra_repr() == (
        "5, 6, cells_per_block=2, coupled_gates=True, peepholes=True, precision='auto'"
    )
    shapes = {name: tuple(parameter.shape) for name, parameter in layer.named_parameters()}
    assert shapes["weight_ih_l0"] == (12, 5)
    assert shapes["weight_peephole_l0"] == (2, 6)
    assert all(bool(parameter.any()) for parameter in layer.parameters())


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_a_plain_layer_in_bfloat16_differs_by_its_rounding_and_no_more(nonlinearity: str) -> None:
    torch.manual_seed(0)
    layer = RNN(5, 6, 2, bidirectional=True, nonlinearity=nonlinearity)
    x = torch.randn(7, 5, 5)
    exact, _ = layer(x)
    layer.precision = "bfloat16"
    rounded, _ = layer(x)

    assert rounded.dtype == torch.float32
    assert 0 < (rounded - exact).abs().max() < BFLOAT16_ERROR * exact.abs().max()


def test_under_autocast_a_plain_layer_multiplies_in_bfloat16() -> None:
    torch.manual_seed(0)
    layer, x = RNN(5, 6, 2, precision="bfloat16"), torch.randn(7, 5, 5)
    expected = layer(x)[0].bfloat16()
    rounded = layer(x.bfloat16().float())[0].bfloat16()
    layer.precision = "float32"
    with torch.autocast("cpu", torch.bfloat16):
        mine = layer(x)[0]
        narrow, _ = layer(x.bfloat16(), torch.zeros(2, 5, 6, dtype=torch.bfloat16))

    assert torch.equal(mine, expected)
    assert torch.equal(narrow, rounded)


def test_a_plain_layer_refuses_an_unknown_precision_and_says_its_own() -> None:
    with pytest.raises(UsageError, match="precision is 'int8', expected 'float32', 'bfloat16' or"):
        RNN(5, 6, precision="int8")  # type: ignore[arg-type]
    assert RNN(5, 6, precision="auto").extra_repr() == "5, 6, precision='auto'"
