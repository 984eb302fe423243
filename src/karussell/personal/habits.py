"""What a writer wrote behind the same words before."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.personal.settings import Habit, Settings
from karussell.personal.stream import BEGIN, Tokens, following

# Beyond so many times the age at which a use counts 1/e it counts no more than older ones.
_OLDEST = 10


class Always(NamedTuple):
    """What a writer wrote, whatever stood before.

    Attributes:
        shares: P(word), (T,).
        features: How many uses, different words, and words used once, as the gate wants them.
    """

    shares: NDArray[np.float64]
    features: tuple[float, float, float, float]


class Mixed(NamedTuple):
    """What is added to the probabilities of models.

    Attributes:
        kept: By what those of the models are multiplied.
        always: By what those of all that was written are.
        numbers: The numbers of words that stood behind the same ones.
        habits: What each of them gains at each number of words that agree, from one on, (levels,
            n).
        shares: P(word) among what stood behind them, at each, (levels, n).
        places: Where so many words agree.
    """

    kept: float
    always: float
    numbers: NDArray[np.int64]
    habits: NDArray[np.float64]
    shares: NDArray[np.float64]
    places: list[NDArray[np.int64]]


def always(tokens: Tokens, counts: NDArray[np.float64], settings: Settings) -> Always:
    """What a writer wrote, whatever stood before.

    Args:
        tokens: All words in order.
        counts: How often each stands there, BEGIN too, (T,).
        settings: How much all that counts.
    """
    habit = settings.habits[0]
    late = tokens[-int(_OLDEST * settings.pages) :]
    weights = _lately(np.arange(len(late), 0, -1), habit, settings)
    heavy = counts + np.bincount(late, weights, len(counts))
    heavy[BEGIN] = 0
    uses = float(counts[BEGIN + 1 :].sum())
    different, once = int(np.count_nonzero(counts[1:])), int(np.count_nonzero(counts[1:] == 1))
    shares = np.maximum(heavy - habit.discount, 0)
    shares /= max(float(shares.sum()), 1e-9)
    return Always(shares, _features(int(uses), different, once))


def mix(
    tokens: Tokens, context: list[int], written: Always, log_most: float, settings: Settings
) -> Mixed:
    """What the words before a place tell of the next one.

    Args:
        tokens: All words in order.
        context: The numbers of the words before the place.
        written: What tells of it, whatever stands before.
        log_most: ln P of the models' most probable word.
        settings: How much all that counts.
    """
    first, *others = settings.habits
    kept = _left(first, written.features, log_most, 0)
    share = 1.0 - kept
    places = following(tokens, context, len(others))
    if not places:
        nothing = np.empty((0, 0))
        return Mixed(kept, share, np.empty(0, np.int64), nothing, nothing, places)
    numbers, inverse = np.unique(tokens[places[0]].astype(np.int64), return_inverse=True)
    shares = np.empty((len(places), len(numbers)))
    habits = np.zeros((len(places), len(numbers)))
    for level, (at, habit) in enumerate(zip(places, others, strict=False)):
        if level:
            inverse = np.searchsorted(numbers, tokens[at])
        shares[level], left = _level(
            len(numbers), inverse, len(tokens) - at, log_most, habit, settings
        )
        habits[:level] *= left
        habits[level] = shares[level] * (1.0 - left)
        kept *= left
        share *= left
    return Mixed(kept, share, numbers, habits, shares, places)


def _level(
    size: int,
    inverse: NDArray[np.int64],
    ages: NDArray[np.int64],
    log_most: float,
    habit: Habit,
    settings: Settings,
) -> tuple[NDArray[np.float64], float]:
    """P(word) among what stood behind some words, and what is left to all others.

    Args:
        size: How many words there are.
        inverse: The word of each use.
        ages: How many words ago each was.
        log_most: ln P of the models' most probable word.
        habit: How much it counts.
        settings: How long something is late.
    """
    uses = np.bincount(inverse, minlength=size)
    heavy = np.bincount(inverse, 1.0 + _lately(ages, habit, settings), size)
    different, once = int(np.count_nonzero(uses)), int(np.count_nonzero(uses == 1))
    left = _left(habit, _features(len(inverse), different, once), log_most, int(ages[-1]))
    total = float(heavy.sum()) - habit.discount * different
    return np.where(uses > 0, heavy - habit.discount, 0.0) / total, left


def _lately(ages: NDArray[np.int64], habit: Habit, settings: Settings) -> NDArray[np.float64]:
    """How much more a use counts that is so old."""
    sentence, page = habit.lately
    weights: NDArray[np.float64] = page * np.exp(ages * (-1 / settings.pages))
    weights += sentence * np.exp(ages * (-1 / settings.sentences))
    return weights


def _features(uses: int, different: int, once: int) -> tuple[float, float, float, float]:
    return 1.0, math.log1p(uses), math.log1p(different), math.log1p(once)


def _left(
    habit: Habit, features: tuple[float, float, float, float], log_most: float, age: int
) -> float:
    """What is left to all others."""
    value = sum(map(float.__mul__, habit.gate, (*features, log_most, math.log1p(age) / 3)))
    return 1.0 / (1.0 + math.exp(-value))
