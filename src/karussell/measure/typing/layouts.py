"""Where keys are, for the generator of taps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Tap = tuple[float, float]
"""Where a key was hit: x to the right in key widths, y downwards in key heights."""

HEIGHT = 1.4
"""How many times as high as wide a key is on a phone."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The letter keys of a keyboard, and its space bar below them.

    Attributes:
        name: What people call it.
        keys: The centre of each letter's key.
        space: From where to where the space bar goes, and its middle from above.
    """

    name: str
    keys: Mapping[str, Tap]
    space: tuple[float, float, float]

    @cached_property
    def _centres(self) -> Sequence[tuple[str, Tap]]:
        return tuple(self.keys.items())

    def centre(self, letter: str) -> Tap | None:
        """Where a finger aims for a letter or a space; None if it has no key of its own."""
        if letter == " ":
            begin, end, middle = self.space
            return (begin + end) / 2, middle
        return self.keys.get(letter)

    def nearest(self, tap: Tap) -> str:
        """The letter, or the space, whose key is nearest to a tap."""
        x, y = tap
        begin, end, middle = self.space
        beside = max(begin + 0.5 - x, x - end + 0.5, 0.0)
        found, least = " ", beside**2 + (HEIGHT * (y - middle)) ** 2
        for letter, (column, row) in self._centres:
            distance = (x - column) ** 2 + (HEIGHT * (y - row)) ** 2
            if distance < least:
                found, least = letter, distance
        return found


def _layout(name: str, *rows: tuple[float, str], space: tuple[float, float]) -> Layout:
    keys = {
        letter: (offset + column + 0.5, row + 0.5)
        for row, (offset, letters) in enumerate(rows)
        for column, letter in enumerate(letters)
        if letter.isalpha()
    }
    return Layout(name=name, keys=keys, space=(*space, len(rows) + 0.5))


LAYOUTS = {
    layout.name: layout
    for layout in (
        _layout(
            "qwerty", (0, "qwertyuiop"), (0.5, "asdfghjkl"), (1.5, "zxcvbnm"), space=(3.25, 6.75)
        ),
        _layout(
            "qwertz", (0, "qwertzuiopü"), (0, "asdfghjklöä"), (1.5, "yxcvbnmß"), space=(3.75, 7.25)
        ),
        _layout(
            "azerty", (0, "azertyuiop"), (0, "qsdfghjklm"), (1.5, "wxcvbn"), space=(3.25, 6.75)
        ),
        _layout(
            "dvorak", (0, "---pyfgcrl"), (0, "aoeuidhtns"), (0.5, "qjkxbmwvz"), space=(3.25, 6.75)
        ),
    )
}
"""The layouts that are measured."""
