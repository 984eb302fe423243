import numpy as np
from numpy.typing import NDArray

from karussell.measure import UnigramModel
from karussell.text import Vocabulary


def test_a_unigram_list_says_the_same_whatever_was_written(
    ten_words: Vocabulary, ten_counts: NDArray[np.uint32]
) -> None:
    model = UnigramModel(ten_words, ten_counts)
    before = model.log_probs(model.start())
    after = model.log_probs(model.step(model.start(), 3))
    assert np.array_equal(before, after)
    assert before.dtype == np.float32
    assert np.exp(before.astype(np.float64)).sum().round(6) == 1
    assert ten_words.word(int(before.argmax())) == "the"
