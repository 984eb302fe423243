"""Words are found in a sorted list as Python finds them."""

import pytest

from karussell.text import Vocabulary
from tests.twin.node import Twin

_WORDS = [
    "a",
    "b",
    "caf\u00e9",
    "i",
    "i'm",
    "tea",
    "teach",
    "ten",
    "to",
    "\u00e9t\u00e9",
    "\uffee",
    "\U0001f44d",
]
_CASING = ["", "B", "", "I", "I'm", *[""] * 7]


def test_words_and_prefixes_are_found(twin: Twin) -> None:
    known = Vocabulary(_WORDS, _CASING)
    asked = [*_WORDS, "", "t", "te", "tea", "tez", "z", "\u00e9", "\uffff", "\U0001f44e", "caf"]
    told = twin("./text/driving.mjs", "looked", [[_WORDS, _CASING, word] for word in asked])
    assert told == [
        {
            "id": known.id(word),
            "prefix": list(known.prefix(word)),
            "has": word in known,
            "word": known.word(known.id(word)),
            "display": known.display(known.id(word)) if word in known else "",
        }
        for word in asked
    ]


@pytest.mark.parametrize("words", [[], ["", "a"], ["b", "a"], ["a", "a"], ["\U0001f44d", "\uffee"]])
def test_what_is_not_sorted_is_refused(twin: Twin, words: list[str]) -> None:
    (said,) = twin.refusals("./text/driving.mjs", "looked", [[words, [""] * len(words), "a"]])
    assert ("not sorted" in said) == bool(words)
