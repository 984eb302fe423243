"""Our layers under torch.func, torch.autograd.functional and forward mode."""

# Much of what is called here torch has not typed.
# mypy: disable-error-code="no-untyped-call, unused-ignore"

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, func
from torch.autograd import forward_ad, gradcheck
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from tests.layers.forms import DTYPES, FORMS, RANDOM, drawn, flat, made, near

pytestmark = [
    pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated"),
    pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN"),
]

# What torch has not typed.
products: Any = torch.autograd.functional
EVERY = pytest.mark.parametrize("name", FORMS)
SOME = pytest.mark.parametrize(
    ("name", "dtype"),
    [*((name, torch.float32) for name in FORMS), ("LSTM", torch.float64), ("1997", torch.float64)],
)
BOTH = pytest.mark.parametrize("dtype", DTYPES, ids=str)


@BOTH
@EVERY
def test_vmap_and_an_ensemble_give_what_one_after_the_other_gives(
    name: str, dtype: torch.dtype
) -> None:
    layers = [made(name, dtype).eval() for _ in range(3)]
    for layer in layers[1:]:
        layer.reset_parameters()
    x = torch.stack([drawn(dtype), 2 * drawn(dtype)])
    near([each[1] for each in func.vmap(lambda each: flat(layers[0](each)))(x)], layers[0](x[1]))
    weights, buffers = func.stack_module_state(layers)
    base = copy.deepcopy(layers[0]).to("meta")

    def one(weights: Any, buffers: Any) -> Any:
        return flat(func.functional_call(base, (weights, buffers), (x[0],)))

    together = func.vmap(one)(weights, buffers)
    for number, layer in enumerate(layers):
        near([each[number] for each in together], layer(x[0]))


@SOME
def test_jacobians_and_hessians_agree(name: str, dtype: torch.dtype) -> None:
    layer, x = made(name, dtype).eval(), drawn(dtype, 3)

    def output(x: Tensor) -> Tensor:
        return flat(layer(x))[0]

    def loss(x: Tensor) -> Tensor:
        return output(x).square().sum()

    jacobian = products.jacobian(output, x)
    near(products.jacobian(output, x, vectorize=True), jacobian)
    near(func.jacrev(output)(x), jacobian)
    near(func.jacfwd(output)(x), jacobian)
    hessian = products.hessian(loss, x)
    near(products.hessian(loss, x, vectorize=True), hessian, 1e-4)
    if name != "truncated":  # its gradient is none that forward mode knows
        near(func.hessian(loss)(x), hessian, 1e-4)
        along = torch.ones_like(x)
        near(products.hvp(loss, x, along)[1], products.vhp(loss, x, along)[1], 1e-4)


@EVERY
def test_several_gradients_at_once_are_those_of_one_after_the_other(name: str) -> None:
    layer, x = made(name).eval(), drawn().requires_grad_()
    output = flat(layer(x))[0]
    on = torch.randn(4, *output.shape)

    def gradient(on: Tensor, **options: Any) -> Tensor:
        return torch.autograd.grad(output, x, on, retain_graph=True, **options)[0]

    right = torch.stack([gradient(each) for each in on])
    near(gradient(on, is_grads_batched=True), right)
    near(func.vmap(gradient)(on), right)


@pytest.mark.parametrize("name", ["LSTM", "RNN", "projected", "blocks with peepholes"])
def test_gradients_of_gradients_do_not_count_twice_what_states_were_made_of(name: str) -> None:
    found = []
    for dtype in DTYPES:
        layer = made(name).to(dtype)
        x = drawn().to(dtype).requires_grad_()
        sizes = layer._state_sizes
        states = tuple((x[:1, :, :1] * 2).expand(1, 2, size) for size in sizes)
        output = flat(layer(x, states if len(states) > 1 else states[0]))[0]
        (slope,) = torch.autograd.grad(output.square().sum(), x, create_graph=True)
        found.append([slope, torch.autograd.grad(slope.square().sum(), x)[0]])
    near([each.double() for each in found[0]], found[1], 1e-4)


@pytest.mark.parametrize("name", ["LSTM", "RNN"])
def test_forward_mode_runs_through_weights_and_states(name: str) -> None:
    layer = made(name, torch.float64)
    x = drawn(torch.float64, 3).requires_grad_()
    names = [each for each, _ in layer.named_parameters()]

    def run(x: Tensor, *weights: Tensor) -> Any:
        return flat(func.functional_call(layer, dict(zip(names, weights, strict=True)), (x,)))

    given = (x, *layer.parameters())
    assert gradcheck(run, given, check_forward_ad=True, check_backward_ad=False)
    single, single_x = layer.float(), x.detach().float()
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(single_x, torch.ones_like(single_x))  # type: ignore[no-untyped-call]
        along = forward_ad.unpack_dual(flat(single(dual))[0]).tangent  # type: ignore[no-untyped-call]
    leaf = single_x.requires_grad_()
    (slope,) = torch.autograd.grad(flat(single(leaf))[0].sum(), leaf)
    assert along is not None
    near(along.sum(), slope.sum(), 1e-4)


@BOTH
@EVERY
def test_packed_input_runs_under_transforms(name: str, dtype: torch.dtype) -> None:
    layer = made(name, dtype).eval()
    packed = pack_padded_sequence(drawn(dtype), [3, 5], enforce_sorted=False)
    _, sizes, order, back = packed

    def run(data: Tensor) -> tuple[Tensor, ...]:
        return flat(layer(PackedSequence(data, sizes, order, back)))

    data = torch.stack([packed.data, 2 * packed.data])
    near([each[1] for each in func.vmap(run)(data)], run(data[1]))
    leaf = packed.data.clone().requires_grad_()
    (slope,) = torch.autograd.grad(run(leaf)[0].sum(), leaf)
    near(func.grad(lambda data: run(data)[0].sum())(packed.data), slope)
    if name != "truncated":
        along = func.jvp(run, (packed.data,), (torch.ones_like(packed.data),))[1][0]
        near(along.sum(), slope.sum(), 1e-4)


@EVERY
def test_lengths_may_differ_from_sample_to_sample(name: str) -> None:
    layer = made(name).eval()
    x, lengths = torch.stack([drawn(), 2 * drawn()]), torch.tensor([[3, 5], [0, 1]])

    def run(x: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        return flat(layer(x, lengths=lengths))

    together = func.vmap(run)(x, lengths)
    near([each[1] for each in together], run(x[1], lengths[1]))
    with pytest.raises(Exception, match="lengths are 0 to 9, expected 0 to 5"):
        func.vmap(run)(x, torch.tensor([[3, 5], [0, 9]]))


@pytest.mark.parametrize("name", RANDOM)
def test_noise_is_the_same_or_different_as_vmap_is_asked(name: str) -> None:
    layer = made(name).train()
    x = drawn().expand(3, 5, 2, 3)
    same = func.vmap(lambda x: flat(layer(x))[0], randomness="same")(x)
    different = func.vmap(lambda x: flat(layer(x))[0], randomness="different")(x)
    near(same[0], same[1])
    assert not torch.equal(different[0], different[1])


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16], ids=str)
@EVERY
def test_a_functional_call_may_bring_weights_of_another_dtype(
    name: str, dtype: torch.dtype
) -> None:
    layer = made(name).eval()
    weights = {each: weight.detach().to(dtype) for each, weight in layer.named_parameters()}
    given = func.functional_call(layer, weights, (drawn(dtype),))
    near(given, copy.deepcopy(layer).to(dtype)(drawn(dtype)), 0)
    with pytest.raises(ValueError, match="does not match weight dtype"):
        func.functional_call(layer, weights, (drawn(),))
