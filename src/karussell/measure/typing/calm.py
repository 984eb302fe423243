"""How calm the strip is, what it saves, and how long a key takes, while text is typed."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from karussell.keyboard import Context, Predictor, Strip
from karussell.measure.typing.board import Calm
from karussell.measure.typing.mistakes import word_places
from karussell.text import fold

_Shown = tuple[str | None, ...]


@dataclass(slots=True)
class _Tally:
    """What was counted so far."""

    words: int = 0
    keys: int = 0
    characters: int = 0
    keys_needed: int = 0
    valid: int = 0
    unsteady: int = 0
    stayed: int = 0
    moved: int = 0
    seconds: list[float] = field(default_factory=list)


def measure_calm(
    predictor: Predictor,
    lines: Iterable[str],
    *,
    on_line: Callable[[], None] | None = None,
) -> Calm:
    """Type lines letter by letter, and look at the strip after each key.

    A word costs the letters until it stands in the strip, and one to pick it. A candidate is still
    valid after a letter if it starts with what is typed now, and is more than that.
    """
    tally = _Tally()
    for line in lines:
        for place in word_places(line):
            _word(predictor, line[: place.start], line[place], tally)
        if on_line is not None:
            on_line()
    median, p99 = np.percentile(tally.seconds or [0.0], [50, 99]) * 1000
    return Calm(
        words=tally.words,
        keys=tally.keys,
        savings=1 - tally.keys_needed / max(tally.characters, 1),
        churn=tally.unsteady / max(tally.valid, 1),
        moved=tally.moved / max(tally.stayed, 1),
        median_ms=float(median),
        p99_ms=float(p99),
    )


def _word(predictor: Predictor, left: str, word: str, tally: _Tally) -> None:
    wanted = fold(word)
    needed = len(word) + 1
    before: _Shown | None = None
    for letters in range(len(word)):
        context = Context(left=left + word[:letters])
        begin = time.perf_counter()
        strip = predictor.strip(context)
        tally.seconds.append(time.perf_counter() - begin)
        shown = _shown(strip)
        if wanted in shown:
            needed = min(needed, letters + 1)
        if before is not None:
            _compare(before, shown, fold(word[:letters]), tally)
        before = shown
    tally.words += 1
    tally.keys += len(word) + 1
    tally.characters += len(word) + 1
    tally.keys_needed += needed


def _shown(strip: Strip) -> _Shown:
    return tuple(None if each is None else fold(each.text) for each in strip.slots)


def _compare(before: Sequence[str | None], now: _Shown, prefix: str, tally: _Tally) -> None:
    for place, word in enumerate(before):
        if word is None:
            continue
        if word in now:
            tally.stayed += 1
            tally.moved += now[place] != word
        if word.startswith(prefix) and word != prefix:
            tally.valid += 1
            tally.unsteady += now[place] != word
