"""Losses over a large vocabulary as torch functions: the exact softmax, and a sampled one.

On the CPU in float32 they run through the kernels, which never hold the logits; everything else
(CUDA, float64, autocast) runs through torch's own operations.

A loss that is one number knows what each token's loss counts, so its gradients are made together
with it, and the way back only hands them out: a third of the work less than computing logits again.
"""

from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from karussell import kernels
from karussell.layers.autograd import as_array, kernel_options
from karussell.layers.paths import Precision
from karussell.layers.watching import traced, transforms_active, watched, wrapped

Reduction = Literal["mean", "sum", "none"]
# The target of a token that does not count.
IGNORED = -1


def softmax_cross_entropy(
    features: Tensor,
    weight: Tensor,
    bias: Tensor,
    targets: Tensor,
    *,
    precision: Precision = "float32",
    reduction: Reduction = "mean",
) -> Tensor:
    """-log P(target), with P the softmax of ``features @ weight[:V].T + bias``.

    Args:
        features: One row a token, (M, E).
        weight: One row a word; only the first V are words, and the others' gradient is zero.
        bias: One value a word, (V,).
        targets: Each token's word, int64, (M,); ``IGNORED`` where a token does not count.
        precision: What the kernels make products of; they are added up in float32 in any case.
        reduction: The mean or sum over the tokens that count, or "none" for each token's loss (M,);
            that computes the logits again on its way back.
    """
    if not _kernels_serve(features, weight, bias):
        scores = functional.linear(features, weight[: len(bias)], bias)
        return functional.cross_entropy(scores, targets, ignore_index=IGNORED, reduction=reduction)
    given = features, weight, bias, targets
    needs = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in given)
    if needs and reduction == "none":
        each: Tensor = _EachLoss.apply(precision, *given)  # type: ignore[no-untyped-call]
        return each
    count = int((targets != IGNORED).sum()) if reduction == "mean" else 1
    if needs:
        return _one_loss(kernels.softmax_gradients, count, precision, *given)
    losses = kernels.softmax_losses(*_arrays(*given), **kernel_options(precision))
    return torch.from_numpy(losses) if reduction == "none" else _reduced(losses, count)


def sampled_softmax_cross_entropy(
    features: Tensor,
    weight: Tensor,
    bias: Tensor,
    hits: Tensor,
    own: Tensor,
    own_bias: Tensor,
    *,
    precision: Precision = "float32",
) -> Tensor:
    """The mean of -log P(own word) among the own word and the sampled words other than it.

    Args:
        features: One row a token, (M, E).
        weight: The rows of the sampled words, (K, E).
        bias: Their bias, (K,).
        hits: Which of the sampled words is the own word, int64, (M,); ``IGNORED`` where none is.
        own: The row of each token's own word, (M, E).
        own_bias: Its bias, (M,).
        precision: What the kernels make products of; they are added up in float32 in any case.
    """
    if not _kernels_serve(features, weight, bias, own, own_bias):
        scores = torch.addmm(bias, features, weight.T)
        places = torch.arange(len(weight), device=hits.device)
        scores = scores.masked_fill(hits[:, None] == places, float("-inf"))
        own_scores = (features * own).sum(-1) + own_bias
        both = torch.cat([own_scores[:, None], scores], dim=1)
        mean: Tensor = (both.logsumexp(1) - own_scores).mean()
        return mean
    given = features, weight, bias, hits, own, own_bias
    return _one_loss(kernels.sampled_softmax_gradients, len(features), precision, *given)


class _OneLoss(torch.autograd.Function):
    """The mean or sum of losses, and their gradients, made at once and held until they are due."""

    @staticmethod
    def forward(
        ctx: Any, kernel: Callable[..., Any], count: int, precision: Precision, *tensors: Tensor
    ) -> Tensor:
        token_weights = torch.full((len(tensors[0]),), 1 / max(1, count), dtype=torch.float32)
        losses, gradients = kernel(*_arrays(*tensors, token_weights), **kernel_options(precision))
        to_features, to_weight, to_bias, *to_own = map(torch.from_numpy, gradients)
        ctx.gradients = [None, None, None, to_features, to_weight, to_bias, None, *to_own]
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
        scale = float(grad_loss)
        if scale != 1:
            for gradient in gradients:
                if gradient is not None:
                    gradient *= scale
        return tuple(gradients)


class _EachLoss(torch.autograd.Function):
    """The exact loss of each token; the gradients wait until it is known what each counts."""

    @staticmethod
    def forward(ctx: Any, precision: Precision, *tensors: Tensor) -> Tensor:
        ctx.precision = precision
        ctx.save_for_backward(*tensors)
        return torch.from_numpy(
            kernels.softmax_losses(*_arrays(*tensors), **kernel_options(precision))
        )

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_losses: Tensor) -> tuple[Tensor | None, ...]:
        _, gradients = kernels.softmax_gradients(
            *_arrays(*ctx.saved_tensors, grad_losses), **kernel_options(ctx.precision)
        )
        return (None, *map(torch.from_numpy, gradients), None)


class _TiedRows(torch.autograd.Function):
    """Rows of a matrix that is used as a whole, too: their gradient is added to the whole's."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(ids)
        ctx.shape = weight.shape
        return functional.embedding(ids, weight), weight.view_as(weight)

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, grad_rows: Tensor | None, grad_weight: Tensor | None
    ) -> tuple[Tensor | None, None]:
        if grad_rows is None:
            return grad_weight, None
        (ids,) = ctx.saved_tensors
        if grad_weight is None:
            grad_weight = grad_rows.new_zeros(ctx.shape)
        grad_weight = grad_weight.resolve_neg().contiguous()
        ids, grad_rows = ids.flatten(), grad_rows.flatten(0, -2)
        if _kernels_serve(grad_rows, grad_weight):
            kernels.add_rows(as_array(grad_rows), as_array(ids), grad_weight.detach().numpy())
        else:
            grad_weight.index_add_(0, ids, grad_rows)
        return grad_weight, None


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


def tied_rows(weight: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
    """The rows of a matrix with the given ids, and the matrix itself, for another use of it.

    Both uses' gradients become one where the other use's lies: no second matrix is made and added.
    The gradient of the other use must be its own, as that of ``softmax_cross_entropy`` is.

    Args:
        weight: A matrix (V, E).
        ids: Which rows, int64, of any shape.

    Returns:
        Rows, (..., E), and the matrix (V, E).
    """
    if _only_torch((weight, ids)):
        return functional.embedding(ids, weight), weight
    rows, whole = _TiedRows.apply(weight, ids)  # type: ignore[no-untyped-call]
    return rows, whole


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


def _reduced(losses: Any, count: int) -> Tensor:
    """Losses in one number: their sum over a count, added up in double precision."""
    return (torch.from_numpy(losses).sum(dtype=torch.float64) / count).float()
