"""How good a model is at text it never saw, in figures."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.errors import TextError
from karussell.measure.keystrokes import SLOTS
from karussell.measure.meter import ModelMeter, WordModel, keyboard_channel
from karussell.measure.tally import Tally
from karussell.model import RareWords

# exp of more would overflow; no model that means it is so wrong.
_MOST_NATS = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds for one word's step, all scores and three suggestions; or for a key."""

    median: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float] | NDArray[np.float64]) -> "Latency":
        """What follows from the seconds that each took; 0 if there were none."""
        times = np.asarray(seconds if len(seconds) else [0.0]) * 1000
        median, p99 = np.percentile(times, [50, 99]).tolist()
        return cls(median=median, p99=p99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured on a text.

    Where only lists were given, perplexity and bits are NaN.

    Attributes:
        lines: Messages.
        words: Words W that have letters to type, known or not.
        keystroke_savings: 1 - keys with three suggestions / keys without, 0..1.
        keystroke_savings_at_1: The same with one suggestion.
        keystroke_savings_at_5: The same with five.
        keystroke_savings_ceiling: The same if every word were picked before its first letter.
        keystroke_savings_share: Savings with three over this ceiling.
        recall_at_1: Part of the words that were the first suggestion before their first letter.
        recall_at_3: Part of the words that were among three.
        perplexity: exp of the mean -ln P(word), one in no list as a new word.
        bits_per_character: Bits of the whole text per letter or space; unknown words are spelled,
            so that models with different vocabularies can be compared.
        unknown_rate: Part of the words that are in no list.
        latency_ms: How long a word took.
    """

    lines: int
    words: int
    keystroke_savings: float
    keystroke_savings_at_1: float
    keystroke_savings_at_5: float
    keystroke_savings_ceiling: float
    keystroke_savings_share: float
    recall_at_1: float
    recall_at_3: float
    perplexity: float
    bits_per_character: float
    unknown_rate: float
    latency_ms: Latency

    @classmethod
    def of(cls, tally: Tally) -> "Evaluation":
        """The figures that follow from what was measured on a text, or on several together.

        Raises:
            TextError: If there are no words.
        """
        measured = tally.measured
        words = len(measured)
        if not words:
            raise TextError("the text has no words, expected at least one to evaluate")
        characters = int(measured["letters"].sum()) + words
        at_1, at_3, at_5 = (1 - measured["keys"].sum(axis=0) / characters).tolist()
        ceiling = 1 - words / characters
        rank = measured["rank"]
        return cls(
            lines=tally.lines,
            words=words,
            keystroke_savings=at_3,
            keystroke_savings_at_1=at_1,
            keystroke_savings_at_5=at_5,
            keystroke_savings_ceiling=ceiling,
            keystroke_savings_share=at_3 / ceiling,
            recall_at_1=float((rank == 0).mean()),
            recall_at_3=float(((rank >= 0) & (rank < SLOTS)).mean()),
            perplexity=math.exp(min(float(measured["nats"].mean()), _MOST_NATS)),
            bits_per_character=float(measured["bits"].sum()) / characters,
            unknown_rate=float(1 - measured["known"].mean()),
            latency_ms=Latency.of(measured["seconds"]),
        )


def evaluate(
    model: WordModel[Any],
    lines: Iterable[str],
    *,
    rare: RareWords | None = None,
    on_line: Callable[[], None] | None = None,
) -> Evaluation:
    """Measure a model on a text.

    Args:
        model: A ``LanguageModel`` or a baseline.
        lines: The text, one message a line.
        rare: Words that the model suggests beside its vocabulary.
        on_line: Called after each line, for a progress bar.

    Raises:
        TextError: If there are no words.
    """
    return Evaluation.of(
        ModelMeter(model, rare, channel=keyboard_channel(model)).measure(lines, on_line=on_line)
    )
