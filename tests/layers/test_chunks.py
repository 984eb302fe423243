"""The losses in torch's operations, chunk by chunk, against the kernels and all scores at once."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from karussell.layers import (
    IGNORED,
    By,
    Precision,
    Reduction,
    sampled_softmax_cross_entropy,
    softmax_cross_entropy,
)
from karussell.layers import chunks as in_chunks

TOKENS, SIZE, WORDS = 50, 17, 300
# A result in these digits, after sums of up to 300 terms of up to six, in any order.
DIGITS: dict[torch.dtype, dict[str, Any]] = {
    torch.float64: {"rtol": 1e-12, "atol": 1e-13},
    torch.float32: {"rtol": 1e-5, "atol": 2e-5},
}
# Norm of an error over that of the value: every product of bfloat16 is off by 2^-8 at most three
# times (twice its factors, once what is kept of it), and errors of both signs add up to less.
BFLOAT16 = 3 * 2.0**-8
DOUBLE, SINGLE = torch.float64, torch.float32


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three tokens, the last one of two."""
    monkeypatch.setattr(in_chunks, "SCORES", 3 * WORDS + 1)


def exact(dtype: torch.dtype) -> tuple[list[Tensor], Tensor]:
    """Features, a weight with two rows too many, bias; targets of which some are ignored."""
    random = torch.Generator().manual_seed(0)
    targets = torch.randint(0, WORDS, (TOKENS,), generator=random)
    targets[::7] = IGNORED
    shapes = (TOKENS, SIZE), (WORDS + 2, SIZE), (WORDS,)
    return [drawn(random, shape, dtype) for shape in shapes], targets


def sampled(dtype: torch.dtype) -> tuple[list[Tensor], Tensor]:
    """Features, rows, bias, own rows, own bias; some tokens' own word is among the rows."""
    random = torch.Generator().manual_seed(1)
    hits = torch.randint(0, WORDS, (TOKENS,), generator=random)
    hits[::3] = IGNORED
    shapes = (TOKENS, SIZE), (WORDS, SIZE), (WORDS,), (TOKENS, SIZE), (TOKENS,)
    return [drawn(random, shape, dtype) for shape in shapes], hits


def drawn(random: torch.Generator, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    values = torch.randn(shape, dtype=torch.float64, generator=random)
    return values.to(dtype).requires_grad_()


def with_gradients(loss: Tensor, given: list[Tensor], factor: float = 3.0) -> list[Tensor]:
    weights = torch.linspace(-1, 2, loss.numel()).to(loss).view(loss.shape)
    return [loss, *torch.autograd.grad(factor * (loss * weights).sum(), given)]


def exact_loss(dtype: torch.dtype, by: By, **options: Any) -> list[Tensor]:
    given, targets = exact(dtype)
    return with_gradients(
        softmax_cross_entropy(given[0], given[1], given[2], targets, by=by, **options), given
    )


def sampled_loss(dtype: torch.dtype, by: By, **options: Any) -> list[Tensor]:
    given, hits = sampled(dtype)
    features, weight, bias, own, own_bias = given
    loss = sampled_softmax_cross_entropy(
        features, weight, bias, hits, own, own_bias, by=by, **options
    )
    return with_gradients(loss, given)


@pytest.mark.parametrize("dtype", [DOUBLE, SINGLE])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_exact_losses_and_gradients_are_those_of_torch(
    dtype: torch.dtype, reduction: Reduction
) -> None:
    given, targets = exact(DOUBLE)
    scores = functional.linear(given[0], given[1][:WORDS], given[2])
    expected = functional.cross_entropy(scores, targets, ignore_index=IGNORED, reduction=reduction)
    got = exact_loss(dtype, "torch", reduction=reduction)
    for mine, right in zip(got, with_gradients(expected, given), strict=True):
        assert mine.dtype == dtype
        torch.testing.assert_close(mine.double(), right, **DIGITS[dtype])


@pytest.mark.parametrize("dtype", [DOUBLE, SINGLE])
def test_sampled_losses_and_gradients_are_those_of_torch(dtype: torch.dtype) -> None:
    expected = sampled_loss(DOUBLE, "kernels")  # of doubles torch's operations make it
    for mine, right in zip(sampled_loss(dtype, "torch"), expected, strict=True):
        torch.testing.assert_close(mine.double(), right, **DIGITS[dtype])


@pytest.mark.parametrize("make", [exact_loss, sampled_loss])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_they_are_those_of_the_kernels(make: Any, precision: Precision) -> None:
    ours, theirs = (make(SINGLE, by, precision=precision) for by in ("torch", "kernels"))
    for mine, right in zip(ours, theirs, strict=True):
        if precision == "float32":
            torch.testing.assert_close(mine, right, **DIGITS[SINGLE])
        else:
            assert torch.linalg.vector_norm(mine - right) < BFLOAT16 * right.norm()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_without_gradients_the_loss_is_the_same(reduction: Reduction) -> None:
    given, targets = exact(SINGLE)
    with torch.no_grad():
        alone = softmax_cross_entropy(
            given[0], given[1], given[2], targets, by="torch", reduction=reduction
        )
    assert torch.equal(alone, exact_loss(SINGLE, "torch", reduction=reduction)[0])


@pytest.mark.parametrize("by", ["kernels", "torch"])
@pytest.mark.parametrize("dtype", [DOUBLE, SINGLE])
def test_tokens_that_do_not_count_are_as_if_they_were_not_there(by: By, dtype: torch.dtype) -> None:
    given, hits = sampled(dtype)
    counted = torch.arange(TOKENS) % 5 != 2
    results = []
    for kept in (torch.arange(TOKENS), counted.nonzero().squeeze(1)):
        features, weight, bias, own, own_bias = given
        loss = sampled_softmax_cross_entropy(
            features[kept], weight, bias, hits[kept], own[kept], own_bias[kept],
            counted=counted[kept], by=by,
        )  # fmt: skip
        results.append(with_gradients(loss, given))
    for all_of_them, those in zip(*results, strict=True):
        torch.testing.assert_close(all_of_them, those, **DIGITS[dtype])


def test_a_sample_of_one_word_that_is_the_own_one_costs_nothing() -> None:
    row = torch.ones(1, 2, requires_grad=True)
    bias, hits = torch.zeros(1), torch.zeros(1, dtype=torch.int64)
    loss = sampled_softmax_cross_entropy(row, row, bias, hits, row, bias, by="torch")
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss == 0
    assert row.grad is not None
    assert not row.grad.any()


class Largest(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes the largest tensor that is made, and every number that the host waits for."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.numbers, self.waits = 0, 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.waits += func is torch.ops.aten._local_scalar_dense.default
        made = func(*args, **(kwargs or {}))
        for each in made if isinstance(made, tuple | list) else (made,):
            if isinstance(each, Tensor):
                self.numbers = max(self.numbers, each.numel())
        return made


@pytest.fixture
def largest() -> Iterator[Largest]:
    with Largest() as mode:
        yield mode


@pytest.mark.parametrize("make", [exact_loss, sampled_loss])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_all_scores_are_never_there_and_nothing_is_waited_for(
    make: Any, precision: Precision, largest: Largest
) -> None:
    make(SINGLE, "torch", precision=precision)
    assert largest.numbers == (WORDS + 2 * (make is exact_loss)) * SIZE  # the weight, not scores
    assert largest.numbers < TOKENS * WORDS / 2
    assert largest.waits == 0


def test_each_loss_alone_holds_no_scores_either(largest: Largest) -> None:
    exact_loss(SINGLE, "torch", reduction="none")
    assert largest.numbers == (WORDS + 2) * SIZE


def loss_on(device: str, kind: str) -> list[Tensor]:
    """A loss by torch on a device, and its gradients."""
    given, places = exact(SINGLE) if kind == "exact" else sampled(SINGLE)
    on = [each.detach().to(device).requires_grad_() for each in given]
    places = places.to(device)
    if kind == "exact":
        loss = softmax_cross_entropy(on[0], on[1], on[2], places, by="torch")
    else:
        features, weight, bias, own, own_bias = on
        loss = sampled_softmax_cross_entropy(
            features, weight, bias, places, own, own_bias, by="torch"
        )
    return [loss, *torch.autograd.grad(loss, on)]


@pytest.mark.parametrize("kind", ["exact", "sampled"])
def test_every_tensor_lies_where_the_features_are(kind: str) -> None:
    """On a device that holds no numbers, where one from elsewhere, or one to be known, fails."""
    assert {each.device.type for each in loss_on("meta", kind)} == {"meta"}


@pytest.mark.parametrize(
    ("tokens", "words", "sizes"),
    [(7, WORDS, [3, 3, 1]), (6, WORDS, [3, 3]), (2, 10**9, [1, 1]), (5, 1, [5]), (0, 9, [])],
)
def test_chunks_hold_as_many_tokens_as_fit_and_one_at_least(
    tokens: int, words: int, sizes: list[int]
) -> None:
    found = [rows.stop - rows.start for rows in in_chunks.chunks(tokens, words)]
    assert found == sizes


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize("kind", ["exact", "sampled"])
def test_a_gpu_finds_what_the_cpu_does(kind: str) -> None:
    for ours, theirs in zip(loss_on("cuda", kind), loss_on("cpu", kind), strict=True):
        torch.testing.assert_close(ours.cpu(), theirs, **DIGITS[SINGLE])
