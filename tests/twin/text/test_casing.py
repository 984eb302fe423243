"""A suggestion is written by both languages as the writer would write it."""

import random
from typing import Any

import pytest

from karussell.decoder import cased
from karussell.writing import Shout, Style
from tests.twin.node import Twin

_WORDS = (
    *(
        "tea",
        "i'm",
        "I'm",
        "iPhone",
        "NASA",
        "Monday",
        "mp3",
        "stra\u00dfe",
        "ijs",
        "\u00e9t\u00e9",
        "don't",
    ),
    *(
        "\u2764",
        "\U0001f44d",
        "\U0001f469\u200d\U0001f680",
        "istanbul",
        "\u03c3\u03bf\u03c6\u03cc\u03c2",
        "\u01c6x",
        "\ufb01n",
        "x",
    ),
)
_PREFIXES = (
    *(
        "",
        "t",
        "T",
        "TE",
        "tE",
        "te",
        "I",
        "i",
        "IP",
        "ip",
        "Na",
        "don\u2019",
        "DON'",
        "STRA\u1e9e",
        "\u00c9",
        "MP3",
    ),
    *("Ij", "IJ", "\u0130", "\u00e9T", "mC"),
)


@pytest.mark.parametrize("language", ["en", "de", "tr", "nl", ""])
def test_words_are_cased_alike(twin: Twin, language: str) -> None:
    chance = random.Random(4)
    cases: list[list[Any]] = []
    expected = []
    for word in _WORDS:
        for prefix in _PREFIXES:
            starts = chance.random() < 0.5
            style = Style(
                shout=chance.choice(list(Shout)),
                sharp_s=chance.random() < 0.3,
                apostrophe=chance.choice("'\u2019"),
                tone=chance.choice(("", "\U0001f3fd")),
            )
            fields: dict[str, Any] = {"shout": int(style.shout), "sharpS": style.sharp_s}
            fields |= {"apostrophe": style.apostrophe, "tone": style.tone}
            where = {"startsSentence": starts, "style": fields, "language": language}
            cases.append([word, prefix, where])
            expected.append(
                cased(word, prefix, starts_sentence=starts, style=style, language=language)
            )
    told = twin("twin/decoder/index.js", "cased", cases)
    assert [(c, a, b) for c, a, b in zip(cases, told, expected, strict=True) if a != b] == []
