"""What is known of a writer, as it is shown to them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedWord:
    """A word that a writer used.

    Attributes:
        word: As they write it inside a sentence.
        uses: How often they used it.
        last: When they did so last, in UNIX seconds.
        language: The tag of the language it was used in last.
        apps: The applications it was used in, sorted.
    """

    word: str
    uses: int
    last: int
    language: str
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What was typed, and the word that was put in its place.

    Attributes:
        typed: What was typed.
        word: The word.
        uses: How often that was.
        last: When it was last, in UNIX seconds.
    """

    typed: str
    word: str
    uses: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What is known of a writer.

    Attributes:
        words: The words they used.
        repairs: Corrections that they left standing.
        rejections: Corrections that they undid.
        sentences: How many sentences were learned.
        apps: The applications they were written in, sorted.
    """

    words: tuple[LearnedWord, ...] = ()
    repairs: tuple[Pair, ...] = ()
    rejections: tuple[Pair, ...] = ()
    sentences: int = 0
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One source of a word's probability.

    Attributes:
        source: Which one it is.
        language: The tag of its language, None if it has none.
        share: What part of the probability comes from it, 0..1.
        after: The writer's own words that it follows there.
        uses: How often the writer used it so.
        last: When they did so last, in UNIX seconds; None for never.
    """

    source: str
    language: str | None = None
    share: float = 1.0
    after: tuple[str, ...] = ()
    uses: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a word is offered.

    Attributes:
        word: The word.
        parts: Where its probability comes from, the largest share first.
    """

    word: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was counted on one day.

    Attributes:
        day: The day, such as "2026-11-27".
        keys: Keys that were pressed, picks among them.
        letters: Characters that were written with them.
        picks: Words that were picked.
        corrected: Words that were corrected unasked.
        undone: Corrections that were undone.
    """

    day: str
    keys: int = 0
    letters: int = 0
    picks: int = 0
    corrected: int = 0
    undone: int = 0
