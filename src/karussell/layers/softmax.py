"""Losses over a large vocabulary as torch functions: the exact softmax, and a sampled one.

On the CPU in float32 they run through the kernels, on a GPU through torch's operations in chunks;
neither ever holds all scores. Everything else (float64, who records or transforms) runs through
torch's own operations.

A loss that is one number knows what each token's loss counts, so its gradients are made together
with it, and the way back only hands them out: a third of the work less than computing scores again.
"""

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from karussell import kernels
from karussell.layers.autograd import as_array, kernel_options
from karussell.layers.chunks import IGNORED, Chunks
from karussell.layers.paths import By, Precision
from karussell.layers.watching import (
    autocast_name,
    traced,
    transforms_active,
    watched,
    wrapped,
)

Reduction = Literal["mean", "sum", "none"]


def softmax_cross_entropy(
    features: Tensor,
    weight: Tensor,
    bias: Tensor,
    targets: Tensor,
    *,
    precision: Precision = "float32",
    reduction: Reduction = "mean",
    by: By = "kernels",
) -> Tensor:
    """-log P(target), with P the softmax of ``features @ weight[:V].T + bias``.

    Args:
        features: One row a token, (M, E).
        weight: One row a word; only the first V are words, and the others' gradient is zero.
        bias: One value a word, (V,).
        targets: Each token's word, int64, (M,); ``IGNORED`` where a token does not count.
        precision: What products of float32 are made of; they are added up in float32 in any case.
        reduction: The mean or sum over the tokens that count, or "none" for each token's loss (M,);
            that computes the scores again on its way back.
        by: "torch" has the CPU do what a GPU would.
    """
    maker = _maker(by, precision, features, weight, bias)
    if maker is None:
        scores = functional.linear(features, weight[: len(bias)], bias)
        return functional.cross_entropy(scores, targets, ignore_index=IGNORED, reduction=reduction)
    given = features, weight, bias, targets
    needs = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in given)
    if needs and reduction == "none":
        each: Tensor = _EachLoss.apply(maker, *given)  # type: ignore[no-untyped-call]
        return each
    counted = targets != IGNORED
    count = counted.sum() if reduction == "mean" else counted.new_ones((), dtype=torch.int64)
    if needs:
        return _one_loss(maker, False, count, *given, _shares(features, counted, count))
    losses = maker.losses(*given)
    return losses if reduction == "none" else _reduced(losses, count)


def sampled_softmax_cross_entropy(
    features: Tensor,
    weight: Tensor,
    bias: Tensor,
    hits: Tensor,
    own: Tensor,
    own_bias: Tensor,
    *,
    counted: Tensor | None = None,
    precision: Precision = "float32",
    by: By = "kernels",
) -> Tensor:
    """The mean of -log P(own word) among the own word and the sampled words other than it.

    Args:
        features: One row a token, (M, E).
        weight: The rows of the sampled words, (K, E).
        bias: Their bias, (K,).
        hits: Which of the sampled words is the own word, int64, (M,); ``IGNORED`` where none is.
        own: The row of each token's own word, (M, E).
        own_bias: Its bias, (M,).
        counted: Which tokens count, bool, (M,); all if None.
        precision: What products of float32 are made of; they are added up in float32 in any case.
        by: "torch" has the CPU do what a GPU would.
    """
    if counted is None:
        counted = torch.ones_like(hits, dtype=torch.bool)
    maker = _maker(by, precision, features, weight, bias, own, own_bias)
    if maker is None:
        scores = torch.addmm(bias, features, weight.T)
        places = torch.arange(len(weight), device=hits.device)
        scores = scores.masked_fill(hits[:, None] == places, float("-inf"))
        own_scores = (features * own).sum(-1) + own_bias
        both = torch.cat([own_scores[:, None], scores], dim=1)
        losses = (both.logsumexp(1) - own_scores).masked_fill(~counted, 0)
        return losses.sum() / counted.sum()
    count = counted.sum()
    given = features, weight, bias, hits, own, own_bias
    return _one_loss(maker, True, count, *given, _shares(features, counted, count))


@dataclass(frozen=True, slots=True)
class _Kernels:
    """Losses and gradients by our kernels.

    Attributes:
        precision: What products are made of.
    """

    precision: Precision

    def losses(self, *given: Tensor) -> Tensor:
        """The loss of each token."""
        return torch.from_numpy(
            kernels.softmax_losses(*_arrays(*given), **kernel_options(self.precision))
        )

    def gradients(self, *given: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The losses, and the gradients of their weighted sum."""
        options = kernel_options(self.precision)
        losses, gradients = kernels.softmax_gradients(*_arrays(*given), **options)
        return torch.from_numpy(losses), tuple(map(torch.from_numpy, gradients))

    def sampled(self, *given: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The same of each token's own word among the sampled ones other than it."""
        options = kernel_options(self.precision)
        losses, gradients = kernels.sampled_softmax_gradients(*_arrays(*given), **options)
        counted = torch.from_numpy(losses).masked_fill_(given[-1] == 0, 0)
        return counted, tuple(map(torch.from_numpy, gradients))


class _OneLoss(torch.autograd.Function):
    """The mean or sum of losses, and their gradients, made at once and held until they are due."""

    @staticmethod
    def forward(
        ctx: Any, maker: "_Kernels | Chunks", sampled: bool, count: Tensor, *tensors: Tensor
    ) -> Tensor:
        ctx.maker = maker
        losses, gradients = (maker.sampled if sampled else maker.gradients)(*tensors)
        to_features, to_weight, to_bias, *to_own = gradients
        ctx.gradients = [None, None, None, to_features, to_weight, to_bias, None, *to_own, None]
        return _reduced(losses, count)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_loss: Tensor) -> tuple[Tensor | None, ...]:
        if ctx.gradients is None:
            raise RuntimeError(
                "the gradients of this loss were handed out already: compute it anew"
            )
        # Not kept, since whoever gets them may add to them.
        gradients, ctx.gradients = ctx.gradients, None
        # The kernels' number lies at hand; a device would be waited for.
        if not isinstance(ctx.maker, _Kernels) or float(grad_loss) != 1:
            for gradient in gradients:
                if gradient is not None:
                    gradient *= grad_loss
        return tuple(gradients)


class _EachLoss(torch.autograd.Function):
    """The exact loss of each token; the gradients wait until it is known what each counts."""

    @staticmethod
    def forward(ctx: Any, maker: _Kernels | Chunks, *tensors: Tensor) -> Tensor:
        ctx.maker = maker
        ctx.save_for_backward(*tensors)
        return maker.losses(*tensors)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_losses: Tensor) -> tuple[Tensor | None, ...]:
        _, gradients = ctx.maker.gradients(*ctx.saved_tensors, grad_losses)
        return (None, *gradients, None)


class _TiedRows(torch.autograd.Function):
    """Rows of a matrix that is used as a whole, too: their gradient is added to the whole's."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, ids: Tensor, by: By) -> tuple[Tensor, Tensor]:
        ctx.set_materialize_grads(False)
        ctx.by = by
        ctx.save_for_backward(ids)
        ctx.shape = weight.shape
        return functional.embedding(ids, weight), weight.view_as(weight)

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, grad_rows: Tensor | None, grad_weight: Tensor | None
    ) -> tuple[Tensor | None, None, None]:
        if grad_rows is None:
            return grad_weight, None, None
        (ids,) = ctx.saved_tensors
        if grad_weight is None:
            grad_weight = grad_rows.new_zeros(ctx.shape)
        grad_weight = grad_weight.resolve_neg().contiguous()
        ids, grad_rows = ids.flatten(), grad_rows.flatten(0, -2)
        if ctx.by == "kernels" and _kernels_serve(grad_rows, grad_weight):
            kernels.add_rows(as_array(grad_rows), as_array(ids), grad_weight.detach().numpy())
        else:
            grad_weight.index_add_(0, ids, grad_rows)
        return grad_weight, None, None


def to_large_pages(weight: Tensor) -> nn.Parameter:
    """The same values where the processor finds them sooner: the softmax reads all of them twice.

    Returns:
        A parameter; with memory of its own if it is of float32 and on the CPU.
    """
    if weight.device.type != "cpu" or weight.dtype != torch.float32:
        return nn.Parameter(weight.detach())
    place = torch.from_numpy(kernels.empty(tuple(weight.shape)))
    return nn.Parameter(place.copy_(weight.detach()))


def project(hidden: Tensor, weight: Tensor, precision: kernels.Precision) -> Tensor:
    """Features (..., E) of hidden states (..., H) for a softmax of this precision.

    Torch rounds sums to bfloat16, as the softmax would when it reads the features.
    """
    if precision == "float32" or hidden.dtype != torch.float32:
        return functional.linear(hidden, weight)
    return functional.linear(hidden.bfloat16(), weight.bfloat16()).float()


def tied_rows(weight: Tensor, ids: Tensor, by: By = "kernels") -> tuple[Tensor, Tensor]:
    """The rows of a matrix with the given ids, and the matrix itself, for another use of it.

    Both uses' gradients become one where the other use's lies: no second matrix is made and added.
    The gradient of the other use must be its own, as that of ``softmax_cross_entropy`` is.

    Args:
        weight: A matrix (V, E).
        ids: Which rows, int64, of any shape.
        by: "torch" has the CPU do what a GPU would.

    Returns:
        Rows, (..., E), and the matrix (V, E).
    """
    if by == "kernels" and _only_torch((weight, ids)):
        return functional.embedding(ids, weight), weight
    rows, whole = _TiedRows.apply(weight, ids, by)  # type: ignore[no-untyped-call]
    return rows, whole


def _maker(by: By, precision: Precision, *given: Tensor) -> _Kernels | Chunks | None:
    """Who makes losses and gradients; None for torch's operations, on all scores at once."""
    if by == "torch":
        return Chunks(precision)
    if _kernels_serve(*given):
        return _Kernels(precision)
    # Elsewhere than on the CPU: there gradients of gradients are asked for, and memory is large.
    kinds = {(tensor.device.type, tensor.dtype) for tensor in given}
    narrow = {"": precision, "bfloat16": "bfloat16"}.get(autocast_name(given[0]))
    if kinds == {("cuda", torch.float32)} and narrow and not _only_torch(given):
        return Chunks("bfloat16" if narrow == "bfloat16" else precision)
    return None


def _kernels_serve(features: Tensor, *others: Tensor) -> bool:
    given = features, *others
    return (
        all(tensor.device.type == "cpu" and tensor.dtype == torch.float32 for tensor in given)
        and features.numel() > 0
        and not torch.is_autocast_enabled("cpu")
        and not _only_torch(given)
    )


def _only_torch(given: tuple[Tensor, ...]) -> bool:
    """Whether somebody records or transforms what is done: then torch's operations do it all."""
    return watched(given) or wrapped(given) or traced() or transforms_active()


def _arrays(*tensors: Tensor) -> tuple[Any, ...]:
    return tuple(map(as_array, tensors))


def _one_loss(*given: Any) -> Tensor:
    loss: Tensor = _OneLoss.apply(*given)  # type: ignore[no-untyped-call]
    return loss


def _shares(features: Tensor, counted: Tensor, count: Tensor) -> Tensor:
    """What each token's loss counts in their mean, or in their sum, whose count is 1."""
    return counted.to(features.dtype) / count.clamp(min=1)


def _reduced(losses: Tensor, count: Tensor) -> Tensor:
    """Losses in one number: their sum over a count, added up in double precision."""
    return (losses.sum(dtype=torch.float64) / count).to(losses.dtype)
