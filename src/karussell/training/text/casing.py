"""Which words have a capital of their own, and which only where they stand in names and titles."""

from collections import Counter
from collections.abc import Iterable, Sequence

from karussell.text import fold

CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""

# A sentence with a capital on so many of its words is a title.
_TITLE = 0.5
_SHORT = 2
# A word written with a capital so often is a name for sure, if it was seen so many times.
_NAME, _LEAST = 0.9, 50
# Who writes one name in twenty in lower case writes carelessly.
_CARELESS = 0.05
# A capital is a word's own if so many times as many of its lone uses have it, or if few of all its
# uses are in lower case: "Francisco" never stands alone.
_CLEARLY, _FEW = 1.5, 0.25
# Fewer uses in lower case say nothing.
_LEAST_LOWER = 15


def running_words(words: Sequence[str], *, nouns: bool = False) -> list[str]:
    """The words of a sentence whose casing says something about them.

    That is all but the first, and but those with a capital beside another such word, which may be
    parts of one name; none of a title, or of a sentence that begins in lower case.

    Args:
        words: The words of a sentence, as they were written.
        nouns: Whether nouns are written with a capital, so that it says nothing: there are none.
    """
    rest = words[1:]
    if nouns or not rest or not words[0][0].isupper():
        return []
    capitals = [word[0].isupper() for word in rest]
    number = sum(capitals)
    if not number:
        return list(rest)
    if len(rest) > _SHORT and number > len(rest) * _TITLE:
        return []
    around = zip(rest, capitals, [False, *capitals], [*capitals[1:], False], strict=False)
    return [word for word, own, before, after in around if not (own and (before or after))]


def titled_words(
    insides: Iterable[Counter[str]], running: Iterable[Counter[str]]
) -> frozenset[str]:
    """The folded words that have a capital only as parts of names and titles.

    Sources that write names in lower case say nothing about it.

    Args:
        insides: For each source how often each written word stood inside its sentences.
        running: For each how often among its ``running_words``.
    """
    sources = [
        (_by_case(inside), _by_case(lone)) for inside, lone in zip(insides, running, strict=True)
    ]
    total_lower, total_upper = _sums(inside for inside, _ in sources)
    names = {
        word
        for word, count in total_upper.items()
        if count >= _LEAST and count > _NAME * (count + total_lower[word]) and len(word) > 1
    }
    careful = [source for source in sources if not _is_careless(source[0], names)] or sources
    _, upper = _sums(inside for inside, _ in careful)
    lone_lower, lone_upper = _sums(lone for _, lone in careful)
    return frozenset(
        word
        for word, lower in lone_lower.items()
        if word.isalpha()
        and lower >= max(_LEAST_LOWER, _FEW * upper[word])
        and lone_upper[word] <= _CLEARLY * lower
    )


_Cased = tuple[Counter[str], Counter[str]]


def _by_case(counts: Counter[str]) -> _Cased:
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for word, count in counts.items():
        folded = fold(word)
        (lower if word == folded else upper)[folded] += count
    return lower, upper


def _sums(counts: Iterable[_Cased]) -> _Cased:
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for ours, theirs in counts:
        lower.update(ours)
        upper.update(theirs)
    return lower, upper


def _is_careless(counts: _Cased, names: set[str]) -> bool:
    lower, upper = (sum(each[name] for name in names) for each in counts)
    return lower > _CARELESS * (lower + upper)
