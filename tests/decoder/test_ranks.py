import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from karussell.decoder import ABSENT, Origin, candidates, model_sources, own_source, ranked
from karussell.model import RareWords
from karussell.text import Vocabulary, fold

# Few different values, so that ties are common, in one source and between them.
_SCORES = arrays.arrays(
    np.float32, 11, elements=st.sampled_from([-math.inf, -3.0, -2.0, -1.0, 0.0])
)
_RARE = RareWords.of_counts(["am", "tearoom", "teat", "zebra"], ["", "", "", "Zebra"], [9] * 4, 9)
_LATE = {"tomo": "Tomo", "tearooms": "tearooms"}
_EARLY = {"teal": "Teal", "tom": "TOM", "ze": "Ze", "zorb": "Zorb"}


@given(scores=_SCORES, share=st.sampled_from([-3.0, -1.0, 0.0]))
def test_a_rank_is_the_place_in_the_whole_list(
    ten_words: Vocabulary, scores: NDArray[np.float32], share: float
) -> None:
    sources = [
        *model_sources(ten_words, scores, _RARE),
        own_source(Origin.TEXT, _LATE, share),
        own_source(Origin.LEARNED, _EARLY, share),
    ]
    for word in (*ten_words.words, *_RARE.vocabulary.words, *_LATE, *_EARLY):
        found = ranked(sources, word)
        assert found is not None
        assert len(found.ranks) == len(word)
        for letters, rank in enumerate(found.ranks.tolist()):
            shown = [fold(each.text) for each in candidates(sources, word[:letters], 99)]
            assert rank == (shown.index(word) if word in shown else ABSENT)


def test_a_word_that_no_source_has_stands_nowhere(ten_words: Vocabulary) -> None:
    sources = model_sources(ten_words, np.zeros(11, np.float32), RareWords.none())
    assert ranked(sources, "teapot") is None
