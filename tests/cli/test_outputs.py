"""No command writes over what it reads, whatever it is called, nor two things into one file."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from karussell.cli.main import app
from karussell.history import History, Sentence

Complain = Callable[..., str]

# Each command that writes a file, with everything that it reads; OUT is what it writes.
_READING: dict[str, list[tuple[str, ...]]] = {
    "export": [("IN.karussell", "-o", "OUT", "--overwrite")],
    "gates": [("tea", "-m", "IN.png", "--plot", "OUT")],
    "learned": [("--memory", "IN.folder", "-o", "OUT", "--overwrite")],
    "train": [("IN.txt", "-o", "OUT", "--overwrite"), ("other.txt", "IN.txt@0.5", "-o", "OUT")],
    "scoreboard": [
        ("IN.txt", "--markdown", "OUT"),
        ("IN.png", "--plot", "OUT"),
        ("other.txt", "IN.txt", "--own", "--markdown", "OUT"),
        ("other.txt", "-m", "IN.karussell", "--markdown", "OUT"),
        ("other.txt", "--train", "IN.txt", "--markdown", "OUT"),
        ("other.txt", "--kenlm", "kn=IN.txt:other.txt", "--markdown", "OUT"),
        ("other.txt", "--kenlm", "kn=other.txt:IN.txt", "--markdown", "OUT"),
        ("other.txt", "--peer", "IN.pt", "--markdown", "OUT"),
        ("other.txt", "--peer", "peers", "--markdown", "OUT"),
        ("other.txt", "--typing", "--pairs", "IN.txt", "--markdown", "OUT"),
        ("other.txt", "--typing", "--foreign", "IN.txt", "--markdown", "OUT"),
        ("other.txt", "--typing", "--also", "IN.png", "--plot", "OUT"),
        ("other.txt", "--own", "--base", "IN.txt", "--markdown", "OUT"),
    ],
    "bench": [],  # reads nothing
}
_CASES = [(command, case) for command, cases in _READING.items() for case in cases]
# One of each command is tried by other names of the same file.
_FIRST = [(command, cases[0]) for command, cases in _READING.items() if cases]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ten_word_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("IN.txt", "IN.png", "IN.pt", "other.txt"):
        Path(name).write_text("see you tomorrow\n")
    shutil.copy(ten_word_path, "IN.karussell")
    Path("peers").mkdir()
    Path("peers/IN.pt").write_text("see you tomorrow\n")
    with History.open(Path("IN.folder")) as history:
        history.add(Sentence(words=("tea",), language="en", time=1))
    return tmp_path


def test_every_command_that_writes_a_file_is_tried() -> None:
    written = {"out", "plot", "markdown"}
    commands = typer.main.get_group(app).commands
    found = {name for name, each in commands.items() if written & {one.name for one in each.params}}
    # It writes a folder, which tests/web/test_offline.py tries.
    assert found - {"app"} == set(_READING)


def _named(read: str) -> Path:
    """The file that is read by the name in the arguments."""
    name = next(part for part in read.replace("=", ":").split(":") if part.startswith(("IN", "pe")))
    path = Path(name.partition("@")[0])
    return next(path.iterdir()) if path.is_dir() else path


@pytest.mark.parametrize(
    ("command", "case", "name"),
    [
        *((*each, "same") for each in _CASES),
        *((*each, name) for each in _FIRST for name in ("absolute", "dotted", "symbolic", "hard")),
    ],
)
def test_what_is_read_is_not_written(
    complain: Complain, folder: Path, command: str, case: tuple[str, ...], name: str
) -> None:
    read = next(part for part in case if "IN" in part or part == "peers")
    path = _named(read)
    before = path.read_bytes()
    out = folder / f"link{path.suffix}"
    if name == "symbolic":
        out.symlink_to(path.absolute())
    elif name == "hard":
        if path.parent.name == "IN.folder":
            pytest.skip("what a folder holds is known by where it lies")
        os.link(path, out)
    else:
        out = {"same": path, "absolute": path.absolute(), "dotted": Path("peers/..", path)}[name]
    told = complain(command, *(str(out) if part == "OUT" else part for part in case))
    assert told.startswith(f"{out}: is to be read")
    assert "choose another name" in told
    assert path.read_bytes() == before


def test_standard_input_is_not_written(
    complain: Complain, folder: Path, ten_word_path: Path
) -> None:
    kept = os.dup(0)
    try:
        with Path("IN.txt").open() as file:
            os.dup2(file.fileno(), 0)
            told = complain("scoreboard", "-", "-m", ten_word_path, "--markdown", "IN.txt")
    finally:
        os.dup2(kept, 0)
        os.close(kept)
    assert told.startswith("IN.txt: is to be read (as -)")


@pytest.mark.parametrize("other", ["one.png", "./one.png", "link.png", "peers/../one.png"])
def test_two_things_are_not_written_into_one_file(
    complain: Complain, folder: Path, other: str
) -> None:
    Path("link.png").symlink_to("one.png")
    told = complain("scoreboard", "other.txt", "--plot", "one.png", "--markdown", other)
    assert "would be written twice" in told
    assert not Path("one.png").exists()


def test_other_files_beside_those_that_are_read_are_written(
    run: Callable[..., object], folder: Path
) -> None:
    run("export", "IN.karussell", "-o", "peers/IN.onnx")
    run("scoreboard", "other.txt", "-m", "IN.karussell", "--markdown", "peers/IN.md")
    assert Path("peers/IN.onnx").exists()
    assert Path("peers/IN.md").exists()
