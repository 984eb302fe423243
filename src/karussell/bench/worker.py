"""The process in which an engine runs: orders in, replies out, a line of JSON each.

    python -m karussell.bench.worker PACKAGE

Its threads and its memory are its own, so that no engine disturbs another.
"""

import gc
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import msgspec

from karussell.bench.engines import Prepared, prepare
from karussell.bench.orders import Order, Reply
from karussell.bench.task import Entrant, Task

_WARM_UP_SECONDS = 0.003
_FEWEST_CALLS, _MOST_CALLS = 2, 5_000
_PEAK_CALLS = 2


def main() -> None:
    """Serve until the orders end."""
    # What a package prints must not stand among the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import_module(sys.argv[1])  # while others are made ready
    prepared: dict[tuple[Task, Entrant], Prepared] = {}
    for line in sys.stdin.buffer:
        order = msgspec.json.decode(line, type=Order)
        replies.write(msgspec.json.encode(_obey(order, prepared)) + b"\n")
        replies.flush()


def _obey(order: Order, prepared: dict[tuple[Task, Entrant], Prepared]) -> Reply:
    asked = order.task, order.entrant
    if order.kind == "prepare":
        ready = prepared[asked] = prepare(*asked)
        return Reply(answer=ready.answer() if order.answer else None)
    call = prepared[asked].call
    if order.kind == "peak":
        return _peak(call)
    return Reply(nanoseconds=timed(call, order.seconds))


def timed(call: Callable[[], object], seconds: float) -> tuple[int, ...]:
    """Call for some seconds, and at least a few times; return what each call took."""
    clock = time.perf_counter_ns
    collects = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        end = clock() + int(_WARM_UP_SECONDS * 1e9)
        while True:
            call()
            if clock() >= end:
                break
        times: list[int] = []
        end = clock() + int(seconds * 1e9)
        while True:
            begin = clock()
            call()
            now = clock()
            times.append(now - begin)
            if len(times) >= _MOST_CALLS or (now >= end and len(times) >= _FEWEST_CALLS):
                return tuple(times)
    finally:
        if collects:
            gc.enable()


def _peak(call: Callable[[], object]) -> Reply:
    """How far the memory rises, where /proc tells."""
    status = Path("/proc/self/status")
    if not status.exists():
        return Reply()
    gc.collect()
    with Path("/proc/self/clear_refs").open("w") as file:
        file.write("5")  # forget the peak so far
    before = _kibibytes(status, "VmRSS")
    for _ in range(_PEAK_CALLS):
        call()
    return Reply(before=1024 * before, peak=1024 * _kibibytes(status, "VmHWM"))


def _kibibytes(status: Path, name: str) -> int:
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines[name].split()[0])


if __name__ == "__main__":
    main()
