"""Every reader of files under changed files: refused by name, or used; never anything else.

``python -m tests.hostile.fuzz --count 500000 --seed 1`` tries so many in all, and prints what
became of them; a file that did harm is kept in ``--keep``.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from karussell.errors import KarussellError, shown
from tests.hostile.readers import READERS, Reader, forget_models

# Seconds of this process alone.
SLOWEST = 1.0
# Bytes that a reader may need whatever it reads.
_ROOM = 24 * 2**20


@dataclass(slots=True)
class Outcome:
    """What became of the files that a reader was given.

    Attributes:
        counts: How many were used, refused, or did which harm.
        harm: What did harm: how, and the number of the trial.
        slowest: Seconds of the slowest.
        most: Bytes of memory beyond twice the file that one took.
    """

    counts: Counter[str] = field(default_factory=Counter)
    harm: dict[str, int] = field(default_factory=dict)
    slowest: float = 0.0
    most: int = 0


class _Hang(BaseException):
    """A trial that does not come to an end."""


def tried(reader: Reader, folder: Path, count: int, seed: int, keep: Path | None = None) -> Outcome:
    """Give a reader so many changed files.

    Args:
        reader: The reader.
        folder: Where the files may lie.
        count: How many.
        seed: Decides what is changed.
        keep: Where files that did harm are kept; None for nowhere.
    """
    outcome = Outcome()
    place = folder / "trial"
    for number in range(count):
        data = reader.change(Random(f"{seed} {number}"))
        what, seconds, memory = _tried(reader, place, data)
        if seconds > SLOWEST / 2:  # another process may have been in the way
            what, seconds, memory = _tried(reader, place, data, clock=time.process_time)
        beyond = memory - 2 * len(data)
        outcome.slowest, outcome.most = max(outcome.slowest, seconds), max(outcome.most, beyond)
        if seconds > SLOWEST:
            what = f"took {seconds:.1f} s"
        if beyond > _ROOM:
            what = f"took {memory >> 20} MiB for {len(data)} bytes"
        name = what if what in ("used", "refused") else what.split("\n")[0]
        outcome.counts[name] += 1
        if name not in ("used", "refused") and name not in outcome.harm:
            outcome.harm[name] = number
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{number}-{reader.file}").write_bytes(data)
                (keep / f"{number}-{reader.file}.why").write_text(
                    ascii(what)[:20_000].replace("\\n", "\n")
                )
    return outcome


def _tried(
    reader: Reader, place: Path, data: bytes, clock: Callable[[], float] = time.perf_counter
) -> tuple[str, float, int]:
    """What became of a file, seconds, and bytes of memory that it took."""
    place.mkdir(mode=0o700)
    path = place / reader.file
    path.write_bytes(data)
    path.chmod(0o600)
    with memory_taken() as memory:
        begin = clock()
        try:
            with _patience():
                reader.read(path)
            what = "used"
        except KarussellError as error:
            what = "refused"
            if shown(error, 2000) != str(error):
                what = f"unprintable: {error}"
        except _Hang:
            what = "hung\n" + traceback.format_exc()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            last = traceback.extract_tb(error.__traceback__)
            ours = [each for each in last if "karussell" in each.filename] or last
            where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
            what = f"{type(error).__name__} at {where}\n" + traceback.format_exc()
        seconds = clock() - begin
    shutil.rmtree(place)
    return what, seconds, memory[0]


@contextmanager
def memory_taken() -> Iterator[list[int]]:
    """The bytes that this process grew by at most, where the system tells."""
    found = [0]
    try:
        Path("/proc/self/clear_refs").write_text("5")
        before = _status("VmRSS")
    except OSError:
        yield found
        return
    yield found
    found[0] = max(0, _status("VmHWM") - before)


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


@contextmanager
def _patience() -> Iterator[None]:
    """Break off what takes too long by the processor's clock, or waits too long."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise _Hang

    if not hasattr(signal, "setitimer"):
        yield
        return
    timers = ((signal.SIGPROF, signal.ITIMER_PROF, 10), (signal.SIGALRM, signal.ITIMER_REAL, 120))
    before = [signal.signal(number, give_up) for number, _, _ in timers]
    for _, timer, seconds in timers:
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def main() -> int:
    """Try all readers, or some.

    Returns:
        The exit code: 1 if anything did harm.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="so many files in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", action="append", choices=READERS, help="only this one")
    parser.add_argument("--keep", type=Path, help="where files that did harm are kept")
    asked = parser.parse_args()
    names = asked.reader or list(READERS)
    shares = sum(READERS[name].share for name in names)
    harm = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            count = round(asked.count * READERS[name].share / shares)
            keep = asked.keep / name if asked.keep else None
            begin = time.monotonic()
            found = tried(READERS[name], Path(folder), count, asked.seed, keep)
            harm += sum(found.counts.values()) - found.counts["used"] - found.counts["refused"]
            print(
                f"{name}: {count:,} in {time.monotonic() - begin:,.0f} s: {dict(found.counts)}; "
                f"slowest {found.slowest * 1000:.0f} ms, most {found.most / 2**20:.1f} MiB; "
                f"{found.harm}",
                flush=True,
            )
    forget_models()
    print(f"{harm} did harm")
    return min(harm, 1)


if __name__ == "__main__":
    sys.exit(main())
