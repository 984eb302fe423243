"""Progress on stderr: bars in a terminal, now and then a line where there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from karussell.cli.printing import Screen
from karussell.cli.times import clock
from karussell.errors import shown

if TYPE_CHECKING:
    from karussell.training import Report

# Drawing more often than this would be seen in the latencies that are measured meanwhile.
_DRAWINGS_PER_SECOND = 4


@contextmanager
def bar(name: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """A bar that is gone in the end.

    Args:
        name: What is going on.
        total: In how many steps; None if nobody knows.

    Yields:
        What is to be called after each step.
    """
    columns = BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with _passing(name, total, *columns) as (progress, task):
        yield lambda: progress.advance(task)


@contextmanager
def counted(name: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """A bar with a few words behind it, which is gone in the end.

    Args:
        name: What is going on.
        total: In how many steps at most.

    Yields:
        What is to be called with how many are done, and how things stand.
    """
    detail = TextColumn("{task.fields[detail]}", markup=False)
    columns = BarColumn(bar_width=20), TaskProgressColumn(), detail
    with _passing(name, total, *columns) as (progress, task):
        yield lambda done, detail: progress.update(task, completed=done, detail=detail)


@contextmanager
def _passing(
    name: str, total: int | None, *columns: ProgressColumn
) -> Iterator[tuple[Progress, TaskID]]:
    """What is shown in a terminal while something goes on, and is gone in the end."""
    console = Screen(stderr=True)
    # Not formatted, nor read as markup: it may be the name of a file.
    text = TextColumn("{task.description}", markup=False)
    with Progress(
        text,
        *columns,
        console=console,
        transient=True,
        refresh_per_second=_DRAWINGS_PER_SECOND,
        disable=not console.is_terminal,
    ) as progress:
        yield progress, progress.add_task(shown(name), total=total, detail="")


class TrainingProgress:
    """A bar for the stage at hand: first those of the preparation, then the training.

    Args:
        first: The line above.

    Attributes:
        trains: Whether the training itself has begun.
    """

    def __init__(self, first: str = "") -> None:
        self.trains = False
        self._first = first
        self._console = Screen(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=12),
            TaskProgressColumn(),
            TextColumn("{task.fields[detail]}", markup=False),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, int] = {}

    def __enter__(self) -> "TrainingProgress":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stage(self, name: str, part: float) -> None:
        """Show how much of a stage is done, 0..1."""
        self._show(name, part, "")

    def report(self, report: "Report") -> None:
        """Show how the training goes."""
        self.trains = True
        score = "" if report.score is None else f"  {report.score_name} {report.score:.1f}"
        self._show(
            "training",
            report.part,
            f"{report.rate:,.0f} {report.unit}/s  loss {report.loss:.3f}{score}  "
            f"{clock(report.seconds_left)} left",
        )

    def note(self, text: str) -> None:
        """Print a line below the bars."""
        self._progress.stop()
        self._console.print(text, soft_wrap=True)

    def _show(self, name: str, part: float, detail: str) -> None:
        if self._first:
            self._console.print(self._first, soft_wrap=True)
            self._first = ""
        if self._progress.disable:
            self._show_line(name, part, detail)
            return
        if name not in self._tasks:
            for task in self._tasks.values():
                self._progress.update(task, visible=False)
            self._tasks[name] = self._progress.add_task(name, total=1, detail="")
        self._progress.update(self._tasks[name], completed=part, detail=detail)

    def _show_line(self, name: str, part: float, detail: str) -> None:
        """A line for each hundredth of the training and each fifth of a stage before it."""
        step = int(part * (100 if detail else 5))
        if step > self._told.get(name, -1):
            self._told[name] = step
            self._console.print(f"{name} {part:4.0%}  {detail}".rstrip(), soft_wrap=True)
