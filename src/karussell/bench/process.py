"""An engine's process, seen from the one that measures."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager

import msgspec

from karussell.bench.engines import Answer
from karussell.bench.orders import Order, Reply
from karussell.bench.task import Entrant, Task
from karussell.errors import KarussellError


class EngineError(KarussellError):
    """An engine that failed, with the last line it wrote."""


class EngineProcess(AbstractContextManager["EngineProcess"]):
    """Runs the engines of one package on some number of threads.

    Between its turns the process stands still: OpenBLAS's threads, which have most patience, spin
    for 2^28 ticks while they wait for more work, and the next to take its turn would pay for them.

    Args:
        package: The package, for messages.
        threads: On how many threads it may compute.
    """

    def __init__(self, package: str, threads: int) -> None:
        self._package = package
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        # Asking for -P keeps the working directory out of what the process imports.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "karussell.bench.worker", package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **_thread_settings(threads)},
        )

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def prepare(self, task: Task, entrant: Entrant, *, answer: bool = True) -> Answer | None:
        """Make a task ready, and return what it answers.

        Args:
            task: The task.
            entrant: How to do it.
            answer: Whether to do it once, for its answer; without, its first call is still to come.

        Raises:
            EngineError: If the engine fails.
        """
        return self._ask(Order("prepare", task, entrant, answer)).answer

    def time(self, task: Task, entrant: Entrant, seconds: float) -> tuple[int, ...]:
        """Do a task over and over; return the nanoseconds of each time.

        Raises:
            EngineError: If the engine fails.
        """
        return self._ask(Order("time", task, entrant, seconds=seconds)).nanoseconds

    def peak(self, task: Task, entrant: Entrant) -> Reply:
        """Do a task twice; return the bytes of memory before and at most.

        Raises:
            EngineError: If the engine fails.
        """
        return self._ask(Order("peak", task, entrant))

    def _ask(self, order: Order) -> Reply:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        _signal(process, "SIGCONT")
        try:
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            self._errors.seek(0)
            told = self._errors.read().decode(errors="replace").strip().splitlines()
            raise EngineError(f"{self._package}: {told[-1] if told else 'its process ended'}")
        _signal(process, "SIGSTOP")
        return msgspec.json.decode(line, type=Reply)


def _signal(process: "subprocess.Popen[bytes]", name: str) -> None:
    """Stop or continue a process, where the system can."""
    if hasattr(signal, name):
        process.send_signal(getattr(signal, name))


def _thread_settings(threads: int) -> dict[str, str]:
    """Environment variables that bound the threads of those who read them when imported."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    settings = dict.fromkeys(names, str(threads))
    if threads == 1:
        flags = os.environ.get("XLA_FLAGS", "")
        settings["XLA_FLAGS"] = f"{flags} --xla_cpu_multi_thread_eigen=false".strip()
    return settings
