"""What a run of benchmarks found, as it is printed, drawn and written."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from karussell.bench.cost import limit
from karussell.bench.limits import Limits
from karussell.bench.machine import Context, Machine
from karussell.bench.rounds import Round
from karussell.bench.task import Engine, Entrant, Task
from karussell.errors import counted


class Measurement(msgspec.Struct, frozen=True):
    """What one participant took.

    Attributes:
        name: Who.
        task: What.
        entrant: How.
        median: Microseconds a call, the median over the rounds' medians.
        p99: Microseconds that a hundredth of the calls exceed, the median over the rounds.
        rounds: Every round.
        repeated: How many rounds stalled and were repeated.
        limit: Microseconds that the machine's limits allow at best; for ours only.
        part_of_limit: `limit` over `median`; at most 1.
        memory: Bytes the process had at most; for training only.
        extra_memory: Bytes beyond inputs and results that the softmax took; for training only.
    """

    name: str
    task: Task
    entrant: Entrant
    median: float
    p99: float
    rounds: tuple[Round, ...]
    repeated: int = 0
    limit: float | None = None
    part_of_limit: float | None = None
    memory: int | None = None
    extra_memory: int | None = None

    @property
    def title(self) -> str:
        """Who, with the threads."""
        threads = self.entrant.threads
        return f"{self.name}, {counted(threads, 'thread')}"


class Comparison(msgspec.Struct, frozen=True):
    """How many times longer a peer takes than we do.

    Attributes:
        kind: With whom: the best of all peers on as many threads in the "same format" or in "any
            format", our best with theirs on the "best threads" of each, or shared gates with a
            "gate for each cell".
        ours: Our participant's name and threads.
        peer: The other's name and threads.
        ratio: The median of each round's ratio of medians: above 1 we are faster.
        expected: What theory predicts, if it predicts something.
    """

    kind: Literal["same format", "any format", "best threads", "gate for each cell"]
    ours: str
    peer: str
    ratio: float
    expected: float | None = None


class Board(msgspec.Struct, frozen=True):
    """A contest and its outcome.

    Attributes:
        workload: The workload's name, as it is selected.
        title: What was done.
        measurements: Of all who took part.
        comparisons: Of ours with the best of the others.
        notes: What was left out or repeated, and why.
    """

    workload: str
    title: str
    measurements: tuple[Measurement, ...]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()


def beside(board: Board, limits: Limits) -> Board:
    """A board with these limits beside what is ours on it.

    What was done can be done: where a measurement beats the limits, they were measured too low,
    whatever the reason, and it is its own limit. A note says so.
    """
    measurements, notes = [], list(board.notes)
    for one in board.measurements:
        least = limit(one.task, one.entrant, limits) if one.entrant.ours else None
        if least is None:
            measurements.append(one)
            continue
        part = 1e6 * least / one.median
        if part > 1:
            notes.append(f"{one.title}: {part:.0%} of the limits as they were measured")
        found = min(1e6 * least, one.median)
        measurements.append(
            msgspec.structs.replace(one, limit=found, part_of_limit=found / one.median)
        )
    return msgspec.structs.replace(board, measurements=tuple(measurements), notes=tuple(notes))


def beaten(boards: Sequence[Board], limits: Limits) -> bool:
    """Whether anything is quicker than these limits, which were measured too low then."""
    return any(
        one.entrant.ours
        and (least := limit(one.task, one.entrant, limits)) is not None
        and 1e6 * least > one.median
        for board in boards
        for one in board.measurements
    )


class Start(msgspec.Struct, frozen=True):
    """What starting something costs.

    Attributes:
        name: What.
        milliseconds: How long it takes, the median of the runs: an import beyond the bare
            interpreter, or a load.
        memory: Bytes the whole process has then, or 0 where the system does not tell.
        runs: How many.
    """

    name: str
    milliseconds: float
    memory: int
    runs: int


class Report(msgspec.Struct, frozen=True):
    """All that was found.

    Attributes:
        machine: Where.
        context: How it was meanwhile.
        limits: What that machine can do at most, the best of all rounds.
        rounds_of_limits: How many there were, spread through the run.
        boards: The contests.
        starts: What importing and loading costs.
        missing: Engines left out because a package is not installed, and which.
        quick: Whether the run was cut short.
        seconds: How long all of it took.
    """

    machine: Machine
    context: Context
    limits: Limits
    rounds_of_limits: int
    boards: tuple[Board, ...]
    starts: tuple[Start, ...]
    missing: dict[Engine, str]
    quick: bool
    seconds: float
