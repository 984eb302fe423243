"""The softmax over a large vocabulary in torch's operations, on any device, chunk by chunk.

A chunk is some tokens and all their scores; from these come its losses and its share of the
gradients before the next one's are made. So the scores of all tokens never are in memory at once,
nothing is computed twice, and nobody waits for a number of the device.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from karussell.layers.paths import Precision, kernel_precision

# The target of a token that does not count.
IGNORED = -1
# So many scores are in memory at once: enough to keep a GPU busy, 32 MiB of float32.
SCORES = 2**23


@dataclass(frozen=True, slots=True)
class Chunks:
    """Losses and gradients by torch's operations; the arguments are those of the kernels.

    Attributes:
        precision: What products of float32 are made of; they are added up in float32 in any case.
    """

    precision: Precision

    def losses(self, features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        """The loss of each token (M,), 0 where it does not count."""
        losses = features.new_empty(len(features))
        with _as_told(features):
            read, words = self._factor(features), self._factor(weight[: len(bias)])
            for rows in chunks(len(features), len(bias)):
                scores = _product(read[rows], words.T).add_(bias)
                losses[rows] = _exact_losses(scores, targets[rows])[0]
        return losses

    def gradients(
        self, features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, token_weights: Tensor
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The losses, and the gradients of their weighted sum."""
        losses, to_features = features.new_empty(len(features)), torch.empty_like(features)
        to_weight, to_bias = torch.zeros_like(weight), torch.zeros_like(bias)
        to_words = to_weight[: len(bias)]
        with _as_told(features):
            read, words = self._factor(features), self._factor(weight[: len(bias)])
            for rows in chunks(len(features), len(bias)):
                scores = _product(read[rows], words.T).add_(bias)
                losses[rows], norms = _exact_losses(scores, targets[rows])
                counts = token_weights[rows] * (targets[rows] != IGNORED)
                # In place of the scores: their memory is what chunks are for.
                to_scores = scores.sub_(norms).exp_()
                own = targets[rows].clamp(min=0)[:, None]
                to_scores.scatter_add_(1, own, to_scores.new_full((), -1).expand(own.shape))
                to_scores.mul_(counts[:, None])
                to_bias += to_scores.sum(0)
                back = self._factor(to_scores)
                to_features[rows] = _product(back, words)
                to_words += _product(back.T, read[rows])
        return losses, (to_features, to_weight, to_bias)

    def sampled(
        self,
        features: Tensor,
        weight: Tensor,
        bias: Tensor,
        hits: Tensor,
        own: Tensor,
        own_bias: Tensor,
        token_weights: Tensor,
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The same of each token's own word among the sampled ones other than it."""
        losses = features.new_empty(len(features))
        to_features, to_own = torch.empty_like(features), torch.empty_like(own)
        to_weight, to_bias = torch.zeros_like(weight), torch.zeros_like(bias)
        to_own_bias = torch.empty_like(own_bias)
        with _as_told(features):
            read, words = self._factor(features), self._factor(weight)
            own_scores = (features * own).sum(-1) + own_bias
            for rows in chunks(len(features), len(bias)):
                scores = _product(read[rows], words.T).add_(bias)
                places = hits[rows].clamp(min=0)[:, None]
                kept = scores.gather(1, places)
                hit = hits[rows, None] != IGNORED
                scores.scatter_(1, places, kept.masked_fill(hit, -torch.inf))
                norms = torch.logaddexp(scores.logsumexp(1), own_scores[rows])
                counts = token_weights[rows]
                losses[rows] = (norms - own_scores[rows]).masked_fill(counts == 0, 0)
                to_scores = scores.sub_(norms[:, None]).exp_().mul_(counts[:, None])
                to_bias += to_scores.sum(0)
                to_own_bias[rows] = torch.expm1(own_scores[rows] - norms) * counts
                back = self._factor(to_scores)
                to_features[rows] = _product(back, words) + to_own_bias[rows, None] * own[rows]
                to_own[rows] = to_own_bias[rows, None] * features[rows]
                to_weight += _product(back.T, read[rows])
        return losses, (to_features, to_weight, to_bias, to_own, to_own_bias)

    def _factor(self, values: Tensor) -> Tensor:
        """Values as products are made of them."""
        narrow = kernel_precision(self.precision) == "bfloat16" and values.dtype == torch.float32
        return values.bfloat16() if narrow else values


def chunks(tokens: int, words: int) -> Iterator[slice]:
    """Which tokens are at work together, so that their scores of so many words fit."""
    size = max(1, SCORES // max(1, words))
    for first in range(0, tokens, size):
        yield slice(first, min(first + size, tokens))


def _exact_losses(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Losses (M,), and what each token's scores come to, (M, 1)."""
    norms = scores.logsumexp(1, keepdim=True)
    own = scores.gather(1, targets.clamp(min=0)[:, None])
    return (norms - own).squeeze(1).masked_fill(targets == IGNORED, 0), norms


def _product(a: Tensor, b: Tensor) -> Tensor:
    """A product, of bfloat16 added up in float32, which only CUDA has an operation for."""
    if a.dtype != torch.bfloat16:
        return a @ b
    if a.device.type == "cuda":
        return torch.mm(a, b, out_dtype=torch.float32)
    return a.float() @ b.float()


def _as_told(features: Tensor) -> contextlib.AbstractContextManager[object]:
    """Where autocast leaves products as they are."""
    kind = features.device.type
    if not torch.amp.is_autocast_available(kind):
        return contextlib.nullcontext()
    return torch.autocast(kind, enabled=False)
