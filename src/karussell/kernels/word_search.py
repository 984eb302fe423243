"""The words that may have been meant by what was typed, best first, out of all of a list."""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from karussell.errors import UsageError, counted
from karussell.kernels import _native
from karussell.kernels.checks import Row, check_row
from karussell.kernels.word_list import WordList

Arc: TypeAlias = tuple[int, int, str, float]
"""Begin, end, text, ln P: what stands between two gaps of the letters typed was meant as a text."""

LONGEST_TYPED = 32
"""The most letters of a lattice."""

# Nodes of the tree by gaps between the letters typed; some 12 ns each, so that a search ends before
# 2 ms. A word of eight letters with two slips takes a third of them.
_BUDGET = 135_000

_WHOLE, _PREFIX, _HEADS = range(3)


class ArcsBehind:
    """The arcs from one gap on, read once for all lattices that have them somewhere.

    Args:
        arcs: They, as if that gap were the first.

    Raises:
        TypeError: If an arc is of another type.
        ValueError: If an arc goes back, or a probability is above 1.
    """

    __slots__ = ("arcs",)

    def __init__(self, arcs: list[Arc]) -> None:
        self.arcs = _native.ArcsBehind(arcs)


class Lattice(NamedTuple):
    """All that may have been meant by n letters typed.

    Gap j lies before the letter j of them, gap n behind the last. Arcs read what lies between two
    gaps, in any order and number; what was typed right is an arc as well.

    Attributes:
        length: How many letters were typed, n, 32 at most.
        arcs: Of each (begin, end, text, ln P): 0 <= begin <= end <= n, and a text of up to three
            code points; without a text (begin < end) the letters typed mean nothing.
        missing: ln P of any one letter of the word left out, for each gap (n + 1,).
        packed: What ``pack`` made of the others, None to have each search do so.
        typed: The letters, if it is known what it costs to have meant just these.
        literal: The ln P of that.
    """

    length: int
    arcs: Sequence[Arc]
    missing: Row
    packed: _native.Lattice | None = None
    typed: str | None = None
    literal: float = 0.0

    def pack(self) -> "Lattice":
        """The same, read once for several searches; its arcs must not be changed any more.

        Raises:
            UsageError: If more was typed than 32 letters.
            TypeError: If an array or an arc is of another type.
            ValueError: If an array has another shape, an arc leaves the letters typed, or a
                probability is above 1.
        """
        return self._replace(packed=_packed(self))


def joined(behind: Sequence[ArcsBehind], missing: Row) -> _native.Lattice:
    """What ``pack`` makes of arcs that are known by the gap where they begin.

    Args:
        behind: Those from each gap on, the first first.
        missing: As a lattice has it.

    Raises:
        ValueError: If an arc leaves the letters typed, or a probability is above 1.
    """
    return _native.Lattice.join([each.arcs for each in behind], missing)


class SteadyScores:
    """Scores that nobody changes any more: the first search looks at them for all that follow.

    Args:
        row: What each word is worth in its place (V,); minus infinity for never.
    """

    __slots__ = ("_known", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self._known: _native.Scores | None = None

    def known(self, size: int) -> _native.Scores:
        """What a search of so many words must know of them."""
        if self._known is None or len(self.row) != size:
            self._known = _looked_at(self.row, size)
        return self._known


class WordSearch:
    """The search of a sorted list of words for those that were meant.

    The list is made into a tree of letters, some 80 bytes a word, once. Searches change nothing:
    several threads may search at once. What they find is exact, and equal values come in the order
    of the list.

    Args:
        words: Words sorted by code point; one in a wrong place is only not found.
    """

    __slots__ = ("_tree",)

    def __init__(self, words: WordList) -> None:
        self._tree = _native.WordSearch(words)

    def __len__(self) -> int:
        return len(self._tree)

    def best(
        self,
        scores: Row | SteadyScores,
        lattice: Lattice,
        limit: int,
        *,
        whole: bool,
        begin: int = 0,
        floor: float = -math.inf,
        within: float = math.inf,
        budget: int | None = None,
    ) -> list[tuple[int, float]]:
        """The words with the highest ln P(typed | word) + score.

        Args:
            scores: What each word is worth in its place (V,); minus infinity for never.
            lattice: What was typed.
            limit: How many words at most.
            whole: Whether what was typed is all of the word, or else its beginning.
            begin: The gap where the word begins; the letters before it are no part of it.
            floor: Only words whose value is above this.
            within: Only words whose value is at most this far below the best.
            budget: How many nodes of the tree may be looked at; when no more are left, the words
                are the best of those found so far. None for what takes 2 ms at most, more than
                words with some errors need.

        Returns:
            Pairs of word id and ln P of the best way to read what was typed as it, best value
            first.

        Raises:
            UsageError: If more was typed than 32 letters.
            TypeError: If an array or an arc is of another type.
            ValueError: If an array has another shape, an arc leaves the letters typed, or a
                probability is above 1.
        """
        extent = _WHOLE if whole else _PREFIX
        ends, _ = self._find(scores, lattice, extent, begin, limit, floor, within, budget)
        return ends[-1]

    def heads(
        self,
        scores: Row | SteadyScores,
        lattice: Lattice,
        limit: int,
        *,
        floor: float = -math.inf,
        within: float = math.inf,
        budget: int | None = None,
    ) -> list[list[tuple[int, float]]]:
        """The best words for each beginning of what was typed, in one search.

        A word that reads j letters is worth what `best` says of it, plus the best ln P that the
        letters behind can have, whatever words they are: ``floor`` and ``within`` go by that, and
        no word stands where they can not be read at all.

        Args:
            scores: As for `best`, like the others.
            lattice: What was typed.
            limit: How many words at most for each number of letters.
            floor: Only words whose value is above this.
            within: Only words at most this far below the best that reads as many letters.
            budget: How many nodes of the tree may be looked at.

        Returns:
            For each gap (n + 1) the pairs of word id and ln P of the letters before it, best value
            first; none for the first gap, and for the last the words that read everything.

        Raises:
            UsageError: As `best` does.
            TypeError: Likewise.
            ValueError: Likewise.
        """
        ends, _ = self._find(scores, lattice, _HEADS, 0, limit, floor, within, budget)
        return [[] for _ in range(lattice.length + 1 - len(ends))] + ends

    def nodes(
        self,
        scores: Row | SteadyScores,
        lattice: Lattice,
        limit: int,
        *,
        whole: bool,
        begin: int = 0,
        floor: float = -math.inf,
        within: float = math.inf,
        budget: int | None = None,
    ) -> int:
        """How many nodes of the tree `best` looks at, with the same arguments."""
        extent = _WHOLE if whole else _PREFIX
        return self._find(scores, lattice, extent, begin, limit, floor, within, budget)[1]

    def _find(
        self,
        scores: Row | SteadyScores,
        lattice: Lattice,
        extent: int,
        begin: int,
        limit: int,
        floor: float,
        within: float,
        budget: int | None,
    ) -> tuple[list[list[tuple[int, float]]], int]:
        packed, length = lattice.packed or _packed(lattice), lattice.length
        if not 0 <= begin <= length:
            raise ValueError(f"begin is {begin}, expected 0 to {length}")
        if budget is None:
            budget = _BUDGET // (length + 1)
        if limit < 1 or budget < 1:
            raise ValueError(f"limit is {limit} and budget {budget}, expected 1 or more")
        if math.isnan(floor) or not within >= 0:
            raise ValueError(f"floor is {floor} and within {within}, expected numbers, within >= 0")
        size = len(self._tree)
        steady = isinstance(scores, SteadyScores)
        known = scores.known(size) if steady else _looked_at(scores, size)
        return self._tree.find(known, packed, extent, begin, limit, floor, within, budget)


def _looked_at(scores: Row, size: int) -> _native.Scores:
    check_row("scores", scores, size)
    return _native.Scores(scores)


def _packed(lattice: Lattice) -> _native.Lattice:
    length = lattice.length
    if not 0 <= length <= LONGEST_TYPED:
        raise UsageError(f"{counted(length, 'letter')} typed, expected 0 to {LONGEST_TYPED}")
    check_row("missing", lattice.missing, length + 1)
    return _native.Lattice(list(lattice.arcs), lattice.missing)
