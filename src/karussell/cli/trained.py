"""What came of a training: how good the model is, what it saves, and what to do next."""

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from karussell.errors import counted, shown

if TYPE_CHECKING:
    from karussell.model import LanguageModel

_LONGEST = 4096
# Sentences measured between two looks at the clock.
_AT_ONCE = 10


def print_outcome(out: Path, model: "LanguageModel", held_out: list[str], seconds: float) -> None:
    """Tell about a model that was trained.

    Args:
        out: Its file.
        model: The model.
        held_out: Sentences of its text that it never saw.
        seconds: How long it may be measured.
    """
    from rich.filesize import decimal

    name, size = shown(out, _LONGEST), decimal(out.stat().st_size)
    perplexity = model.card.scores["held_out_perplexity"]
    words = counted(len(model.vocabulary), "word")
    print(f"{name}: {size}, {words}, held-out perplexity {perplexity:.1f}")
    print(f"  It is as unsure of a word as among {perplexity:,.0f} equally likely ones.")
    saved = _told_savings(model, held_out, seconds)
    if saved:
        print(f"  {saved}")
    print(f"  Type with it: karussell keyboard --model {shlex.quote(name)}")
    print(
        f"  Measure it on text of another day: karussell evaluate FILE --model {shlex.quote(name)}"
    )


def _told_savings(model: "LanguageModel", held_out: list[str], seconds: float) -> str:
    """What it saves, beside the packaged model of its language, "" if nothing can be measured."""
    from karussell.model import LANGUAGES, embedded_path, open_model

    lines, own = _savings(model, held_out, time.monotonic() + seconds / 2)
    if not lines:
        return ""
    never_seen = f"{counted(lines, 'sentence')} of this text that it never saw"
    told = f"On {never_seen} it saves {own:.1%} of the keys"
    language = model.card.language.partition("-")[0]
    if language not in LANGUAGES:
        return f"{told}."
    _, packaged = _savings(open_model(embedded_path(language)), held_out[:lines])
    more = " More text, or more --time, makes it better." if own < packaged else ""
    return f"{told}, where the packaged model saves {packaged:.1%}.{more}"


def _savings(
    model: "LanguageModel", lines: list[str], until: float | None = None
) -> tuple[int, float]:
    """How many lines were measured in time, and the share of keys saved on them."""
    from karussell.measure import Evaluation, ModelMeter, Tally, keyboard_channel
    from karussell.text import is_spelled, words

    meter = ModelMeter(model, model.rare, channel=keyboard_channel(model))
    tallies: list[Tally] = []
    measured = 0
    while measured < len(lines) and (until is None or not tallies or time.monotonic() < until):
        part = lines[measured : measured + _AT_ONCE]
        measured += len(part)
        if any(is_spelled(word) for line in part for word in words(line)):
            tallies.append(meter.measure(part))
    if not tallies:
        return 0, 0.0
    return measured, Evaluation.of(Tally.joined(tallies)).keystroke_savings
