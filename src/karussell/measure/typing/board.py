"""What the measures of typing found, as it is printed, drawn and written."""

import msgspec

from karussell.measure.typing.figures import Figures, Point

RULES = (
    "Taps are drawn around the centre of each key, as far across as down in millimetres on keys "
    "1.4 times as high as wide; sigma is in key widths. The nearest key is typed, the space bar "
    "among them. Text is in lower case; digits, punctuation, apostrophes and letters without a key "
    "are exact.",
    "A word is asked about when a separator is typed behind it, after the text as it stands then. "
    "Case and the form of apostrophes are not compared.",
    "Errors: words put in, left out and replaced, over the words meant. Fix: part of what was "
    "typed wrong that came right by itself. First, among three: part whose word was offered so.",
    "Damage: words changed of 1,000 typed right, in the same text, each tap inside its key; of "
    "words that one at least of those who take part knows, for of the others nobody knows whether "
    "they are right. In the last set every word counts but known misspellings.",
    "Net keys of 1,000 words: backspaces and letters of the repairs by hand that were saved, minus "
    "one key to undo each wrong change.",
    "Mistakes: real ones put into sentences in place of their words, one a sentence; only those "
    "that no model was trained with.",
    "Rivals look at letters alone. They leave words with digits or capitals inside and parts of "
    "addresses and hyphenated words, and change an unknown word to the first suggestion.",
)
"""What was declared before measuring, for people."""


class Entry(msgspec.Struct, frozen=True):
    """A corrector on one set.

    Attributes:
        name: Whose.
        figures: What it did.
        curve: Fix and damage over its threshold; empty if it has none.
    """

    name: str
    figures: Figures
    curve: tuple[Point, ...] = ()


class TapStanding(msgspec.Struct, frozen=True):
    """All correctors on simulated taps.

    Attributes:
        layout: Where the keys were.
        sigma: The spread of taps, in key widths.
        careless: Whether letters and spaces were left out, doubled and swapped, too.
        entries: Ours first.
    """

    layout: str
    sigma: float
    careless: bool
    entries: tuple[Entry, ...]


class MistakeStanding(msgspec.Struct, frozen=True):
    """All correctors on real mistakes in sentences.

    Attributes:
        name: The list's.
        weights: How often a mistake is met: "words" as often as its word, "pairs" each once.
        entries: Ours first.
    """

    name: str
    weights: str
    entries: tuple[Entry, ...]


class Harmless(msgspec.Struct, frozen=True):
    """What must not be changed, and was.

    Attributes:
        name: What they are.
        items: How many.
        changed: How many each corrector changed, by its name.
        examples: Some that ours changed, and into what.
    """

    name: str
    items: int
    changed: dict[str, int]
    examples: tuple[str, ...] = ()


class Calm(msgspec.Struct, frozen=True):
    """What the strip does while text is typed right.

    Attributes:
        words: How many were typed.
        keys: Keys, each followed by another strip.
        savings: Keystrokes saved, with correction on.
        churn: Part of the candidates that were still valid after a key and moved or vanished.
        moved: Part of those shown before and after a key that stood elsewhere.
        letter_ms: Milliseconds that a letter and its strip took, typed with slips of the thumb, and
            what a space would put in: median and 99th percentile.
        separator_ms: The same of a separator, which may correct.
        letter_ms_right: The same of a letter and its strip alone, of text typed right on real keys.
    """

    words: int
    keys: int
    savings: float
    churn: float
    moved: float
    letter_ms: tuple[float, float]
    separator_ms: tuple[float, float]
    letter_ms_right: tuple[float, float]


class TypingBoard(msgspec.Struct, frozen=True):
    """All that was measured.

    Attributes:
        rules: What was declared before.
        language: Of the model.
        notes: What is to be known about each corrector.
        taps: On each layout and spread.
        mistakes: On each list.
        harmless: On each set.
        calm: Of our strip; None if there is none.
    """

    rules: tuple[str, ...]
    language: str
    notes: dict[str, str]
    taps: tuple[TapStanding, ...]
    mistakes: tuple[MistakeStanding, ...]
    harmless: tuple[Harmless, ...]
    calm: Calm | None = None
