"""What the service says to a keyboard: the other half of the protocol."""

import msgspec

from karussell.keyboard import Day, LearnedWord, Pair, Part, Suggestion, Weight
from karussell.writing import Rules


class _Reply(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower):
    number: int


class Welcome(_Reply, frozen=True, kw_only=True):
    """What the service is, and the rules that a keyboard needs to write by itself.

    Those of each language are told where there are several.
    """

    version: int
    language: str
    languages: tuple[str, ...]
    capabilities: tuple[str, ...]
    separators: str
    rules: Rules
    keeps: bool
    notice: str | None
    rules_of: dict[str, Rules] | msgspec.UnsetType = msgspec.UNSET


class Answer(_Reply, frozen=True, kw_only=True):
    """What could come.

    Attributes:
        literal: What was typed, None where there is no need for it.
        slots: The suggestions in their places, None for an empty one.
        best: The place of the most probable one, None for none.
        autocorrect: What a space or punctuation typed now puts in place of the typed word.
        starts_sentence: Whether a letter typed now is the first of a sentence, or of a name.
        digit_goes_on: Whether a digit typed now is one, and should pick nothing.
        languages: How sure it is of each language here, if it knows several.
        language: The one whose rules of writing apply here, if it knows several.
    """

    literal: Suggestion | None
    slots: tuple[Suggestion | None, ...]
    best: int | None
    autocorrect: Suggestion | None
    starts_sentence: bool
    digit_goes_on: bool
    languages: dict[str, float]
    language: str | msgspec.UnsetType = msgspec.UNSET


class Reason(_Reply, frozen=True, kw_only=True):
    """Why a word is offered."""

    word: str
    parts: tuple[Part, ...]


class Openness(msgspec.Struct, frozen=True, kw_only=True):
    """How far the gates of one kind were open at each of T words, 0 to 1.

    Attributes:
        mean: The mean of all blocks at each word.
        bands: That of each band of blocks at each word, those that forget most first.
    """

    mean: tuple[float, ...]
    bands: tuple[tuple[float, ...], ...]


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """What the blocks of one layer did with their cells at each of T words."""

    wrote: Openness
    kept: Openness
    read: Openness


class Gates(_Reply, frozen=True, kw_only=True):
    """What the model did while it read the sentence.

    Attributes:
        language: The tag of its language.
        words: The last words of the sentence, T of them.
        known: Whether the model knows each.
        layers: What each layer did.
    """

    language: str
    words: tuple[str, ...]
    known: tuple[bool, ...]
    layers: tuple[Layer, ...]


class Weights(_Reply, frozen=True, kw_only=True):
    """Which of these words weigh most on one that may come; see ``karussell.keyboard.Weights``."""

    word: str
    language: str
    log_prob: float
    known: bool
    words: tuple[Weight, ...]


class Memory(_Reply, frozen=True, kw_only=True):
    """What is known of the writer.

    Attributes:
        words: A page of the words asked for.
        repairs: Corrections that were left standing.
        rejections: Corrections that were undone, and are made no more.
        total: How many words there are in all pages.
        sentences: How many sentences were learned, whatever was asked for.
        apps: Where they were written.
        bytes: What the store takes on disk.
    """

    words: tuple[LearnedWord, ...]
    repairs: tuple[Pair, ...]
    rejections: tuple[Pair, ...]
    total: int
    sentences: int
    apps: tuple[str, ...]
    bytes: int


class Forgotten(_Reply, frozen=True, kw_only=True):
    """How much was forgotten, and the copies found afterwards in so many files."""

    entries: int
    copies: int
    files: int


class Savings(_Reply, frozen=True, kw_only=True):
    """What was counted, day by day, and whether it goes on."""

    days: tuple[Day, ...]
    on: bool


class Done(_Reply, frozen=True, kw_only=True):
    """It was done; whether what is known of the writer is other than before."""

    changed: bool


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """Why the message with this number was not obeyed."""

    number: int | None
    error: str


Reply = Welcome | Answer | Reason | Gates | Weights | Memory | Forgotten | Savings | Done | Failure
