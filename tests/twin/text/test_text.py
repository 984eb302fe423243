"""A text is cut into the same words, sentences and characters by both languages."""

import pytest

from karussell.text import (
    graphemes,
    is_titled,
    last_sentence,
    sentences,
    spelled_out,
    words,
    written_words,
)
from tests.twin.node import Twin
from tests.twin.texts import LANGUAGES, texts

_MODULE = "twin/text/index.js"
_TEXTS = texts(500, seed=1)


def test_words_are_the_same(twin: Twin) -> None:
    told = twin(_MODULE, "writtenWords", [[text] for text in _TEXTS])
    assert told == [written_words(text) for text in _TEXTS]
    told = twin(_MODULE, "words", [[text, "tr"] for text in _TEXTS])
    assert told == [words(text, "tr") for text in _TEXTS]


@pytest.mark.parametrize("language", ["", *LANGUAGES, "ru", "en-GB", "xx"])
def test_sentences_are_the_same(twin: Twin, language: str) -> None:
    told = twin(_MODULE, "sentences", [[text, language] for text in _TEXTS])
    assert told == [sentences(text, language) for text in _TEXTS]
    told = twin(_MODULE, "lastSentence", [[text, language] for text in _TEXTS])
    assert told == [last_sentence(text, language) for text in _TEXTS]


@pytest.mark.parametrize("language", ["", *LANGUAGES, "es-MX", "xx"])
def test_abbreviations_are_read_as_the_same_words(twin: Twin, language: str) -> None:
    read = [words(text, language) for text in _TEXTS]
    read += [
        list("pmus"),
        ["a", "p", "m"],
        ["a", "k", "a", "m"],
        ["ee", "uu"],
        ["am", "3", "mai"],
        [],
        ["p"],
    ]
    told = twin(_MODULE, "spelledOut", [[each, language] for each in read])
    assert told == [list(spelled_out(each, language)) for each in read]


@pytest.mark.parametrize("language", ["", *LANGUAGES, "pt", "xx"])
def test_titles_are_the_same(twin: Twin, language: str) -> None:
    begun = [text[: text.rfind(" ") + 1] for text in _TEXTS] + _TEXTS
    begun += ["Mr. ", "(Mr ", "mr ", "Mr.\u00a0", "5 m. ", "M. ", "D.", "D. ", "Gen. ", "gen. "]
    told = twin(_MODULE, "isTitled", [[text, language] for text in begun])
    assert told == [is_titled(text, language) for text in begun]
    assert any(told) == (language in (*LANGUAGES, "pt"))


def test_the_last_sentence_of_a_long_line_is_the_same(twin: Twin) -> None:
    long = ["\U0001f44d so " * size + "end. And then" + " on" * size for size in (10, 60, 90, 200)]
    long += ["See you. " * 3 + "word " * size for size in (10, 78, 79, 80, 81, 200)]
    told = twin(_MODULE, "lastSentence", [[text, "en"] for text in long])
    assert told == [last_sentence(text, "en") for text in long]


def test_characters_are_the_same(twin: Twin) -> None:
    told = twin(_MODULE, "graphemes", [[text] for text in _TEXTS])
    assert told == [graphemes(text) for text in _TEXTS]
