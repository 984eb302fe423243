"""The losses against torch's own operations, in float64 where these are the reference."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from karussell import kernels
from karussell.layers import (
    IGNORED,
    Precision,
    Reduction,
    kernel_precision,
    sampled_softmax_cross_entropy,
    softmax_cross_entropy,
    tied_rows,
)

# Sums of up to 300 float32 terms of order one.
FLOAT32: dict[str, Any] = {"rtol": 1e-5, "atol": 5e-6}
# Norm of an error over that of the value: every product of bfloat16 is off by 2^-8 at most three
# times (twice its factors, once what is kept of it), and errors of both signs add up to less.
BFLOAT16 = 3 * 2.0**-8
TOKENS, SIZE, WORDS = 50, 17, 300


def tensors(seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Features, a weight with two rows too many, bias and targets of which some are ignored."""
    torch.manual_seed(seed)
    targets = torch.randint(0, WORDS, (TOKENS,))
    targets[::7] = IGNORED
    return torch.randn(TOKENS, SIZE), torch.randn(WORDS + 2, SIZE), torch.randn(WORDS), targets


def exact_loss(given: list[Tensor], targets: Tensor, **options: Any) -> Tensor:
    features, weight, bias = given
    return softmax_cross_entropy(features, weight, bias, targets, **options)


def gradients_of(loss: Tensor, given: list[Tensor]) -> list[Tensor]:
    return [loss, *torch.autograd.grad(loss, given)]


def leaves(*given: Tensor, dtype: torch.dtype = torch.float32) -> list[Tensor]:
    return [each.to(dtype).requires_grad_() for each in given]


def weighted_sum(values: Tensor) -> Tensor:
    """One number in which each value counts differently."""
    return (values * torch.linspace(-1, 2, values.numel()).to(values)).sum()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_loss_and_gradients_are_those_of_torch(reduction: Reduction) -> None:
    *given, targets = tensors()
    ours, theirs = leaves(*given), leaves(*given, dtype=torch.float64)
    got = exact_loss(ours, targets, reduction=reduction)
    scores = functional.linear(theirs[0], theirs[1][:WORDS], theirs[2])
    expected = functional.cross_entropy(scores, targets, ignore_index=IGNORED, reduction=reduction)
    torch.testing.assert_close(got.double(), expected, **FLOAT32)
    for mine, right in zip(
        gradients_of(3 * weighted_sum(got), ours),
        gradients_of(3 * weighted_sum(expected), theirs),
        strict=True,
    ):
        torch.testing.assert_close(mine.double(), right, **FLOAT32)


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_bfloat16_differs_by_its_rounding(reduction: Reduction) -> None:
    *given, targets = tensors()
    results = []
    for precision in ("float32", "bfloat16"):
        ours = leaves(*given)
        loss = exact_loss(ours, targets, precision=precision, reduction=reduction)
        results.append(gradients_of(weighted_sum(loss), ours))
    for mine, right in zip(*results, strict=True):
        assert 0 < torch.linalg.vector_norm(mine - right) < BFLOAT16 * right.norm()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_without_gradients_the_loss_is_the_same(reduction: Reduction) -> None:
    *given, targets = tensors()
    loss = exact_loss(leaves(*given), targets, reduction=reduction)
    with torch.no_grad():
        alone = exact_loss(leaves(*given), targets, reduction=reduction)
    assert torch.equal(alone, loss)
    assert not alone.requires_grad


def test_doubles_go_through_torch() -> None:
    *given, targets = tensors()
    small = [each[:5].double().requires_grad_() for each in given]
    places = targets[:5].clamp(max=4)
    assert torch.autograd.gradcheck(lambda *each: exact_loss(list(each), places), small)


def test_a_loss_hands_its_gradients_out_once() -> None:
    *given, targets = tensors()
    loss = exact_loss(leaves(*given), targets)
    loss.backward(retain_graph=True)  # type: ignore[no-untyped-call]
    with pytest.raises(RuntimeError, match="handed out already"):
        loss.backward()  # type: ignore[no-untyped-call]


def sample(seed: int = 0) -> tuple[list[Tensor], Tensor]:
    """What a sampled softmax reads, and which sampled words are the tokens' own."""
    features, weight, bias, targets = tensors(seed)
    own, own_bias = torch.randn(TOKENS, SIZE), torch.randn(TOKENS)
    return [features, weight[:WORDS], bias, own, own_bias], targets


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_sampled_loss_is_that_of_torchs_operations(precision: Precision) -> None:
    given, hits = sample()
    results = []
    for dtype in (torch.float32, torch.float64):  # torch's operations serve float64
        features, weight, bias, own, own_bias = leaf = leaves(*given, dtype=dtype)
        loss = sampled_softmax_cross_entropy(
            features, weight, bias, hits, own, own_bias, precision=precision
        )
        results.append(gradients_of(3 * loss, leaf))
    for mine, right in zip(*results, strict=True):
        if precision == "float32":
            torch.testing.assert_close(mine.double(), right, **FLOAT32)
        else:
            assert torch.linalg.vector_norm(mine - right) < BFLOAT16 * right.norm()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_gradient_of_tied_rows_is_the_sum_of_both_uses(dtype: torch.dtype) -> None:
    weight, factor = torch.randn(9, 4, dtype=dtype), torch.randn(9, 4, dtype=dtype)
    ids = torch.tensor([[0, 3, 3], [8, 0, 3]])
    ours, theirs = weight.clone().requires_grad_(), weight.clone().requires_grad_()
    rows, whole = tied_rows(ours, ids)
    (rows.square().sum() + (whole * factor).sum()).backward()  # type: ignore[no-untyped-call]
    (theirs[ids].square().sum() + (theirs * factor).sum()).backward()  # type: ignore[no-untyped-call]
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_tied_rows_add_to_a_negated_gradient() -> None:
    weight, ids, on = (
        torch.randn(5, 3, requires_grad=True),
        torch.tensor([0, 2, 2]),
        torch.ones(3, 3),
    )
    gradient = torch.randn(5, 3)
    torch.autograd.backward(tied_rows(weight, ids), (on, torch._neg_view(gradient.clone())))
    assert weight.grad is not None
    torch.testing.assert_close(weight.grad, (-gradient).index_add(0, ids, on))


@pytest.mark.parametrize("used", [0, 1])
def test_either_use_of_tied_rows_may_be_left_out(used: int) -> None:
    weight = torch.randn(9, 4, requires_grad=True)
    tied_rows(weight, torch.tensor([2, 2]))[used].sum().backward()  # type: ignore[no-untyped-call]
    expected = torch.ones(9, 4)
    if used == 0:
        expected[:] = 0
        expected[2] = 2
    assert weight.grad is not None
    assert torch.equal(weight.grad, expected)


def test_auto_is_what_is_quicker_at_each_level() -> None:
    before = kernels.level()
    try:
        for level in kernels.levels():
            kernels.use_level(level)
            assert kernel_precision("auto") == kernels.quickest_precision().format
            assert kernel_precision("float32") == "float32"
    finally:
        kernels.use_level(before)
