"""A task made ready: what is timed, and what it answers."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Any, NamedTuple, Protocol

import msgspec

from karussell.bench.task import Task
from karussell.bench.weights import CYCLE

STEPS_CHECKED = 6
"""After how many steps engines must agree."""

_TRIAL_CALLS = 60


class Answer(msgspec.Struct, frozen=True):
    """What comes out of a task, for engines to agree on.

    Attributes:
        ids: For each sequence the most probable words, best first; none where no word is asked for.
        values: Their log probabilities; or other numbers that must be the same.
    """

    ids: list[list[int]]
    values: list[list[float]]


class Prepared(NamedTuple):
    """A task that only has to be done.

    Attributes:
        call: Does it once.
        answer: What comes out of it from the beginning.
    """

    call: Callable[[], object]
    answer: Callable[[], Answer]


Step = Callable[[int, Any, Any], tuple[Any, Any, Any, Any]]


class Stepper(Protocol):
    """A network that reads and predicts, and keeps its state."""

    def restart(self) -> None:
        """Go back to the state to begin with."""
        ...

    def step(self, place: int) -> tuple[Any, Any]:
        """Read the words of one place of the cycle.

        Returns:
            Ids (N, SHOWN) and log probabilities (N, SHOWN), as arrays of the engine's kind.
        """
        ...


def prepared_steps(stepper: Stepper) -> Prepared:
    """Steps as a task, their words taken in turn."""
    places = cycle(range(CYCLE))

    def call() -> object:
        return stepper.step(next(places))

    def answer() -> Answer:
        stepper.restart()
        for place in range(STEPS_CHECKED):
            ids, values = stepper.step(place)
        return Answer(ids=ids.tolist(), values=values.tolist())

    return Prepared(call, answer)


def prepared_function(task: Task, states: Sequence[Any], step: Step) -> Prepared:
    """Steps that are a function of the states: of those after the last, or ever of the first.

    Args:
        task: Steps, whose states are carried on, or hypotheses.
        states: Hidden and cell state to begin with, (N, H) each.
        step: Gives the states after, ids and log probabilities.
    """
    return prepared_steps(_Carrying(states, step, carries=task.work == "step"))


class _Carrying:
    def __init__(self, states: Sequence[Any], step: Step, *, carries: bool) -> None:
        self._first, self._step, self._carries = states, step, carries
        self.restart()

    def restart(self) -> None:
        self._states = self._first

    def step(self, place: int) -> tuple[Any, Any]:
        *after, ids, values = self._step(place, *self._states)
        if self._carries:
            self._states = after
        return ids, values


def quickest(candidates: Iterable[Prepared]) -> Prepared:
    """The quickest of several ways to do the same with one engine, so that each stands at its best.

    Each is tried in turn, twice.
    """
    made = list(candidates)
    if len(made) == 1:
        return made[0]
    times = [min(_trial(one) for _ in range(2)) for one in made]
    return made[times.index(min(times))]


def _trial(prepared: Prepared) -> float:
    times = []
    for _ in range(_TRIAL_CALLS):
        begin = time.perf_counter()
        prepared.call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)
