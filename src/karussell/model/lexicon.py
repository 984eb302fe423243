"""The vocabulary as bytes: words joined by newlines."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.kernels import unprintable
from karussell.text import Vocabulary, fold, words


def encode_vocabulary(vocabulary: Vocabulary) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The words and their casing, each as UTF-8 bytes.

    A casing is stored only where it differs from the word.

    Raises:
        ModelFileError: If the words are not what ``karussell.text.words`` reads.
    """
    pairs = zip(vocabulary.words, vocabulary.casing, strict=True)
    casing = ["" if shown == word else shown for word, shown in pairs]
    _check(list(vocabulary.words), casing)
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


def check_words(vocabulary: Vocabulary) -> None:
    """Refuse words that reading a text could never give, and casings of other words.

    Raises:
        ModelFileError: Naming the word.
    """
    _check(list(vocabulary.words), list(vocabulary.casing))


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


def _check(listed: list[str], shown: list[str]) -> None:
    if words("\n".join(listed)) != listed:
        wrong = next((word for word in listed if words(word) != [word]), listed[0])
        raise ModelFileError(
            f"'vocabulary' holds {wrong[:40]!a}, expected words in lower case without punctuation"
        )
    cased = [(word, form) for word, form in zip(listed, shown, strict=True) if form]
    if fold("\n".join(form for _, form in cased)) != "\n".join(word for word, _ in cased):
        word, form = next((word, form) for word, form in cased if fold(form) != word)
        raise ModelFileError(
            f"'casing' writes {word[:40]!a} as {form[:40]!a}, expected the same letters"
        )
