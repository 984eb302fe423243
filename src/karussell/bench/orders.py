"""What is said between the process that measures and those in which the engines run."""

from typing import Literal

import msgspec

from karussell.bench.engines import Answer
from karussell.bench.task import Entrant, Task


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an engine's process is to do.

    Attributes:
        kind: "prepare" a task, "time" it for some seconds, or find the "peak" of the memory that
            doing it takes.
        task: The task.
        entrant: How to do it.
        answer: Whether a task that is prepared is done once, for its answer.
        seconds: How long to time it.
    """

    kind: Literal["prepare", "time", "peak"]
    task: Task
    entrant: Entrant
    answer: bool = True
    seconds: float = 0.0


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of an order.

    Attributes:
        answer: What the engine answers, to "prepare".
        nanoseconds: What each call took, to "time".
        before: Bytes of memory the process had, to "peak"; 0 where the system does not tell.
        peak: Bytes it had at most while it did the task.
    """

    answer: Answer | None = None
    nanoseconds: tuple[int, ...] = ()
    before: int = 0
    peak: int = 0
