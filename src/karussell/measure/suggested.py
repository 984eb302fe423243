"""What a keyboard saves that shows suggestions and tells no probabilities."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from karussell.errors import TextError
from karussell.text import sentences, words

Suggest = Callable[[str], Sequence[str]]
"""From what was typed of a sentence to the words shown, best first, folded."""


class Typed(NamedTuple):
    """A word that was typed.

    Attributes:
        word: The word.
        keys: What it cost, the space after it included, for each number of suggestions shown.
    """

    word: str
    keys: tuple[int, ...]


def type_lines(
    suggest: Suggest, lines: Iterable[str], slots: Sequence[int] = (1, 3, 5)
) -> Iterator[Typed]:
    """Type a text by the rules of ``evaluate``.

    A word is picked, for one key that brings its space, as soon as it is among the suggestions;
    they are shown before the first letter, too. Each sentence is read on its own, folded and
    without punctuation. A word that is never shown costs all its letters and the space.

    Args:
        suggest: The keyboard, asked once before each letter.
        lines: The text, one message a line.
        slots: How many suggestions are shown; each number is tried.
    """
    for line in lines:
        for sentence in sentences(line):
            before = ""
            for word in words(sentence):
                yield Typed(word, _keys(suggest, before, word, slots))
                before += f"{word} "


def keystroke_savings(typed: Iterable[Typed]) -> tuple[float, ...]:
    """1 - keys with suggestions / keys without, for each number of suggestions shown.

    Raises:
        TextError: If there are no words.
    """
    found = list(typed)
    if not found:
        raise TextError("the text has no words, expected at least one to type")
    without = sum(len(word) + 1 for word, _ in found)
    return tuple(1 - sum(keys) / without for keys in zip(*(keys for _, keys in found), strict=True))


def _keys(suggest: Suggest, before: str, word: str, slots: Sequence[int]) -> tuple[int, ...]:
    """The keys of one word for each number of suggestions."""
    keys = [len(word) + 1] * len(slots)
    waiting = set(range(len(slots)))
    for letters in range(len(word)):
        shown = list(suggest(before + word[:letters]))
        if word in shown:
            place = shown.index(word)
            for slot in [slot for slot in waiting if place < slots[slot]]:
                keys[slot] = letters + 1
                waiting.remove(slot)
        if not waiting:
            break
    return tuple(keys)
