"""The comparison of levels by rows, on whatever levels this machine has."""

from karussell import kernels
from tests.native.crossing import FORMATS, compare


def test_levels_are_compared_for_each_number_of_rows_and_the_one_in_use_stays() -> None:
    before, levels = kernels.level(), kernels.levels()
    found = list(compare(levels[0], levels[-1], (1, 5), cells=64, words=100, turns=1))
    assert [(one.number_format, one.rows) for one in found] == [
        (form, rows) for form in FORMATS for rows in (1, 5)
    ]
    assert all(one.gain > 0 for one in found)
    assert kernels.level() == before
