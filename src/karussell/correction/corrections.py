r"""The words that were meant by what was typed: a noisy channel.

$P(w \mid typed) \propto P(typed \mid w) \, P(w \mid \text{the sentence before})$, over the words of
all sources, those that go on with the letters typed, and two words where a space was left out.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import attrgetter, itemgetter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from karussell.correction.channel import Space
from karussell.decoder import Origin, Source
from karussell.kernels import LONGEST_TYPED, Lattice

After = Callable[[str], Sequence[Source]]
"""The sources after one more folded word, or after two with a space between."""

Follows = Callable[[str], float]
"""ln P(the word right of the cursor), after more words; -inf of one that no source has."""

# Words that are e to this times less probable than the best are not worth finding.
_WITHIN = 5.0
# And so are those that are e to this and the above times less probable than a new word.
_DOUBT = 4.0
# The same for two words: they are seldom meant.
_WITHIN_TWO = 3.0
# ln P of what was typed, for each letter of it and once more, below which it is another word.
_WORST = -2.5
# How many nodes of the tree of words a search may look at; some 50 ns each.
_BUDGET = 6000
_BUDGET_TWO = 2000
# And for each letter typed: a single one may mean any short word.
_BUDGET_LETTER = 1500
# A node costs what there are letters. So many of them all nodes of a search may have: of common
# words, of rare ones, of first words of two and of second ones. Of 12,140 places of prose with 4 %
# of its letters mistyped some 35 have another strip than without these limits, some 14 another
# word in it.
_WORK, _WORK_RARE = 48_000, 24_000
_WORK_FIRST, _WORK_SECOND = 4000, 12_000
# The network is stepped for so many first words of two, and for so many words before a next one.
_FIRST_WORDS = 2
_BEFORE_NEXT = 5
# Two words of fewer letters are rather one with a slip.
_LEAST_TWO = 3
NEW_LETTER = -2.3
"""ln P of each letter of a word that is in no list."""
# What a second word weighs, about, if it is one, and if it has an error.
_SECOND, _SECOND_WRONG = -4.0, -12.0


class Correction(msgspec.Struct, frozen=True, gc=False):
    """A word, or two, that may have been meant.

    Attributes:
        text: As it is usually written inside a sentence.
        word: The same folded; two words with a space between.
        source: Where it came from, the second of two words.
        log_channel: ln P(typed | word), 0 for letters typed right.
        log_prob: ln P(word | the words around it).
        posterior: P(word | typed); all words, those that are not listed, too, share 1.
        exact: Whether the word begins with what was typed.
        language: The tag of its language, of the second of two words; "" if nobody says.
        log_second: ln P(the second of two words | those before it), 0 if it is one word.
    """

    text: str
    word: str
    source: Origin
    log_channel: float
    log_prob: float
    posterior: float
    exact: bool
    language: str = ""
    log_second: float = 0.0

    @property
    def value(self) -> float:
        """The ln of what it weighs."""
        return self.log_channel + self.log_prob


def corrections(
    sources: Sequence[Source],
    typed: str,
    lattice: Lattice,
    limit: int,
    *,
    whole: bool,
    spaces: Sequence[Space] = (),
    after: After | None = None,
    following: Follows | None = None,
    log_new: float = -math.inf,
    budget: int = _BUDGET,
) -> list[Correction]:
    """The words that were most probably meant, best first.

    Args:
        sources: Where they come from, each with ln P of its words.
        typed: What was typed of the word, folded. Of more than 32 letters none is taken for an
            error.
        lattice: What may have been meant by it.
        limit: How many words at most.
        whole: Whether the word is finished; else those count that go on.
        spaces: Where a space may have been meant; () for one word only.
        after: The sources after more words; None for one word only.
        following: How probable the word right of the cursor is; None for none.
        log_new: ln P(a word in no source): what was typed may be one.
        budget: How many nodes of the tree of words each search may look at.
    """
    if lattice.length > LONGEST_TYPED:
        spaces, budget = (), 0
    elif lattice.packed is None:
        lattice = lattice.pack()
    budget = min(budget, _BUDGET_LETTER * len(typed))
    searching = _Search(lattice, max(limit, _BEFORE_NEXT), whole, budget)
    log_typed = log_literal(typed, lattice)
    hits, log_plain = _plain(sources, typed, log_typed, limit, whole)
    plain = [hit.value for hit in hits]
    best = max(plain, default=-math.inf)
    new = -math.inf
    if not (whole and hits) and all(source.offered(typed) is None for source in sources):
        new = log_new + log_typed + NEW_LETTER * len(typed)
        best = max(best, new - _DOUBT)
    there = {(id(hit.source), hit.word_id) for hit in hits}
    for source in sources:
        for hit in searching.words(source, best - _WITHIN):
            best = max(best, hit.value)
            if (id(source), hit.word_id) not in there:
                hits.append(hit)
    if after is not None and spaces and len(typed) >= _LEAST_TWO:
        floor = best - _WITHIN_TWO
        hits += _two_words(sources, typed, searching, spaces, after, floor)
    hits.sort(key=_value, reverse=True)
    listed, others = hits[: max(limit, _BEFORE_NEXT)], hits[max(limit, _BEFORE_NEXT) :]
    beyond = [*(hit.value for hit in others), _beyond(plain, log_plain), new]
    if following is None:
        total = _log_sum([*(hit.log_channel + hit.log_prob() for hit in listed), *beyond])
        return [hit.correction(typed, total) for hit in listed[:limit]]
    found, drop = _before([hit.correction(typed) for hit in listed], following)
    total = _log_sum([*(each.value for each in found), *(each + drop for each in beyond)])
    return [replace(each, posterior=math.exp(each.value - total)) for each in found[:limit]]


class _Hit(msgspec.Struct, frozen=True, gc=False):
    """A word that was found, before it is shown, perhaps behind another.

    Attributes:
        value: The ln of what it weighs, all in all.
        log_channel: ln P(typed | word), all in all.
        source: Where it came from.
        word_id: Which it is.
        first: The word before it, of two.
    """

    value: float
    log_channel: float
    source: Source
    word_id: int
    first: "_Hit | None" = None

    def word(self) -> str:
        """It alone, folded."""
        return self.source.vocabulary.word(self.word_id)

    def log_prob(self) -> float:
        """The ln P(word | the words around it)."""
        return self.value - self.log_channel

    def correction(self, typed: str, log_total: float = math.inf) -> Correction:
        """The word as it is shown, by the ln of what all weigh if it is known."""
        log_prob = self.log_prob()
        word, text = self.word(), self.source.display(self.word_id)
        log_second = 0.0
        if self.first is not None:
            log_second = log_prob - self.first.log_prob()
            word = f"{self.first.word()} {word}"
            text = f"{self.first.source.display(self.first.word_id)} {text}"
        return Correction(
            text,
            word,
            self.source.origin,
            self.log_channel,
            log_prob,
            math.exp(self.log_channel + log_prob - log_total),
            word.startswith(typed),
            self.source.language,
            log_second,
        )


_value = attrgetter("value")


class _Search(NamedTuple):
    """What all searches have in common."""

    lattice: Lattice
    limit: int
    whole: bool
    budget: int

    def words(self, source: Source, floor: float, begin: int = 0, limit: int = 0) -> Iterator[_Hit]:
        """The best words of a source for the letters behind a gap, if any is above the floor."""
        floor -= source.offset
        letters = max(1, self.lattice.length - begin)
        work = _WORK_SECOND if begin else _WORK if source.from_first else _WORK_RARE
        if not self.budget or not len(source.scores):
            return
        worst = _WORST * (self.lattice.length - begin + 2)
        for word_id, log_channel in source.vocabulary.search.best(
            source.searched,
            self.lattice,
            limit or self.limit,
            whole=self.whole,
            begin=begin,
            floor=floor,
            within=_WITHIN,
            budget=min(self.budget, work // letters),
        ):
            if log_channel > worst:
                value = source.log_prob(word_id) + log_channel
                yield _Hit(value, log_channel, source, word_id)


def _plain(
    sources: Sequence[Source], typed: str, log_channel: float, limit: int, whole: bool
) -> tuple[list[_Hit], float]:
    """The words for letters that were all meant, and ln of what all such words weigh."""
    if log_channel == -math.inf:
        return [], -math.inf
    found: list[_Hit] = []
    totals: list[float] = []
    for source in sources:
        if whole:
            if (word_id := source.offered(typed)) is None:
                continue
            log_total = source.log_prob(word_id)
            best = [(log_total, word_id)]
        else:
            best, log_total = source.search(typed, limit)
        totals.append(log_total + log_channel)
        found += [
            _Hit(log_prob + log_channel, log_channel, source, each) for log_prob, each in best
        ]
    return found, _log_sum(totals)


def _two_words(
    sources: Sequence[Source],
    typed: str,
    searching: _Search,
    spaces: Sequence[Space],
    after: After,
    floor: float,
) -> list[_Hit]:
    """The best pairs of words with a space between that was left out or slipped.

    The network is stepped for few first words only: those that promise most when the rest is taken
    for a usual word, or for one with an error if it is none.
    """
    hopes: list[tuple[float, Space, _Hit]] = []
    most = max([space.log_prob for space in spaces])
    budget = min(_BUDGET_TWO, _WORK_FIRST // len(typed))
    for source in sources:
        if not source.from_first:
            continue
        least = floor - most - source.offset
        heads = source.vocabulary.search.heads(
            source.searched, searching.lattice, 2, floor=least, within=_WITHIN, budget=budget
        )
        for space in spaces:
            if not (found_here := heads[space.begin]):
                continue
            second = _SECOND if typed[space.end :] in source.vocabulary else _SECOND_WRONG
            for word_id, log_channel in found_here:
                log_first = log_channel + space.log_prob
                value = source.log_prob(word_id) + log_first
                if value + second > floor:
                    first = _Hit(value, log_first, source, word_id)
                    hopes.append((value + second, space, first))
    hopes.sort(key=itemgetter(0), reverse=True)
    found: dict[tuple[str, str], _Hit] = {}
    for _, space, first in hopes[:_FIRST_WORDS]:
        best = _best_of(after(first.word()), searching, space.end, floor - first.value)
        if best is not None:
            value = first.value + best.value
            log_channel = first.log_channel + best.log_channel
            hit = _Hit(value, log_channel, best.source, best.word_id, first)
            both = first.word(), best.word()
            found[both] = max(hit, found.get(both, hit), key=_value)
    return list(found.values())


def _best_of(
    sources: Sequence[Source], searching: _Search, begin: int, floor: float
) -> _Hit | None:
    """The best word of all sources for the letters behind a gap, None if none is above a floor."""
    found = None
    for source in sources:
        for hit in searching.words(source, floor, begin, 1):
            found, floor = hit, hit.value
    return found


def _before(listed: list[Correction], following: Follows) -> tuple[list[Correction], float]:
    """Words in a new order, once the word that follows has said which it would follow.

    Returns:
        They, and by how much, in ln, what was not looked at weighs less: it follows no better than
        the worst that was.
    """
    weighed = []
    for each in listed[:_BEFORE_NEXT]:
        if (log_prob := following(each.word)) == -math.inf:
            return listed, 0.0
        weighed.append(replace(each, log_prob=each.log_prob + log_prob))
    drop = min((new.log_prob - old.log_prob for new, old in zip(weighed, listed, strict=False)),
               default=0.0)  # fmt: skip
    rest = [replace(each, log_prob=each.log_prob + drop) for each in listed[_BEFORE_NEXT:]]
    return sorted([*weighed, *rest], key=attrgetter("value"), reverse=True), drop


def followed_by(after: After, words: Sequence[str]) -> Follows | None:
    """How probable the first of some folded words is behind others, asked for each once.

    The letters of a word mean the same few words again and again, and each takes a step of the
    network, mixed with all that was learned.
    """
    if not words:
        return None

    @cache
    def log_prob(more: str) -> float:
        found = -math.inf
        for source in after(more):
            if (word_id := source.offered(words[0])) is not None:
                found = source.log_prob(word_id)
        return found

    return log_prob


def log_literal(typed: str, lattice: Lattice) -> float:
    """The ln P of typing just these letters and meaning them.

    The arcs lie by where they begin, as those of a channel do.
    """
    if lattice.typed == typed:
        return lattice.literal
    total = 0.0
    if lattice.length > LONGEST_TYPED:
        return total
    arcs = list(lattice.arcs)
    for place, letter in enumerate(typed):
        at = bisect_left(arcs, (place,))
        while at < len(arcs) and arcs[at][:3] != (place, place + 1, letter):
            at = at + 1 if arcs[at][0] == place else len(arcs)
        if at == len(arcs):
            return -math.inf
        total += arcs[at][3]
    return total


def _beyond(listed: Sequence[float], log_total: float) -> float:
    """The ln of what a total weighs without the words that are listed."""
    rest = math.exp(log_total) - sum(map(math.exp, listed))
    return math.log(rest) if rest > 0 else -math.inf


def _log_sum(logs: Sequence[float]) -> float:
    """The logarithm of the sum of exp(log)."""
    most = max(logs, default=-math.inf)
    if most == -math.inf:
        return most
    return most + math.log(sum([math.exp(log - most) for log in logs]))
