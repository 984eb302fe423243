"""Words that are slips of others, found without a list of them."""

from collections import Counter

import pytest

from recipes.edits import differences, shortened
from recipes.slips import FEATURES, SlipTest, Text, is_learned

_COUNTS = Counter(
    {"believe": 5000, "beleive": 9, "because": 8000, "becuase": 12, "relieve": 90, "house": 700}
)
_ELSEWHERE = {"believe": 2e-4, "because": 9e-4, "relieve": 3e-6, "house": 2e-4, "beleive": 1e-8}


@pytest.mark.parametrize(
    ("word", "right", "kinds"),
    [
        ("beleive", "believe", ["swap"]),
        ("comming", "coming", ["doubled"]),
        ("untill", "until", ["doubled"]),
        ("acomodate", "accommodate", ["undoubled", "undoubled"]),
        ("dont", "don't", ["apostrophe"]),
        ("seperate", "separate", ["vowel"]),
        ("ecole", "école", ["vowel"]),
        ("tha", "that", ["missing"]),
        ("recieves", "receive", ["swap", "extra"]),
    ],
)
def test_edits_have_kinds(word: str, right: str, kinds: list[str]) -> None:
    assert sorted(kind for kind, _ in differences(word, right)) == sorted(kinds)


def test_words_near_each_other_share_what_is_left_of_them() -> None:
    assert "belve" in shortened("believe", 2) & shortened("beleve", 1)


def test_a_rare_word_close_to_a_frequent_one_is_a_slip_and_a_word_known_elsewhere_is_not() -> None:
    text = Text([_COUNTS], _ELSEWHERE)
    test = SlipTest.read()
    found = test.probabilities(text, ["beleive", "becuase", "relieve", "house"])
    assert found["beleive"][1] == "believe"
    assert found["becuase"][0] > 0.5
    assert found["relieve"][0] < 0.3
    assert "house" not in found


def test_what_was_learned_fits_the_features() -> None:
    assert len(SlipTest.read().weights) == len(FEATURES)
    assert len(Text([_COUNTS], _ELSEWHERE).features("beleive", "believe")) == len(FEATURES)


def test_the_test_is_learned_from_half_of_the_misspellings() -> None:
    words = [f"w{first}{second}rd" for first in "bcdfghkl" for second in "aeiou"]
    slips = {word[:2] + word[3:]: [word] for word in words}
    others = {f"{word}s": 9 for word in words}
    counts = Counter(dict.fromkeys(words, 900)) + Counter(dict.fromkeys(slips, 9)) + Counter(others)
    text = Text([counts], dict.fromkeys(words, 1e-5) | dict.fromkeys(others, 1e-6))
    test = SlipTest.learn(text, slips)
    unseen = [slip for slip in slips if not is_learned(slip)]
    assert unseen
    found = test.probabilities(text, [*unseen, *others])
    assert min(found[slip][0] for slip in unseen) > max(found[word][0] for word in others)
