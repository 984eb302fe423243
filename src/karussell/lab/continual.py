"""Strings one behind the other without a mark between them: why memory blocks learned to forget.

The task of Gers, Schmidhuber and Cummins 2000: embedded Reber strings for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from karussell.kernels import NETWORKS_TOGETHER, Block, Floats, OnlineNetwork
from karussell.lab.networks import Design, Networks
from karussell.lab.reber import strings
from karussell.lab.streams import Streams, one_hot

WRONG = 0.7
"""An output that is off by more is wrong: a squared error of 0.49."""

_CHUNK = 10_000  # symbols
_JUDGED = 100_000
# Read before a stream of the test: networks that read for ever never saw a beginning.
_WARMING = 1000
_TESTS = 10
_BIASES = (0.5, 1.0, 1.5, 2.0)


class ContinualOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the networks came to.

    Attributes:
        right: Symbols that each network predicts rightly before its first mistake, on average over
            ten streams it never saw; ``whole`` at most.
        wrong: Which part of 100,000 further symbols each predicts wrongly.
        whole: Symbols of a whole stream.
        weights: Of a network.
        seed: What all was drawn from.
        cells: While they learned, after every 10,000 symbols: how far from 0 a network's cells
            are on average, in the middle of all networks.
        mistakes: And which part of these symbols a network predicted wrongly, in the middle.
    """

    right: list[float]
    wrong: list[float]
    whole: int
    weights: int
    seed: int
    cells: list[float] = []
    mistakes: list[float] = []


def design(*, forgets: bool) -> Design:
    """The paper's networks: four blocks of two cells, with forget gates or without."""
    closed = [-bias for bias in _BIASES]
    kinds = {"forget": _BIASES} if forgets else {}
    of_1997 = Block.of_1997(2)
    return Design(
        network=OnlineNetwork(
            inputs=7,
            blocks=4,
            outputs=7,
            block=replace(of_1997, forgets=forgets, gate_recurrence=False),
            outputs_see_inputs=True,
        ),
        rate=0.5,
        spread=0.2,
        biases=frozenset({"input", "forget", "output", "answer"}),
        gate_biases={"input": closed, "output": closed, **kinds},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Continual:
    """The task, and how networks try it.

    Attributes:
        forgets: Whether they have forget gates.
        resets: Whether they are told where a string begins, by forgetting all before it.
        symbols: How many they learn from.
        decay: What the learning rate is multiplied with every 10,000 symbols.
        whole: Symbols of a whole stream of the test.
    """

    forgets: bool
    resets: bool = False
    symbols: int = 5_000_000
    decay: float = 0.99
    whole: int = 1_000_000


def learn(
    task: Continual,
    seed: int,
    tell: Callable[[int], None],
    *,
    networks: int = NETWORKS_TOGETHER,
    threads: int = 1,
) -> ContinualOutcome:
    """Let networks read a stream that never ends, then others until their first mistakes.

    Args:
        task: The task.
        seed: What all is drawn from.
        tell: Told how many symbols were read.
        networks: How many, a multiple of 16.
        threads: How many threads the kernels use.
    """
    rng = np.random.default_rng(seed)
    learners = Networks(design(forgets=task.forgets), rng, networks)
    text = _Text(rng, networks, resets=task.resets)
    cells, mistakes = [], []
    for read in range(0, task.symbols, _CHUNK):
        errors = learners.learn(text.draw(_CHUNK), threads=threads)
        cells.append(float(np.median(np.abs(learners.cells).mean(0))))
        mistakes.append(float(np.median((errors > WRONG).mean(0))))
        learners.rates *= np.float32(task.decay)
        tell(read + _CHUNK)
    new, state, wrong = _Text(rng, networks, resets=task.resets), learners.blank(), []
    for _ in range(_JUDGED // _CHUNK):
        errors = learners.answer(new.draw(_CHUNK), state=state, threads=threads)
        wrong.append((errors > WRONG).mean(0))
    return ContinualOutcome(
        right=_tested(learners, rng, task, threads).tolist(),
        wrong=np.mean(wrong, axis=0).tolist(),
        whole=task.whole,
        weights=learners.design.weights,
        seed=seed,
        cells=cells,
        mistakes=mistakes,
    )


def _tested(networks: Networks, rng: np.random.Generator, task: Continual, threads: int) -> Floats:
    """Symbols that each network predicts rightly before its first mistake, on average."""
    count = networks.weights.shape[1]
    found = np.zeros(count)
    for _ in range(_TESTS):
        text, state = _Text(rng, count, resets=task.resets), networks.blank()
        networks.answer(text.draw(_WARMING), state=state, threads=threads)
        alive, right = np.ones(count, np.bool_), np.zeros(count, np.intp)
        while alive.any() and right.max() < task.whole:
            part = text.draw(min(_CHUNK, task.whole))
            errors = networks.answer(part, state=state, wrong=WRONG, threads=threads)
            wrong = errors > WRONG
            first = np.where(wrong.any(0), wrong.argmax(0), len(errors))
            right += np.where(alive, first, 0)
            alive &= ~wrong.any(0)
        found += np.minimum(right, task.whole)
    return np.asarray(found / _TESTS)


class _Text:
    """Strings one behind the other, for each of K networks.

    Args:
        rng: What they are drawn from.
        networks: K.
        resets: Whether all is forgotten where a string begins; or only by who waits for one.
    """

    def __init__(self, rng: np.random.Generator, networks: int, *, resets: bool) -> None:
        self._rng, self._begin = rng, 1.0 if resets else 2.0
        self._symbols = [np.zeros(0, np.intp) for _ in range(networks)]
        self._begins = [np.zeros(0, np.float32) for _ in range(networks)]

    def draw(self, steps: int) -> Streams:
        """The next symbols."""
        for network, kept in enumerate(self._symbols):
            if len(kept) <= steps:
                # No string has less than 9 symbols.
                more = strings(self._rng, steps // 9 + 1)
                place = np.arange(more.symbols.shape[1])
                there = place < more.lengths[:, None]
                begins = np.where(place == 0, np.float32(self._begin), np.float32(0))
                begins = np.broadcast_to(begins, there.shape)[there]
                self._symbols[network] = np.concatenate([kept, more.symbols[there]])
                self._begins[network] = np.concatenate([self._begins[network], begins])
        symbols = np.stack([own[: steps + 1] for own in self._symbols], axis=1)
        begins = np.stack([own[:steps] for own in self._begins], axis=1)
        self._symbols = [own[steps:] for own in self._symbols]
        self._begins = [own[steps:] for own in self._begins]
        coded = one_hot(symbols[None], 7)[0]
        return Streams(
            x=np.ascontiguousarray(coded[:-1]),
            targets=np.ascontiguousarray(coded[1:]),
            matters=np.ones_like(begins),
            begins=begins,
        )
