import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.decoder import cased
from karussell.text import fold


@pytest.mark.parametrize(
    ("display", "prefix", "starts", "expected"),
    [
        ("tea", "", False, "tea"),
        ("tea", "", True, "Tea"),
        ("tea", "t", True, "Tea"),
        ("tea", "T", False, "Tea"),
        ("tea", "TE", False, "TEA"),
        ("tea", "Te", False, "Tea"),
        ("I'm", "i", False, "I'm"),
        ("i'm", "I'", False, "I'm"),
        ("i'm", "I'M", False, "I'M"),
        ("Monday", "mon", False, "Monday"),
        ("Monday", "MON", False, "MONDAY"),
        ("iPhone", "", True, "iPhone"),
        ("NASA", "n", True, "NASA"),
        ("3rd", "3", True, "3rd"),
        ("straße", "STRA", False, "straße"),
        ("ß", "", True, "ß"),
        ("élan", "É", False, "Élan"),
    ],
)
def test_a_suggestion_is_written_as_the_writer_would(
    display: str, prefix: str, starts: bool, expected: str
) -> None:
    assert cased(display, prefix, starts_sentence=starts) == expected


@given(display=st.text(min_size=1), prefix=st.text(), starts=st.booleans())
def test_casing_never_changes_the_letters(display: str, prefix: str, starts: bool) -> None:
    assert fold(cased(display, prefix, starts_sentence=starts)) == fold(display)
