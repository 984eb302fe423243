"""NumPy with its BLAS, as one writes it by hand."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.bench.engines.letters import CHOICES, LetterTask
from karussell.bench.engines.prepared import Prepared, prepared_function
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import draw_weights

_Array = NDArray[np.float32]


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step, or a letter typed inside a word."""
    if task.work == "letter":
        return _letter(LetterTask(task.sizes.words), masked=entrant.engine == "numpy mask")
    return _steps(task)


def _steps(task: Task) -> Prepared:
    weights = draw_weights(task)
    both, size = weights.gates, task.sizes.hidden

    def step(place: int, hidden: Any, cell: Any) -> tuple[Any, Any, Any, Any]:
        x = weights.embedding[weights.words[place]]
        gates = np.concatenate([x, hidden], axis=1) @ both.T
        gates += weights.bias
        opened = 1 / (1 + np.exp(-gates[:, : 2 * size]))
        after = opened[:, size:] * cell
        after += opened[:, :size] * np.tanh(gates[:, 2 * size : 3 * size])
        hidden = np.tanh(after) / (1 + np.exp(-gates[:, 3 * size :]))
        scores = (hidden @ weights.projection.T) @ weights.embedding.T
        scores += weights.output_bias
        ids, values = _best(scores, SHOWN)
        return hidden, after, ids, values - _normaliser(scores)

    return prepared_function(task, weights.states, step)


def _normaliser(scores: _Array) -> _Array:
    largest: _Array = scores.max(axis=-1, keepdims=True)
    total: _Array = largest + np.log(np.exp(scores - largest).sum(axis=-1, keepdims=True))
    return total


def _best(scores: _Array, count: int) -> tuple[NDArray[np.int64], _Array]:
    ids = np.argpartition(scores, scores.shape[-1] - count, axis=-1)[..., -count:]
    values = np.take_along_axis(scores, ids, -1)
    order = np.argsort(-values, axis=-1)
    return np.take_along_axis(ids, order, -1), np.take_along_axis(values, order, -1)


def _letter(letters: LetterTask, *, masked: bool) -> Prepared:
    """Sorted words and a slice; or, without that idea, a mask over all words."""
    initials = np.array([word[0] for word in letters.words]) if masked else None

    def suggest(letter: str) -> tuple[Any, Any]:
        if initials is not None:
            places = np.flatnonzero(initials == letter)
            scores, first = letters.scores[places], 0
        else:
            first, last = letters.slice_of(letter)
            scores = letters.scores[first:last]
        ids, values = _best(scores, CHOICES)
        probabilities = np.exp(values - _normaliser(scores))
        return (places[ids] if initials is not None else ids + first), probabilities

    return letters.prepared(suggest)
