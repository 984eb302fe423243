r"""What may have been meant by the keys that were pressed, and how probably.

Everything is relative to typing right, which counts as $\ln P = 0$ for letters without taps: one
error costs what its kind costs, and errors do not depend on each other. A tap is a draw from a
Gaussian around the middle of the key that was meant, equally wide in millimetres on both axes.
"""

import math
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, overload

from msgspec import Struct

from karussell.correction.alphabet import accented, alphabet_of, in_two
from karussell.correction.geometry import ASPECT, Geometry, Tap, plain
from karussell.correction.spelling import LONGEST, Spelling, spelling_of
from karussell.kernels import LONGEST_TYPED, Arc, ArcsBehind, Lattice, joined

# Typed for an apostrophe: the accents beside it on keyboards, and its neighbours.
_APOSTROPHES = frozenset('`\u00b4\u2018\u2019\u02bc";,\u2032')
# Beyond this a letter is as good as never meant.
_LEAST = -14.0


class Odds(Struct, frozen=True, kw_only=True):
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
        extra_space: A space inside a word.
        first: What the first letter left out costs beside any other.
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
    extra_space: float = -7.5
    first: float = -1.5
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
    """How somebody types who means something: the errors of one keyboard.

    Args:
        geometry: Where the keys are.
        languages: What is written.
        letters: What errors cost where only letters are known.
        taps: The same where keys were tapped.
    """

    def __init__(
        self,
        geometry: Geometry,
        *languages: str,
        letters: Odds = _LETTERS,
        taps: Odds = _TAPS,
    ) -> None:
        self._geometry = geometry
        self._spellings: list[Spelling] = list(map(spelling_of, languages))
        self._letters, self._taps = letters, taps
        self._accented = _all_accented(languages)
        self._in_two = {two: one for each in languages for two, one in in_two(each).items()}
        written = [*geometry.keys, *"".join(map(alphabet_of, languages))]
        self._alphabet = tuple(dict.fromkeys(letter for letter in written if letter.isalpha()))
        self._meant_by = lru_cache(256)(self._reading_of_key)
        self._hit = lru_cache(256)(self._reading_of_tap)
        self._alone = lru_cache(256)(self._arcs_alone)
        # Some 2 kB each: all fields share them, and most letters stand between such as before. Of
        # chats in English one letter in four is read anew, with half as many every other one.
        self._behind = lru_cache(4096)(self._read_behind)
        self._missing = lru_cache(128)(self._missing_of)
        self._left_out = lru_cache(128)(self._spaces_left_out)
        # A letter's lattice is asked for by suggestions and by what a space would put in.
        self._lattices = lru_cache(4)(self._lattice)

    def lattice(self, typed: str, taps: Sequence[Tap | None] | None = None) -> Lattice:
        """What may have been meant by letters; spaces among them may have been letters.

        Its arcs lie by where they begin, the letter itself first, and must not be changed. It has
        none for more than 32 letters, which are no word with an error.

        Args:
            typed: They, folded.
            taps: Where each was tapped, None for one that was not; aligned to the end.
        """
        return self._lattices(typed, _aligned(typed, taps))

    @property
    def read(self) -> int:
        """How many letters between others were read so far."""
        return self._behind.cache_info().misses

    def _lattice(self, typed: str, given: tuple[Tap | None, ...]) -> Lattice:
        length = len(typed)
        if length > LONGEST_TYPED:
            return Lattice(length, [], array("f"))
        behind = []
        literal = 0.0
        for place in range(length):
            window = typed[max(0, place - 1) : place + LONGEST]
            near = given[place : place + LONGEST]
            arcs, log_typed = self._behind(window, min(place, 1), near)
            behind.append(arcs)
            literal += log_typed
        missing = self._missing(length, any(given))
        packed = joined(behind, missing)
        return Lattice(length, _Arcs(self, typed, given), missing, packed, typed, literal)

    def _missing_of(self, length: int, tapped: bool) -> memoryview:
        """The ln P of a letter left out at each gap."""
        odds = self._odds(tapped)
        missing = array("f", [odds.missing, odds.first])
        first = missing[0] + missing[1]
        return memoryview(array("f", [first] + length * [odds.missing])).toreadonly()

    def _read_behind(
        self, window: str, before: int, near: tuple[Tap | None, ...]
    ) -> tuple[ArcsBehind, float]:
        """The arcs from a gap, and ln P of having meant the letter behind it; as for ``_arcs``."""
        found = self._arcs(window, before, near)
        behind = ArcsBehind([(0, width, text, log_prob) for width, text, log_prob in found])
        meant = (each[2] for each in found if each[:2] == (1, window[before]))
        return behind, next(meant, -math.inf)

    def arcs(self, typed: str, given: tuple[Tap | None, ...]) -> list[Arc]:
        """The arcs of a lattice, in order.

        Args:
            typed: The letters, folded.
            given: Where each was tapped, or None.
        """
        return [
            (place, place + width, text, log_prob)
            for place in range(len(typed))
            for width, text, log_prob in self._arcs(
                typed[max(0, place - 1) : place + LONGEST],
                min(place, 1),
                given[place : place + LONGEST],
            )
        ]

    def spaces(self, typed: str, taps: Sequence[Tap | None] | None = None) -> list[Space]:
        """Where a space may have been meant inside letters, left out, slipped, or typed.

        Args:
            typed: The letters, folded.
            taps: As for ``lattice``.
        """
        if len(typed) > LONGEST_TYPED:
            return []
        given = _aligned(typed, taps)
        found = [*self._left_out(len(typed), any(given))]
        for place in range(1, len(typed) - 1):
            log_prob = self._reading(typed[place], given[place]).get(" ", -math.inf)
            if log_prob > _LEAST:
                found.append(Space(place, place + 1, log_prob))
        return found

    def _spaces_left_out(self, length: int, tapped: bool) -> list[Space]:
        """Those for which nothing was typed."""
        odds = self._odds(tapped)
        return [Space(place, place, odds.no_space) for place in range(1, length)]

    def _odds(self, tapped: bool) -> Odds:
        return self._taps if tapped else self._letters

    def _arcs(
        self, window: str, before: int, near: tuple[Tap | None, ...]
    ) -> list[tuple[int, str, float]]:
        """The arcs from a gap as (letters read, text, ln P), the best of each kind.

        Args:
            window: The letter before the gap, if any, and up to three behind it.
            before: How many letters of it are before.
            near: Where those behind were tapped.
        """
        tapped = any(near)
        odds = self._odds(tapped)
        here = window[before:]
        typed = here[0]
        readings = [self._reading(letter, tap) for letter, tap in zip(here, near, strict=True)]
        as_typed = readings[0][typed]
        found = self._alone(typed, near[0], tapped).copy()
        add = partial(_add, found)
        add(1, "", as_typed + self._extra(window, before, odds))
        if typed in _APOSTROPHES:
            add(1, "'", odds.sign)
        if typed.isalpha():
            add(1, typed + typed, as_typed + odds.single)
            if before:
                add(0, "'", odds.apostrophe)
        if len(here) > 1 and here[0] != here[1] and " " not in here[:2]:
            add(2, here[1] + here[0], as_typed + readings[1][here[1]] + odds.swap)
        if (one := self._in_two.get(here[:2])) is not None:
            add(2, one, as_typed + readings[1][here[1]] + odds.accent)
        total = odds.spelling
        for width in range(len(here) + 1):
            for spelling in self._spellings:
                for text, log_prob in spelling.meant(here[:width]):
                    add(width, text, total + log_prob)
            if width < len(here):
                total += readings[width][here[width]]
        return [(width, text, log_prob) for (width, text), log_prob in found.items()]

    def _arcs_alone(
        self, typed: str, tap: Tap | None, tapped: bool
    ) -> dict[tuple[int, str], float]:
        """Those that a letter has whatever stands beside it: (letters read, text), ln P."""
        odds, reading = self._odds(tapped), self._reading(typed, tap)
        found: dict[tuple[int, str], float] = {}
        add = partial(_add, found)
        if typed != " ":
            # First, since it is looked up most.
            add(1, typed, reading[typed])
        for letter, log_prob in reading.items():
            if letter != " ":
                add(1, letter, log_prob)
                for form in self._accented.get(letter, ()):
                    add(1, form, log_prob + odds.accent)
        if plain(typed) != typed:
            for form in (plain(typed), *self._accented.get(plain(typed), ())):
                add(1, form, reading[typed] + odds.wrong_accent)
        return found

    def _extra(self, window: str, before: int, odds: Odds) -> float:
        """The ln P of the letter behind the gap where none was meant."""
        typed = window[before]
        if typed.isdigit():
            return -math.inf  # no finger that writes letters comes upon it
        if typed in "' ":
            return odds.no_apostrophe if typed == "'" else odds.extra_space
        beside = window[:before] + window[before + 1 : before + 2]
        if typed in beside:
            return odds.double
        near = self._geometry.neighbours(typed)
        return odds.extra_near if any(letter in near for letter in beside) else odds.extra

    def _reading(self, typed: str, tap: Tap | None) -> dict[str, float]:
        """The ln P of each letter, or a space, that may have been meant by one that was typed."""
        if tap is None:
            return self._meant_by(typed)
        found = self._hit(tap)
        if typed not in found:
            # A long press, or a key that is not among ours: it means itself.
            return found | {typed: found.get(plain(typed), 0.0)}
        return found

    def _reading_of_key(self, typed: str) -> dict[str, float]:
        """A reading without a tap, where what was typed counts 0."""
        found = {typed: 0.0}
        odds, geometry = self._letters, self._geometry
        key = geometry.key_of(typed)
        if key is not None and geometry.above_space(key):
            found[" "] = odds.space_slip
        if not (typed.isalpha() or typed == " "):
            return found
        for letter in self._alphabet:
            if letter == typed or plain(letter) != letter:
                continue
            if typed == " ":
                if geometry.above_space(letter):
                    found[letter] = odds.space_slip
                continue
            near = geometry.neighbours(letter)
            slip = odds.slip - math.log(len(near)) if key in near else -math.inf
            found[letter] = max(slip, odds.wild - math.log(len(self._alphabet)))
        return found

    def _reading_of_tap(self, tap: Tap) -> dict[str, float]:
        """A reading of a tap: ln P(key | tap) were all keys, and the bar, as likely."""
        odds, geometry = self._taps, self._geometry
        sigma = odds.sigma
        stray = math.exp(odds.stray) / len(geometry.keys)
        scale = (1 - math.exp(odds.stray)) * ASPECT / (2 * math.pi * sigma * sigma)
        densities = {
            letter: stray + scale * math.exp(-_squared(tap, centre) / (2 * sigma * sigma))
            for letter, centre in geometry.keys.items()
        }
        bar = geometry.space
        # The bar is as a key in its middle, but that a finger is content with other places, too.
        inner = min(max(tap[0], bar.left + 0.5), bar.right - 0.5)
        middle = (inner, (bar.top + bar.bottom) / 2)
        reach = math.sqrt(2 * math.pi) * sigma
        width = reach + bar.right - bar.left - 1
        away = math.exp(-_squared(tap, middle) / (2 * sigma * sigma))
        densities[" "] = stray + scale * away * reach / width
        total = sum(densities.values())
        return {
            letter: log_prob
            for letter, density in densities.items()
            if (log_prob := min(0.0, math.log(density / total))) > _LEAST
        }


class _Arcs(Sequence[Arc]):
    """The arcs of a lattice, made when somebody looks at them: a search has them packed."""

    __slots__ = ("_channel", "_given", "_typed")

    def __init__(self, channel: Channel, typed: str, given: tuple[Tap | None, ...]) -> None:
        self._channel, self._typed, self._given = channel, typed, given

    def _all(self) -> list[Arc]:
        return self._channel.arcs(self._typed, self._given)

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, place: int) -> Arc: ...
    @overload
    def __getitem__(self, place: slice) -> list[Arc]: ...
    def __getitem__(self, place: int | slice) -> Arc | list[Arc]:
        return self._all()[place]

    def __iter__(self) -> Iterator[Arc]:
        return iter(self._all())


def _add(found: dict[tuple[int, str], float], width: int, text: str, log_prob: float) -> None:
    """Take an arc, if it is better than another of its kind, and not as good as never meant."""
    if log_prob > found.get((width, text), _LEAST):
        found[width, text] = log_prob


def _all_accented(languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The forms with accents of each plain letter, in any of several languages."""
    found: dict[str, tuple[str, ...]] = {}
    for language in languages:
        for letter, forms in accented(language).items():
            found[letter] = tuple(dict.fromkeys((*found.get(letter, ()), *forms)))
    return found


def _squared(one: Tap, other: Tap) -> float:
    """The square of a distance in key widths."""
    across, down = one[0] - other[0], (one[1] - other[1]) * ASPECT
    return across * across + down * down


def _aligned(typed: str, taps: Sequence[Tap | None] | None) -> tuple[Tap | None, ...]:
    """One tap or None a letter, aligned to the end."""
    if not taps:
        return (None,) * len(typed)
    last = tuple(taps)[-len(typed) :] if typed else ()
    return (None,) * (len(typed) - len(last)) + last
