"""Presage's service, started by the session bus as soon as a program asks for it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from karussell.desktop import activate, activation_path, deactivate, is_activated
from karussell.errors import UsageError
from karussell.keyboard import Predictor
from tests.web.serving import serving_programs

_MAIN = Path(__file__).parents[2] / "src/karussell/desktop/presage.py"
_ASKING = r"""
name=org.gnome.presage.beta; path=/org/gnome/presage/beta
call() { gdbus call --session --dest $name --object-path "$1" --method $name."$2" "${@:3}" 2>&1; }
call $path get_presage_object_path presage.xml
call $path/1 get_prediction "see to" ""
call $path shutdown
"""


def _environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.environ["PATH"]}


@pytest.mark.parametrize(
    "folder", ["plain", "my tools", "it's", 'a "b" $c', "back\\slash", "größer"]
)
def test_a_call_starts_it(tmp_path: Path, ten_word_path: Path, folder: str) -> None:
    missing = [each for each in ("dbus-run-session", "gdbus", "bash") if not shutil.which(each)]
    if not Path("/usr/lib/python3/dist-packages/gi").exists():
        missing.append("python3-gi")
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")
    starter = tmp_path / folder / "presage"
    starter.parent.mkdir()
    # Of itself the bus looks into the home that the system knows, whatever HOME says.
    environment = {**_environment(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    with (
        Predictor.open(ten_word_path) as predictor,
        serving_programs(predictor, tmp_path / "run") as running,
    ):
        starter.write_text(f"#!/bin/sh\nexec /usr/bin/python3 {_MAIN} {running.path}\n")
        starter.chmod(0o755)
        assert activate([str(starter)], environment) == activation_path(environment)
        done = subprocess.run(
            ["dbus-run-session", "--", "bash", "-c", _ASKING],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    made, offered, ended = done.stdout.splitlines()
    assert made == "('/org/gnome/presage/beta/1',)"
    assert "tomorrow" in offered
    assert ended == "()"


def test_it_is_for_its_owner_alone_and_taken_back(tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    path = activate(["/usr/bin/python3", "/a/presage.py"], environment)
    assert path == tmp_path / ".local/share/dbus-1/services/org.gnome.presage.beta.service"
    assert "Exec=/usr/bin/python3 /a/presage.py\n" in path.read_text()
    assert is_activated(environment)
    activate(["/usr/bin/python3", "/b/presage.py"], environment)  # ours is replaced
    assert "/b/" in path.read_text()
    assert (deactivate(environment).gone, deactivate(environment).gone) == ([path], [])
    assert not is_activated(environment)
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


@pytest.mark.parametrize("kind", ["file", "link", "broken link"])
def test_what_somebody_else_wrote_stays(tmp_path: Path, kind: str) -> None:
    environment = _environment(tmp_path)
    path = activation_path(environment)
    path.parent.mkdir(parents=True)
    own = tmp_path / "own"
    if kind != "broken link":
        own.write_text("[D-BUS Service]\n")
    if kind == "file":
        own.rename(path)
    else:
        path.symlink_to(own)
    with pytest.raises(UsageError, match=r"is not of karussell presage install; move it away"):
        activate(["/usr/bin/python3"], environment)
    assert deactivate(environment).gone == []
    assert path.is_symlink() == (kind != "file")


def test_a_folder_that_a_person_named_is_used(tmp_path: Path) -> None:
    named = {**_environment(tmp_path), "XDG_DATA_HOME": str(tmp_path / "named")}
    assert activate(["/a"], named).parent == tmp_path / "named/dbus-1/services"


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "\x7f"])
def test_a_name_that_no_line_has_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="install karussell in another folder"):
        activate([name], _environment(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / ".local").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        activate(["/a"], _environment(tmp_path))
