import math

import numpy as np
import pytest

from karussell.measure.letters import LetterModel
from karussell.text import Vocabulary


def test_a_spelling_costs_each_letter_and_its_end() -> None:
    model = LetterModel(Vocabulary(["a", "ab"]), np.array([3, 1, 5], np.uint32))
    # a 4, b 1, end 4, one added to each, and one for letters never seen: 13.
    bits = -math.log2(5 / 13) - math.log2(2 / 13) - math.log2(5 / 13)
    assert model.bits("ab") == pytest.approx(bits)


def test_a_letter_never_seen_is_chosen_among_all(ten_words: Vocabulary) -> None:
    model = LetterModel(ten_words, np.ones(11, np.uint32))
    assert 20 < model.bits("ж") - model.bits("") < 40
