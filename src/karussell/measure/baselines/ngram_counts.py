"""How often every n-gram of a text stands in it: all that Kneser-Ney models are estimated from."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karussell.text import Vocabulary

# An n-gram's key is its context's number and its last word's id, which has these bits.
_WORD_BITS = 17
_WORD_MASK = (1 << _WORD_BITS) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The different n-grams of one order n, by their contexts, then by their last words.

    An n-gram's number is its position here. Its context, the first n-1 words, is an (n-1)-gram
    and has its number at the level below. At the first level there is one context of no words,
    and an n-gram's number is the word's id, the start's included.

    Attributes:
        first: Where the n-grams of each context begin, and the end of all, int32, (C+1,).
        words: The last words, int32, (G,).
        raw: How often each n-gram stands in the text, int32, (G,).
        adjusted: What estimates are made of where n is not the highest order, int32, (G,).
    """

    first: NDArray[np.int32]
    words: NDArray[np.int32]
    raw: NDArray[np.int32]
    adjusted: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class NgramCounts:
    r"""The n-grams of a text up to an order.

    The adjusted count of an n-gram is the number of different words (or the start) before it,
    $a(w_1^n) = |\{v : c(v\,w_1^n) > 0\}|$, and its raw count $c(w_1^n)$ where nothing can stand
    before it, since it begins with the start (Heafield et al. 2013, section 3.2). At the highest
    order it is the raw count.

    Attributes:
        vocabulary: The V words; UNKNOWN is counted like one more.
        levels: The n-grams of order 1, 2, ...
    """

    vocabulary: Vocabulary
    levels: tuple[Level, ...]

    @property
    def order(self) -> int:
        """The words of the longest n-grams."""
        return len(self.levels)


def count_ngrams(
    sentences: Iterable[Sequence[int]], vocabulary: Vocabulary, order: int
) -> NgramCounts:
    """Count the n-grams of each sentence, read after one start; its end is no word.

    The n-grams are numbered level by level, each by its context's number and its last word, so
    that one sort of 64-bit keys a level is all it takes: about 65 bytes a word of the text at
    order 5.

    Args:
        sentences: The text, ids of the vocabulary or ``vocabulary.unknown``; read one at a time.
        vocabulary: The V words, 131,070 at most.
        order: The words of the longest n-grams, 1 or more.

    Raises:
        ValueError: If the vocabulary is too large for a key.
    """
    if vocabulary.start > _WORD_MASK:
        raise ValueError(f"{len(vocabulary):,} words, expected at most {_WORD_MASK - 1:,}")
    words, place = _with_starts(sentences, vocabulary.start, order)
    raw = np.bincount(words[place > 0], minlength=vocabulary.start + 1)
    # A context of its own, never a prediction; as frequent as its sentences.
    raw[vocabulary.start] = int(np.count_nonzero(place == 0))
    below = _level(np.arange(vocabulary.start + 1, dtype=np.int64), 1, raw)
    levels = []
    numbers = words
    for n in range(2, order + 1):
        level, suffixes, numbers = _longer(words, place, numbers, n, len(below.words))
        levels.append(_adjusted(below, suffixes))
        below = level
    return NgramCounts(vocabulary=vocabulary, levels=(*levels, below))


def _with_starts(
    sentences: Iterable[Sequence[int]], start: int, order: int
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Every sentence after a start, and each token's distance from it, up to the order."""
    tokens, begins = array("i"), array("q")
    for sentence in filter(len, sentences):
        begins.append(len(tokens))
        tokens.append(start)
        tokens.extend(sentence)
    words, starts = np.array(tokens, np.int32), np.array(begins, np.int64)
    ends = np.append(starts, len(words))[1:]
    place = np.full(len(words), order, np.uint8)
    # From the farthest, since a short sentence's places are its successor's.
    for distance in range(order - 1, -1, -1):
        within = starts + distance
        place[within[within < ends]] = distance
    return words, place


def _longer(
    words: NDArray[np.int32],
    place: NDArray[np.uint8],
    numbers: NDArray[np.int32],
    n: int,
    contexts: int,
) -> tuple[Level, NDArray[np.int32], NDArray[np.int32]]:
    """The n-grams of an order from the number of the (n-1)-gram that ends at each token.

    Returns:
        The level, the number of each n-gram's last n-1 words, and the number of the n-gram that
        ends at each token (any number where there is none).
    """
    where = np.flatnonzero(place >= n - 1).astype(np.int32)
    keys = numbers[where - 1].astype(np.int64)
    keys <<= _WORD_BITS
    keys |= words[where]
    by_key = np.argsort(keys)
    keys = keys[by_key]
    where = where[by_key]
    del by_key
    is_first = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    firsts = np.flatnonzero(is_first)
    suffixes = numbers[where[firsts]]
    raw = np.diff(firsts, append=len(keys))
    keys = keys[firsts]
    ending = np.zeros(len(words), np.int32)
    ending[where] = np.cumsum(is_first, dtype=np.int32) - 1
    return _level(keys, contexts, raw), suffixes, ending


def _level(keys: NDArray[np.int64], contexts: int, raw: NDArray[np.int64]) -> Level:
    """A level, as if it were the highest."""
    first = np.zeros(contexts + 1, np.int32)
    np.cumsum(np.bincount(keys >> _WORD_BITS, minlength=contexts), out=first[1:])
    counts = raw.astype(np.int32)
    words = (keys & _WORD_MASK).astype(np.int32)
    return Level(first=first, words=words, raw=counts, adjusted=counts)


def _adjusted(level: Level, suffixes: NDArray[np.int32]) -> Level:
    """A level that is not the highest: each (n+1)-gram counts once for its last n words."""
    before = np.bincount(suffixes, minlength=len(level.words)).astype(np.int32)
    return Level(
        first=level.first,
        words=level.words,
        raw=level.raw,
        adjusted=np.where(before > 0, before, level.raw),
    )
