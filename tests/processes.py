"""Processes that tests start: each of them ends, whatever becomes of the test."""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

PATIENCE = 120.0
"""So many seconds a process may take on a busy machine."""


@contextmanager
def started(command: Sequence[object], **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    """A process that ends by itself, or is killed: after a while, or when the test has failed."""
    with subprocess.Popen(list(map(str, command)), **options) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            yield process
            process.wait(PATIENCE)
        finally:
            process.kill()
            watchdog.cancel()
