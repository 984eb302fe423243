"""Where the server of a person listens, and that there is one."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from karussell.errors import ServerError
from karussell.web import claimed
from karussell.web.place import _inherited
from tests.processes import started

# Hands the socket 3 on, as systemd does.
_ACTIVATE = """
import os, socket, sys
place, kind, *command = sys.argv[1:]
family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
listener = socket.socket(family)
listener.bind(place if kind == "unix" else ("127.0.0.1", 0))
listener.listen() if kind != "deaf" else None
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(command[0], command)
"""
_CLAIM = """
import sys
from karussell.errors import ServerError
from karussell.web import claimed
try:
    with claimed() as place:
        print(place.getsockname(), flush=True)
        sys.stdin.read()
except ServerError as error:
    print(error, flush=True)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "karussell" / "keyboard.sock"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_socket_and_its_folder_are_their_owners_alone(place: Path) -> None:
    with claimed(place):
        assert (mode(place), mode(place.parent)) == (0o600, 0o700)
        assert stat.S_ISSOCK(place.stat().st_mode)
    assert not place.exists()


def test_a_folder_that_others_may_enter_is_closed_to_them(place: Path) -> None:
    place.parent.mkdir()
    place.parent.chmod(0o755)
    with claimed(place):
        assert mode(place.parent) == 0o700


def test_a_second_server_is_told_that_one_runs(place: Path) -> None:
    with (
        claimed(place),
        pytest.raises(ServerError, match=rf"runs already \(process {os.getpid()}\)"),
        claimed(place),
    ):
        pass
    with claimed(place):
        assert place.exists()


@pytest.mark.parametrize("left", ["socket", "file"])
def test_what_a_dead_server_left_is_replaced(place: Path, left: str) -> None:
    place.parent.mkdir(mode=0o700)
    if left == "socket":
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(place))
    else:
        place.touch()
    with claimed(place), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(place))


def test_a_socket_that_another_put_in_its_place_is_left(place: Path) -> None:
    with claimed(place):
        place.unlink()
        place.touch()
    assert place.exists()


def test_a_path_that_is_too_long_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with (
        pytest.raises(ServerError, match=r"its path is too long.*set XDG_RUNTIME_DIR"),
        claimed(tmp_path / ("x" * 100) / "keyboard.sock"),
    ):
        pass


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_folder_that_is_none_is_refused(tmp_path: Path, place: Path, kind: str) -> None:
    if kind == "file":
        place.parent.touch()
    else:
        (tmp_path / "elsewhere").mkdir()
        place.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServerError, match="no folder of yours"), claimed(place):
        pass


@pytest.fixture
def activated(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    (tmp_path / "karussell").mkdir(mode=0o700)
    return tmp_path / "karussell" / "keyboard.sock", {
        **os.environ,
        "XDG_RUNTIME_DIR": str(tmp_path),
    }


@pytest.mark.parametrize("kind", ["unix", "deaf", "tcp"])
def test_a_socket_of_systemd_is_taken_and_left_in_its_place(
    activated: tuple[Path, dict[str, str]], kind: str
) -> None:
    place, environment = activated
    command = [sys.executable, "-c", _ACTIVATE, place, kind, sys.executable, "-c", _CLAIM]
    pipe = subprocess.PIPE
    with started(command, stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        told = process.stdout.readline().strip()  # type: ignore[union-attr]
        if kind == "unix":
            assert told == str(place)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(told)
        else:
            assert told == (
                "LISTEN_FDS=1: expected one Unix socket that listens (ListenStream=PATH)"
            )
        process.stdin.close()  # type: ignore[union-attr]
    assert place.exists() == (kind == "unix")


def test_sockets_for_another_process_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_PID", str(os.getpid() + 1))
    monkeypatch.setenv("LISTEN_FDS", "1")
    assert _inherited() is None
    assert "LISTEN_FDS" not in os.environ
