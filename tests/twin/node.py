"""The keyboard's JavaScript twin in one Node process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

_RUN = Path(__file__).with_name("run.mjs")


class Twin:
    """Functions of the JavaScript twin, called from Python.

    What JSON cannot say comes as what it can: see ``run.mjs``.

    Args:
        node: The program.
    """

    def __init__(self, node: str) -> None:
        self._process = subprocess.Popen(
            [node, str(_RUN)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __call__(self, module: str, function: str, cases: Iterable[Sequence[object]]) -> list[Any]:
        """What a function makes of each case.

        Args:
            module: Its path under ``static/``: "twin/text/index.js"; beside this file: "./x.mjs".
            function: Its name.
            cases: The arguments of each call.
        """
        answers = self._answers(module, function, cases)
        for answer in answers:
            assert "error" not in answer, answer["stack"] or answer["error"]
        return [answer["value"] for answer in answers]

    def refusals(self, module: str, function: str, cases: Iterable[Sequence[object]]) -> list[str]:
        """What a function says against each case, "" where it has nothing against it."""
        return [answer.get("error", "") for answer in self._answers(module, function, cases)]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _answers(
        self, module: str, function: str, cases: Iterable[Sequence[object]]
    ) -> list[dict[str, Any]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        call = {"module": module, "function": function, "cases": list(cases)}
        self._process.stdin.write(json.dumps(call, allow_nan=False).encode() + b"\n")
        self._process.stdin.flush()
        answers: list[dict[str, Any]] = json.loads(self._process.stdout.readline())
        return answers


def same_at_baseline(module: str, *arguments: str) -> None:
    """Run a module that compares both languages, at the level whose products WebAssembly has.

    It is a process of its own, since a level is chosen once.
    """
    if shutil.which("node") is None:
        pytest.skip("no node here, version 20 or newer: apt install nodejs")
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=_RUN.parents[2],
        env={**os.environ, "KARUSSELL_LEVEL": "baseline"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
