"""What tests start ends: after a while, and when the test has failed."""

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import processes
from tests.processes import started

_TESTS = Path(__file__).parent
_NAMES = sorted(str(path.relative_to(_TESTS)) for path in _TESTS.rglob("*.py"))
# They have a length of life of their own.
_KEEPERS = {
    "processes.py",
    "cli/streams/forked.py",
    "hostile/keyboards.py",
    "history/test_processes.py",
    "ibus/desktop.py",
    "training/test_two_hosts.py",
    "twin/node.py",
    "web/load.py",
}


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node


@pytest.mark.parametrize("name", _NAMES)
def test_no_test_waits_for_ever(name: str) -> None:
    for call in _calls(_TESTS / name):
        called = ast.unparse(call.func)
        if called in ("subprocess.run", "subprocess.check_output", "subprocess.check_call"):
            assert any(keyword.arg == "timeout" for keyword in call.keywords), call.lineno
        elif called == "subprocess.Popen":
            assert name in _KEEPERS, "use tests.processes.started"


def test_a_process_is_gone_when_its_test_fails() -> None:
    with pytest.raises(ZeroDivisionError), started((sys.executable, "-c", _ENDLESS)) as process:
        raise ZeroDivisionError
    assert process.returncode


def test_a_process_is_gone_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.2)
    begun = time.monotonic()
    with (
        started((sys.executable, "-c", _ENDLESS), stdout=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.read() == b""
    assert process.returncode
    assert time.monotonic() - begun < 60


_ENDLESS = "import time; time.sleep(600)"
