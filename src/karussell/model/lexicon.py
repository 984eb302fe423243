"""The vocabulary as bytes: words joined by newlines."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.kernels import unprintable
from karussell.model.rare import RareWords
from karussell.text import Vocabulary, fold, words


def encode_vocabulary(vocabulary: Vocabulary) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The words and their casing, each as UTF-8 bytes.

    A casing is stored only where it differs from the word.

    Raises:
        ModelFileError: If the words are not what ``karussell.text.words`` reads.
    """
    pairs = zip(vocabulary.words, vocabulary.casing, strict=True)
    casing = ["" if shown == word else shown for word, shown in pairs]
    _check("vocabulary", list(vocabulary.words))
    _check_casing(list(vocabulary.words), casing)
    return _encode(vocabulary.words), _encode(casing)


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


def encode_rare(rare: RareWords) -> dict[str, NDArray[np.uint8]]:
    """The tensors of the rare words.

    Raises:
        ModelFileError: If they are not what ``karussell.text.words`` reads.
    """
    listed = rare.vocabulary.words
    _check("rare", list(listed))
    return {"rare.levels": rare.levels, "rare.casing": rare.casing, "rare": _encode(listed)}


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
    _check("vocabulary", list(vocabulary.words))
    _check_casing(list(vocabulary.words), list(vocabulary.casing))
    _check("rare", list(rare.vocabulary.words))
    for word in rare.vocabulary.words:
        if word in vocabulary:
            raise ModelFileError(f"'rare' holds {word[:40]!a}, which stands in 'vocabulary', too")


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


def _check(name: str, listed: list[str]) -> None:
    if words("\n".join(listed)) != listed:
        wrong = next((word for word in listed if words(word) != [word]), listed[0])
        raise ModelFileError(
            f"{name!r} holds {wrong[:40]!a}, expected words in lower case without punctuation"
        )


def _check_casing(listed: list[str], shown: list[str]) -> None:
    cased = [(word, form) for word, form in zip(listed, shown, strict=True) if form]
    if fold("\n".join(form for _, form in cased)) != "\n".join(word for word, _ in cased):
        word, form = next((word, form) for word, form in cased if fold(form) != word)
        raise ModelFileError(
            f"'casing' writes {word[:40]!a} as {form[:40]!a}, expected the same letters"
        )
