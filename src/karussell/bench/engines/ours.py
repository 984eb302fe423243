"""Karussell itself."""

from typing import Any

import numpy as np

from karussell.bench.engines.letters import CHOICES, LetterTask
from karussell.bench.engines.prepared import Prepared, prepared_steps
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import Weights, draw_weights
from karussell.decoder import Origin, Source, candidates
from karussell.kernels import Block, Layer, Network, Rows
from karussell.text import Vocabulary


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step, a recurrence alone, or a letter typed inside a word."""
    if task.work == "letter":
        return _letter(LetterTask(task.sizes.words))
    weights = draw_weights(task)
    return prepared_steps(
        _Reader(_pack(task, entrant, weights), weights, entrant.threads, task.work)
    )


def _pack(task: Task, entrant: Entrant, weights: Weights) -> Network:
    # The input gate's rows stand first; coupled, it is what the forget gate leaves.
    first = len(weights.hidden) // task.cells_per_block if entrant.coupled else 0
    layer = Layer(
        ih=Rows(weight=np.ascontiguousarray(weights.weight_ih[first:])),
        hh=Rows(weight=np.ascontiguousarray(weights.weight_hh[first:])),
        bias=np.ascontiguousarray(weights.bias[first:]),
        block=Block(cells=task.cells_per_block, coupled=entrant.coupled),
    )
    return Network.pack(
        Rows(weight=weights.embedding),
        [layer],
        Rows(weight=weights.projection),
        weights.output_bias,
        number_format=entrant.number_format,
    )


class _Reader:
    """A packed network with the states of a batch, or with one state and many next words."""

    def __init__(self, network: Network, weights: Weights, threads: int, work: str) -> None:
        self._network, self._weights, self._threads = network, weights, threads
        self._carries, self._predicts = work != "hypotheses", work != "recurrence"
        self._states = weights.words.shape[1] if self._carries else 1
        self.restart()

    def restart(self) -> None:
        self._state = self._network.zeros(self._states)
        batch = self._weights.words.shape[1]
        self._after = self._state if self._carries else self._network.zeros(batch)
        self._state.hidden[:] = self._weights.hidden
        self._state.cell[:] = self._weights.cell
        self._answer = np.empty((0, 0), np.int64), self._state.hidden[0]

    def step(self, place: int) -> tuple[Any, Any]:
        if not self._predicts:
            words = self._weights.words[place]
            self._network.step(self._state, words, into=self._state, threads=self._threads)
            return self._answer
        # The peers' outputs are bound once, too.
        _, ids, values = self._network.predict(
            self._state, self._weights.words[place], SHOWN, into=self._after, threads=self._threads
        )
        return ids, values


def _letter(letters: LetterTask) -> Prepared:
    vocabulary = Vocabulary(letters.words)
    source = Source(
        origin=Origin.NETWORK,
        vocabulary=vocabulary,
        display=vocabulary.display,
        scores=letters.scores,
    )

    def suggest(letter: str) -> tuple[Any, Any]:
        found = candidates([source], letter, CHOICES)
        return [vocabulary.id(word.text) for word in found], [word.probability for word in found]

    return letters.prepared(suggest)
