"""A contest held: everyone made ready and checked, timed in turn, compared."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import NamedTuple

import msgspec

from karussell.bench.agreement import Disagreement, check
from karussell.bench.compare import comparisons
from karussell.bench.engines import Answer
from karussell.bench.machine import usable_cores
from karussell.bench.process import EngineError, EngineProcess
from karussell.bench.report import Board, Measurement
from karussell.bench.rounds import Rounds, alternate, middle
from karussell.bench.task import PACKAGES, Entrant, Task
from karussell.bench.workloads import Contest

_SPIN = "while True: pass"


class Effort(NamedTuple):
    """How long to measure.

    Attributes:
        rounds: How many rounds each contest has.
        seconds: How long each turn is.
    """

    rounds: int
    seconds: float


class Processes(ExitStack):
    """The engines' processes: one for each package and number of threads, made when needed."""

    def __init__(self) -> None:
        super().__init__()
        self._shared: dict[tuple[str, int], EngineProcess] = {}

    def shared(self, entrant: Entrant) -> EngineProcess:
        """The process of an entrant's package and threads."""
        key = PACKAGES[entrant.engine], entrant.threads
        if key not in self._shared:
            self._shared[key] = self.own(entrant)
        return self._shared[key]

    def own(self, entrant: Entrant) -> EngineProcess:
        """A new process for an entrant."""
        return self.enter_context(EngineProcess(PACKAGES[entrant.engine], entrant.threads))


class _Ready(NamedTuple):
    """A participant that can begin."""

    task: Task
    entrant: Entrant
    process: EngineProcess
    answer: Answer | None


def hold(
    contest: Contest,
    processes: Processes,
    effort: Effort,
    tell: Callable[[str], None],
) -> Board:
    """Hold a contest.

    Args:
        contest: The contest.
        processes: The engines' processes.
        effort: How long to measure.
        tell: Is told who is made ready.

    Raises:
        KarussellError: If our own engine fails or answers wrong; others are left out, with a note.
    """
    notes: list[str] = []
    if not contest.alone:
        for _, entrant in contest.participants:
            processes.shared(entrant)  # so that all packages load meanwhile
    ready = list(_make_ready(contest, processes, notes, tell))
    ready = list(_agreeing(ready, notes))
    tell("in turn")
    with _busy_neighbours() if contest.busy else ExitStack():
        found = alternate(
            [partial(one.process.time, one.task, one.entrant, effort.seconds) for one in ready],
            effort.rounds,
        )
    measurements = list(_measurements(ready, found))
    notes += [
        f"{one.name}: {one.repeated} stalled rounds were repeated"
        for one in measurements
        if one.repeated
    ]
    if contest.alone:
        measurements = [
            _with_memory(one, participant, processes)
            for one, participant in zip(measurements, ready, strict=True)
        ]
    return Board(
        workload=contest.workload,
        title=contest.title,
        measurements=tuple(measurements),
        comparisons=tuple(comparisons(contest.workload, measurements)),
        notes=tuple(notes),
    )


def _make_ready(
    contest: Contest, processes: Processes, notes: list[str], tell: Callable[[str], None]
) -> Iterator[_Ready]:
    for task, entrant in contest.participants:
        tell(f"{entrant.name}, {entrant.threads} threads")
        process = (processes.own if contest.alone else processes.shared)(entrant)
        try:
            answer = process.prepare(task, entrant)
        except EngineError as error:
            if entrant.ours:
                raise
            notes.append(f"{entrant.name} failed: {error}")
            continue
        yield _Ready(task, entrant, process, answer)


def _agreeing(ready: Sequence[_Ready], notes: list[str]) -> Iterator[_Ready]:
    """Those whose answers are right."""
    exact = [one for one in ready if one.entrant.number_format == "float32"]
    # Somebody else's answer where there is one, so that we are not our own judges.
    judges = sorted(exact, key=lambda one: one.entrant.ours)
    for one in ready:
        reference = next((judge.answer for judge in judges if judge.task == one.task), None)
        if one.answer is not None:
            try:
                check(one.task, one.entrant, one.answer, reference)
            except Disagreement as error:
                if one.entrant.ours:
                    raise
                notes.append(f"left out for a wrong answer: {error}")
                continue
        yield one


def _measurements(ready: Sequence[_Ready], found: Rounds) -> Iterator[Measurement]:
    for one, kept, repeated in zip(ready, found.kept, found.repeated, strict=True):
        whole = middle(kept)
        yield Measurement(
            name=_name(one),
            task=one.task,
            entrant=one.entrant,
            median=whole.median,
            p99=whole.p99,
            rounds=kept,
            repeated=repeated,
        )


def _name(one: _Ready) -> str:
    if one.task.work == "recurrence":
        return f"{one.task.cells_per_block} cells a block"
    if one.task.work == "letter":
        engine = one.entrant.engine
        return {"numpy": "numpy slice", "torch cell": "torch topk"}.get(engine, engine)
    return one.entrant.name


def _with_memory(one: Measurement, ready: _Ready, processes: Processes) -> Measurement:
    """The peak of the whole process, and how much of it the softmax alone needs."""
    whole = ready.process.peak(ready.task, ready.entrant)
    ready.process.close()
    if one.entrant.engine == "torch.compile":  # compiling takes memory of its own
        return msgspec.structs.replace(one, memory=whole.peak or None)
    task = msgspec.structs.replace(one.task, work="softmax")
    process = processes.own(one.entrant)
    # Memory is measured from before the first call.
    process.prepare(task, one.entrant, answer=False)
    found = process.peak(task, one.entrant)
    results = 4 * (task.sizes.words * (task.sizes.embedding + 1))
    results += 4 * task.time * task.batch * task.sizes.embedding
    extra = max(0, found.peak - found.before - results) if found.peak else None
    process.close()
    return msgspec.structs.replace(one, memory=whole.peak or None, extra_memory=extra)


@contextmanager
def _busy_neighbours() -> Iterator[None]:
    """Keep all cores but one busy with processes that only count."""
    command = (sys.executable, "-I", "-S", "-c", _SPIN)
    spinning = [subprocess.Popen(command) for _ in range(usable_cores() - 1)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()
