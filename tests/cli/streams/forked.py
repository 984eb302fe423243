"""Runs of `karussell` with streams of any kind, in processes that begin where its imports end.

A process that starts anew takes half a second; one that is forked, a hundredth.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple, Self

_PATIENCE = 60
_ROOT = Path(__file__).parents[3]

Stream = Literal["kept", "closed", "full", "left"]
"""Where a stream goes: into what is looked at afterwards, nowhere, a full disk, a pipe that nobody
reads any more. Standard input is empty or closed."""


class Ended(NamedTuple):
    """How a run ended.

    Attributes:
        code: Its exit code; negative if it was killed.
        out: What it wrote on standard output.
        err: And on standard error.
    """

    code: int
    out: str
    err: str


class Forked:
    """A process that runs the command line in children of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        code = f"from tests.cli.streams.forked import serve; serve({str(folder)!r})"
        self._process = subprocess.Popen(
            (sys.executable, "-c", code),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(
        self,
        arguments: Sequence[object],
        *,
        out: Stream = "kept",
        err: Stream = "kept",
        stdin: Stream = "kept",
        encoding: str = "utf-8",
        cwd: Path | None = None,
        environment: Mapping[str, str | None] | None = None,
    ) -> Ended:
        """Run it.

        Args:
            arguments: What stands behind `karussell`.
            out: Where standard output goes.
            err: Where standard error goes.
            stdin: What is read from standard input.
            encoding: Of the output.
            cwd: Where it runs.
            environment: What is set in it, or is not there where that is None.
        """
        asked = {
            "arguments": list(map(str, arguments)),
            "streams": [stdin, out, err],
            "encoding": encoding,
            "cwd": str(cwd or self.folder),
            "environment": dict(environment or {}),
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        told = (self.folder.joinpath(name).read_bytes().decode(encoding) for name in ("1", "2"))
        return Ended(code, *told)


def serve(place: str) -> None:
    """Run what is asked for on standard input, a child each, and tell how it ended."""
    import gc
    import importlib
    import pkgutil

    import karussell.cli

    folder = Path(place)
    for module in pkgutil.walk_packages(karussell.cli.__path__, "karussell.cli."):
        if "picture" not in module.name:  # which load matplotlib
            importlib.import_module(module.name)
    for name in ("rich.progress", "karussell.interchange", "karussell.measure"):
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        for name in ("1", "2"):
            folder.joinpath(name).write_bytes(b"")
        if not (child := os.fork()):
            _become(asked, folder)
            return
        print(_status(child), flush=True)


def _status(child: int) -> int:
    import signal

    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(_PATIENCE)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return os.waitstatus_to_exitcode(status)


def _become(asked: dict[str, object], folder: Path) -> None:
    """Become a process that was started so; this is how Python itself opens its streams."""
    from karussell.cli import main

    streams, encoding = asked["streams"], asked["encoding"]
    assert isinstance(streams, list)
    for number, stream in enumerate(streams):
        if stream != "closed":
            os.dup2(_opened(number, stream, folder), number)
    # Last, for what is opened gets the number of what is closed.
    for number, stream in enumerate(streams):
        if stream == "closed":
            os.close(number)
    opened: list[IO[str] | None] = []
    for number, stream in enumerate(streams):
        errors = "backslashreplace" if number == 2 else "strict"
        mode = "w" if number else "r"
        opened.append(
            None
            if stream == "closed"
            else open(number, mode, encoding=str(encoding), errors=errors, closefd=False)  # noqa: SIM115
        )
    sys.stdin, sys.stdout, sys.stderr = opened
    os.chdir(str(asked["cwd"]))
    environment = asked["environment"]
    assert isinstance(environment, dict)
    for name, value in environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    arguments = asked["arguments"]
    assert isinstance(arguments, list)
    sys.argv = ["karussell", *arguments]
    try:
        main()
    except SystemExit as left:
        code = left.code
    # What Python does when it ends, but for looking through a hundred thousand objects.
    try:
        print(end="", flush=True)
        print(end="", file=sys.stderr, flush=True)
    except OSError:
        code = 120
    os._exit(int(code or 0))


def _opened(number: int, stream: object, folder: Path) -> int:
    if stream == "full":
        return os.open("/dev/full", os.O_WRONLY)
    if stream == "left":
        reading, writing = os.pipe()
        os.close(reading)
        return writing
    if number == 0:
        return os.open(os.devnull, os.O_RDONLY)
    return os.open(folder / str(number), os.O_WRONLY)
