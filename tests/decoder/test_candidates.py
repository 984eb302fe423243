import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from karussell.decoder import OwnWord, candidates
from karussell.model import RareWords
from karussell.text import Vocabulary

# exp and log in float32 are right to a few units in 2^-23, times scores of at most 16.
_RELATIVE = 1e-5

_SCORES = arrays.arrays(np.float32, 11, elements=st.floats(-16, 0, width=32))


@given(scores=_SCORES, prefix=st.sampled_from(["", "t", "te", "to", "tomorrow", "x"]))
def test_candidates_are_the_best_words_with_the_prefix(
    ten_words: Vocabulary, scores: NDArray[np.float32], prefix: str
) -> None:
    fitting = [number for number, word in enumerate(ten_words.words) if word.startswith(prefix)]
    expected = sorted(fitting, key=lambda number: (-scores[number], number))[:3]
    found = candidates(scores, ten_words, prefix, 3)
    assert [candidate.text for candidate in found] == [ten_words.display(each) for each in expected]


@given(scores=_SCORES, prefix=st.sampled_from(["t", "te", "a"]))
def test_after_a_letter_the_words_that_fit_share_all_probability(
    ten_words: Vocabulary, scores: NDArray[np.float32], prefix: str
) -> None:
    found = candidates(scores, ten_words, prefix, 10)
    assert sum(candidate.probability for candidate in found) == pytest.approx(1, rel=_RELATIVE)


@given(scores=_SCORES)
def test_before_a_letter_a_probability_is_the_models_own(
    ten_words: Vocabulary, scores: NDArray[np.float32]
) -> None:
    for candidate in candidates(scores, ten_words, "", 10):
        expected = math.exp(scores[ten_words.id(candidate.text.lower())])
        assert candidate.probability == pytest.approx(expected, rel=_RELATIVE)


def test_unknown_is_never_a_candidate(ten_words: Vocabulary) -> None:
    scores = np.full(11, -5, np.float32)
    scores[10] = 0
    found = candidates(scores, ten_words, "", 20)
    assert [candidate.text.lower() for candidate in found] == list(ten_words.words)


def test_letters_that_start_no_word_have_no_candidates(ten_words: Vocabulary) -> None:
    assert candidates(np.zeros(11, np.float32), ten_words, "42", 3) == []


_RARE = RareWords.of_counts(["tearoom", "zebra"], ["", "Zebra"], [30, 10], 60)


def test_rare_words_share_what_unknown_has(ten_words: Vocabulary) -> None:
    scores = np.log(np.full(11, 1 / 11, np.float32))
    found = {
        each.text: each.probability for each in candidates(scores, ten_words, "te", 9, rare=_RARE)
    }
    # One eighth of a binary logarithm is 9 %: a count is off by half of that, the share by all.
    assert found["tearoom"] / found["tea"] == pytest.approx(0.3, rel=0.09)
    assert sum(found.values()) == pytest.approx(1, rel=_RELATIVE)
    assert [each.text for each in candidates(scores, ten_words, "z", 3, rare=_RARE)] == ["Zebra"]


def test_before_a_letter_no_rare_word_is_offered(ten_words: Vocabulary) -> None:
    scores = np.full(11, -9, np.float32)
    scores[10] = 0
    found = candidates(scores, ten_words, "", 20, rare=_RARE, own=[OwnWord("Zorb", -1)])
    assert {each.text.lower() for each in found} == set(ten_words.words)


def test_after_two_letters_a_word_of_the_writers_own_has_a_place(ten_words: Vocabulary) -> None:
    scores = np.zeros(11, np.float32)
    scores[10] = -30
    own = [OwnWord("Teazel", -2), OwnWord("Tetra", -1)]
    found = candidates(scores, ten_words, "te", 2, own=own)
    assert [each.text for each in found] == ["tea", "Teazel"]
    assert [each.text for each in candidates(scores, ten_words, "te", 1, own=own)] == ["tea"]
    assert len(candidates(scores, ten_words, "te", 9, own=own)) == 4
    assert candidates(scores, ten_words, "tet", 3, own=own[1:]) == [("Tetra", 1.0)]
