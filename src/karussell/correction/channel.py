r"""What may have been meant by the keys that were pressed, and how probably.

Everything is relative to typing right, which counts as $\ln P = 0$ for letters without taps: one
error costs what its kind costs, and errors do not depend on each other. A tap is a draw from a
Gaussian around the middle of the key that was meant, equally wide in millimetres on both axes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from karussell.correction.alphabet import accented, alphabet_of
from karussell.correction.geometry import ASPECT, Geometry, Tap, plain
from karussell.correction.spelling import LONGEST, Spelling, spelling_of
from karussell.kernels import Arc, Lattice

# Typed for an apostrophe: the accents beside it on keyboards, and its neighbours.
_APOSTROPHES = frozenset('`\u00b4\u2018\u2019\u02bc";,\u2032')
# Beyond this a letter is as good as never meant.
_LEAST = -14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What the kinds of errors cost, as ln P of one where it can happen.

    Attributes:
        slip: The key beside the one that was meant, all of them together.
        wild: Any other key in place of the one that was meant, all of them together.
        missing: A letter left out.
        single: One of two equal letters left out.
        extra: A letter that was not meant.
        extra_near: One whose key lies beside that of its neighbour in the word.
        double: A letter typed twice.
        swap: Two letters in each other's place.
        spelling: A word whose writer does not know its spelling; what is then typed is for
            ``Spelling`` to say.
        apostrophe: An apostrophe left out.
        no_apostrophe: An apostrophe that does not belong there.
        sign: Another sign for an apostrophe.
        accent: Accents left out of a letter.
        wrong_accent: Accents put on a letter.
        no_space: A space left out.
        space_slip: A key of the bottom row in place of the space bar, each of them.
        sigma: The width of the Gaussian of taps, in key widths.
        stray: A tap that has nothing to do with the key that was meant.
    """

    slip: float = -4.6
    wild: float = -7.0
    missing: float = -6.5
    single: float = -5.0
    extra: float = -8.0
    extra_near: float = -7.0
    double: float = -6.0
    swap: float = -6.0
    spelling: float = -3.0
    apostrophe: float = -2.0
    no_apostrophe: float = -4.5
    sign: float = -1.0
    accent: float = -2.0
    wrong_accent: float = -4.0
    no_space: float = -6.5
    space_slip: float = -7.0
    sigma: float = 0.3
    stray: float = -6.0


_LETTERS = Odds()
_TAPS = Odds()


class Space(NamedTuple):
    """A place where a space may have been meant.

    Attributes:
        begin: The first letter that was typed for it.
        end: One beyond the last; ``begin`` where nothing was typed.
        log_prob: ln P.
    """

    begin: int
    end: int
    log_prob: float


class Channel:
    """How somebody types who means something: the errors of one keyboard and one language.

    Args:
        geometry: Where the keys are.
        language: What is written.
        letters: What errors cost where only letters are known.
        taps: The same where keys were tapped.
    """

    def __init__(
        self,
        geometry: Geometry,
        language: str,
        *,
        letters: Odds = _LETTERS,
        taps: Odds = _TAPS,
    ) -> None:
        self._geometry = geometry
        self._spelling: Spelling = spelling_of(language)
        self._letters, self._taps = letters, taps
        self._accented = accented(language)
        self._alphabet = tuple(
            dict.fromkeys(
                letter for letter in [*geometry.keys, *alphabet_of(language)] if letter.isalpha()
            )
        )
        self._meant_by = lru_cache(4096)(self._letters_of_key)
        self._arcs_at = lru_cache(8192)(self._plain_arcs)

    def lattice(self, typed: str, taps: Sequence[Tap | None] | None = None) -> Lattice:
        """What may have been meant by letters.

        Args:
            typed: They, folded.
            taps: Where each was tapped, None for one that was not.
        """
        given = _aligned(typed, taps)
        arcs: list[Arc] = []
        for place in range(len(typed)):
            window = typed[max(0, place - 1) : place + LONGEST]
            near = None if given is None else given[place : place + LONGEST]
            if near is None or not any(near):
                arcs += [
                    (place, place + width, text, log_prob)
                    for width, text, log_prob in self._arcs_at(window, min(place, 1))
                ]
            else:
                readings = [
                    self._reading(letter, tap)
                    for letter, tap in zip(typed[place : place + LONGEST], near, strict=True)
                ]
                arcs += [
                    (place, place + width, text, log_prob)
                    for width, text, log_prob in self._arcs(
                        window, min(place, 1), readings, self._taps
                    )
                ]
        odds = self._letters if given is None else self._taps
        missing = np.full(len(typed) + 1, odds.missing, np.float32)
        missing[:1] -= 1.5
        return Lattice(len(typed), arcs, missing)

    def spaces(self, typed: str, taps: Sequence[Tap | None] | None = None) -> list[Space]:
        """Where a space may have been meant inside letters, left out or slipped.

        Args:
            typed: The letters, folded.
            taps: As for ``lattice``.
        """
        given = _aligned(typed, taps) or [None] * len(typed)
        odds = self._letters if not any(given) else self._taps
        found = [Space(place, place, odds.no_space) for place in range(1, len(typed))]
        for place in range(1, len(typed) - 1):
            tap = given[place]
            if tap is None:
                if self._geometry.above_space(typed[place]):
                    found.append(Space(place, place + 1, odds.space_slip))
            else:
                log_prob = self._bar(tap) - self._reading_total(tap)
                if log_prob > _LEAST:
                    found.append(Space(place, place + 1, min(0.0, log_prob)))
        return found

    def _plain_arcs(self, window: str, before: int) -> list[tuple[int, str, float]]:
        """The arcs from a gap: what is before it, if anything, and the letters behind."""
        readings = [self._reading(letter, None) for letter in window[before:]]
        return self._arcs(window, before, readings, self._letters)

    def _arcs(
        self, window: str, before: int, readings: list[dict[str, float]], odds: Odds
    ) -> list[tuple[int, str, float]]:
        """The arcs from a gap as (letters read, text, ln P), the best of each kind.

        Args:
            window: The letter before the gap, if any, and up to three behind it.
            before: How many letters of it are before.
            readings: For each behind the gap ln P of having tried to type each letter.
            odds: What errors cost.
        """
        here = window[before:]
        found: dict[tuple[int, str], float] = {}

        def add(width: int, text: str, log_prob: float) -> None:
            if log_prob > found.get((width, text), _LEAST):
                found[width, text] = log_prob

        first = readings[0]
        typed = here[0]
        for letter, log_prob in first.items():
            add(1, letter, log_prob)
            for form in self._accented.get(letter, ()):
                add(1, form, log_prob + odds.accent)
        as_typed = first.get(typed, 0.0)
        if plain(typed) != typed:
            add(1, plain(typed), as_typed + odds.wrong_accent)
            for form in self._accented.get(plain(typed), ()):
                add(1, form, as_typed + odds.wrong_accent)
        add(1, typed + typed, as_typed + odds.single)
        add(1, "", as_typed + self._extra(window, before, odds))
        if typed in _APOSTROPHES:
            add(1, "'", odds.sign)
        if before and typed.isalpha():
            add(0, "'", odds.apostrophe)
        if len(here) > 1 and here[0] != here[1]:
            second = readings[1].get(here[1], 0.0)
            add(2, here[1] + here[0], as_typed + second + odds.swap)
        total = odds.spelling
        for width in range(len(here) + 1):
            for text, log_prob in self._spelling.meant(here[:width]):
                add(width, text, total + log_prob)
            if width < len(here):
                total += readings[width].get(here[width], 0.0)
        return [(width, text, log_prob) for (width, text), log_prob in found.items()]

    def _extra(self, window: str, before: int, odds: Odds) -> float:
        """The ln P of the letter behind the gap where none was meant."""
        typed = window[before]
        if typed == "'":
            return odds.no_apostrophe
        beside = window[:before] + window[before + 1 : before + 2]
        if typed in beside:
            return odds.double
        near = self._geometry.neighbours(typed)
        return odds.extra_near if any(letter in near for letter in beside) else odds.extra

    def _reading(self, typed: str, tap: Tap | None) -> dict[str, float]:
        """The ln P of pressing a key, or a place, of each letter that may have been meant."""
        if tap is None:
            return self._meant_by(typed)
        densities = self._densities(tap)
        total = self._reading_total(tap)
        found = {
            letter: log_prob
            for letter, density in densities.items()
            if (log_prob := min(0.0, density - total)) > _LEAST
        }
        if typed not in found:
            # A long press, or a key that is not among ours: it means itself.
            found[typed] = found.get(plain(typed), 0.0)
        return found

    def _letters_of_key(self, typed: str) -> dict[str, float]:
        """The ln P of typing a letter for each that may have been meant."""
        found = {typed: 0.0}
        if not typed.isalpha():
            return found
        wild = self._letters.wild - math.log(max(1, len(self._alphabet)))
        for letter in self._alphabet:
            near = self._geometry.neighbours(letter)
            key = self._geometry.key_of(typed)
            if letter == typed or plain(letter) != letter:
                continue
            slip = self._letters.slip - math.log(len(near)) if key in near else -math.inf
            found[letter] = max(slip, wild)
        return found

    def _densities(self, tap: Tap) -> dict[str, float]:
        """The ln of the density of a tap for each key, and of one that is a stray."""
        sigma = self._taps.sigma
        stray = self._taps.stray - math.log(len(self._geometry.keys))
        constant = math.log(1 - math.exp(self._taps.stray)) - math.log(
            2 * math.pi * sigma * sigma / ASPECT
        )
        found = {}
        for letter, centre in self._geometry.keys.items():
            across, down = tap[0] - centre[0], (tap[1] - centre[1]) * ASPECT
            away = (across * across + down * down) / (2 * sigma * sigma)
            found[letter] = float(np.logaddexp(constant - away, stray))
        return found

    def _reading_total(self, tap: Tap) -> float:
        """The ln of the sum of the densities of a tap."""
        return float(np.logaddexp.reduce(list(self._densities(tap).values())))

    def _bar(self, tap: Tap) -> float:
        """The ln of the density of a tap that was meant for the space bar."""
        bar, sigma = self._geometry.space, self._taps.sigma
        beside = max(bar.left - tap[0], 0.0, tap[0] - bar.right) / sigma
        down = (tap[1] - (bar.top + bar.bottom) / 2) * ASPECT / sigma
        width = bar.right - bar.left
        constant = -math.log(width) - math.log(math.sqrt(2 * math.pi) * sigma / ASPECT)
        return constant - (beside * beside + down * down) / 2


def _aligned(typed: str, taps: Sequence[Tap | None] | None) -> list[Tap | None] | None:
    """One tap or None a letter, aligned to the end; None without any."""
    if not taps or not any(tap is not None for tap in taps):
        return None
    last = list(taps)[-len(typed) :] if typed else []
    return [None] * (len(typed) - len(last)) + last
