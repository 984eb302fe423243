"""Training on whatever is given: text files, sequences of anything hashable, series of numbers."""

import os
import sys
from collections.abc import Callable, Hashable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from karussell.errors import UsageError
from karussell.files import AnyPath
from karussell.model import LanguageModel
from karussell.sequences import SequenceModel, SeriesModel
from karussell.training.engine import Device, engine_for
from karussell.training.series import train_series
from karussell.training.settings import Labels, SeriesSettings, Settings
from karussell.training.task import Report, silent
from karussell.training.text import Stage, train_text
from karussell.training.tokens import train_tokens

Numbers = NDArray[np.floating] | NDArray[np.integer]


@overload
def train(  # type: ignore[overload-overlap]  # a str is a sequence of strings, but a file's name
    data: Sequence[AnyPath],
    *,
    out: AnyPath | None = None,
    settings: Settings | None = None,
    labels: Labels | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: Device = "auto",
    progress: bool | None = None,
    tell_stage: Stage = silent,
    tell: Callable[[Report], None] = silent,
    tell_held_out: Callable[[list[str]], None] = silent,
) -> LanguageModel: ...


@overload
def train(
    data: Numbers | Sequence[Numbers],
    *,
    out: AnyPath | None = None,
    settings: SeriesSettings | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: Device = "auto",
    progress: bool | None = None,
    tell: Callable[[Report], None] = silent,
) -> SeriesModel: ...


@overload
def train(
    data: Sequence[Sequence[Hashable]],
    *,
    out: AnyPath | None = None,
    settings: Settings | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: Device = "auto",
    progress: bool | None = None,
    tell: Callable[[Report], None] = silent,
) -> SequenceModel: ...


def train(
    data: Any, *, progress: bool | None = None, **options: Any
) -> LanguageModel | SequenceModel | SeriesModel:
    """Train a model on text files, on sequences of anything hashable, or on series of numbers.

    Args:
        data: A list of names of text files, for ``train_text``; a list of sequences, each a list or
            tuple of tokens, for ``train_tokens``; or an array (T,) or (T, D), NumPy's or what
            makes one of itself, or a list of such, for ``train_series``. A text letter by letter is
            ``list(text)``.
        progress: Whether to show on stderr how it goes; in a terminal if None, unless somebody else
            is told by ``tell``.
        **options: What the function named takes: ``out``, ``settings``, ``device``, ``tell`` and
            others.

    Returns:
        A model of words, of tokens, or of series.

    Raises:
        UsageError: If the data are none of these, or an option cannot work.
        KarussellError: As the function named says.

    >>> model = train([["up", "down"] * 20, ["down", "up"] * 20])
    >>> model.predict(["up", "down", "up"], k=1)[0].token
    'down'
    """
    if progress or (progress is None and "tell" not in options and _is_watched()):
        line = engine_for(options.get("device", "auto")).line
        options["tell"] = Shown(options.get("tell", silent), line)
    if _is_array(data):
        return train_series(data, **options)
    if not isinstance(data, list | tuple):
        raise UsageError(
            f"data is a {type(data).__name__}; expected a list of text files, a list of sequences, "
            "or a NumPy array"
        )
    kinds = {_kind(each) for each in data}
    if len(kinds) > 1:
        raise UsageError(f"data mix {' and '.join(sorted(kinds))}; expected one of them")
    if "arrays" in kinds:
        return train_series(data, **options)
    if "sequences" in kinds:
        return train_tokens(data, **options)
    return train_text(data, **options)


def _is_array(data: object) -> bool:
    """Whether something is an array, or a table or column that makes one of itself."""
    return hasattr(data, "__array__") and not isinstance(data, np.generic)


def _kind(each: object) -> str:
    match each:
        case str() | os.PathLike():
            return "files"
        case list() | tuple():
            return "sequences"
    if _is_array(each):
        return "arrays"
    raise UsageError(
        f"data hold a {type(each).__name__}; expected names of text files, lists or tuples of "
        "tokens, or NumPy arrays"
    )


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


def _is_watched() -> bool:
    """Whether somebody sees what is written to stderr."""
    return sys.stderr is not None and sys.stderr.isatty()
