"""The server's units of systemd: what they say, what they start, and that they go again."""

import configparser
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from karussell.client import Client
from karussell.desktop import Units, install, uninstall
from karussell.errors import UsageError
from tests.processes import started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is for Linux")

# Listens as the socket unit says, and hands it over as socket 3, as systemd does.
_ACTIVATE = """
import os, socket, sys
place, *command = sys.argv[1:]
os.umask(0o177)
listener = socket.socket(socket.AF_UNIX)
listener.bind(place)
listener.listen()
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.umask(0o77)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
print("listens", flush=True)
os.execv(command[0], command)
"""


def _environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.environ["PATH"]}


def _command(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "karussell"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    return command


def _read(path: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(path)
    return found


def test_the_socket_is_that_of_the_server_and_its_owners_alone(tmp_path: Path) -> None:
    units = install(_command(tmp_path / "bin"), _environment(tmp_path))
    assert units.socket.parent == tmp_path / ".config/systemd/user"
    told = _read(units.socket)["Socket"]
    assert told["ListenStream"] == "%t/karussell/keyboard.sock"
    assert (told["SocketMode"], told["DirectoryMode"]) == ("0600", "0700")
    assert _read(units.socket)["Install"]["WantedBy"] == "sockets.target"
    served = _read(units.service)["Service"]["ExecStart"]
    assert served == f"{tmp_path}/bin/karussell serve --idle 600"


@pytest.mark.parametrize("name", ["plain", "my tools", "50% off", "a;b", "größer", "c$d"])
def test_systemd_finds_no_fault_with_them(tmp_path: Path, name: str) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is missing")
    command = _command(tmp_path / name)
    units = install(command, _environment(tmp_path), arguments=("--language", "de,en"))
    asked = [verify, "--user", "--man=no", "verify", str(units.socket), str(units.service)]
    runtime = {**_environment(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(asked, env=runtime, capture_output=True, text=True, timeout=60)
    told = done.stdout + done.stderr
    if "karussell" not in told and done.returncode:
        pytest.skip("systemd-analyze does not run here")
    assert (done.returncode, told) == (0, "")


def test_they_are_taken_back_and_nothing_else(tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    units = install(tmp_path / "karussell", environment)
    assert units.installed
    other = units.socket.with_name("other.socket")
    other.touch()
    units.link.parent.mkdir()
    units.link.symlink_to(units.socket)
    assert units.enabled
    assert install(tmp_path / "karussell", environment) == units
    removed = uninstall(environment)
    assert (sorted(removed.gone), removed.kept) == (
        sorted([units.socket, units.service, units.link]),
        [],
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [other]
    assert not units.installed
    assert not units.enabled
    assert uninstall(environment).gone == []


@pytest.mark.parametrize("unit", ["karussell.socket", "karussell.service"])
def test_units_that_somebody_else_wrote_stay(tmp_path: Path, unit: str) -> None:
    environment = _environment(tmp_path)
    own = Units.of(environment).socket.with_name(unit)
    own.parent.mkdir(parents=True)
    own.write_text("[Unit]\n")
    with pytest.raises(UsageError, match=rf"{unit}: is not of karussell systemd install; move"):
        install(tmp_path / "karussell", environment)
    assert list(own.parent.iterdir()) == [own]
    removed = uninstall(environment)
    assert (removed.gone, removed.kept) == ([], [own])
    assert own.read_text() == "[Unit]\n"


def test_a_folder_that_a_person_named_is_used(tmp_path: Path) -> None:
    environment = {**_environment(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "named")}
    units = install(tmp_path / "karussell", environment)
    assert units.service == tmp_path / "named/systemd/user/karussell.service"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / ".config").touch()
    with pytest.raises(UsageError, match=r"karussell\.service cannot be written"):
        install(tmp_path / "karussell", _environment(tmp_path))


@pytest.mark.parametrize("name", ["a\nb", 'a "quoted" one', "it's", "a\\b"])
def test_a_command_that_systemd_cannot_start_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="install karussell in another folder"):
        install(tmp_path / name, _environment(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_server_answers_at_the_socket_it_was_handed(
    tmp_path: Path, ten_word_path: Path
) -> None:
    """As the units start it; when it ends by itself, the socket is still systemd's."""
    folder = tmp_path / "karussell"
    folder.mkdir(mode=0o700)
    place = folder / "keyboard.sock"
    served = ["-m", "karussell", "serve", "--idle", "0.5", "--no-memory", "-m", ten_word_path]
    command = [sys.executable, "-c", _ACTIVATE, place, sys.executable, *served]
    told = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), **told}
    pipe = subprocess.PIPE
    with started(command, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listens\n"
        with Client(path=str(place), timeout=60) as line:  # it waits until the server is there
            line.request("hello")
            assert line.request("ask", left="see ")["type"] == "answer"
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 0, complaint
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
