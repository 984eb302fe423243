import pytest

from karussell import kernels


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("threads", [1, 2])
def test_memory_is_read_at_some_speed(threads: int) -> None:
    # A thread that has no core for a while makes it as slow as you like; nothing makes it quicker.
    assert 0 < kernels.read_bandwidth(20_000, threads=threads) < 1e14


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", ["float32", "bfloat16", "int8"])
def test_every_format_has_a_peak(number_format: kernels.NumberFormat) -> None:
    assert 1e8 < kernels.peak_operations(number_format) < 1e14


def test_no_more_is_read_from_far_away_than_from_near() -> None:
    near, far = (kernels.read_bandwidth(size) for size in (16 << 10, 128 << 20))
    assert near > far


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes_per_thread is 0"):
        kernels.read_bandwidth(0)
    with pytest.raises(ValueError, match="threads is 0"):
        kernels.peak_operations("int8", threads=0)
    with pytest.raises(ValueError, match="no such number format: int2"):
        kernels.peak_operations("int2")  # type: ignore[arg-type]
