"""What a writer wrote behind the same words before."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.personal.settings import Habit, Settings
from karussell.personal.stream import Tokens, following


class Mixed(NamedTuple):
    """What is added to the probabilities of models.

    Attributes:
        kept: By what those of the models are multiplied.
        cache: By what those of the cache are.
        numbers: The numbers of words that stood behind the same ones.
        habits: What each of them gains at each number of words that agree, from one on, (levels,
            n).
        places: Where so many words agree.
    """

    kept: float
    cache: float
    numbers: NDArray[np.int64]
    habits: NDArray[np.float64]
    places: list[NDArray[np.int64]]


def mix(
    tokens: Tokens, context: list[int], pages: float, log_most: float, settings: Settings
) -> Mixed:
    """What the words before a place tell of the next one.

    Args:
        tokens: All words in order.
        context: The numbers of the words before the place.
        pages: How many words the cache has.
        log_most: ln P of the models' most probable word.
        settings: How much all that counts.
    """
    gate = settings.cache
    kept = _sigmoid(gate[0] + gate[1] * math.log(max(1.0, pages)) + gate[2] * log_most)
    cache = 1.0 - kept
    places = following(tokens, context, len(settings.habits))
    if not places:
        return Mixed(kept, cache, np.empty(0, np.int64), np.empty((0, 0)), places)
    numbers, inverse = np.unique(tokens[places[0]].astype(np.int64), return_inverse=True)
    habits = np.zeros((len(places), len(numbers)))
    for level, (at, habit) in enumerate(zip(places, settings.habits, strict=False)):
        if level:
            inverse = np.searchsorted(numbers, tokens[at])
        left = _level(habits[level], inverse, len(tokens) - at, log_most, habit, settings)
        habits[:level] *= left
        kept *= left
        cache *= left
    return Mixed(kept, cache, numbers, habits, places)


def _level(
    gains: NDArray[np.float64],
    inverse: NDArray[np.int64],
    ages: NDArray[np.int64],
    log_most: float,
    habit: Habit,
    settings: Settings,
) -> float:
    """Put what each word gains in its place; what is left to all others.

    Args:
        gains: Where to put it, (n,).
        inverse: The word of each use.
        ages: How many words ago each was.
        log_most: ln P of the models' most probable word.
        habit: How much it counts.
        settings: How long something is late.
    """
    sentence, page = habit.lately
    weights = 1.0 + page * np.exp(ages * (-1 / settings.pages))
    weights += sentence * np.exp(ages * (-1 / settings.sentences))
    uses = np.bincount(inverse, minlength=len(gains))
    heavy = np.bincount(inverse, weights, len(gains))
    different, once = np.count_nonzero(uses), np.count_nonzero(uses == 1)
    features = (
        1.0,
        math.log1p(len(inverse)),
        math.log1p(different),
        math.log1p(once),
        log_most,
        math.log1p(int(ages[-1])) / 3,
    )
    left = _sigmoid(sum(map(float.__mul__, habit.gate, features)))
    total = float(heavy.sum()) - habit.discount * different
    gains += np.where(uses > 0, heavy - habit.discount, 0.0) * ((1.0 - left) / total)
    return left


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
