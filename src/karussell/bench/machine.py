"""The machine that measures: what it is, and how it was during the run."""

import os
import platform
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from karussell import kernels

# What a processor may have that products of few bits are made of.
_TOLD = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16",
         "asimddp", "i8mm", "bf16")  # fmt: skip
# The fixed loop by which the speed of a core is told: some milliseconds, the best of a few.
_COUNTED, _LOOPS = 200_000, 5


class Machine(msgspec.Struct, frozen=True):
    """What the machine is.

    Attributes:
        cpu: The processor's name.
        cores: How many of them the process may use.
        load: How many processes wanted to run in the last minute.
        level: The instruction set of our kernels.
        features: Which of the processor's instructions for small numbers there are, as the system
            names them.
        versions: Of Python and of the packages compared.
    """

    cpu: str
    cores: int
    load: float
    level: str
    versions: dict[str, str]
    features: tuple[str, ...] = ()


class Moment(msgspec.Struct, frozen=True):
    """How the machine was at one moment of the run.

    Attributes:
        seconds: Since the run began.
        load: How many processes wanted to run in the minute before.
        loop: Microseconds of processor time that a fixed loop took: a core that is slower now takes
            longer.
    """

    seconds: float
    load: float
    loop: float


class Context(msgspec.Struct, frozen=True):
    """How the machine was during the whole run.

    Attributes:
        moments: Before, between the contests, and after.
        stolen: Which part of the cores' time the host gave to others; None where the system does
            not tell.
        busy: Which part of the cores' time was used by anybody, ourselves included; likewise.
    """

    moments: tuple[Moment, ...]
    stolen: float | None
    busy: float | None

    @property
    def loads(self) -> tuple[float, float]:
        """The least and the highest load."""
        loads = [one.load for one in self.moments]
        return min(loads), max(loads)

    @property
    def drift(self) -> float:
        """How much longer the fixed loop took at its slowest moment than at its quickest."""
        loops = [one.loop for one in self.moments]
        return max(loops) / min(loops) - 1


class Watch:
    """Looks at the machine from time to time, from when it is made."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._times = _times()
        self._moments: list[Moment] = []
        self.look()

    def look(self) -> None:
        """See how the machine is now."""
        seconds = round(time.monotonic() - self._begun, 3)
        self._moments.append(Moment(seconds, _load(), round(_loop(), 1)))

    def context(self) -> Context:
        """How it was until now."""
        self.look()
        stolen, busy = _parts(self._times, _times())
        return Context(tuple(self._moments), stolen, busy)


def _parts(before: dict[str, int], after: dict[str, int]) -> tuple[float | None, float | None]:
    """Which parts of the time were stolen, and not idle."""
    took = {name: after[name] - before.get(name, 0) for name in after}
    whole = sum(took.values())
    if whole <= 0:
        return None, None
    idle = took["idle"] + took["iowait"] + took["steal"]
    return round(took["steal"] / whole, 5), round(1 - idle / whole, 5)


def _times() -> dict[str, int]:
    """The ticks that all cores spent on this and that since the system began."""
    names = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
    try:
        first = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
        return dict(zip(names, map(int, first), strict=False)) if len(first) >= len(names) else {}
    except (OSError, ValueError, IndexError):
        return {}


def _loop() -> float:
    """Microseconds of this thread's own processor time for a loop that is always the same."""
    best = float("inf")
    for _ in range(_LOOPS):
        begin = time.thread_time()
        for _ in range(_COUNTED):
            pass
        best = min(best, time.thread_time() - begin)
    return 1e6 * best


def _load() -> float:
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0


def describe(packages: Iterable[str]) -> Machine:
    """The machine, with the versions of these packages."""
    versions = {"python": platform.python_version()}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return Machine(
        cpu=_processor(),
        cores=usable_cores(),
        load=_load(),
        level=kernels.level(),
        versions=versions,
        features=_features(),
    )


def usable_cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _features() -> tuple[str, ...]:
    listing = Path("/proc/cpuinfo")
    for line in listing.read_text().splitlines() if listing.exists() else ():
        name, _, told = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return tuple(one for one in _TOLD if one in told.split())
    return ()
