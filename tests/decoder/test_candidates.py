import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from karussell.decoder import candidates
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
    assert [found.id for found in candidates(scores, ten_words, prefix, 3)] == expected


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
        expected = math.exp(scores[candidate.id])
        assert candidate.probability == pytest.approx(expected, rel=_RELATIVE)


def test_unknown_is_never_a_candidate(ten_words: Vocabulary) -> None:
    scores = np.full(11, -5, np.float32)
    scores[10] = 0
    found = candidates(scores, ten_words, "", 20)
    assert [candidate.id for candidate in found] == list(range(10))


def test_letters_that_start_no_word_have_no_candidates(ten_words: Vocabulary) -> None:
    assert candidates(np.zeros(11, np.float32), ten_words, "42", 3) == []
