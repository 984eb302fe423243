"""The input method in a person's own folders: no file of the system is touched."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from karussell.errors import UsageError
from karussell.files import write_own
from karussell.ibus.component import ENGINE, FILE, component

_PACKAGES = "ibus gir1.2-ibus-1.0 python3-gi"
_PYTHONS = ("/usr/bin/python3",)  # whose packages are the system's
_SYSTEM = "/usr/share/ibus/component"
_NEEDED = "import gi; gi.require_version('IBus', '1.0'); from gi.repository import IBus"
_LONGEST = 20  # seconds that IBus may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the two files of the input method lie.

    Attributes:
        component: What IBus reads.
        variables: What tells IBus that it is there: its own folder is all it looks into by itself.
    """

    component: Path
    variables: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Places":
        """Those of a person."""
        home = Path(environment.get("HOME") or Path.home())
        data = Path(environment.get("XDG_DATA_HOME") or home / ".local/share")
        settings = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
        return cls(
            component=data / "ibus/component" / FILE,
            variables=settings / "environment.d/60-karussell-ibus.conf",
        )

    @property
    def path(self) -> str:
        """What IBUS_COMPONENT_PATH has to be."""
        return f"{self.component.parent}:{_SYSTEM}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far the input method is there.

    Attributes:
        missing: Packages of the system that it needs.
        installed: Whether its files are there, this person's or the system's.
        listed: Whether IBus, as it runs, knows the engine; None if it does not run.
    """

    missing: bool
    installed: bool
    listed: bool | None


def install(command: Path, environment: Mapping[str, str]) -> Places:
    """Tell IBus of the engine.

    Args:
        command: The karussell command, which starts the server.
        environment: The person's.

    Raises:
        UsageError: The system lacks something.
    """
    from importlib.metadata import version

    python = _python()
    places = Places.of(environment)
    engine = Path(__file__).with_name("main.py")
    words = [python, str(engine), "--ibus", "--command", str(command)]
    path = f"{places.component.parent}:${{IBUS_COMPONENT_PATH:-{_SYSTEM}}}"
    lines = ["# Written by: karussell ibus install", f"IBUS_COMPONENT_PATH={path}"]
    write_own(places.component, component(shlex.join(words), version("karussell")))
    write_own(places.variables, "\n".join(lines) + "\n")
    _refresh(places, environment)
    return places


def uninstall(environment: Mapping[str, str]) -> list[Path]:
    """Take it all back.

    Returns:
        The files that are gone.
    """
    places = Places.of(environment)
    gone = [path for path in (places.component, places.variables) if path.exists()]
    for path in gone:
        path.unlink()
    if gone:
        _refresh(places, environment)
    return gone


def status(environment: Mapping[str, str]) -> Status:
    """How far it is there."""
    places = Places.of(environment)
    try:
        _python()
    except UsageError:
        missing = True
    else:
        missing = False
    engines = _ask_ibus(["ibus", "list-engine", "--name-only"], environment)
    return Status(
        missing=missing,
        installed=(places.component.exists() and places.variables.exists())
        or Path(_SYSTEM, FILE).exists(),
        listed=None if engines is None else ENGINE in engines.split(),
    )


def _python() -> str:
    """The system's Python, with what the engine needs.

    Raises:
        UsageError: There is none.
    """
    if sys.platform != "linux":
        raise UsageError(f"IBus is for Linux, not {sys.platform}; use the page: karussell keyboard")
    if shutil.which("ibus") is not None:
        for python in _PYTHONS:
            if Path(python).exists() and _runs([python, "-c", _NEEDED]):
                return python
    raise UsageError(
        "IBus or its Python module is missing; install them, then try again: "
        f"sudo apt install {_PACKAGES}"
    )


def _runs(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _ask_ibus(command: list[str], environment: Mapping[str, str]) -> str | None:
    """What IBus prints, None if it does not run."""
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _refresh(places: Places, environment: Mapping[str, str]) -> None:
    """Have IBus read its components anew when it starts next."""
    _ask_ibus(["ibus", "write-cache"], {**environment, "IBUS_COMPONENT_PATH": places.path})


def current_command() -> Path:
    """The karussell command that runs this, or stands beside this Python."""
    started = Path(os.path.abspath(sys.argv[0]))
    if started.name == "karussell" and os.access(started, os.X_OK) and started.is_file():
        return started
    return Path(sys.executable).with_name("karussell")
