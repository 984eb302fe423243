"""Taps of a careless thumb, made from a text by a published rule and a seed.

The finger aims at the centre of each key and hits beside it: a tap is drawn from a normal
distribution around the centre, moved by a bias that is the writer's own. What is typed is the
letter of the nearest key; the space bar is a key like the others, so that it may be missed, and hit
for a letter above it. Equal spread in millimetres is less in keys from above than from the side,
since they are higher than wide.

Exact are the characters without a key among the letters: digits, punctuation, the apostrophe, and
letters that a long press brings, such as é on most layouts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np

from karussell.correction import ASPECT, Geometry, Tap
from karussell.text import fold

_APOSTROPHE = "'"
_AT_THE_END = "\n"
# Of a hundred taps one hits the key, unless the bias is larger than the key.
_TRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How a writer types; no slips but taps beside the key unless they are asked for.

    Attributes:
        sigma: The spread of taps, in key widths.
        bias: The spread of the writers' own biases, in key widths; a line has one writer.
        omission: How often a letter is left out.
        doubling: How often a letter is typed twice.
        transposition: How often two letters of a word change places.
        slipped_space: How often a letter above the space bar is typed for a space.
        missing_space: How often a space between words is left out.
        inside: Whether every tap hits its key, somewhere.
    """

    sigma: float = 0.29
    bias: float = 0.0
    omission: float = 0.0
    doubling: float = 0.0
    transposition: float = 0.0
    slipped_space: float = 0.0
    missing_space: float = 0.0
    inside: bool = False


CARELESS = Noise(
    sigma=0.29,
    bias=0.05,
    omission=0.005,
    doubling=0.005,
    transposition=0.005,
    slipped_space=0.01,
    missing_space=0.01,
)
"""Every kind of slip at once."""

NO_NOISE = Noise(sigma=0.0)
"""Each key hit at its centre."""


class Key(NamedTuple):
    """A key that was pressed.

    Attributes:
        character: What it typed.
        tap: Where it was hit; None if it has no place among the letters.
        meant: The place, in the text that was meant, of the character that was meant.
    """

    character: str
    tap: Tap | None
    meant: int


class Segment(NamedTuple):
    """A stretch of typing between two boundaries of words that were typed as they were meant.

    It is one word for one word, unless a space was lost, or typed where none was meant.

    Attributes:
        meant: What was to be typed.
        keys: What was.
        after: The separator behind it, typed as it was meant; "" at the end of the text.
    """

    meant: str
    keys: tuple[Key, ...]
    after: str

    @property
    def typed(self) -> str:
        """The characters that were typed."""
        return "".join(key.character for key in self.keys)


def in_words(character: str) -> bool:
    """Whether a character may stand inside a word."""
    return character.isalnum() or character == _APOSTROPHE


def type_text(
    text: str, geometry: Geometry, noise: Noise, random: np.random.Generator
) -> Sequence[Key]:
    """The keys that a writer presses for a text; Shift is always hit.

    Args:
        text: What is meant.
        geometry: Where the keys are.
        noise: How the writer types.
        random: Where the slips come from.
    """
    bias = random.normal(0.0, 1.0, 2) * noise.bias
    thumb = _Thumb(geometry, noise, (float(bias[0]), float(bias[1])), random)
    keys: list[Key] = []
    for place in _order(text, noise, random):
        character = text[place]
        if character == " ":
            keys += _space(text, place, thumb, noise)
        elif not character.isalpha() or character.lower() not in geometry.keys:
            keys.append(Key(character, None, place))
        elif not random.random() < noise.omission:
            for _ in range(1 + (random.random() < noise.doubling)):
                keys.append(thumb.press(character, place))
    return keys


def segments(text: str, keys: Sequence[Key]) -> Iterator[Segment]:
    """Cut what was typed wherever a boundary of words was typed as it was meant.

    Between two separators, and before the first, a segment may be empty.
    """
    begin, meant = 0, 0
    for at, key in enumerate(keys):
        if key.character == text[key.meant] and not in_words(key.character):
            yield Segment(text[meant : key.meant], tuple(keys[begin:at]), key.character)
            begin, meant = at + 1, key.meant + 1
    if begin < len(keys) or meant < len(text):
        yield Segment(text[meant:], tuple(keys[begin:]), "")


def type_lines(
    lines: Iterable[str], geometry: Geometry, noise: Noise, seed: int
) -> list[list[Segment]]:
    """Lines of text typed in lower case, a line break behind each.

    A line has the same slips whatever stands around it.

    Args:
        lines: The text.
        geometry: Where the keys are.
        noise: How its writers type.
        seed: Of every slip.
    """
    found = []
    for line in lines:
        text = fold(line) + _AT_THE_END
        random = np.random.default_rng((seed, crc32(text.encode())))
        found.append(list(segments(text, type_text(text, geometry, noise, random))))
    return found


class _Thumb(NamedTuple):
    """What hits keys, and how far beside them."""

    geometry: Geometry
    noise: Noise
    bias: Tap
    random: np.random.Generator

    def press(self, character: str, place: int) -> Key:
        """Aim at the middle of a character's key; if slips are ruled out, until it is hit."""
        lower = character.lower()
        centre = _middle(self.geometry) if lower == " " else self.geometry.keys[lower]
        for _ in range(_TRIES):
            across, down = self.random.normal(0.0, 1.0, 2).tolist()
            x = centre[0] + self.noise.sigma * across + self.bias[0]
            y = centre[1] + (self.noise.sigma * down + self.bias[1]) / ASPECT
            if not self.noise.inside or self.geometry.nearest((x, y)) == lower:
                return self.hit((x, y), place, shifted=character.isupper())
        return self.hit(centre, place, shifted=character.isupper())

    def hit(self, tap: Tap, place: int, *, shifted: bool = False) -> Key:
        """Type whatever key is nearest."""
        typed = self.geometry.nearest(tap)
        return Key(typed.upper() if shifted else typed, tap, place)


def _middle(geometry: Geometry) -> Tap:
    """Where a thumb aims for a space."""
    bar = geometry.space
    return (bar.left + bar.right) / 2, (bar.top + bar.bottom) / 2


def _order(text: str, noise: Noise, random: np.random.Generator) -> Iterator[int]:
    """The places of a text in the order in which they are typed."""
    place = 0
    while place < len(text):
        both = text[place : place + 2]
        if len(both) == 2 and both.isalpha() and random.random() < noise.transposition:
            yield from (place + 1, place)
            place += 2
        else:
            yield place
            place += 1


def _space(text: str, place: int, thumb: _Thumb, noise: Noise) -> Iterator[Key]:
    """A space, if it is one between words perhaps the letter above, or nothing."""
    if all(map(in_words, text[max(place - 1, 0) : place + 2 : 2])):
        draw = thumb.random.random()
        if draw < noise.missing_space:
            return
        if draw < noise.missing_space + noise.slipped_space:
            bar = thumb.geometry.space
            # Anywhere along the bar, one row too high.
            across = float(thumb.random.uniform(bar.left, bar.right))
            yield thumb.hit((across, bar.top - 0.5), place)
            return
    yield thumb.press(" ", place)
