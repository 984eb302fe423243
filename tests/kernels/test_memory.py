"""Large results use the memory of earlier ones, and never that of one which somebody holds."""

import gc

import numpy as np

from karussell.kernels import empty

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
