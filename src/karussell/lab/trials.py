"""Networks of several seeds that learn until each has solved its task, or has read too much."""

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import msgspec
import numpy as np

from karussell.errors import UsageError, shown
from karussell.files import written_beside
from karussell.kernels import NETWORKS_TOGETHER, Floats
from karussell.lab.criteria import Criterion
from karussell.lab.networks import Design, Networks
from karussell.lab.streams import Streams, Task, largest

_NUMBERS = 2_000_000  # that are drawn at once, for each network
TESTED = 2560
"""How many new sequences a network is asked at the end."""

# Seconds between two times that a run is kept: to write it takes as long as some looks.
_KEPT = 10

Tell = Callable[[int, int], None]
"""Told how many sequences were read, and how many networks have solved the task."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the networks of one experiment came to.

    Attributes:
        sequences: For each criterion, after how many sequences each network met it, None where it
            did not.
        read: How many sequences each network read at most.
        wrong: How many of 2,560 new sequences each network answers wrongly: as it was when it met
            the last criterion, or as it came to be where it never did.
        error: The mean of its largest errors on them.
        weights: Of a network.
        seed: What all was drawn from.
    """

    sequences: dict[str, list[int | None]]
    read: int
    wrong: list[int | None]
    error: list[float | None]
    weights: int
    seed: int

    def after(self, others: "Outcome | None") -> "Outcome":
        """This and other networks of the same experiment together, these last."""
        if others is None:
            return self
        return Outcome(
            sequences={
                name: [*others.sequences[name], *counts] for name, counts in self.sequences.items()
            },
            read=max(others.read, self.read),
            wrong=[*others.wrong, *self.wrong],
            error=[*others.error, *self.error],
            weights=self.weights,
            seed=others.seed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A task, networks for it, and when it is solved.

    Attributes:
        task: What is read.
        design: How the networks are made.
        criteria: When it is solved, by name; a network goes on until the last is met.
        limit: Sequences after which a network is given up.
        look: Sequences between two looks at the networks.
        at_end: Whether only the answer at the end of a sequence is judged, whatever is learned.
    """

    task: Task
    design: Design
    criteria: Mapping[str, Criterion]
    limit: int
    look: int = 100
    at_end: bool = False

    def judged(self, errors: Floats, count: int) -> Floats:
        """By how much each of M sequences is missed (M, K), by errors at each step (T, K)."""
        if not self.at_end:
            return largest(errors, count)
        return errors.reshape(count, -1, errors.shape[1])[:, -1]


class Trial:
    """The networks of one experiment while they learn.

    Args:
        experiment: What is tried.
        seed: What all is drawn from.
        networks: How many, a multiple of 16.
    """

    def __init__(
        self, experiment: Experiment, seed: int, networks: int = NETWORKS_TOGETHER
    ) -> None:
        self.experiment, self.seed = experiment, seed
        rng = np.random.default_rng(seed)
        self._networks = Networks(experiment.design, rng, networks)
        self._examiners = {
            name: criterion.examiner(experiment.task, rng, networks)
            for name, criterion in experiment.criteria.items()
        }
        self._rng = rng
        self._solved = {name: np.full(networks, -1) for name in experiment.criteria}
        self._best = self._networks.weights.copy()
        self._window = max(each.window for each in experiment.criteria.values())
        self._lately = np.full((self._window, networks), np.inf, np.float32)
        self._read = 0

    @property
    def _last(self) -> Any:
        return self._solved[[*self._solved][-1]]

    def run(self, tell: Tell, *, kept: Path | None = None, threads: int = 1) -> Outcome:
        """Train until all have solved it, or the limit is reached.

        Args:
            tell: Told how it goes.
            kept: A file that a run which was stopped goes on from.
            threads: How many threads the kernels use.

        Raises:
            UsageError: If that file cannot be read.
        """
        if kept is not None and kept.exists():
            self._load(kept)
        last = -math.inf
        while self._read < self.experiment.limit and (self._last < 0).any():
            self._go_on(threads)
            tell(self._read, int((self._last >= 0).sum()))
            if kept is not None and time.monotonic() - last > _KEPT:
                self._save(kept)
                last = time.monotonic()
        return self._outcome(threads)

    def _go_on(self, threads: int) -> None:
        """Read a few sequences, and see who has solved the task."""
        for streams, count in self._drawn(self._rng, self.experiment.look):
            errors = self._networks.learn(streams, threads=threads)
            self._remember(self.experiment.judged(errors, count))
        self._read += self.experiment.look
        if self._read == self.experiment.design.shut_until:
            self._networks.add_cells()
        for (name, examine), solved in zip(
            self._examiners.items(), self._solved.values(), strict=True
        ):
            criterion = self.experiment.criteria[name]
            lately = self._lately[len(self._lately) - criterion.window :]
            now = (solved < 0) & examine(self._networks, lately)
            solved[now] = self._read - (criterion.window if criterion.before else 0)
        self._best[:, now] = self._networks.weights[:, now]  # those that met the last of them

    def _drawn(
        self, rng: np.random.Generator, count: int, task: Task | None = None
    ) -> Iterator[tuple[Streams, int]]:
        """Sequences, as many at a time as memory bears."""
        task = task or self.experiment.task
        most = max(1, _NUMBERS // (task.longest * (task.inputs + task.outputs)))
        while count > 0:
            part = min(most, count)
            yield task.draw(rng, part, len(self._last)), part
            count -= part

    def _remember(self, errors: Floats) -> None:
        if self._window:
            self._lately = np.concatenate([self._lately, errors])[-self._window :]

    def _outcome(self, threads: int) -> Outcome:
        rng = np.random.default_rng([self.seed, 1])
        last = [*self.experiment.criteria.values()][-1]
        solved = self._last >= 0
        self._networks.weights = np.where(solved, self._best, self._networks.weights)
        parts = [
            self.experiment.judged(self._networks.answer(streams, threads=threads), count)
            for streams, count in self._drawn(rng, TESTED, last.asks)
        ]
        errors, right = np.concatenate(parts), last.right
        return Outcome(
            sequences={
                name: [count if count >= 0 else None for count in counts.tolist()]
                for name, counts in self._solved.items()
            },
            read=self._read,
            wrong=(errors >= right).sum(0).tolist(),
            error=errors.mean(0).tolist(),
            weights=self.experiment.design.weights,
            seed=self.seed,
        )

    def _save(self, path: Path) -> None:
        state = json.dumps(self._rng.bit_generator.state)
        with written_beside(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                weights=self._networks.weights,
                best=self._best,
                lately=self._lately,
                solved=np.stack([*self._solved.values()]),
                read=self._read,
                rng=np.frombuffer(state.encode(), np.uint8),
            )

    def _load(self, path: Path) -> None:
        try:
            with np.load(path) as found:
                self._networks.weights = np.ascontiguousarray(found["weights"])
                self._best, self._lately = found["best"], found["lately"]
                for counts, one in zip(self._solved.values(), found["solved"], strict=True):
                    counts[:] = one
                self._read = int(found["read"])
                self._rng.bit_generator.state = json.loads(found["rng"].tobytes())
        except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
            raise UsageError(
                f"{path}: is damaged ({shown(error)}); delete it to begin anew"
            ) from None
