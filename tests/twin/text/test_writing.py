"""The rules of writing do the same in both languages."""

import random
from typing import Any

import pytest

from karussell.writing import Rules, edge_of, goes_on, space_before, style_of, typed
from tests.twin.node import Twin
from tests.twin.texts import LANGUAGES, texts

_DRIVING = "./text/driving.mjs"
_TEXTS = texts(500, seed=2)
_KEYS = " .,;:!?'\u2019\"\u201c\u201d\u00ab\u00bb)(-/Dsltnx\n\u20269\u00e9"


def _camel(fields: dict[str, Any]) -> dict[str, Any]:
    names = {"wants_space": "wantsSpace", "sharp_s": "sharpS"}
    return {names.get(name, name): value for name, value in fields.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_come_behind_a_text_is_the_same(twin: Twin, language: str) -> None:
    rules = Rules.of_language(language)
    told = twin(_DRIVING, "edge", [[language, text] for text in _TEXTS])
    expected = [_camel(edge_of(rules, text)._asdict()) for text in _TEXTS]
    assert [(t, a, b) for t, a, b in zip(_TEXTS, told, expected, strict=True) if a != b] == []


@pytest.mark.parametrize("language", [*LANGUAGES, "sv", "xx"])
def test_spaces_around_words_are_the_same(twin: Twin, language: str) -> None:
    rules, rights = Rules.of_language(language), _TEXTS[::-1]
    pairs = list(zip(_TEXTS, rights, strict=True))
    told = twin(_DRIVING, "space", [[language, left, right] for left, right in pairs])
    assert told == [space_before(rules, left, right) for left, right in pairs]
    told = twin("twin/writing/index.js", "goesOn", [[text] for text in _TEXTS])
    assert told == [goes_on(text) for text in _TEXTS]


def test_styles_are_the_same(twin: Twin) -> None:
    acronyms = ["nasa", "what"]
    pairs = list(zip(_TEXTS, _TEXTS[::-1], strict=True))
    told = twin(_DRIVING, "style", [[left, acronyms, right] for left, right in pairs])
    expected = [
        _camel(style_of(left, acronyms.__contains__, right)._asdict()) for left, right in pairs
    ]
    assert told == expected


@pytest.mark.parametrize("language", [*LANGUAGES, "nl", "pl"])
def test_keys_behind_picks_are_the_same(twin: Twin, language: str) -> None:
    chance, rules = random.Random(3), Rules.of_language(language)
    cases: list[list[Any]] = []
    expected = []
    for text in _TEXTS[:200]:
        left, pending = text + " ", chance.choice((" ", ""))
        pressed = [chance.choice(_KEYS) for _ in range(chance.randint(1, 4))]
        cases.append([language, left, pending, pressed])
        for key in pressed:
            done = typed(rules, left, key, pending, double_space=True)
            left = left[: len(left) - done.delete_left] + done.insert
            pending = done.pending
        expected.append([left, pending])
    assert twin(_DRIVING, "keys", cases) == expected
