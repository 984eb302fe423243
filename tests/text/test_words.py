import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from karussell.text import graphemes, last_sentence, sentences, words, written_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("See you at Anna's, 3rd floor!", ["see", "you", "at", "anna's", "3rd", "floor"]),
        ("don\u2019t 'quote' rock'n'roll", ["don't", "quote", "rock'n'roll"]),
        ("well-known e-mail", ["well", "known", "e", "mail"]),
        ("na\u0131ve Stra\u00dfe CAFE\u0301", ["na\u0131ve", "stra\u00dfe", "caf\u00e9"]),
        ("'tis the dogs'", ["tis", "the", "dogs"]),
        ("3'4 1,000.5", ["3", "4", "1", "000", "5"]),
        ("snake_case", ["snake", "case"]),
        ("good :) bad:( well ;-) <3", ["good", ":)", "bad", "well", ";-)", "<3"]),
        ("nice\U0001f600\u2764\ufe0f", ["nice", "\U0001f600", "\u2764"]),
        ("\U0001f44d\U0001f3fb \U0001f937\u200d\u2640\ufe0f", ["\U0001f44d", "\U0001f937"]),
        ("\U0001f1e9\U0001f1ea \U0001f468\u200d\U0001f469 1\u2122", ["\U0001f1e9\U0001f1ea", "1"]),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=40))
def test_a_word_read_again_is_itself(text: str) -> None:
    read = words(text)
    assert words(" ".join(read)) == read


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_ascii_and_other_text_are_read_alike(text: str) -> None:
    assert words(text) == words(text + " \u00e9")[:-1]


def test_written_words_keep_their_capitals() -> None:
    assert written_words("See Anna\u2019s iPhone") == ["See", "Anna's", "iPhone"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("See you. Bring cake! Thanks", ["See you.", "Bring cake!", "Thanks"]),
        ('He said "no." Then left.', ['He said "no.', "Then left."]),
        ("At 3.14 we go to example.com", ["At 3.14 we go to example.com"]),
        ("Wait\u2026 what?! Yes", ["Wait\u2026", "what?!", "Yes"]),
    ],
)
def test_the_sentences_of_a_text(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


@given(st.text(st.sampled_from("ab .!?\"')\u2026\n"), max_size=40))
def test_sentences_lose_no_word(text: str) -> None:
    assert [word for sentence in sentences(text) for word in words(sentence)] == words(text)


@example("a? ) ")
@given(st.text(st.sampled_from("ab .!?\"')\u2026"), max_size=40))
def test_a_sentence_has_ended_where_the_next_word_starts_another(text: str) -> None:
    def count(line: str) -> int:
        return sum(bool(words(sentence)) for sentence in sentences(line))

    new = not words(text) or count(text + "a") > count(text)
    if text.endswith(" ") and words(text):
        assert (not words(last_sentence(text))) == new


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("  ", True),
        ("Hi", False),
        ("Hi.", False),
        ("Hi. ", True),
        ('"Hi!" ', True),
        ("Hi, ", False),
        ("Hi\n", True),
        ("Hi \n ", True),
    ],
)
def test_where_a_sentence_has_ended(text: str, expected: bool) -> None:
    assert (not words(last_sentence(text))) is expected


def test_graphemes_are_what_a_person_calls_characters() -> None:
    family = "\U0001f469\u200d\U0001f467"
    assert graphemes(f"e\u0301a{family}\r\n") == ["e\u0301", "a", family, "\r\n"]


@given(st.text())
def test_graphemes_joined_are_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text
