"""The vocabulary as bytes: words joined by newlines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from karussell.errors import ModelFileError
from karussell.kernels import unprintable
from karussell.model.rare import RareWords
from karussell.text import Vocabulary, fold, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def encode_words(vocabulary: Vocabulary, rare: RareWords) -> dict[str, NDArray[np.uint8]]:
    """The tensors of a model's words, of their casing and of the rare words, all of them UTF-8.

    A casing is stored only where it differs from the word.
    """
    pairs = zip(vocabulary.words, vocabulary.casing, strict=True)
    return {
        "rare.levels": _bytes(rare.levels),
        "rare.casing": _bytes(rare.casing),
        "rare": _encode(rare.vocabulary.words),
        "casing": _encode("" if shown == word else shown for word, shown in pairs),
        "vocabulary": _encode(vocabulary.words),
    }


def decode_vocabulary(vocabulary: memoryview, casing: memoryview, size: int) -> Vocabulary:
    """The vocabulary in a file's bytes, safe to search and to show.

    Whether its words are words is another question, which ``check_words`` answers.

    Raises:
        ModelFileError: If they are not UTF-8, hold what a terminal would obey, are not ``size``
            entries, or not sorted and different.
    """
    words = _lines("vocabulary", vocabulary, size)
    shown = _lines("casing", casing, size)
    try:
        return Vocabulary.of_lines(words, shown)
    except ValueError as error:
        raise ModelFileError(f"'vocabulary': {error}; expected sorted, different words") from None


def decode_rare(levels: memoryview, casing: memoryview, rare: memoryview) -> RareWords:
    """The rare words in a file's bytes, safe to search and to show.

    Raises:
        ModelFileError: If they are not UTF-8, not as many as the levels say, or not sorted.
    """
    try:
        vocabulary = Vocabulary(())
        if len(casing):
            lines = _lines("rare", rare, len(casing))
            vocabulary = Vocabulary.of_lines(lines, b"\n" * (len(casing) - 1))
        return RareWords.of_levels(vocabulary, bytes(casing), bytes(levels))
    except ValueError as error:
        raise ModelFileError(f"'rare': {error}") from None


def check_withheld(withheld: memoryview, size: int) -> None:
    """Refuse ids of withheld words that are not ascending ids of words.

    Raises:
        ModelFileError: Naming what was found.
    """
    ids = withheld.tolist()
    if ids and (ids[-1] >= size or any(after <= before for before, after in pairwise(ids))):
        raise ModelFileError(
            f"'withheld' ends in {ids[-1]} or is not ascending, expected ids below {size}"
        )


def check_words(vocabulary: Vocabulary, rare: RareWords) -> None:
    """Refuse words that reading a text could never give, casings of other words, and words twice.

    Raises:
        ModelFileError: Naming the word.
    """
    for name, listed in (("vocabulary", vocabulary.words), ("rare", rare.vocabulary.words)):
        if words("\n".join(listed)) != list(listed):
            wrong = next((word for word in listed if words(word) != [word]), listed[0])
            raise ModelFileError(
                f"{name!r} holds {wrong[:40]!a}, expected words in lower case without punctuation"
            )
    pairs = zip(vocabulary.words, vocabulary.casing, strict=True)
    cased = [(word, form) for word, form in pairs if form]
    if fold("\n".join(form for _, form in cased)) != "\n".join(word for word, _ in cased):
        word, form = next((word, form) for word, form in cased if fold(form) != word)
        raise ModelFileError(
            f"'casing' writes {word[:40]!a} as {form[:40]!a}, expected the same letters"
        )
    if twice := [word for word in rare.vocabulary.words if word in vocabulary]:
        raise ModelFileError(f"'rare' holds {twice[0][:40]!a}, which stands in 'vocabulary', too")


def _encode(lines: Iterable[str]) -> NDArray[np.uint8]:
    return _bytes("\n".join(lines).encode())


def _bytes(data: bytes) -> NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer(data, np.uint8)


def _lines(name: str, data: memoryview, size: int) -> bytes:
    lines = data.tobytes()
    if found := unprintable(lines):
        place, letter = found
        if letter is None:
            raise ModelFileError(f"{name!r} is not UTF-8 at byte {place}")
        raise ModelFileError(
            f"{name!r} holds the character U+{letter:04X} at byte {place}, expected words"
        )
    entries = lines.count(b"\n") + 1
    if entries != size:
        raise ModelFileError(f"{name!r} holds {entries} entries, expected {size}")
    return lines
