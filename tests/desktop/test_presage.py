"""Presage's service: programs that ask it get our words, and nothing is learned."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from karussell.client import Client
from karussell.keyboard import Predictor
from tests.web.serving import serving_programs

_MAIN = Path(__file__).parents[2] / "src/karussell/desktop/presage.py"
_PYTHON = "/usr/bin/python3"
# Asks as programs do, by gdbus alone.
_ASKING = r"""
"$0" "$1" "$2" & service=$!
name=org.gnome.presage.beta; path=/org/gnome/presage/beta
gdbus wait --session --timeout 20 $name
call() { gdbus call --session --dest $name --object-path "$1" --method $name."$2" "${@:3}" 2>&1; }
call $path get_presage_object_path presage.xml
call $path get_presage_object_path other.xml
call $path/1 get_prediction "see " ""
call $path/1 get_prediction "see to" ""
call $path/2 get_prediction "see yuo" ""
call $path/1 destroy
call $path/1 get_prediction "see " ""
call $path shutdown
wait $service; echo "ended $?"
"""


def _needed() -> None:
    missing = [each for each in ("dbus-run-session", "gdbus", "bash") if not shutil.which(each)]
    if not Path("/usr/lib/python3/dist-packages/gi").exists():
        missing.append("python3-gi")
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")


def _asked(socket: str) -> list[str]:
    command = ["dbus-run-session", "--", "bash", "-c", _ASKING, _PYTHON, str(_MAIN), socket]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=dict(os.environ), check=True
    )
    return done.stdout.splitlines()


def test_programs_that_ask_presage_get_our_words(ten_word_path: Path, tmp_path: Path) -> None:
    _needed()
    with (
        Predictor.open(ten_word_path) as predictor,
        serving_programs(predictor, tmp_path) as running,
    ):
        told = _asked(running.path)
        with Client(path=running.path) as line:
            line.request("hello")
            expected = [slot["text"] for slot in line.request("ask", left="see ")["slots"] if slot]
            assert line.request("learned")["words"] == []
    assert told[:2] == ["('/org/gnome/presage/beta/1',)", "('/org/gnome/presage/beta/2',)"]
    assert json.loads(told[2][1:-2].replace("'", '"')) == expected
    begun = json.loads(told[3][1:-2].replace("'", '"'))
    assert begun
    assert all(word.startswith("to") for word in begun)
    assert told[4] == "(@as [],)"
    assert told[5] == "()"
    assert "Error" in told[6]
    assert told[-2:] == ["()", "ended 0"]


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    _needed()
    told = _asked(str(tmp_path / "nowhere.sock"))
    assert "karussell serve does not answer (FileNotFoundError)" in told[2]
    assert told[-1] == "ended 0"


def test_a_name_that_is_taken_is_told() -> None:
    _needed()
    twice = """
"$0" "$1" & first=$!
gdbus wait --session --timeout 20 org.gnome.presage.beta
"$0" "$1"; code=$?
kill $first
exit $code
"""
    command = ["dbus-run-session", "--", "bash", "-c", twice, _PYTHON, str(_MAIN)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "karussell: org.gnome.presage.beta is another program's" in done.stderr


def test_a_bus_that_is_not_there_is_told(tmp_path: Path) -> None:
    _needed()
    without = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'none'}"}
    command = [_PYTHON, str(_MAIN)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=without)
    assert done.returncode == 2
    assert done.stderr.startswith("karussell: there is no session bus; run it in")
