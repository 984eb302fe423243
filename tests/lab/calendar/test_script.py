"""The page's own forward pass, held to Python's."""

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from karussell.lab import calendar

_READ = """
import { readFileSync } from "node:fs";
import { drawDay, encode, read } from "./network.mjs";
const { given, cases } = JSON.parse(readFileSync(0, "utf8"));
const { hours, kinds, networks } = given;
console.log(JSON.stringify({
  read: cases.map(({ name, day, held }) =>
    read(networks[name], day.map((entry) => encode(entry, hours, kinds)), held)),
  days: [1, 2, 5, 30, 150].map((length) => drawDay(length, hours, kinds)),
}));
"""
_HELD: list[dict[str, bool]] = [
    {},
    {"input": True},
    {"input": False},
    {"forget": True, "output": True},
    {"forget": False},
    {"output": False, "input": True},
]


@pytest.fixture(scope="module")
def days() -> list[list[calendar.Entry]]:
    rng = np.random.default_rng(11)
    return [calendar.draw_days(rng, 1, entries).entries(0) for entries in (1, 5, 40)]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory, days: list[list[calendar.Entry]]) -> Any:
    if shutil.which("node") is None:
        pytest.skip("no node here")
    folder: Path = tmp_path_factory.mktemp("script")
    script = files("karussell.web") / "static/lab/network.js"
    (folder / "network.mjs").write_text(script.read_text())
    (folder / "read.mjs").write_text(_READ)
    shown = [
        [{"hour": hour, "kind": kind, "fixed": bool(fixed)} for hour, kind, fixed in day]
        for day in days
    ]
    cases = [{"name": name, "day": day, "held": held} for name, held in _cases() for day in shown]
    done = subprocess.run(
        ["node", "read.mjs"],
        cwd=folder,
        input=json.dumps({"given": json.loads(calendar.page_data()), "cases": cases}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def _cases() -> list[tuple[str, dict[str, bool]]]:
    return [("rnn", {}), ("relu", {}), *(("lstm", held) for held in _HELD)]


def test_the_page_reads_as_python_does(answer: Any, days: list[list[calendar.Entry]]) -> None:
    found = iter(answer["read"])
    for name, held in _cases():
        network = calendar.Network(calendar.packaged()[name])
        for day in days:
            reading = network.read(calendar.inputs_of(day), held=held)
            steps = next(found)
            expected = {"state": reading.states, "scores": reading.scores}
            if reading.gates is not None:
                expected |= {
                    gate: getattr(reading.gates, f"{gate}_gate") for gate in calendar.GATES
                }
            for part, values in expected.items():
                own = np.array([step[part] for step in steps])
                np.testing.assert_allclose(own, values[:, 0], rtol=2e-3, atol=2e-4)
            changes = [step["change"] for step in steps]
            np.testing.assert_allclose(changes, reading.changes[:, 0], rtol=2e-3, atol=2e-4)


def test_the_page_draws_days_as_those_of_the_training(answer: Any) -> None:
    for day in answer["days"]:
        (fixed,) = [place for place, entry in enumerate(day) if entry["fixed"]]
        assert fixed <= max(0, len(day) // 3 - 1)
        assert {entry["hour"] for entry in day} <= {*calendar.HOURS}
        assert {entry["kind"] for entry in day} <= {*calendar.KINDS}
