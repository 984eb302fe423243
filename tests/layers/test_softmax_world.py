"""The losses under what records and transforms programs: nothing is baked in."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.func import grad, jvp, vmap
from torch.fx.experimental.proxy_tensor import make_fx

from karussell.layers import sampled_softmax_cross_entropy, softmax_cross_entropy, tied_rows

TOKENS, SIZE, WORDS = 6, 8, 11
TARGETS = torch.arange(TOKENS)
HITS = torch.tensor([0, -1, 2, 3, -1, 1])
Loss = Callable[[Tensor, Tensor, Tensor], Tensor]


def exact(features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return softmax_cross_entropy(features, weight, bias, TARGETS)


def each(features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return softmax_cross_entropy(features, weight, bias, TARGETS, reduction="none")


def sampled(features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    own = weight[:TOKENS]
    return sampled_softmax_cross_entropy(features, weight, bias, HITS, own, bias[:TOKENS])


def tied(features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    rows, whole = tied_rows(weight, TARGETS)
    return softmax_cross_entropy(features + rows, whole, bias, TARGETS)


LOSSES: tuple[Loss, ...] = (exact, each, sampled, tied)


def given(seed: int) -> list[Tensor]:
    torch.manual_seed(seed)
    return [torch.randn(TOKENS, SIZE), torch.randn(WORDS, SIZE), torch.randn(WORDS)]


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("needs", [False, True])
def test_a_recorded_loss_follows_its_input(loss: Loss, needs: bool) -> None:
    first = [tensor.requires_grad_(needs) for tensor in given(1)]
    recorded: list[Any] = [make_fx(loss)(*first), torch.jit.trace(loss, first, check_trace=False)]  # type: ignore[no-untyped-call]
    for again in recorded:
        torch.testing.assert_close(again(*given(2)), loss(*given(2)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("loss", LOSSES)
def test_transforms_agree_with_one_loss_after_another(loss: Loss) -> None:
    one, two = given(1), given(2)
    both = [torch.stack(pair) for pair in zip(one, two, strict=True)]
    torch.testing.assert_close(vmap(loss)(*both), torch.stack([loss(*one), loss(*two)]))

    leaves = [tensor.clone().requires_grad_() for tensor in one]
    loss(*leaves).sum().backward()  # type: ignore[no-untyped-call]
    slopes = grad(lambda *tensors: loss(*tensors).sum(), argnums=(0, 1, 2))(*one)
    for leaf, slope in zip(leaves, slopes, strict=True):
        torch.testing.assert_close(slope, leaf.grad)

    change = jvp(lambda *tensors: loss(*tensors).sum(), tuple(one), tuple(two))[1]
    by_slopes = sum((slope * way).sum() for slope, way in zip(slopes, two, strict=True))
    torch.testing.assert_close(change, by_slopes)
