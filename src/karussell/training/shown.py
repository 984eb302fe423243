"""Progress of a training from a program: a line in a terminal, or one for each tenth elsewhere."""

import sys
from collections.abc import Callable

from karussell.training.task import Report


class Shown:
    """Shows on stderr how a training goes.

    Args:
        tell: Who else is told.
        first: The line above.
    """

    def __init__(self, tell: Callable[[Report], None], first: str = "") -> None:
        self._first = first
        self._tell = tell
        self._told = -1
        self._width = 0

    def __call__(self, report: Report) -> None:
        """Show what a run tells."""
        self._tell(report)
        if self._first:
            sys.stderr.write(self._first + "\n")
            self._first = ""
        score = "" if report.score is None else f"  {report.score_name} {report.score:.4g}"
        line = (
            f"training {report.part:4.0%}  {report.rate:,.0f} {report.unit}/s  "
            f"loss {report.loss:.3f}{score}  {report.seconds_left:.0f} s left"
        )
        if sys.stderr.isatty():
            self._width = max(self._width, len(line))
            sys.stderr.write("\r" + line.ljust(self._width) + "\n" * (report.part >= 1))
        elif int(10 * report.part) > self._told:
            self._told = int(10 * report.part)
            sys.stderr.write(line + "\n")
        sys.stderr.flush()


def is_watched() -> bool:
    """Whether somebody sees what is written to stderr."""
    return sys.stderr is not None and sys.stderr.isatty()
