"""What `karussell serve` says of what it was asked for and cannot do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from karussell.client import Client
from tests.processes import started

_SERVE = (sys.executable, "-m", "karussell", "serve", "--no-memory")


def _untaken(folder: Path, kind: str) -> list[str]:
    """Options by which no token is to be had, but by the person's home."""
    place = folder / kind
    if kind == "no folder":
        (folder / "file").touch()
        place = folder / "file/token"
    elif kind == "no token":
        place.write_text("short")
        place.chmod(0o600)
    elif kind == "open to others":
        place.write_text("t" * 40)
        place.chmod(0o644)
    else:
        return []
    return ["--token-file", str(place)]


@pytest.mark.parametrize("kind", ["no folder", "no token", "open to others", "no home"])
def test_without_a_token_the_unix_socket_is_served_and_it_is_said(
    tmp_path: Path, ten_word_path: Path, kind: str
) -> None:
    named = _untaken(tmp_path, kind)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    environment.pop("XDG_DATA_HOME", None)
    environment["HOME"] = "/dev/null"
    command = [*_SERVE, "-m", str(ten_word_path), *named]
    with started(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said.endswith("; programs are served on the Unix socket alone\n")
        while "Ctrl-C" not in process.stderr.readline():
            assert process.poll() is None
        with Client(path=str(tmp_path / "karussell/keyboard.sock")) as line:
            assert line.request("hello")["type"] == "welcome"
        process.terminate()
    told = subprocess.run(
        [*command, "--port", "0"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 2
    assert "served" not in told.stderr


def test_pages_without_a_port_are_told_what_is_missing(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    command = [*_SERVE, "--origin", "https://example.org"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (told.returncode, told.stdout) == (2, "")
    assert "--origin: pages reach the server on 127.0.0.1 alone; add --port" in told.stderr
