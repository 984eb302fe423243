r"""The words that were meant by what was typed: a noisy channel.

$P(w \mid typed) \propto P(typed \mid w) \, P(w \mid \text{the sentence before})$, over the words of
all sources, those that go on with the letters typed, and two words where a space was left out.
"""

import math
from collections.abc import Callable, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from karussell.correction.channel import Space
from karussell.decoder import Origin, Source
from karussell.kernels import Lattice

After = Callable[[str], Sequence[Source]]
"""The sources after one more folded word, or after two with a space between."""

# Words that are e to this times less probable than the best are not worth finding.
_WITHIN = 5.0
# And so are those that are e to this and the above times less probable than a new word.
_DOUBT = 4.0
# The same for two words: they are seldom meant.
_WITHIN_TWO = 3.0
# ln P of what was typed, for each letter of it and once more, below which it is another word.
_WORST = -2.5
# How many nodes of the tree of words a search may look at; some 50 ns each.
_BUDGET = 10_000
_BUDGET_TWO = 2000
# The network is stepped for so many first words of two, and for so many words before a next one.
_FIRST_WORDS = 2
_BEFORE_NEXT = 5
# Two words of fewer letters are rather one with a slip.
_LEAST_TWO = 3
# ln P of each letter of a word that is in no list.
_NEW_LETTER = -2.3
# What a second word with an error weighs, about.
_SECOND = -12.0


class Correction(NamedTuple):
    """A word, or two, that may have been meant.

    Attributes:
        text: As it is usually written inside a sentence.
        word: The same folded; two words with a space between.
        source: Where it came from, the second of two words.
        log_channel: ln P(typed | word), 0 for letters typed right.
        log_prob: ln P(word | the words around it).
        posterior: P(word | typed); all words, those that are not listed, too, share 1.
        exact: Whether the word begins with what was typed.
    """

    text: str
    word: str
    source: Origin
    log_channel: float
    log_prob: float
    posterior: float
    exact: bool

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
    following: Sequence[str] = (),
    log_new: float = -math.inf,
    budget: int = _BUDGET,
) -> list[Correction]:
    """The words that were most probably meant, best first.

    Args:
        sources: Where they come from, each with ln P of its words.
        typed: What was typed of the word, folded, at least a letter.
        lattice: What may have been meant by it.
        limit: How many words at most.
        whole: Whether the word is finished; else those count that go on.
        spaces: Where a space may have been meant; () for one word only.
        after: The sources after more words; None for neither two words nor a look to the right.
        following: The folded words right of the cursor, of which the first counts.
        log_new: ln P(a word in no source): what was typed may be one.
        budget: How many nodes of the tree of words each search may look at.
    """
    searching = _Search(lattice, max(limit, _BEFORE_NEXT), whole, budget)
    plain, log_plain = _plain(sources, typed, lattice, limit, whole)
    known = any(typed in source.vocabulary for source in sources)
    new = log_new + _literal(typed, lattice) + _NEW_LETTER * len(typed)
    best = max(map(attrgetter("value"), plain), default=-math.inf)
    if not known:
        best = max(best, new - _DOUBT)
    found = {each.word: each for each in plain}
    for source in sources:
        for each in searching.words(source, typed, best - _WITHIN):
            found.setdefault(each.word, each)
            best = max(best, each.value)
    if after is not None and spaces and len(typed) >= _LEAST_TWO:
        floor = best - _WITHIN_TWO
        for each in _two_words(sources, typed, searching, spaces, after, floor):
            found.setdefault(each.word, each)
    listed = sorted(found.values(), key=attrgetter("value"), reverse=True)
    if after is not None and following:
        listed = _before(listed, following[0], after)
    weights = [each.value for each in listed]
    weights.append(_beyond(plain, log_plain))
    if not known:
        weights.append(new)
    total = _log_sum(weights)
    return [each._replace(posterior=math.exp(each.value - total)) for each in listed[:limit]]


class _Search(NamedTuple):
    """What all searches have in common."""

    lattice: Lattice
    limit: int
    whole: bool
    budget: int

    def words(
        self, source: Source, typed: str, floor: float, begin: int = 0, limit: int = 0
    ) -> list[Correction]:
        """The best words of a source for the letters behind a gap, if any is above the floor."""
        hits = source.vocabulary.search.best(
            source.scores,
            self.lattice,
            limit or self.limit,
            whole=self.whole,
            begin=begin,
            floor=floor - source.offset,
            within=_WITHIN,
            budget=self.budget,
        )
        worst = _WORST * (self.lattice.length - begin + 2)
        return [
            _correction(source, word_id, log_channel, typed)
            for word_id, log_channel in hits
            if log_channel > worst
        ]


def _correction(source: Source, word_id: int, log_channel: float, typed: str) -> Correction:
    word = source.vocabulary.word(word_id)
    return Correction(
        text=source.display(word_id),
        word=word,
        source=source.origin,
        log_channel=log_channel,
        log_prob=source.log_prob(word_id),
        posterior=0.0,
        exact=bool(typed) and word.startswith(typed),
    )


def _plain(
    sources: Sequence[Source], typed: str, lattice: Lattice, limit: int, whole: bool
) -> tuple[list[Correction], float]:
    """The words for letters that were all meant, and ln of what all such words weigh."""
    log_channel = _literal(typed, lattice)
    if log_channel == -math.inf:
        return [], -math.inf
    found: list[Correction] = []
    totals: list[float] = []
    for source in sources:
        if whole:
            word_id = source.vocabulary.id(typed)
            known = word_id != source.vocabulary.unknown
            log_total = source.log_prob(word_id) if known else -math.inf
            best = [(log_total, word_id)] if log_total > -math.inf else []
        else:
            best, log_total = source.search(typed, limit)
        totals.append(log_total + log_channel)
        found += [_correction(source, word_id, log_channel, typed) for _, word_id in best]
    return found, _log_sum(totals)


def _two_words(
    sources: Sequence[Source],
    typed: str,
    searching: _Search,
    spaces: Sequence[Space],
    after: After,
    floor: float,
) -> list[Correction]:
    """The best pairs of words with a space between that was left out or slipped.

    The network is stepped for few first words only: those that promise most when the rest is taken
    for a word of the same sentence, or for one with an error if it is none.
    """
    hopes: list[tuple[float, Space, Correction]] = []
    most = max(space.log_prob for space in spaces)
    for source in sources:
        if not source.from_first:
            continue
        heads = source.vocabulary.search.heads(
            source.scores,
            searching.lattice,
            2,
            floor=floor - most - source.offset,
            within=_WITHIN,
            budget=_BUDGET_TWO,
        )
        for space in spaces:
            second = _SECOND
            word_id = source.vocabulary.id(typed[space.end :])
            if word_id != source.vocabulary.unknown:
                second = max(second, source.log_prob(word_id))
            for word_id, log_channel in heads[space.begin]:
                first = _correction(source, word_id, log_channel, "")
                hope = first.value + space.log_prob + second
                if hope > floor:
                    hopes.append((hope, space, first))
    hopes.sort(key=itemgetter(0), reverse=True)
    found = []
    for _, space, first in hopes[:_FIRST_WORDS]:
        worth = first.value + space.log_prob
        best = _best_of(after(first.word), searching, space.end, floor - worth)
        if best is not None:
            found.append(
                best._replace(
                    text=f"{first.text} {best.text}",
                    word=f"{first.word} {best.word}",
                    log_channel=first.log_channel + space.log_prob + best.log_channel,
                    log_prob=first.log_prob + best.log_prob,
                )
            )
    return found


def _best_of(
    sources: Sequence[Source], searching: _Search, begin: int, floor: float
) -> Correction | None:
    """The best word of all sources for the letters behind a gap, None if none is above a floor."""
    found = None
    for source in sources:
        for each in searching.words(source, "", floor, begin, 1):
            found, floor = each, each.value
    return found


def _before(listed: list[Correction], following: str, after: After) -> list[Correction]:
    """Words in a new order, once the word that follows has said which it would follow."""
    weighed = []
    for each in listed[:_BEFORE_NEXT]:
        log_prob = -math.inf
        for source in after(each.word):
            word_id = source.vocabulary.id(following)
            if word_id != source.vocabulary.unknown:
                log_prob = source.log_prob(word_id)
        if log_prob == -math.inf:
            return listed
        weighed.append(each._replace(log_prob=each.log_prob + log_prob))
    # What was not looked at follows no better than the worst that was.
    drop = min((new.log_prob - old.log_prob for new, old in zip(weighed, listed, strict=False)),
               default=0.0)  # fmt: skip
    rest = [each._replace(log_prob=each.log_prob + drop) for each in listed[_BEFORE_NEXT:]]
    return sorted([*weighed, *rest], key=attrgetter("value"), reverse=True)


def _literal(typed: str, lattice: Lattice) -> float:
    """The ln P of typing just these letters and meaning them."""
    best = [-math.inf] * len(typed)
    for begin, end, text, log_prob in lattice.arcs:
        if end == begin + 1 and text == typed[begin]:
            best[begin] = max(best[begin], log_prob)
    return sum(best)


def _beyond(listed: Sequence[Correction], log_total: float) -> float:
    """The ln of what a total weighs without the words that are listed."""
    rest = math.exp(log_total) - sum(math.exp(each.value) for each in listed)
    return math.log(rest) if rest > 0 else -math.inf


def _log_sum(logs: Sequence[float]) -> float:
    """The logarithm of the sum of exp(log)."""
    most = max(logs, default=-math.inf)
    if most == -math.inf:
        return most
    return most + math.log(sum(math.exp(log - most) for log in logs))
