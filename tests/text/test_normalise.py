import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.text import fold, normalise


def test_text_is_composed_and_apostrophes_are_straight() -> None:
    assert normalise("cafe\u0301 don\u2019t \u02bc \u2018") == "caf\u00e9 don't ' '"


def test_folding_lowers() -> None:
    assert fold("See ANNA\u2019S") == "see anna's"


@pytest.mark.parametrize(
    ("language", "text", "folded"),
    [
        ("", "\u0130skenderun", "iskenderun"),
        ("en", "I\u0307zmir", "izmir"),
        ("tr", "\u0130ZM\u0130R", "izmir"),
        ("tr", "ISPARTA", "\u0131sparta"),
        ("tr", "I\u0307zmir", "izmir"),
        ("az", "Bak\u0131", "bak\u0131"),
        ("en", "ISPARTA", "isparta"),
        ("el", "\u03a0\u0391\u03a0\u0391\u03a3", "\u03c0\u03b1\u03c0\u03b1\u03c3"),
        ("", "\u03c4\u03ad\u03bb\u03bf\u03c2", "\u03c4\u03ad\u03bb\u03bf\u03c3"),
        ("de", "GRO\u1e9e", "gro\u00df"),
        ("en", "can`t don\u00b4t", "can't don't"),
    ],
)
def test_letters_fold_as_in_their_language(language: str, text: str, folded: str) -> None:
    assert fold(text, language) == folded


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


_CASES = ["J\u030c", "\u0130", "\u03a3\u0391\u03a3", "I\u0307", "\u00cc\u0307", "i\u0307\u0307"]


@given(st.text() | st.sampled_from(_CASES), st.sampled_from(["", "tr"]))
def test_folding_twice_is_folding_once(text: str, language: str) -> None:
    assert fold(fold(text, language), language) == fold(text, language)
