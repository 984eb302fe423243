"""Memory: large results use that of earlier ones which nobody holds; who shares some can meet."""

import gc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from karussell.kernels import SEAT, empty, meet

LARGE = (1024, 1024)


def test_a_large_array_lies_where_one_lay_that_nobody_holds_any_longer() -> None:
    first = empty(LARGE)
    place = first.ctypes.data
    del first
    gc.collect()
    assert empty(LARGE).ctypes.data == place


def test_memory_is_not_lent_again_while_a_view_of_a_part_of_it_is_held() -> None:
    first = empty(LARGE)
    part = first[1000:]
    part[:] = 1
    del first
    gc.collect()
    others = [empty(LARGE) for _ in range(3)]
    for other in others:
        other[:] = 2
    assert (part == 1).all()


def test_arrays_of_all_sizes_have_their_shape_and_begin_on_a_cache_line_if_they_are_large() -> None:
    for shape in ((3,), (0, 5), (2, 3, 4), (1 << 18,), (513, 1021), (3, 1000, 1000)):
        array = empty(shape)
        assert array.shape == shape
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        assert array.size < 1 << 18 or array.ctypes.data % 64 == 0


def test_memory_of_a_much_larger_array_is_not_spent_on_a_small_one() -> None:
    large = empty((8 * 1024, 1024))
    place = large.ctypes.data
    del large
    gc.collect()
    small = empty((513, 513))
    assert small.ctypes.data != place


def seats(count: int) -> NDArray[np.float64]:
    """A place where so many meet, on cache lines."""
    array: NDArray[np.float64] = empty((1 << 18,)).view(np.float64)[: count * SEAT]
    array[:] = 0
    return array.reshape(count, SEAT)


@pytest.mark.parametrize("told", [0, 1, 3])
def test_who_meets_learns_what_each_tells(told: int) -> None:
    place = seats(3)

    def go(own: int) -> list[list[list[float]]]:
        numbers = [np.full(told, 100.0 * own + meeting) for meeting in range(200)]
        return [meet(place, own, each, 60.0).tolist() for each in numbers]

    with ThreadPoolExecutor(3) as pool:
        heard = [*pool.map(go, range(3))]
    right = [[[100.0 * own + meeting] * told for own in range(3)] for meeting in range(200)]
    assert heard == [right] * 3


def test_who_does_not_come_is_not_waited_for_for_ever() -> None:
    with pytest.raises(TimeoutError, match=r"silent for 0\.05 seconds"):
        meet(seats(2), 0, np.zeros(1), 0.05)


def test_a_place_that_does_not_fit_is_refused() -> None:
    place, one = seats(2), np.zeros(1)
    for given in (
        (place, 2, one),
        (place, -1, one),
        (place, 0, np.zeros(4)),
        (place[:, 1:], 0, one),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            meet(*given, 1.0)
    shifted = empty((1 << 18,)).view(np.float64)[1 : 1 + SEAT].reshape(1, SEAT)
    with pytest.raises(ValueError, match="do not fit"):
        meet(shifted, 0, one, 1.0)
