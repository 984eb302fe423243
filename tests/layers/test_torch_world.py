"""Our layers among torch's other tools: dtypes, views, modes, copies, optimisers, quantisation."""

# Much of what is called here torch has not typed.
# mypy: disable-error-code="no-untyped-call, unused-ignore, operator, arg-type, assignment"

import copy
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, parameters_to_vector, parametrizations, prune
from torch.nn.utils.rnn import pack_padded_sequence
from torch.testing._internal.two_tensor import TwoTensor
from torch.utils.checkpoint import checkpoint

from karussell.errors import UsageError
from karussell.layers import LSTM, RNN
from tests.layers.forms import DTYPES, FORMS, RANDOM, drawn, flat, made, near

EVERY = pytest.mark.parametrize("name", FORMS)
BOTH = pytest.mark.parametrize("dtype", DTYPES, ids=str)
NARROW = pytest.mark.parametrize("narrow", [torch.bfloat16, torch.float16], ids=str)


@BOTH
@NARROW
@EVERY
def test_autocast_gives_the_dtype_that_torch_gives(
    name: str, narrow: torch.dtype, dtype: torch.dtype
) -> None:
    layer, x = made(name, dtype).eval(), drawn(dtype).requires_grad_()
    expected = narrow if dtype == torch.float32 else dtype
    with torch.autocast("cpu", narrow):
        found = flat(layer(x))
    assert {each.dtype for each in found} == {expected}
    near([each.to(dtype) for each in found], layer(x), 3e-2)
    (slope,) = torch.autograd.grad(found[0].sum(), x)
    assert slope.dtype == dtype


@pytest.mark.parametrize(("ours", "theirs"), [(LSTM, nn.LSTM), (RNN, nn.RNN)])
def test_autocast_gives_torchs_dtypes_to_packed_input_and_states(ours: Any, theirs: Any) -> None:
    packed = pack_padded_sequence(drawn(), [3, 5], enforce_sorted=False)
    mine, other = ours(3, 4), theirs(3, 4)
    with torch.autocast("cpu", torch.bfloat16):
        for given in (packed, drawn(), drawn()[:, 0], drawn().bfloat16()):
            got, right = flat(mine(given)), flat(other(given))
            assert [each.dtype for each in got] == [each.dtype for each in right]


@EVERY
def test_negated_views_are_read_as_they_are_meant(name: str) -> None:
    layer = made(name).eval()
    x = torch.complex(drawn(), drawn() + 1).conj().imag
    assert x.is_neg()
    near(layer(x), layer(x.resolve_neg()))
    sizes, count = layer._state_sizes, layer.num_layers * (1 + layer.bidirectional)
    states = [torch.randn(count, 2, size) for size in sizes]
    turned = [torch._neg_view(-state) for state in states]
    one = (lambda each: each[0]) if len(sizes) == 1 else tuple
    near(layer(drawn(), one(turned)), layer(drawn(), one(states)))
    weights = {each: torch._neg_view(-weight) for each, weight in layer.named_parameters()}
    near(torch.func.functional_call(layer, weights, (drawn(),)), layer(drawn()))
    leaf = drawn().requires_grad_()
    output = flat(layer(leaf))[0]
    on = torch.ones_like(output)
    (got,) = torch.autograd.grad(output, leaf, torch._neg_view(-on), retain_graph=True)
    near(got, torch.autograd.grad(output, leaf, on)[0])


@BOTH
@EVERY
def test_another_default_device_or_dtype_changes_nothing(name: str, dtype: torch.dtype) -> None:
    layer = made(name, dtype).eval()
    x, packed = drawn(dtype), pack_padded_sequence(drawn(dtype), [3, 5], enforce_sorted=False)
    expected = [layer(x), layer(x, lengths=[3, 0]), layer(packed)]
    with torch.device("meta"):
        found = [layer(x), layer(x, lengths=[3, 0]), layer(packed)]
    near(found, expected)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        near([layer(x), layer(x, lengths=[3, 0]), layer(packed)], expected)
    finally:
        torch.set_default_dtype(before)


@BOTH
@EVERY
def test_inputs_of_no_sequence_expanded_and_strided_ones(name: str, dtype: torch.dtype) -> None:
    layer = made(name, dtype).eval()
    for x in (
        drawn(dtype)[:1, :1].expand(5, 2, 3),
        drawn(dtype, 10)[::2],
        drawn(dtype, 5, 4)[:, 1::2],
        drawn(dtype).permute(2, 1, 0).contiguous().permute(2, 1, 0),
    ):
        near(layer(x), layer(x.contiguous()))
    none = drawn(dtype, 5, 0).requires_grad_()
    results = flat(layer(none))
    assert results[0].shape[:2] == (5, 0)
    results[0].sum().backward()  # type: ignore[no-untyped-call]
    assert none.grad is not None
    with pytest.raises(RuntimeError, match="Expected sequence length to be larger than 0"):
        layer(drawn(dtype, 0))


def test_states_of_another_dtype_are_refused_by_name() -> None:
    for name in ("LSTM", "RNN", "normalised"):
        layer = made(name)
        states: Any = tuple(torch.zeros(1, 2, 4, dtype=torch.float64) for _ in layer._state_sizes)
        with pytest.raises(RuntimeError, match=r"Expected hidden\[0\] of torch.float32, got torch"):
            layer(drawn(), states if len(states) > 1 else states[0])


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("name", [*FORMS, *RANDOM])
def test_a_checkpointed_layer_has_the_same_gradients(name: str, again: bool) -> None:
    layer, x = made(name).train(), drawn().requires_grad_()
    found = []
    for run in (
        layer,
        lambda x: checkpoint(lambda x: flat(layer(x))[0], x, use_reentrant=again),
    ):
        torch.manual_seed(3)
        layer.zero_grad()
        output = flat(run(x))[0]  # type: ignore[operator]
        weights = [each for each in layer.parameters() if each.requires_grad]
        output.square().sum().backward()  # type: ignore[no-untyped-call]
        assert x.grad is not None
        found.append([x.grad, *(each.grad for each in weights if each.grad is not None)])
        x.grad = None
    near(found[1], found[0])


class Marked(Tensor):
    """Tensors that torch's functions keep the class of."""


@BOTH
@EVERY
def test_subclasses_of_tensors_stay_what_they_are(name: str, dtype: torch.dtype) -> None:
    layer, x = made(name, dtype).eval(), drawn(dtype)
    marked = flat(layer(x.as_subclass(Marked)))
    assert {type(each) for each in marked} == {Marked}
    near([each.as_subclass(Tensor) for each in marked], layer(x))
    both = flat(layer(TwoTensor(x, 2 * x)))[0]
    assert isinstance(both, TwoTensor)
    near([both.a, both.b], [flat(layer(x))[0], flat(layer(2 * x))[0]])


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize("layout", [torch.strided, torch.jagged], ids=str)
def test_nested_tensors_are_refused_with_the_way_out(layout: torch.layout) -> None:
    nested = torch.nested.nested_tensor([torch.zeros(5, 3), torch.zeros(2, 3)], layout=layout)
    for layer in (LSTM(3, 4), RNN(3, 4), LSTM(3, 4, zoneout=0.1)):
        with pytest.raises(UsageError, match=r"given a nested tensor.*to_padded_tensor.*lengths"):
            layer(nested)


def test_what_is_no_dense_tensor_is_refused_by_name() -> None:
    x: Any
    for x, words in (
        (drawn().to_sparse(), "of layout torch.sparse_coo, expected a dense one"),
        (drawn().to_mkldnn(), "of layout torch._mkldnn"),
        (np.zeros((5, 2, 3), np.float32), "given ndarray, expected a tensor"),
        ([[1.0]], "given list"),
        (None, "given NoneType"),
    ):
        for layer in (LSTM(3, 4), RNN(3, 4)):
            with pytest.raises(UsageError, match=words):
                layer(x)


@pytest.mark.filterwarnings("ignore:torch.ao.quantization is deprecated")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Please use quant_min")
@pytest.mark.parametrize("name", ["LSTM", "RNN", "coupled", "1997"])
def test_quantisation_says_that_a_layer_stays_as_it_is(name: str) -> None:
    net = nn.Sequential(made(name))
    with pytest.warns(UserWarning, match=r"leaves karussell.layers.* in float32"):
        same = torch.ao.quantization.quantize_dynamic(net, dtype=torch.qint8)
    near(same(drawn()), net(drawn()))
    with pytest.raises(UsageError, match=r"cannot quantise karussell\.layers"):
        torch.ao.quantization.quantize_dynamic(net, {type(net[0])}, dtype=torch.qint8)
    net.qconfig = torch.ao.quantization.get_default_qconfig("x86")  # type: ignore[assignment]
    with pytest.raises(UsageError, match="set its qconfig to None"):
        torch.ao.quantization.prepare(net)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net[0].qconfig = None  # type: ignore[assignment]
        torch.ao.quantization.prepare(net)


@BOTH
@EVERY
def test_parametrisations_reach_what_runs(name: str, dtype: torch.dtype) -> None:
    layer, x = made(name, dtype).eval(), drawn(dtype)
    expected = [each.detach() for each in flat(layer(x))]
    normed = copy.deepcopy(layer)
    parametrizations.weight_norm(normed, "weight_hh_l0")
    near(normed(x), expected, 1e-5)
    with torch.no_grad():
        normed.parametrizations.weight_hh_l0.original0.zero_()  # type: ignore[union-attr]
    assert not torch.equal(flat(normed(x))[0], expected[0])
    near(copy.deepcopy(normed)(x), normed(x))
    prune.random_unstructured(layer, "weight_ih_l0", 0.5)
    pruned = layer(x)
    assert not torch.equal(flat(pruned)[0], expected[0])
    prune.remove(layer, "weight_ih_l0")
    near(layer(x), pruned)


@EVERY
def test_weights_may_be_views_swapped_flattened_and_shared(name: str) -> None:
    layer, x = made(name).eval(), drawn()
    expected = [each.detach() for each in flat(layer(x))]
    whole = nn.Parameter(parameters_to_vector(layer.parameters()).detach())
    split = copy.deepcopy(layer)
    start = 0
    for each, weight in list(split.named_parameters()):
        delattr(split, each)
        setattr(split, each, whole[start : start + weight.numel()].view_as(weight))
        start += weight.numel()
    near(split(x), expected)
    flat(split(x))[0].sum().backward()  # type: ignore[no-untyped-call]
    assert whole.grad is not None
    near(nn.DataParallel(layer)(x), expected)
    layer.share_memory()
    near(layer(x), expected)
    double = {each: weight.double() for each, weight in layer.state_dict().items()}
    layer.load_state_dict(double, assign=True)
    assert flat(layer(x.double()))[0].dtype == torch.float64


@pytest.mark.parametrize("options", [{"fused": True}, {"foreach": True}], ids=str)
@BOTH
@EVERY
def test_optimisers_and_clipping_move_weights(
    name: str, dtype: torch.dtype, options: dict[str, bool]
) -> None:
    layer = made(name, dtype).train()
    optimiser = torch.optim.AdamW(layer.parameters(), lr=0.01, **options)
    losses = []
    for _ in range(5):
        optimiser.zero_grad()
        torch.manual_seed(2)
        loss = (flat(layer(drawn(dtype)))[0] - 1).square().mean()
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(layer.parameters(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]


@EVERY
def test_inference_mode_gives_the_same(name: str) -> None:
    layer, x = made(name).eval(), drawn()
    with torch.inference_mode():
        inside, given = layer(x), x.clone()
    with torch.no_grad():
        near(inside, layer(x))
        near(layer(given), layer(x))
    assert flat(inside)[0].is_inference()


@EVERY
def test_a_spectral_norm_reaches_what_runs_and_its_gradients(name: str) -> None:
    layer, x = made(name).train(), drawn()
    parametrizations.spectral_norm(layer, "weight_hh_l0")
    layer.eval()  # the norm's own vectors stay
    weight = layer.weight_hh_l0
    assert torch.linalg.matrix_norm(weight, 2) < 1.5
    flat(layer(x))[0].square().sum().backward()
    original = layer.parametrizations.weight_hh_l0.original  # type: ignore[union-attr]
    assert original.grad is not None
    assert original.grad.abs().max() > 0
    plain = made(name).eval()
    plain.load_state_dict({**plain.state_dict(), "weight_hh_l0": weight.detach()})
    near(layer(x), plain(x))


@EVERY
def test_hooks_of_modules_and_of_saved_tensors_see_and_change_nothing_else(name: str) -> None:
    layer, x = made(name), drawn()
    torch.manual_seed(3)
    flat(layer(x))[0].square().sum().backward()
    expected = [each.grad.clone() for each in layer.parameters() if each.grad is not None]
    layer.zero_grad()
    kept: list[Tensor] = []
    called: list[str] = []
    layer.register_forward_pre_hook(lambda *_: called.append("before"))
    layer.register_forward_hook(lambda *_: called.append("after"))

    def packed(tensor: Tensor) -> int:
        kept.append(tensor.clone())
        return len(kept) - 1

    torch.manual_seed(3)
    with torch.autograd.graph.saved_tensors_hooks(packed, kept.__getitem__):
        flat(layer(x))[0].square().sum().backward()
    near([each.grad for each in layer.parameters() if each.grad is not None], expected)
    assert called == ["before", "after"]
    assert kept
