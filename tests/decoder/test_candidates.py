import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from karussell.decoder import Candidate, Origin, candidates, model_sources, own_source
from karussell.model import RareWords
from karussell.text import Vocabulary

# exp and log in float32 are right to a few units in 2^-23, times scores of at most 16.
_RELATIVE = 1e-5

_NONE = RareWords.none()
_SCORES = arrays.arrays(np.float32, 11, elements=st.floats(-16, 0, width=32))


@given(scores=_SCORES, prefix=st.sampled_from(["", "t", "te", "to", "tomorrow", "x"]))
def test_candidates_are_the_best_words_with_the_prefix(
    ten_words: Vocabulary, scores: NDArray[np.float32], prefix: str
) -> None:
    fitting = [number for number, word in enumerate(ten_words.words) if word.startswith(prefix)]
    expected = sorted(fitting, key=lambda number: (-scores[number], number))[:3]
    found = candidates(model_sources(ten_words, scores, _NONE), prefix, 3)
    assert [candidate.text for candidate in found] == [ten_words.display(each) for each in expected]


@given(scores=_SCORES, prefix=st.sampled_from(["t", "te", "a"]))
def test_after_a_letter_the_words_that_fit_share_all_probability(
    ten_words: Vocabulary, scores: NDArray[np.float32], prefix: str
) -> None:
    found = candidates(model_sources(ten_words, scores, _NONE), prefix, 10)
    assert sum(candidate.probability for candidate in found) == pytest.approx(1, rel=_RELATIVE)


@given(scores=_SCORES)
def test_before_a_letter_a_probability_is_the_models_own(
    ten_words: Vocabulary, scores: NDArray[np.float32]
) -> None:
    for candidate in candidates(model_sources(ten_words, scores, _NONE), "", 10):
        expected = math.exp(scores[ten_words.id(candidate.text.lower())])
        assert candidate.probability == pytest.approx(expected, rel=_RELATIVE)


def test_unknown_is_never_a_candidate(ten_words: Vocabulary) -> None:
    scores = np.full(11, -5, np.float32)
    scores[10] = 0
    found = candidates(model_sources(ten_words, scores, _NONE), "", 20)
    assert [candidate.text.lower() for candidate in found] == list(ten_words.words)


def test_letters_that_start_no_word_have_no_candidates(ten_words: Vocabulary) -> None:
    sources = model_sources(ten_words, np.zeros(11, np.float32), _NONE)
    assert candidates(sources, "42", 3) == []


_RARE = RareWords.of_counts(["tearoom", "zebra"], ["", "Zebra"], [30, 10], 60)


def test_rare_words_share_what_unknown_has(ten_words: Vocabulary) -> None:
    sources = model_sources(ten_words, np.log(np.full(11, 1 / 11, np.float32)), _RARE)
    found = {each.text: each.probability for each in candidates(sources, "te", 9)}
    # One eighth of a binary logarithm is 9 %: a count is off by half of that, the share by all.
    assert found["tearoom"] / found["tea"] == pytest.approx(0.3, rel=0.09)
    assert sum(found.values()) == pytest.approx(1, rel=_RELATIVE)
    assert [each.text for each in candidates(sources, "z", 3)] == ["Zebra"]


def test_before_a_letter_no_rare_word_is_offered(ten_words: Vocabulary) -> None:
    scores = np.full(11, -9, np.float32)
    scores[10] = 0
    own = own_source(Origin.LEARNED, {"zorb": "Zorb"}, -1)
    found = candidates([*model_sources(ten_words, scores, _RARE), own], "", 20)
    assert {each.text.lower() for each in found} == set(ten_words.words)


def test_after_two_letters_a_word_of_the_writers_own_has_a_place(ten_words: Vocabulary) -> None:
    network = model_sources(ten_words, np.zeros(11, np.float32), _NONE)
    written = own_source(Origin.TEXT, {"tetra": "Tetra", "teazel": "Teazel"}, -32)
    sources = [*network, written]
    assert [each.text for each in candidates(sources, "te", 2)] == ["tea", "Teazel"]
    assert [each.text for each in candidates(sources, "te", 1)] == ["tea"]
    assert [each.text for each in candidates(sources, "t", 2)] == ["tea", "ten"]
    assert len(candidates(sources, "te", 9)) == 4
    assert candidates(sources, "tet", 3) == [Candidate("Tetra", 1.0, Origin.TEXT)]


def test_a_candidate_says_where_it_came_from(ten_words: Vocabulary) -> None:
    own = own_source(Origin.LEARNED, {"tesla": "Tesla"}, -1)
    sources = [*model_sources(ten_words, np.zeros(11, np.float32), _RARE), own]
    found = {each.text: each.source.value for each in candidates(sources, "te", 9)}
    assert found == {"tea": "network", "ten": "network", "tearoom": "rare", "Tesla": "learned"}
