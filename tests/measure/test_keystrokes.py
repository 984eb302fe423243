import numpy as np

from karussell.measure.keystrokes import LISTS, keys


def test_a_word_costs_its_letters_until_it_is_shown_and_a_pick() -> None:
    assert LISTS == (1, 3, 5)
    assert keys(np.array([2, 0])) == (2, 1, 1)
    assert keys(np.array([9, 3, 2])) == (4, 3, 2)
    assert keys(np.array([9, 5, 5])) == (4, 4, 4)
