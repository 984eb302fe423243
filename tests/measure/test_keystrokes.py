import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from karussell.kernels import top_k
from karussell.measure.keystrokes import LISTS, Keystrokes, keys
from karussell.text import Vocabulary


# Few different values, so that ties are common.
@given(
    scores=arrays.arrays(np.float32, 11, elements=st.sampled_from([-3.0, -2.0, -1.0, 0.0])),
    word_id=st.integers(0, 9),
)
def test_a_rank_is_the_place_in_the_whole_list(
    ten_words: Vocabulary, scores: NDArray[np.float32], word_id: int
) -> None:
    ranks = Keystrokes(ten_words).ranks(scores, word_id)
    word = ten_words.word(word_id)
    assert len(ranks) == len(word)
    for letters, rank in enumerate(ranks):
        first, last = ten_words.prefix(word[:letters])
        ids, _ = top_k(scores, 10, first, last)
        assert ids[rank] == word_id


def test_a_word_costs_its_letters_until_it_is_shown_and_a_pick() -> None:
    assert LISTS == (1, 3, 5)
    assert keys(np.array([2, 0])) == (2, 1, 1)
    assert keys(np.array([9, 3, 2])) == (4, 3, 2)
    assert keys(np.array([9, 5, 5])) == (4, 4, 4)
