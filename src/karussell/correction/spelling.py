"""How words are misspelled: pieces of a word, and what is typed in their place."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import permutations
from pathlib import Path

from karussell.correction.carried import carried

_PACKAGED = Path(__file__).with_name("packaged")
# What sounds alike, where nothing was learned from lists: ln P of one for another.
_SOUNDS_ALIKE = -4.0
_ALIKE = {
    "de": (
        "ß s ss", "dt t d", "ie i ih", "ä e", "äu eu", "v f ph", "ck k", "tz z",
        "ei ai", "th t", "ah a aa", "eh e ee", "oh o oo", "uh u", "ks x chs", "qu kw", "ll l",
        "mm m", "nn n", "tt t", "ff f", "pp p", "rr r",
    ),
    "fr": (
        "er é ez ée et", "és ées", "è ê ai e", "c ss s", "sc s", "ç s ss", "ph f", "au o eau",
        "en an", "in ain ein", "qu k c", "g ge j", "i y", "h ", "ll l", "mm m", "nn n",
        "tt t", "pp p", "rr r", "ff f", "cc c",
    ),
    "es": (
        "b v", "ll y", "c s z", "g j", "h ", "qu k c", "gu g", "x s", "m n", "rr r", "cc c", "i y",
        "hue gue",
    ),
}  # fmt: skip


@cache
def spelling_of(language: str) -> "Spelling":
    """How a language is misspelled, as far as we know."""
    name = language.partition("-")[0]
    path = _PACKAGED / f"{name}.tsv"
    if name.isalpha() and path.is_file():
        with carried(path) as data:
            return Spelling.of_lines(data.decode().splitlines())
    return Spelling(
        {
            (meant, typed): _SOUNDS_ALIKE
            for alike in _ALIKE.get(name, ())
            for meant, typed in permutations(alike.split(" "), 2)
            if meant != typed and max(len(meant), len(typed)) <= LONGEST
        }
    )


LONGEST = 3
"""Code points of a piece, at most."""
# Nothing is less likely than this, in tenths of -ln P.
_MOST_TENTHS = 1000


class Spelling:
    """A model of errors in the head: ln P(typed | meant) of pieces of up to three letters.

    Args:
        pieces: It, by what was meant and what was typed.
    """

    def __init__(self, pieces: Mapping[tuple[str, str], float]) -> None:
        self._meant: dict[str, list[tuple[str, float]]] = {}
        for (meant, typed), log_prob in pieces.items():
            self._meant.setdefault(typed, []).append((meant, log_prob))

    @classmethod
    def of_lines(cls, lines: Iterable[str]) -> "Spelling":
        """The model in the lines of a packaged file: typed, meant, -ln P in tenths.

        Raises:
            ValueError: If a line is none of those.
        """
        pieces: dict[tuple[str, str], float] = {}
        for number, line in enumerate(lines, 1):
            typed, meant, tenths = line.split("\t")
            price = int(tenths)
            if max(len(typed), len(meant)) > LONGEST or not 0 <= price <= _MOST_TENTHS:
                raise ValueError(f"line {number} is no piece of a word and its price")
            pieces[meant, typed] = -price / 10
        return cls(pieces)

    def meant(self, typed: str) -> list[tuple[str, float]]:
        """What may have been meant by letters typed, with ln P of typing them so."""
        return self._meant.get(typed, [])
