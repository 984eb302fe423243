import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.decoder import cased
from karussell.text import fold
from karussell.writing import Shout, Style, style_of


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
        ("tvs", "TVs", False, "TVs"),
        ("TVs", "TV", False, "TVs"),
        ("mcdonald's", "McD", False, "McDonald's"),
        ("powerpoint", "PowerP", False, "PowerPoint"),
        ("powerpoint", "powerP", True, "powerPoint"),
        ("iphone", "iPh", True, "iPhone"),
        ("iPhone", "Iph", False, "iPhone"),
        ("I'm", "i'm", False, "I'm"),
        ("Haus", "haus", False, "Haus"),
        ("großartig", "GROẞ", False, "GROẞARTIG"),
    ],
)
def test_a_suggestion_is_written_as_the_writer_would(
    display: str, prefix: str, starts: bool, expected: str
) -> None:
    assert cased(display, prefix, starts_sentence=starts) == expected


@pytest.mark.parametrize(
    ("before", "display", "prefix", "expected"),
    [
        ("PLEASE COME ", "here", "H", "HERE"),
        ("PLEASE COME ", "here", "", "HERE"),
        ("WE NEED ", "help", "", "HELP"),
        ("WE NEED ", "I'm", "", "I'M"),
        ("WE NEED HELP! ", "come", "C", "COME"),
        ("PLEASE COME ", "here", "h", "here"),
        ("PLEASE COME ", "harry", "Ha", "Harry"),
        ("PLEASE COME to ", "us", "", "us"),
        ("PLEASE COME\n", "now", "", "now"),
        ("I AM ", "so", "", "so"),
        ("I AM ", "so", "S", "SO"),
        ("STOP ", "here", "H", "HERE"),
        ("I love the USA ", "today", "", "today"),
        ("we LOVE ", "paris", "P", "Paris"),
        ("USA ", "today", "T", "Today"),
        ("the USA NASA ", "today", "", "today"),
        ("GRÜẞE AUS ", "groß", "", "GROẞ"),
        ("VIELE GRÜẞE ", "groß", "GRO", "GROẞ"),
        ("DAS IST ", "groß", "GRO", "GROẞ"),
        ("DAS IST SEHR ", "groß", "", "GROẞ"),
        ("don\u2019t say I ", "can't", "", "can\u2019t"),
        ("don\u2019t say I ", "can't", "can'", "can't"),
        ("don't say I ", "can't", "", "can't"),
        ("\u201cno\u201d and ", "can't", "c", "can\u2019t"),
        ('"no" and ', "can't", "c", "can't"),
        ("I ", "can't", "can\u2019", "can\u2019t"),
        ("I ", "can't", "can\u00b4t", "can't"),
    ],
)
def test_a_suggestion_follows_the_style_of_what_was_written(
    before: str, display: str, prefix: str, expected: str
) -> None:
    style = style_of(before, {"usa", "nasa"}.__contains__)
    assert cased(display, prefix, starts_sentence=False, style=style) == expected


@pytest.mark.parametrize(
    ("language", "display", "prefix", "starts", "expected"),
    [
        ("tr", "istanbul", "", True, "\u0130stanbul"),
        ("tr", "istanbul", "\u0130S", False, "\u0130STANBUL"),
        ("tr", "\u0131s\u0131", "", True, "Is\u0131"),
        ("az", "il", "", True, "\u0130l"),
        ("en", "it", "", True, "It"),
        ("nl", "ijs", "", True, "IJs"),
    ],
)
def test_capitals_are_those_of_the_language(
    language: str, display: str, prefix: str, starts: bool, expected: str
) -> None:
    assert cased(display, prefix, starts_sentence=starts, language=language) == expected


_STYLES = st.builds(Style, st.sampled_from(Shout), st.booleans(), st.sampled_from("'\u2019"))


@given(
    display=st.text(min_size=1),
    prefix=st.text(),
    starts=st.booleans(),
    style=_STYLES,
    language=st.sampled_from(["", "tr"]),
)
def test_casing_never_changes_the_letters(
    display: str, prefix: str, starts: bool, style: Style, language: str
) -> None:
    written = cased(display, prefix, starts_sentence=starts, style=style, language=language)
    assert fold(written, language) == fold(display, language)
