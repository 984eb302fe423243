import pytest

from karussell.writing import forms


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Frobnicate that first", "frobnicate? that first"),
        ("en", "I met Tomasz. Tomasz left", "i? met Tomasz tomasz? left"),
        ("en", "We met TOMASZ AND ANNA", "we? met tomasz? and? anna?"),
        ("en", "TOMASZ!", "tomasz?"),
        ("en", "We met FROBNICATORS", "we? met frobnicators?"),
        ("en", "We met NATO there", "we? met NATO there"),
        ("en", "TVs and iPhones", "TVs and iPhones"),
        ("en", "McDonald's", "McDonald's"),
        ("en", "Ask Mr. Smith", "ask? Mr Smith"),
        ("de", "Blorptastik ist", "Blorptastik? ist"),
        ("de", "DIE GRO\u1e9eE", "die? gro\u00dfe?"),
        ("en", "a\nFrob", "a frob?"),
        ("he", "\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
    ],
)
def test_the_form_of_a_word_is_not_that_of_a_sentences_start_nor_of_a_shout(
    language: str, text: str, expected: str
) -> None:
    found = [form.text + "?" * (not form.sure) for form in forms(text, language)]
    assert " ".join(found) == expected
