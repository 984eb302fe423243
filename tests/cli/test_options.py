"""What the options of all commands have in common."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from karussell.cli.main import app

Complain = Callable[..., str]
# Models that are nowhere: what is told about a picture is told before they are looked for.
_DRAWING = (
    ("bench",),
    ("gates", "tea", "-m", "nowhere"),
    ("scoreboard", "nowhere.txt", "-m", "nowhere"),
)
_WRITING = (
    *((*command, "--plot") for command in _DRAWING),
    ("scoreboard", "nowhere.txt", "--markdown"),
    ("export", "nowhere", "--out"),
)


def test_an_option_has_the_same_letter_in_every_command() -> None:
    spelled: dict[str, set[str]] = {}
    group = typer.main.get_group(app).commands
    lab = group["lab"]
    assert isinstance(lab, TyperGroup)
    for command in (*group.values(), *lab.commands.values()):
        for option in command.params:
            if option.param_type_name == "option":
                assert option.opts[0].startswith("--")
                spelled.setdefault(option.opts[0], set()).add(" ".join(option.opts[1:]))
    assert {name: letters for name, letters in spelled.items() if len(letters) > 1} == {}


@pytest.mark.parametrize("command", _WRITING)
def test_a_file_that_could_not_be_written_is_named_before_any_work(
    complain: Complain, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / "nowhere" / "board.png"
    told = complain(*command, path)
    assert told == f"{path}: cannot be written (no such folder: {path.parent})"
    folder = tmp_path / "folder.png"
    folder.mkdir()
    assert complain(*command, folder) == f"{folder}: cannot be written (it is a folder)"


@pytest.mark.parametrize("command", [("app", "--out"), ("stage",), ("train", __file__, "-o")])
def test_a_file_where_a_folder_should_be_is_named(
    complain: Complain, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    assert f"({tmp_path / 'file'} is no folder)" in complain(
        *command, tmp_path / "file" / "in" / "it"
    )


@pytest.mark.parametrize("command", _DRAWING)
def test_what_is_no_picture_is_named_before_any_work(
    complain: Complain, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / "board.txt"
    told = complain(*command, "--plot", path)
    assert told == f"{path}: not a picture; choose a name that ends in .png or .svg"


@pytest.mark.parametrize("command", _DRAWING)
def test_a_picture_without_matplotlib_is_refused_before_any_work(
    complain: Complain, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    told = complain(*command, "--plot", tmp_path / "board.png")
    hint = "run: pip install 'karussell[plot]'"
    assert told == f"pictures need matplotlib, which is not installed; {hint}"


@pytest.mark.parametrize(
    "command",
    [
        "suggest see -n",
        "learned -n",
        "saved -n",
        "evaluate nowhere -n",
        "scoreboard nowhere --limit",
        "keyboard --after-uses",
        "train nowhere --hidden",
        "train nowhere --threads",
        "bench --rounds",
    ],
)
def test_a_number_beyond_all_things_is_told(complain: Complain, command: str) -> None:
    for number in (2**31, 10**30):
        told = complain(*command.split(), number)
        assert told.endswith(f" {number}: expected at most 2,147,483,647")


@pytest.mark.parametrize(
    "command",
    [
        ("export", "nowhere", "--out"),
        ("learned", "--out"),
        ("train", "nowhere.txt", "--out"),
        ("scoreboard", "nowhere.txt", "--markdown"),
    ],
)
def test_standard_output_is_not_taken_for_a_file(
    complain: Complain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complain(*command, "-").startswith("-: standard output takes no file; choose the name")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", " "])
@pytest.mark.parametrize(
    "command",
    [
        ("keyboard", "--no-browser"),
        ("serve",),
        ("learn", "nowhere.txt"),
        ("learned",),
        ("forget", "--everything"),
        ("saved",),
    ],
)
def test_a_memory_without_a_name_is_not_the_folder_one_is_in(
    complain: Complain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    told = complain(*command, "--memory", name)
    assert told == f"--memory {name!r}: is empty, expected a folder (. for this one)"
    told = complain("lab", "order", "--folder", name)
    assert told == f"--folder {name!r}: is empty, expected a folder (. for this one)"
    assert not list(tmp_path.iterdir())
