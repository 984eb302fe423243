"""Words as they are mistyped."""

import random
from collections.abc import Iterator

from karussell.correction import Geometry, Tap
from karussell.text import Vocabulary

_LETTERS = "abcdefghijklmnopqrstuvwxyz'"


def mistyped(vocabulary: Vocabulary, dice: random.Random, count: int) -> list[str]:
    """Words of a list, the most with an error or two, some of them two words without a space."""
    made = _mistyped(vocabulary, dice)
    return [next(made) for _ in range(count)]


def _mistyped(vocabulary: Vocabulary, dice: random.Random) -> Iterator[str]:
    def word() -> str:
        return vocabulary.word(dice.randrange(len(vocabulary)))

    while True:
        letters = list(word() + (word() if dice.random() < 0.15 else ""))
        for _ in range(dice.choice((0, 1, 1, 1, 2))):
            letters = _with_error(letters, dice)
        text = "".join(letters).strip()
        if text:
            yield dice.choice((str, str, str, str.capitalize, str.upper))(text)


def _with_error(letters: list[str], dice: random.Random) -> list[str]:
    at = dice.randrange(len(letters)) if letters else 0
    head, tail = letters[:at], letters[at:]
    kind = dice.randrange(6)
    if kind == 0:  # another letter
        return [*head, dice.choice(_LETTERS), *tail[1:]]
    if kind == 1:  # one left out
        return [*head, *tail[1:]]
    if kind == 2:  # one more
        return [*head, dice.choice(_LETTERS), *tail]
    if kind == 3:  # one twice
        return [*head, *tail[:1], *tail]
    if kind == 4:  # two in each other's place
        return [*head, *tail[1:2], *tail[:1], *tail[2:]]
    return [each for each in letters if each != "'"]


def tapped(geometry: Geometry, typed: str, dice: random.Random) -> list[Tap | None]:
    """Where the letters of a word were hit, about; [] half the time, for keys that tell nothing."""
    if dice.random() < 0.5:
        return []
    taps: list[Tap | None] = []
    for letter in typed:
        centre = geometry.centre(letter)
        if centre is None or dice.random() < 0.05:
            taps.append(None)
        else:
            taps.append((centre[0] + dice.gauss(0, 0.35), centre[1] + dice.gauss(0, 0.3)))
    return taps
