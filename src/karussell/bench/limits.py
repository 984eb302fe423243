"""What no program on this machine can beat, measured in rounds all through a run.

A round that others disturb finds too little, never too much: the limit is the best of all rounds.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from karussell import kernels
from karussell.kernels import NumberFormat

FORMATS: tuple[NumberFormat, ...] = ("int8", "bfloat16", "float32")

# Where the system does not tell.
_USUAL_CACHES = ((32 << 10, False), (512 << 10, False), (8 << 20, True))
_MEMORY_IN_CACHES = 4
_LEAST_MEMORY = 128 << 20
# Part of a cache that is read to measure it, so that it holds all of it surely; and of one that is
# shared, which others may have filled, no more than so many times what the cache before it holds.
_FILLED, _BEYOND = 0.5, 4
# In the first round, and in each of the many after it.
_TRIES, _FEW_TRIES = 6, 2


class Bandwidth(msgspec.Struct, frozen=True):
    """How fast one level of memory is read.

    Attributes:
        level: "L1", "L2", "L3" or "memory".
        threads: How many threads read at once.
        capacity: Bytes it holds, for all of these threads together; None for without end.
        bytes_per_second: For all of them together.
    """

    level: str
    threads: int
    capacity: int | None
    bytes_per_second: float


class Peak(msgspec.Struct, frozen=True):
    """How many operations a second products in registers reach, for all threads together."""

    number_format: NumberFormat
    threads: int
    operations_per_second: float


class Limits(msgspec.Struct, frozen=True):
    """What no program on this machine can beat."""

    bandwidths: tuple[Bandwidth, ...]
    peaks: tuple[Peak, ...]

    def healed_by(self, other: "Limits") -> "Limits":
        """The better of two rounds in each of the limits, all of which both have measured."""
        bandwidths = zip(self.bandwidths, other.bandwidths, strict=True)
        peaks = zip(self.peaks, other.peaks, strict=True)
        return Limits(
            tuple(max(pair, key=lambda one: one.bytes_per_second) for pair in bandwidths),
            tuple(max(pair, key=lambda one: one.operations_per_second) for pair in peaks),
        )

    def seconds_to_read(self, count: float, threads: int) -> float:
        """The time to read so many bytes, over and over, from the nearest levels that hold them.

        Each level holds what it can, and the rest is read from the next: no cache does better.
        """
        seconds, held = 0.0, 0.0
        for one in self.bandwidths:
            if one.threads != threads:
                continue
            reach = count if one.capacity is None else min(count, one.capacity)
            seconds += max(0.0, reach - held) / one.bytes_per_second
            held = max(held, reach)
        if held < count:
            raise ValueError(f"no bandwidth for {threads} threads was measured")
        return seconds

    def seconds_to_compute(self, count: float, number_format: NumberFormat, threads: int) -> float:
        """The time of so many operations."""
        for one in self.peaks:
            if (one.threads, one.number_format) == (threads, number_format):
                return count / one.operations_per_second
        raise ValueError(f"no peak for {threads} threads was measured")


def best_of(rounds: Iterable[Limits]) -> Limits:
    """The limits that some rounds, at least one, come to."""
    first, *others = rounds
    for one in others:
        first = first.healed_by(one)
    # What some threads can do more threads can, too, though a busy machine may not show it.
    return Limits(
        tuple(
            msgspec.structs.replace(
                one,
                bytes_per_second=max(
                    other.bytes_per_second
                    for other in first.bandwidths
                    if other.level == one.level and other.threads <= one.threads
                ),
            )
            for one in first.bandwidths
        ),
        tuple(
            msgspec.structs.replace(
                one,
                operations_per_second=max(
                    other.operations_per_second
                    for other in first.peaks
                    if other.number_format == one.number_format and other.threads <= one.threads
                ),
            )
            for one in first.peaks
        ),
    )


def measure_limits(threads: Sequence[int], tries: int = _TRIES) -> Limits:
    """Measure every level of memory, and the peak of every number format: one round.

    Args:
        threads: On how many threads.
        tries: How often each is tried, for the best of them.
    """
    bandwidths = []
    for count in threads:
        caches, before = _caches(), 0.0
        for name, (size, shared) in zip(("L1", "L2", "L3"), caches, strict=False):
            own = size / count if shared else size
            read = min(own * _FILLED, before * _BEYOND) if shared and before else own * _FILLED
            speed = kernels.read_bandwidth(int(read), threads=count, tries=tries)
            before = own
            capacity = size if shared else size * count
            bandwidths.append(Bandwidth(name, count, capacity, speed))
        beyond = max(_LEAST_MEMORY, _MEMORY_IN_CACHES * caches[-1][0])
        speed = kernels.read_bandwidth(beyond // count, threads=count, tries=tries)
        bandwidths.append(Bandwidth("memory", count, None, speed))
    peaks = tuple(
        Peak(
            number_format, count, kernels.peak_operations(number_format, threads=count, tries=tries)
        )
        for count in threads
        for number_format in FORMATS
    )
    return Limits(tuple(bandwidths), peaks)


def _caches() -> tuple[tuple[int, bool], ...]:
    """Bytes of each cache for data, the nearest first, and whether all cores share it."""
    found: dict[int, tuple[int, bool]] = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        try:
            kind = (folder / "type").read_text().strip()
            level = int((folder / "level").read_text())
            size = (folder / "size").read_text().strip()
        except (OSError, ValueError):
            continue
        if kind != "Instruction" and size.endswith("K"):
            found[level] = (int(size[:-1]) << 10, level > 2)
    return tuple(found[level] for level in sorted(found)) or _USUAL_CACHES


class Ceilings:
    """The limits as the best of the rounds until now.

    Args:
        measure: Makes a round of so many tries.
    """

    def __init__(self, measure: Callable[[int], Limits]) -> None:
        self._measure = measure
        self.limits = best_of([measure(_TRIES)])
        self.rounds = 1

    def look(self) -> None:
        """Make another round, a short one."""
        self.limits = best_of([self.limits, self._measure(_FEW_TRIES)])
        self.rounds += 1
