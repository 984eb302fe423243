"""The vocabulary as bytes: words joined by newlines."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.kernels import unprintable
from karussell.model.rare import RareWords
from karussell.text import Vocabulary, fold, words


def encode_words(vocabulary: Vocabulary, rare: RareWords) -> dict[str, NDArray[np.uint8]]:
    """The tensors of a model's words, of their casing and of the rare words, all of them UTF-8.

    A casing is stored only where it differs from the word.
    """
    pairs = zip(vocabulary.words, vocabulary.casing, strict=True)
    return {
        "rare.levels": rare.levels,
        "rare.casing": rare.casing,
        "rare": _encode(rare.vocabulary.words),
        "casing": _encode("" if shown == word else shown for word, shown in pairs),
        "vocabulary": _encode(vocabulary.words),
    }


def decode_vocabulary(
    vocabulary: NDArray[np.uint8], casing: NDArray[np.uint8], size: int
) -> Vocabulary:
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


def decode_rare(
    levels: NDArray[np.uint8], casing: NDArray[np.uint8], rare: NDArray[np.uint8]
) -> RareWords:
    """The rare words in a file's bytes, safe to search and to show.

    Raises:
        ModelFileError: If they are not UTF-8, not as many as the levels say, or not sorted.
    """
    try:
        if not len(casing):
            return RareWords.of_levels(Vocabulary(()), casing, levels)
        lines = _lines("rare", rare, len(casing))
        vocabulary = Vocabulary.of_lines(lines, b"\n" * (len(casing) - 1))
        return RareWords.of_levels(vocabulary, casing, levels)
    except ValueError as error:
        raise ModelFileError(f"'rare': {error}") from None


def check_withheld(withheld: NDArray[np.uint32], size: int) -> None:
    """Refuse ids of withheld words that are not ascending ids of words.

    Raises:
        ModelFileError: Naming what was found.
    """
    if len(withheld) and (withheld[-1] >= size or (withheld[1:] <= withheld[:-1]).any()):
        raise ModelFileError(
            f"'withheld' ends in {withheld[-1]} or is not ascending, expected ids below {size}"
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
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


def _lines(name: str, data: NDArray[np.uint8], size: int) -> bytes:
    lines = data.tobytes()
    if found := unprintable(lines):
        place, letter = found
        if letter is None:
            raise ModelFileError(f"{name!r} is not UTF-8 at byte {place}")
        raise ModelFileError(
            f"{name!r} holds the character U+{letter:04X} at byte {place}, expected words"
        )
    entries = int(np.count_nonzero(data == ord("\n"))) + 1
    if entries != size:
        raise ModelFileError(f"{name!r} holds {entries} entries, expected {size}")
    return lines
