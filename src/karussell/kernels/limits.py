"""What this machine can do at most with the level in use, measured: benchmarks compare with it."""

from collections.abc import Callable
from functools import partial

from karussell.kernels import _native
from karussell.kernels.checks import check_threads
from karussell.kernels.packed import NumberFormat

# How long one try takes: far longer than the system needs to bring threads to cores of their own.
_SECONDS = 0.02
_TRIES = 6


def read_bandwidth(bytes_per_thread: int, *, threads: int = 1, tries: int = _TRIES) -> float:
    """How many bytes a second are read, by all threads together, the best of several times.

    Args:
        bytes_per_thread: How much memory each thread reads over and over, rounded up to KiB.
        threads: How many threads read at once, each its own memory.
        tries: How many times.

    Raises:
        ValueError: A number is not positive.
    """
    check_threads(threads)
    if bytes_per_thread < 1:
        raise ValueError(f"bytes_per_thread is {bytes_per_thread}, expected 1 or more")
    return _best(partial(_native.read_memory, bytes_per_thread, threads=threads), tries)


def peak_operations(number_format: NumberFormat, *, threads: int = 1, tries: int = _TRIES) -> float:
    """How many operations a second products in registers reach, the best of several times.

    A multiplication and an addition count as two.

    Args:
        number_format: What is multiplied.
        threads: How many threads do so at once.
        tries: How many times.

    Raises:
        ValueError: There is no such format, or the number of threads is not positive.
    """
    check_threads(threads)
    return _best(partial(_native.multiply_registers, number_format, threads=threads), tries)


def _best(run: Callable[[int], tuple[float, int]], count_of_tries: int) -> float:
    """The best speed of several tries, each of so many rounds that waking threads counts little."""
    rounds, seconds = 1, 0.0
    while seconds < _SECONDS / 2:
        rounds *= max(2, min(100, int(_SECONDS / (seconds or 1.0))))
        seconds, _ = run(rounds)
    tries = [run(rounds) for _ in range(count_of_tries)]
    return max(count / seconds for seconds, count in tries)
