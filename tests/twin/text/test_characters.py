"""What characters are is said alike by both languages."""

import sys
import unicodedata
from collections.abc import Callable

import pytest

from tests.twin.node import Twin

_MODULE = "twin/text/characters.js"
# What this Python knows; the browser's tables are newer.
_ASSIGNED = [
    code
    for code in range(sys.maxunicode + 1)
    # Two have changed their case since Unicode 14.
    if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co") and code not in (0x295, 0x10FC)
]
_SAMPLE = _ASSIGNED[:12_000] + _ASSIGNED[12_000::41]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("isSpace", str.isspace),
        ("isAlpha", str.isalpha),
        ("isAlnum", str.isalnum),
        ("isDigit", str.isdigit),
        ("isUpper", str.isupper),
        ("isLower", str.islower),
    ],
)
def test_characters_are_of_the_same_kinds(
    twin: Twin, name: str, asked: Callable[[str], bool]
) -> None:
    signs = [chr(code) for code in _SAMPLE]
    told = twin(_MODULE, name, [[sign] for sign in signs])
    assert [s for s, got in zip(signs, told, strict=True) if got != asked(s)] == []


def test_texts_are_cut_by_code_points(twin: Twin) -> None:
    texts = ["", "a", "tea", "\U0001f44d", "a\U0001f44db\U0001f44d", "\ud83d", "x\udc4d\ud83d"]
    cases = [[text, count] for text in texts for count in range(5)]
    assert twin(_MODULE, "head", cases) == [text[:count] for text, count in _typed(cases)]
    assert twin(_MODULE, "rest", cases) == [text[count:] for text, count in _typed(cases)]
    expected = [text[-count:] if count else "" for text, count in _typed(cases)]
    assert twin(_MODULE, "tail", cases) == expected
    each = [[text] for text in texts]
    assert twin(_MODULE, "length", each) == [len(text) for text in texts]
    assert twin(_MODULE, "first", each) == [text[:1] for text in texts]
    assert twin(_MODULE, "last", each) == [text[-1:] for text in texts]


def _typed(cases: list[list[object]]) -> list[tuple[str, int]]:
    return [(str(text), int(str(count))) for text, count in cases]


def test_strings_are_compared_by_code_points(twin: Twin) -> None:
    words = ["", "a", "ab", "b", "\uffee", "\U0001f44d", "\ue000", "a\U0001f44d", "a\uff01"]
    cases = [[one, other] for one in words for other in words]
    told = twin(_MODULE, "compare", cases)
    assert [(got > 0) - (got < 0) for got in told] == [
        (one > other) - (one < other) for one in words for other in words
    ]


def test_white_space_parts_and_ends_the_same(twin: Twin) -> None:
    texts = ["", " ", " a  b ", "\x1ca\x85b\u3000", "\ufeffa ", "a\u00a0b\u2028", "\u180ea\u200b"]
    each = [[text] for text in texts]
    assert twin(_MODULE, "split", each) == [text.split() for text in texts]
    assert twin(_MODULE, "trimStart", each) == [text.lstrip() for text in texts]
    assert twin(_MODULE, "trimEnd", each) == [text.rstrip() for text in texts]
