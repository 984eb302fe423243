"""Softmax cross entropy over a large vocabulary: losses and gradients without the logits.

No array of M x V is ever made: memory beside the arguments and results is about 20 MB however many
tokens there are. Letters: M tokens, E features, V words, K sampled words.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from karussell.kernels import _native
from karussell.kernels.block import Precision
from karussell.kernels.checks import (
    check_array,
    check_dimensions,
    check_threads,
    is_bfloat16,
)
from karussell.kernels.memory import empty
from karussell.kernels.results import Floats

Ids = npt.NDArray[np.int64]


class SoftmaxGradients(NamedTuple):
    """Gradients of a weighted sum of losses.

    Attributes:
        features: On the features (M, E).
        weight: On the rows of the words (V, E).
        bias: On the words' bias (V,).
    """

    features: Floats
    weight: Floats
    bias: Floats


class SampledSoftmaxGradients(NamedTuple):
    """Gradients of a weighted sum of sampled losses.

    Attributes:
        features: On the features (M, E).
        weight: On the rows of the sampled words (K, E).
        bias: On the bias of the sampled words (K,).
        own: On the rows of the tokens' own words (M, E).
        own_bias: On the bias of the tokens' own words (M,).
    """

    features: Floats
    weight: Floats
    bias: Floats
    own: Floats
    own_bias: Floats


def softmax_losses(
    features: Floats,
    weight: Floats,
    bias: Floats,
    targets: Ids,
    *,
    precision: Precision = "float32",
    threads: int = 1,
) -> Floats:
    """The loss -log P(target) of each token, P the softmax of features @ weight.T + bias.

    Args:
        features: One row a token (M, E), float32.
        weight: One row a word, float32; only the first V of its rows are words.
        bias: One value a word (V,), float32.
        targets: Each token's word (M,), int64; -1 where there is none.
        precision: What the products are made of; they are added up in float32 in any case.
        threads: How many threads to use; the result does not depend on it.

    Returns:
        Losses (M,), 0 where there is no target.

    Raises:
        TypeError: An array has another dtype.
        ValueError: A shape or a target does not fit, or an array is not contiguous.
    """
    _check(features, weight, bias, targets, threads)
    losses = np.empty(len(targets), np.float32)
    bfloat16 = is_bfloat16(precision)
    _native.softmax_loss(features, weight, bias, targets, losses, bfloat16, threads)
    return losses


def softmax_gradients(
    features: Floats,
    weight: Floats,
    bias: Floats,
    targets: Ids,
    token_weights: Floats,
    *,
    precision: Precision = "float32",
    threads: int = 1,
) -> tuple[Floats, SoftmaxGradients]:
    """The losses as `softmax_losses`, and the gradients of their weighted sum.

    Both together cost hardly more than the gradients alone. ``token_weights`` is what each token's
    loss counts in the sum (M,), float32. All others are the arguments of `softmax_losses`, and so
    are its errors.

    Returns:
        Losses (M,), and gradients shaped like the arguments; the gradient on rows of `weight`
        beyond the V words is zero.
    """
    _check(features, weight, bias, targets, threads)
    check_array("token_weights", token_weights, targets.shape)
    losses = np.empty(len(targets), np.float32)
    gradients = SoftmaxGradients(empty(features.shape), empty(weight.shape), np.empty_like(bias))
    gradients.weight[len(bias) :] = 0
    _native.softmax_gradients(
        features, weight, bias, targets, token_weights, losses, *gradients,
        is_bfloat16(precision), threads,
    )  # fmt: skip
    return losses, gradients


def sampled_softmax_gradients(
    features: Floats,
    weight: Floats,
    bias: Floats,
    hits: Ids,
    own: Floats,
    own_bias: Floats,
    token_weights: Floats,
    *,
    precision: Precision = "float32",
    threads: int = 1,
) -> tuple[Floats, SampledSoftmaxGradients]:
    """Losses and gradients of each token's own word against a sample of K words.

    The loss is -log(e^o / (e^o + sum of e^s)), with o = features . own + own_bias and s the logits
    features @ weight.T + bias of the sampled words, except the one that is the own word itself.

    Args:
        features: One row a token (M, E), float32.
        weight: The rows of the sampled words (K, E), float32.
        bias: Their bias (K,), float32.
        hits: Where in the sample each token's own word is (M,), int64; -1 where it is not.
        own: The row of each token's own word (M, E), float32.
        own_bias: The bias of each token's own word (M,), float32.
        token_weights: What each token's loss counts in the sum (M,), float32.
        precision: What the products of the sampled words are made of.
        threads: How many threads to use; the result does not depend on it.

    Returns:
        Losses (M,), and gradients shaped like the arguments.

    Raises:
        TypeError: An array has another dtype.
        ValueError: A shape or a hit does not fit, or an array is not contiguous.
    """
    _check(features, weight, bias, hits, threads)
    check_array("own", own, features.shape)
    for name, array in (("own_bias", own_bias), ("token_weights", token_weights)):
        check_array(name, array, hits.shape)
    losses = np.empty(len(hits), np.float32)
    arguments = (features, weight[: len(bias)], bias, own, own_bias)
    gradients = SampledSoftmaxGradients(*(empty(argument.shape) for argument in arguments))
    _native.sampled_softmax_gradients(
        features, weight, bias, hits, own, own_bias, token_weights, losses, *gradients,
        is_bfloat16(precision), threads,
    )  # fmt: skip
    return losses, gradients


def add_rows(rows: Floats, ids: Ids, to: Floats) -> None:
    """Add to[ids[r]] += rows[r], one row after the other: the way back of a look-up of rows.

    Args:
        rows: What is added (M, E), float32.
        ids: Where each row goes (M,), int64.
        to: Added to in place (V, E), float32.

    Raises:
        TypeError: An array has another dtype.
        ValueError: A shape or an id does not fit, or an array is not contiguous.
    """
    check_dimensions("to", to, 2)
    check_array("to", to, to.shape)
    check_array("rows", rows, (len(ids), to.shape[1]))
    check_array("ids", ids, (len(ids),), "int64")
    if len(ids) and not (ids.min() >= 0 and ids.max() < len(to)):
        raise ValueError(f"ids are {ids.min()}..{ids.max()}, expected 0 to {len(to) - 1}")
    _native.add_rows(rows, ids, to)


def _check(
    features: Floats, weight: Floats, bias: Floats, targets: npt.NDArray[Any], threads: int
) -> None:
    check_dimensions("features", features, 2)
    check_dimensions("weight", weight, 2)
    check_dimensions("bias", bias, 1)
    tokens, size = features.shape
    check_array("features", features, features.shape)
    check_array("weight", weight, (len(weight), size))
    check_array("bias", bias, bias.shape)
    check_array("targets", targets, (tokens,), "int64")
    words = len(bias)
    if words > len(weight):
        raise ValueError(f"weight is {weight.shape}, expected at least {words} rows as bias has")
    if targets.min() < -1 or targets.max() >= words:
        wrong = targets[(targets < -1) | (targets >= words)][0]
        raise ValueError(f"targets hold {wrong}, expected -1 or a word below {words}")
    check_threads(threads)
