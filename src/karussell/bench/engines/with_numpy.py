"""NumPy with its BLAS, as one writes it by hand."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.bench.engines.letters import CHOICES, LetterTask
from karussell.bench.engines.prepared import Prepared, prepared_steps
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import Weights, draw_weights

_Array = NDArray[np.float32]


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step, or a letter typed inside a word."""
    if task.work == "letter":
        return _letter(LetterTask(task.sizes.words), masked=entrant.engine == "numpy mask")
    return prepared_steps(_Stepper(draw_weights(task), carries=task.work == "step"))


class _Stepper:
    def __init__(self, weights: Weights, *, carries: bool) -> None:
        self._weights = weights
        self._carries = carries
        self._both = np.concatenate([weights.weight_ih, weights.weight_hh], axis=1)
        self._batch = weights.words.shape[1]
        self.restart()

    def restart(self) -> None:
        self._hidden = np.repeat(self._weights.hidden[None], self._batch, axis=0)
        self._cell = np.repeat(self._weights.cell[None], self._batch, axis=0)

    def step(self, place: int) -> tuple[Any, Any]:
        weights, size = self._weights, self._hidden.shape[1]
        x = weights.embedding[weights.words[place]]
        gates = np.concatenate([x, self._hidden], axis=1) @ self._both.T
        gates += weights.bias
        opened = 1 / (1 + np.exp(-gates[:, : 2 * size]))
        cell = opened[:, size:] * self._cell
        cell += opened[:, :size] * np.tanh(gates[:, 2 * size : 3 * size])
        hidden = np.tanh(cell) / (1 + np.exp(-gates[:, 3 * size :]))
        if self._carries:
            self._hidden, self._cell = hidden, cell
        scores = (hidden @ weights.projection.T) @ weights.embedding.T
        scores += weights.output_bias
        ids, values = _best(scores, SHOWN)
        return ids, values - _normaliser(scores)


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
