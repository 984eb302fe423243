"""Any text in front of a terminal: short, in one line, and nothing that it would obey."""

import pickle
import sys
import unicodedata

import pytest

from karussell.errors import KarussellError, ModelFileError, shown

# What turns the direction of writing: all that Unicode has.
_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_what_a_terminal_obeys_or_nobody_sees_is_escaped() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    kept = "\u200c\u200d"  # joiners, which words of some languages need
    for letter in every:
        kind = unicodedata.category(letter)
        if kind in ("Cc", "Cs", "Zl", "Zp") or letter in _BIDIRECTIONAL:
            assert shown(letter).isprintable(), ascii(letter)
            assert shown(letter) != letter, ascii(letter)
        elif kind[0] in "LNPS" or letter == " " or letter in kept:
            assert shown(letter) == letter, ascii(letter)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\r\nb", r"a\r\nb"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202edef", r"abc\u202edef"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("naïve 漢字 👩\u200d💻", "naïve 漢字 👩\u200d💻"),
    ],
)
def test_letters_stay_and_the_rest_is_written_as_python_writes_it(text: str, expected: str) -> None:
    assert shown(text) == expected
    assert shown(shown(text)) == expected


def test_a_long_text_keeps_its_ends() -> None:
    text = "begin" + "x" * 50_000 + "end"
    assert len(shown(text)) == 60
    assert shown(text).startswith("begin")
    assert shown(text).endswith("end")
    for most in range(1, 20):
        assert len(shown(text, most)) == most


@pytest.mark.parametrize("text", ["\x1b]0;title\x07", "\u202e" * 50_000, "x" * 50_000, "a\nb"])
def test_an_error_is_one_short_line_whatever_it_quotes(text: str) -> None:
    for error in (KarussellError(text), ModelFileError(f"m.karussell: {text} is none")):
        assert str(error).isprintable()
        assert len(str(error)) <= 2000
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
