"""Why a word is suggested."""

from typing import NamedTuple


class Part(NamedTuple):
    """One of the reasons for a word.

    Attributes:
        source: "network" or "rare" for a model's words; "habit" for what the writer wrote after the
            same words; "cache" for a word written lately, "word" if no model has it.
        language: The tag of the language, None if nobody knows.
        share: Its part of the probability, 0..1; all parts are 1 together.
        after: The words of the writer's that it followed.
        uses: How often.
        last: When it was last written, in seconds since 1970; None if it was not.
    """

    source: str
    language: str | None
    share: float
    after: tuple[str, ...] = ()
    uses: int = 0
    last: int | None = None


class Reason(NamedTuple):
    """Why a word is suggested.

    Attributes:
        word: The word, folded.
        parts: The reasons, the largest first.
    """

    word: str
    parts: tuple[Part, ...]
