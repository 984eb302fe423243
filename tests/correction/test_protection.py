"""What is never touched."""

from itertools import product

import pytest

from karussell.correction import KnownWords, Protection, Token
from karussell.correction.known_words import known_as
from karussell.text import Vocabulary

_WORDS = sorted(
    [
        "anna",
        "boat",
        "fix",
        "for",
        "i",
        "quick",
        "jump",
        "lazy",
        "dog",
        "have",
        "met",
        "see",
        "so",
        "tea",
        "the",
        "well",
        "you",
        "yes",
        "and",
    ]
)
_VOCABULARY = Vocabulary(_WORDS, ["Anna" if word == "anna" else "" for word in _WORDS])
_KNOWN = KnownWords.of(
    [
        *(known_as("en", word) for word in ("thx", "the")),
        *(known_as("de", word) for word in ("ich", "habe", "keine", "zeit")),
    ]
)


@pytest.fixture
def english() -> Protection:
    return Protection("en", _VOCABULARY, _KNOWN)


def _token(text: str, right: str = " ", *, starts_sentence: bool = False) -> Token:
    left, _, word = text.rpartition("|")
    return Token(word=word, left=left, right=right, starts_sentence=starts_sentence)


@pytest.mark.parametrize(
    "text",
    [
        "h|2o", "|mp3", "|3rd", "|10k", "|covid19", "|v2", "|8am",
        "|iPhnoe", "|PowerPiont", "|McDnoald", "two |TVs", "|NASA", "|OMG", "see |ABd",
        "met |Kaito", "with |Jonh", "see |O'Tole",
        "co-|wroker", "see www.|exmaple", "mail lea@|exmaple", "https://|exmaple", "/home/|lea",
        "#|tbht", "@|leaa", "~/|docs", "C:\\|temp", "snake_|csae", "foo.|txt", "a+|bc", "x=|foo",
        "|soooo", "|yesss", "|hahaha", "|hahah", "|jajaja", "|xaxaxa",
        "|x", "the |q", "|привет", "|שלום", "|你好", "|สวัสดี", "|नमस्ते", "|ñandú", "see |rock'",
    ],
)  # fmt: skip
def test_words_of_these_shapes_stay(english: Protection, text: str) -> None:
    assert english.covers(_token(text))


@pytest.mark.parametrize("right", ["-", "/", "@", "_", "#", "b", "\\", "=", "\u2011", "*"])
def test_a_word_that_goes_on_behind_stays(english: Protection, right: str) -> None:
    assert english.covers(_token("see |teh", right))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("see |teh", " "), ("|teh", " "), ("see |teh", "."), ("see |teh", ","), ("see |teh", "?"),
        ("see (|teh", ")"), ('see "|teh', '"'), ("see \u201c|teh", "\u201d"), ("so,|teh", " "),
        ("so...|teh", " "), ("so\u2014|teh", " "), ("see\n|teh", "\n"), ("see |dont", "!"),
        ("see |yuo", ":"), ("see |yuo", ":)"), ("see |Tea", " "), ("see |col", " "),
    ],
)  # fmt: skip
def test_plain_words_may_be_looked_at(english: Protection, text: str, right: str) -> None:
    assert not english.covers(_token(text, right))


def test_a_capital_says_nothing_at_the_start_of_a_sentence_or_of_a_german_noun() -> None:
    english = Protection("en", _VOCABULARY, _KNOWN)
    assert not english.covers(_token("|Teh", starts_sentence=True))
    assert english.covers(_token("see |Teh"))
    german = Protection("de", Vocabulary(sorted("abcdefghijklmnopqrstuvwxyz")), _KNOWN)
    assert not german.covers(_token("keinen |Hudn"))


def test_a_word_of_another_language_that_is_in_use_stays(english: Protection) -> None:
    assert english.covers(_token("ich habe keine |zeit"))
    assert not english.covers(_token("i see the |zeit"))
    assert english.is_foreign("zeit")
    assert not english.is_foreign("the")


def test_signs_without_end_take_no_time(english: Protection) -> None:
    assert english.covers(_token("." * 5000 + "~|teh"))
    assert english.covers(_token("," * 5000 + "=|" + "a" * 5000))


def test_signs_before_a_word_are_read_alike_in_ascii_and_beside_other_letters(
    english: Protection,
) -> None:
    for signs in product("a9'\")],;!?.({[-_@~", repeat=3):
        before = "".join(signs)
        covered = english.covers(_token(f"e{before}|teh"))
        assert english.covers(_token(f"\u00e9{before}|teh")) == covered, before
