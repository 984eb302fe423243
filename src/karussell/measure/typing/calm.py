"""How calm the strip is, what it saves, and how long a key takes, while text is typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from karussell.correction import Geometry
from karussell.keyboard import Context, Predictor, Strip
from karussell.measure.evaluation import Latency
from karussell.measure.typing.board import Calm
from karussell.measure.typing.key_times import measure_key_times
from karussell.measure.typing.mistakes import word_places
from karussell.measure.typing.taps import NO_NOISE, Noise, type_lines
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


def measure_calm(
    predictor: Predictor,
    lines: Sequence[str],
    *,
    layout: str,
    noise: Noise,
    seed: int,
    on_line: Callable[[], None] | None = None,
) -> Calm:
    """Type lines letter by letter, and look at the strip after each key.

    A word costs the letters until it stands in the strip, and one to pick it. A candidate is still
    valid after a letter if it starts with what is typed now, and is more than that.

    Args:
        predictor: It is taught nothing that stays.
        lines: The text, one message a line.
        layout: Where the keys are that are timed.
        noise: How those are hit.
        seed: Of every slip.
        on_line: Called three times a line.
    """
    tally = _Tally()
    for line in lines:
        for place in word_places(line):
            _word(predictor, line[: place.start], line[place], tally)
        if on_line is not None:
            on_line()
    geometry = Geometry.named(layout)
    slipped = type_lines(lines, geometry, noise, seed)
    right = type_lines(lines, geometry, NO_NOISE, seed)
    letters, separators = measure_key_times(predictor, slipped, layout, asks=True, on_line=on_line)
    letters_right, _ = measure_key_times(predictor, right, None, on_line=on_line)
    return Calm(
        words=tally.words,
        keys=tally.keys,
        savings=1 - tally.keys_needed / max(tally.characters, 1),
        churn=tally.unsteady / max(tally.valid, 1),
        moved=tally.moved / max(tally.stayed, 1),
        letter_ms=_percentiles(letters),
        separator_ms=_percentiles(separators),
        letter_ms_right=_percentiles(letters_right),
    )


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    """Milliseconds: the median, and the 99th percentile."""
    latency = Latency.of(seconds)
    return latency.median, latency.p99


def _word(predictor: Predictor, left: str, word: str, tally: _Tally) -> None:
    wanted = fold(word)
    needed = len(word) + 1
    before: _Shown | None = None
    for letters in range(len(word)):
        context = Context(left=left + word[:letters])
        shown = _shown(predictor.strip(context))
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
