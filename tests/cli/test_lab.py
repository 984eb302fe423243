"""`karussell lab`."""

import json
import re
import sys
from pathlib import Path

import pytest
from typer.core import TyperCommand
from typer.models import CommandInfo

from karussell.cli.lab import LAB
from karussell.cli.lab.options import Folder, Quick
from karussell.cli.main import app
from karussell.cli.options import AsJSON
from karussell.errors import UsageError
from karussell.lab import CONTINUAL, TABLES, Asked, ContinualOutcome, Results, Trial
from tests.cli.conftest import Run

_FEW = ("--sequences", 200, "--no-plain", "--quick")


def test_without_a_table_it_says_which_there_are(run: Run) -> None:
    outcome = run("lab")
    assert (outcome.code, outcome.err) == (0, "")
    names = {line.split()[0] for line in outcome.out.splitlines() if line[:1].strip()}
    assert {"tables", *TABLES, "continual", "all"} <= names


def test_every_table_has_a_command() -> None:
    assert set(LAB["Tables"]) == {*TABLES, "continual", "languages", "copying"}


def test_a_table_says_what_the_paper_found_and_what_was_found_here(run: Run) -> None:
    outcome = run("lab", "adding", *_FEW)
    assert outcome.code == 0
    assert outcome.err.startswith("adding: T = 100, 0 of 16 solved")
    mean, row = [line for line in outcome.out.splitlines() if line.startswith("T = 100,")][:2]
    assert "93" in mean
    for part in ("2,000 right", "74,000", "0 of 16", "not solved"):
        assert part in row


@pytest.mark.parametrize(
    ("table", "row"),
    [("languages", "a^n b^n c^n"), ("copying", "T = 20, LSTM of 40")],
)
def test_other_tables_say_how_far_networks_came(run: Run, table: str, row: str) -> None:
    if table == "copying":
        pytest.importorskip("torch")
    outcome = run("lab", table, "--sequences", 1000, "--quick")
    assert outcome.code == 0
    assert any(line.startswith(row) for line in outcome.out.splitlines())


@pytest.mark.parametrize("table", ["adding", "continual"])
def test_a_table_is_drawn(run: Run, tmp_path: Path, table: str) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "table.svg"
    options = ("--sequences", 200, "--no-plain", "--quick", "--folder", tmp_path)
    if table == "continual":
        outcome = ContinualOutcome(
            right=[1.0], wrong=[0.1], whole=10, weights=424, seed=1, cells=[1, 2], mistakes=[0.5, 0]
        )
        Results(continual=dict.fromkeys(CONTINUAL, outcome)).save(tmp_path / "results.json")
    assert run("lab", table, *options, "--plot", picture).code == 0
    assert "</svg>" in picture.read_text("utf-8")


def test_results_are_kept_and_not_found_again(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    first = run("lab", "adding", *_FEW, "--folder", folder, "--json")
    again = run("lab", "adding", *_FEW, "--folder", folder, "--json")
    assert again.out == first.out
    assert again.err == ""
    assert json.loads(first.out)["blocks"]["adding: T = 100"]["read"] == 200
    assert [path.name for path in folder.iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("lab", "subtracting"), "No such command 'subtracting'. Expected one of recall, two-seq"),
        (("lab", "ordr"), "Did you mean 'order'? Expected one of recall, two-sequence"),
        (("lab", "adding", "order"), "unexpected extra argument"),
        (("lab", "--quick"), "No such option: --quick"),
        (("lab", "all", "--networks", 17), "--networks is 17, expected a multiple of 16"),
        (("lab", "adding", "--networks", 17), "--networks is 17, expected a multiple of 16"),
    ],
)
def test_what_there_is_not_is_named(run: Run, given: tuple[str, ...], message: str) -> None:
    outcome = run(*given)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


_NAMES = [*LAB["Tables"], "attic"]


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What was asked for, where nothing is learned, there is no order, and one room."""
    found: list[tuple[object, ...]] = []

    def noted(asked: Asked, watch: object) -> Results:
        (name,) = asked.tables
        found.append((name, asked.quick, asked.sequences, asked.seed, asked.folder))
        if name == "order":
            raise UsageError("there is no order")
        return Results()

    def attic(quick: Quick = False, folder: Folder = None, as_json: AsJSON = False) -> str:
        found.append(("attic", quick, None, None, folder))
        print("{}" if as_json else "many boxes")
        return "boxes: 7"

    monkeypatch.setattr("karussell.lab.try_all", noted)
    (group,) = (each for each in app.registered_groups if each.name == "lab")
    assert group.typer_instance is not None
    commands = group.typer_instance.registered_commands
    room = CommandInfo("attic", cls=TyperCommand, callback=attic, rich_help_panel="Rooms")
    kept = [command for command in commands if command.rich_help_panel != "Rooms"]
    monkeypatch.setattr(group.typer_instance, "registered_commands", [*kept, room])
    return found


def test_all_is_every_table_and_every_room_s_small_form_by_the_same_options(
    run: Run, tried: list[tuple[object, ...]], tmp_path: Path
) -> None:
    run("lab", "all", "--sequences", 200, "--folder", tmp_path, "--seed", 7)
    tables = [(name, False, 200, 7, tmp_path) for name in LAB["Tables"]]
    assert tried == [*tables, ("attic", True, None, None, tmp_path / "attic")]


@pytest.mark.usefixtures("tried")
def test_what_of_all_cannot_be_done_is_told_and_does_not_stop_the_others(run: Run) -> None:
    outcome = run("lab", "all", *_FEW)
    assert outcome.code == 2
    assert outcome.err.startswith(f"recall (1 of {len(_NAMES)})\n")
    assert outcome.err.endswith("karussell: order: not done; the lines above say why\n")
    summary = outcome.out.splitlines()[-len(_NAMES) :]
    assert [line.split()[0] for line in summary] == _NAMES
    assert "not done: there is no order" in summary[_NAMES.index("order")]
    assert re.match("attic +boxes: 7 +0:00", summary[-1])


@pytest.mark.usefixtures("tried")
def test_all_in_json_is_what_each_command_prints(run: Run) -> None:
    found = json.loads(run("lab", "all", *_FEW, "--json").out)
    assert {*found} == {*_NAMES} - {"order"}
    assert (found["attic"], found["adding"]["blocks"]) == ({}, {})


def test_results_that_are_damaged_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("{")
    outcome = run("lab", "adding", *_FEW, "--folder", tmp_path)
    assert outcome.code != 0
    assert "results.json: is damaged" in outcome.err
    assert "delete it to begin anew" in outcome.err


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (("--seed", 2), "has results of seed 1, asked for 2"),
        (("--networks", 32), "has results of networks 16, asked for 32"),
        (("--sequences", 300), "has results of sequences 200, asked for 300"),
    ],
)
def test_results_of_other_settings_are_not_told_as_if_by_these(
    run: Run, tmp_path: Path, other: tuple[str, ...], message: str
) -> None:
    run("lab", "adding", *_FEW, "--folder", tmp_path)
    outcome = run("lab", "adding", *_FEW, *other, "--folder", tmp_path)
    assert outcome.code == 2
    assert f"results.json: {message}; expected the same, or another folder" in outcome.err


def test_what_is_quick_may_be_gone_on_with(run: Run, tmp_path: Path) -> None:
    for quick in (("--quick",), ()):  # reber has rows that are not
        few = ("--sequences", 100, "--no-plain", "--folder", tmp_path)
        assert run("lab", "reber", *quick, *few).code == 0


def test_a_row_that_was_stopped_is_none_of_another_table(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(Trial, "_outcome", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert run("lab", "order", *_FEW, "--folder", tmp_path).code == 130
    (kept,) = tmp_path.glob("*.npz")
    assert kept.name.startswith("unfinished-order-")
    assert run("lab", "recall", *_FEW, "--folder", tmp_path).code == 0
    kept.write_bytes(b"PK")
    outcome = run("lab", "order", *_FEW, "--folder", tmp_path)
    assert (outcome.code, f"{kept.name}: is damaged" in outcome.err) == (2, True)
    assert "delete it to begin anew" in outcome.err


@pytest.mark.parametrize("command", ["order", "gradient", "memory", "copying", "calendar"])
def test_without_torch_it_is_said_before_anything_is_learned(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    train = ("--train",) if command == "calendar" else ()
    outcome = run("lab", command, "--quick", *train)
    assert (outcome.code, outcome.out) == (2, "")
    (line,) = outcome.err.splitlines()
    assert line.endswith("PyTorch, which is not installed; run: pip install 'karussell[lab]'")


@pytest.mark.parametrize("command", ["order", "copying", "gradient", "inside", "calendar"])
def test_a_folder_that_is_a_file_and_a_seed_beyond_torch_s_are_told_first(
    run: Run, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "file"
    path.touch()
    outcome = run("lab", command, "--quick", "--folder", path)
    assert outcome.code == 2
    assert f"--folder {path}: is a file, expected a folder" in outcome.err
    outcome = run("lab", command, "--quick", "--seed", 2**32)
    assert outcome.code == 2
    assert "--seed 4294967296: expected 4294967295 or less" in outcome.err
