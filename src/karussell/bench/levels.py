"""Which format is the quickest at each level of this machine, and whether "auto" is that one."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import msgspec

from karussell import kernels
from karussell.bench.engines import prepare
from karussell.bench.task import OURS, Entrant, Sizes, Task
from karussell.kernels import NumberFormat

LevelWork = Literal["training", "layer", "sessions"]

# The network of `karussell train` by default, and that of the other benchmarks.
_TRAINED = Sizes("E192 H512 V10k", 192, 512, 10_000)
_STEPPED = Sizes("A10", 96, 670, 10_000)
_TIME, _BATCH = 16, 32
_ROWS = (1, 4, 16, 64)
_TURN = 0.02  # seconds of processor time at least


class Formats(msgspec.Struct, frozen=True, kw_only=True):
    """What a work takes at a level in each format, on one thread.

    Attributes:
        level: The instruction set.
        work: Training, a layer forward and backward, or sessions that each read a word.
        rows: How many sessions; 0 for the other works.
        milliseconds: Of processor time, by format, the least of all rounds.
        auto: The format that "auto" means there.
        why: Why it does.
    """

    level: str
    work: LevelWork
    rows: int
    milliseconds: dict[NumberFormat, float]
    auto: NumberFormat
    why: str

    @property
    def loss(self) -> float:
        """How many times as long as the quickest format "auto" takes."""
        return self.milliseconds[self.auto] / min(self.milliseconds.values())


def compare_levels(
    levels: Sequence[str] | None = None,
    *,
    rounds: int = 7,
    tell: Callable[[str, str], None] = lambda level, what: None,
) -> list[Formats]:
    """Measure our engine in every format at every level.

    What counts is the processor time of this process, the least of rounds A B A B: other programs
    may want the cores, too.

    Args:
        levels: Which levels; all that this machine has if None.
        rounds: How many rounds.
        tell: Is told a level and what is going on at it.
    """
    found = []
    for level in levels or kernels.levels():
        with _at(level):
            for work, rows, task in _tasks():
                tell(level, f"{work}, {rows} rows" if rows else work)
                found.append(_compared(level, work, rows, task, rounds))
    return found


def _tasks() -> Iterator[tuple[LevelWork, int, Task]]:
    yield "training", 0, Task("training", _TRAINED, batch=_BATCH, time=_TIME)
    yield "layer", 0, Task("layer", _TRAINED, batch=_BATCH, time=_TIME)
    for rows in _ROWS:
        yield "sessions", rows, Task("step", _STEPPED, batch=rows)


def _compared(level: str, work: LevelWork, rows: int, task: Task, rounds: int) -> Formats:
    names: tuple[NumberFormat, ...] = ("float32", "bfloat16", *(("int8",) if rows else ()))
    calls = [prepare(task, Entrant(OURS, name)).call for name in names]
    choice = kernels.quickest_format(rows) if rows else kernels.quickest_precision()
    return Formats(
        level=level,
        work=work,
        rows=rows,
        milliseconds=dict(zip(names, least_times(calls, rounds), strict=True)),
        auto=choice.format,
        why=choice.why,
    )


def least_times(calls: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The least milliseconds of processor time of each call, in turns A B A B."""
    best = [float("inf")] * len(calls)
    for call in calls:
        call()
    for _ in range(rounds):
        for place, call in enumerate(calls):
            end = time.process_time() + _TURN
            while True:
                begin = time.process_time()
                call()
                now = time.process_time()
                best[place] = min(best[place], 1e3 * (now - begin))
                if now >= end:
                    break
    return best


@contextmanager
def _at(level: str) -> Iterator[None]:
    """Have the kernels run at a level."""
    before = kernels.level()
    kernels.use_level(level)
    try:
        yield
    finally:
        kernels.use_level(before)
