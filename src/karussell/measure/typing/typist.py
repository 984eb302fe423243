"""A text typed word by word: each is asked about at its separator, and changed or not."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from karussell.measure.typing.corrector import Answer, Corrector
from karussell.measure.typing.taps import Key, Segment, in_words


class Part(NamedTuple):
    """A word that was typed, what was said about it, and the separator behind it."""

    typed: str
    answer: Answer
    after: str

    def committed(self, threshold: float) -> str:
        """What stands in the text in the end, without the separator."""
        answer = self.answer
        if answer.change is None or answer.score < threshold:
            return self.typed
        return answer.change


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a segment.

    Attributes:
        meant: What was to be typed.
        typed: What was.
        parts: Its words as they were typed: one, unless a space was lost or came in.
        after: The separator behind it.
        seconds: How long the answers took.
    """

    meant: str
    typed: str
    parts: tuple[Part, ...]
    after: str
    seconds: float = field(compare=False)

    def committed(self, threshold: float) -> str:
        """What stands in the text in the end, without the separator behind."""
        text = "".join(part.committed(threshold) + part.after for part in self.parts)
        return text.removesuffix(self.after)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that were thought to be meant; none if what was typed is not one word."""
        return self.parts[0].answer.words if len(self.parts) == 1 else ()


def type_segments(
    corrector: Corrector, segments: Sequence[Segment], threshold: float, left: str = ""
) -> Iterator[Outcome]:
    """Type a text, what is changed standing before what follows.

    Args:
        corrector: What is asked.
        segments: The text.
        threshold: The least score with which a word is changed.
        left: What stands before the text.
    """
    for segment in segments:
        begin = time.perf_counter()
        parts = tuple(_parts(corrector, segment, threshold, left))
        seconds = time.perf_counter() - begin
        if segment.keys or segment.meant:
            outcome = Outcome(segment.meant, segment.typed, parts, segment.after, seconds)
            left += outcome.committed(threshold)
            yield outcome
        left += segment.after


def type_string(corrector: Corrector, string: str, threshold: float, left: str = "") -> str:
    """What a string becomes when it is typed right, by real keys, and a space behind it."""
    keys = tuple(Key(character, None, at) for at, character in enumerate(string))
    segment = Segment(string, keys, " ")
    parts = _parts(corrector, segment, threshold, left)
    return "".join(part.committed(threshold) + part.after for part in parts).removesuffix(" ")


def _parts(corrector: Corrector, segment: Segment, threshold: float, left: str) -> Iterator[Part]:
    """The words of a segment as they were typed, each with what was said about it."""
    begin = 0
    characters = [key.character for key in segment.keys]
    for at, character in enumerate([*characters, segment.after]):
        if at < len(characters) and in_words(character):
            continue
        typed = "".join(characters[begin:at])
        answer = Answer()
        if typed:
            taps = [key.tap for key in segment.keys[begin:at]]
            answer = corrector.answer(left, typed, taps, character)
        part = Part(typed, answer, character)
        yield part
        left += part.committed(threshold) + character
        begin = at + 1
