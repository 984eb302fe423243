"""A desktop of its own for each test: a session bus, an IBus daemon, and the engine behind it."""

import json
import os
import queue
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from karussell.ibus.component import component

_MAIN = Path(__file__).parents[2] / "src/karussell/ibus/main.py"
SYSTEM = "/usr/bin/python3"
_LONGEST = 600.0  # seconds that a busy machine may take for one step; a quiet one takes far less
NAMES = {
    " ": "space",
    "\n": "Return",
    "\b": "BackSpace",
    "\t": "Tab",
    "\x1b": "Escape",
    ",": "comma",
    ".": "period",
}


def needed(*commands: str, gi: tuple[str, ...] = ("IBus-1.0",)) -> None:
    """Skip a test whose packages are missing, by their names."""
    missing = [
        each for each in ("dbus-run-session", "ibus-daemon", *commands) if not shutil.which(each)
    ]
    for name in gi:
        found = list(Path("/usr/lib").glob(f"*/girepository-1.0/{name}.typelib"))
        found += list(Path("/usr/lib/girepository-1.0").glob(f"{name}.typelib"))
        missing += [] if found else [name]
    if not Path("/usr/lib/python3/dist-packages/gi").exists():
        missing.append("python3-gi")
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")


def until(holds: Callable[[], bool], complaint: str) -> None:
    """Wait until something holds."""
    last = time.monotonic() + _LONGEST
    while not holds():
        assert time.monotonic() < last, complaint
        time.sleep(0.05)


class Desktop:
    """What runs there.

    Attributes:
        environment: Of all programs there.
        folder: Its home and its sockets lie there.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self._programs: list[Program] = []

    def start(self, *command: str, **more: str) -> "Program":
        program = Program(command, {**self.environment, **more})
        self._programs.append(program)
        return program

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        return done.stdout

    def kill_server(self) -> None:
        pid = self.folder / "run/server.pid"
        os.kill(int(pid.read_text()), signal.SIGKILL)
        pid.unlink()

    def close(self) -> None:
        for program in self._programs:
            program.close()
        with suppress(OSError, ValueError):
            self.kill_server()


class Program:
    """A program that takes orders and prints its state, a line of JSON each."""

    def __init__(self, command: tuple[str, ...], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.state: dict[str, Any] = {}
        self._said: queue.Queue[str | None] = queue.Queue()
        self._hearing = threading.Thread(target=self._hear, daemon=True)
        self._hearing.start()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line)
        self._said.put(None)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        self._hearing.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def until(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a state."""
        last = time.monotonic() + _LONGEST
        while not (self.state and what(self.state)):
            try:
                line = self._said.get(timeout=max(0, last - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"stood still at {self.state}") from None
            assert line is not None, f"the program ended at {self.state}"
            if line.startswith("{"):
                self.state = json.loads(line)
        return self.state

    def pause(self, seconds: float) -> None:
        """Hear what it says for so long."""
        last = time.monotonic() + seconds
        while (left := last - time.monotonic()) > 0:
            with suppress(queue.Empty):
                line = self._said.get(timeout=left)
                if line and line.startswith("{"):
                    self.state = json.loads(line)

    def order(self, **order: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def key(self, sign: str, *, alt: bool = False) -> None:
        self.state = {}
        self.order(do="key", name=NAMES.get(sign, sign), alt=alt)
        self.until(lambda state: state["what"] in ("used", "passed"))

    def type(self, text: str) -> None:
        for sign in text:
            self.key(sign)

    def stands(self, text: str) -> None:
        """Wait until a text stands in the field."""
        self.until(lambda state: state["text"] == text)

    def offers(self, word: str) -> None:
        """Wait until a word is offered."""
        self.until(lambda state: word in state["offered"])


@contextmanager
def desktop(*, display: bool = False, engine: Path = _MAIN) -> Iterator[Desktop]:
    """A desktop that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="krs", dir="/tmp"))
    environment = _environment(folder)
    _write_component(folder, engine)
    _write_browser(folder)
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout is not None
    environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    here = Desktop(folder, environment)
    others: list[subprocess.Popen[bytes]] = []
    try:
        if display:
            others.append(_start_display(environment))
        others.append(_start_ibus(here, display))
        yield here
    finally:
        here.close()
        for each in reversed(others):
            each.terminate()
            each.wait()
        bus.terminate()
        bus.wait()
        bus.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    for name in ("home", "run", "component"):
        (folder / name).mkdir(mode=0o700)
    kept = ("PATH", "LANG", "OMP_NUM_THREADS", "VIRTUAL_ENV")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(folder / "home"),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "XDG_CONFIG_HOME": str(folder / "home/.config"),
        "XDG_CACHE_HOME": str(folder / "home/.cache"),
        "XDG_DATA_HOME": str(folder / "home/.local/share"),
        "IBUS_COMPONENT_PATH": str(folder / "component"),
        "BROWSER": str(folder / "browser"),
        "GTK_IM_MODULE": "ibus",
        "QT_IM_MODULE": "ibus",
        "NO_AT_BRIDGE": "1",
        "GSETTINGS_BACKEND": "memory",
        "LC_ALL": "C.UTF-8",
    }


def _write_component(folder: Path, engine: Path) -> None:
    serve = folder / "a command" / "karussell"  # a path with a space
    serve.parent.mkdir()
    run = f"exec {sys.executable} -m karussell"
    serve.write_text(f'#!/bin/sh\necho $$ > "$XDG_RUNTIME_DIR/server.pid"\n{run} "$@"\n')
    serve.chmod(0o755)
    command = [SYSTEM, str(engine), "--ibus", "--command", str(serve)]
    (folder / "component/karussell.xml").write_text(component(shlex.join(command), "0"))


def _write_browser(folder: Path) -> None:
    """What notes the page that is to be opened."""
    browser, opened = folder / "browser", folder / "opened"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part\nmv {opened}.part {opened}\n')
    browser.chmod(0o755)


def _start_display(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    read, write = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        env=environment,
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as numbers:
        environment["DISPLAY"] = f":{numbers.readline().strip()}"
    return display


def _start_ibus(here: Desktop, display: bool) -> subprocess.Popen[bytes]:
    quiet = ["--panel=disable", "--emoji-extension=disable", "--config=disable", "--cache=none"]
    daemon = subprocess.Popen(
        ["ibus-daemon", "--replace", *quiet, *(["--xim"] if display else [])],
        env=here.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: here.run("ibus", "address").startswith("unix"), "no IBus daemon")
    return daemon
