from hypothesis import given
from hypothesis import strategies as st

from karussell.text import fold, normalise


def test_text_is_composed_and_apostrophes_are_straight() -> None:
    assert normalise("cafe\u0301 don\u2019t \u02bc \u2018") == "caf\u00e9 don't ' '"


def test_folding_lowers() -> None:
    assert fold("See ANNA\u2019S") == "see anna's"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text() | st.sampled_from(["J\u030c", "\u0130", "\u03a3\u0391\u03a3"]))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
