"""`karussell lab new`: a room that runs at once."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.conftest import Run

Complain = Callable[..., str]


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("room", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_new_room_runs_and_goes_on_from_what_it_has(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("lab", "new", "forget_bias")
    assert (outcome.code, outcome.err) == (0, "")
    assert f"python {Path('lab', 'forget_bias', 'run.py')} finds" in outcome.out
    room = tmp_path / "lab" / "forget_bias"
    assert {path.name for path in room.iterdir()} == {"README.md", "run.py"}
    module = _module(room / "run.py")
    monkeypatch.setattr(module, "BIASES", (0, 6))
    monkeypatch.setattr(module, "LIMIT", 3000)
    module.main()
    first = capsys.readouterr().out
    assert "| bias 0 | 0 of 16 |  |" in first
    assert {path.name for path in room.iterdir() if path.is_file()} == {
        "README.md", "run.py", "results.json", "figure.png"
    }  # fmt: skip
    monkeypatch.setattr(module, "Trial", None)  # what is there is not tried again
    module.main()
    assert capsys.readouterr().out == first


def test_its_readme_has_what_every_room_has(run: Run, tmp_path: Path) -> None:
    run("lab", "new", "attic", "--folder", tmp_path)
    readme = (tmp_path / "attic" / "README.md").read_text()
    for part in ("# ", "**Question.**", "**Method.**", "**Result.**", "**Verdict.**", "python run"):
        assert part in readme
    # As the rows of its table are those that run.py prints.
    biases = _module(tmp_path / "attic" / "run.py").BIASES
    assert [f"| bias {bias} |" in readme for bias in biases] == [True] * len(biases)


def test_beside_modules_it_is_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    run("lab", "new", "attic", "--folder", tmp_path)
    assert (tmp_path / "attic" / "__init__.py").is_file()


@pytest.mark.parametrize(
    "name", ["", "Attic", "../attic", "a/b", ".", "9lives", "two words", "ä", "a\x1b[2J", "a" * 41]
)
def test_a_name_that_is_none_is_told(complain: Complain, tmp_path: Path, name: str) -> None:
    told = complain("lab", "new", "--folder", tmp_path, "--", name)
    assert told.startswith(f"NAME {name!a}: expected a small letter, then")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["class", "import", "async"])
def test_a_name_that_no_module_can_have_is_told(
    complain: Complain, tmp_path: Path, name: str
) -> None:
    assert "is a word of Python's own" in complain("lab", "new", name, "--folder", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lacks", ["results", "matplotlib"])
def test_a_room_says_in_one_line_what_is_amiss(run: Run, tmp_path: Path, lacks: str) -> None:
    run("lab", "new", "attic", "--folder", tmp_path)
    room = tmp_path / "attic"
    (room / "results.json").write_text("{" if lacks == "results" else "{}")
    hidden = "import sys; sys.modules['matplotlib'] = None; " if lacks == "matplotlib" else ""
    code = f"{hidden}import runpy; runpy.run_path({str(room / 'run.py')!r}, run_name='__main__')"
    text = (room / "run.py").read_text().replace("(0, 2, 4, 6)", "(6,)").replace("10_000", "100")
    (room / "run.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    (line,) = done.stderr.splitlines()
    expected = "delete it to begin anew" if lacks == "results" else "pip install 'karussell[lab]'"
    assert (done.returncode, expected in line) == (1, True)


@pytest.mark.parametrize("there", ["a folder", "a file", "a module", "a broken link"])
def test_what_is_there_already_is_left_alone(
    complain: Complain, tmp_path: Path, there: str
) -> None:
    path = tmp_path / ("attic.py" if there == "a module" else "attic")
    if there == "a folder":
        path.mkdir()
    elif there == "a broken link":
        path.symlink_to("nowhere")
    else:
        path.write_text("mine")
    told = complain("lab", "new", "attic", "--folder", tmp_path)
    assert told == f"{path}: is there already; choose another name"
    assert [*tmp_path.iterdir()] == [path]


def test_a_folder_that_is_a_file_is_told(complain: Complain, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    told = complain("lab", "new", "attic", "--folder", path)
    assert told == f"--folder {path}: is a file, expected a folder"
    told = complain("lab", "new", "attic", "--folder", path / "deeper")
    assert told.startswith(f"cannot write {path / 'deeper'} (")
    assert path.read_text() == "mine"


def test_a_room_that_cannot_be_finished_is_not_begun(
    complain: Complain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, os.strerror(28), str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    told = complain("lab", "new", "attic", "--folder", tmp_path)
    assert told == f"cannot write {tmp_path / 'attic'} ({os.strerror(28)})"
    assert not list(tmp_path.iterdir())
