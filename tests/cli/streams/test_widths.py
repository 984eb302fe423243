"""On screens of any width words stay whole, nothing is lost, and lines end with what they say."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from karussell.cli.printing import Screen, new_table, print_whole
from karussell.history import History, Sentence
from tests.cli.conftest import Run


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    with History.open(tmp_path / "memory") as history:
        for app in ("notes", "a page of somebody", "chats"):
            history.add(Sentence(words=("zebrafish",), language="en", time=1, app=app))
    return tmp_path / "memory"


@pytest.mark.parametrize("columns", [80, 60, 40])
@pytest.mark.parametrize(
    "command",
    [
        "info MODEL",
        "scoreboard TEXT TEXT -n 2 -m MODEL",
        "scoreboard TEXT -n 2 -m MODEL --own",
        "learned --memory MEMORY",
        "saved --memory MEMORY",
        "learn TEXT --memory MEMORY -m MODEL --dry-run",
        "suggest see -m MODEL",
        "gates tea -m MODEL",
        "evaluate TEXT -m MODEL",
        "evaluate TEXT TEXT -m MODEL",
    ],
)
def test_no_word_is_broken_and_none_is_lost(
    run: Run,
    terminal: Callable[[int], None],
    ten_word_path: Path,
    memory: Path,
    columns: int,
    command: str,
) -> None:
    text = memory.parent / "t.txt"
    text.write_text("see you tomorrow\n" * 3)
    known = {"MODEL": ten_word_path, "TEXT": text, "MEMORY": memory}
    arguments = [known.get(part, part) for part in command.split()]
    piped = run(*arguments).out
    terminal(columns)
    told = run(*arguments).out
    for line in told.splitlines():
        assert line == line.rstrip()
        # The name of a file is a word, be it longer than the screen.
        assert len(line) <= columns or command.startswith("learn TEXT"), told
    if command.startswith(("info", "learn", "saved")):
        assert set(piped.split()) == set(told.split())
    elif command.startswith("scoreboard"):  # milliseconds differ
        assert {word for word in piped.split() if word.isalpha()} <= set(told.split())


def _printed(width: int, *columns: str, rows: int = 2) -> str:
    screen = Screen()
    screen.file = io.StringIO()
    screen.width = width
    table = new_table("name", *columns)
    for number in range(rows):
        table.add_row(f"row {number}", *(f"{name} {number}" for name in columns))
    print_whole(table, screen)
    assert screen.width == width
    return screen.file.getvalue()


@pytest.mark.parametrize("width", [200, 80, 60, 40])
def test_each_part_of_a_wide_table_names_its_rows(width: int) -> None:
    columns = ["one", "95 %", "a longer title", "p99", "x", "yet another", "two", "95 %"]
    told = _printed(width, *columns)
    parts = told.strip("\n").split("\n\n")
    assert all(part.splitlines()[1].startswith("row 0") for part in parts)
    assert sum(part.splitlines()[0].count("95 %") for part in parts) == 2
    for name in columns:
        assert f"{name} 0" in told
        assert f"{name} 1" in told
    for part in parts:
        # What is about the column before stands behind it.
        assert part.splitlines()[0].removeprefix("name").split() != ["95", "%"]


@pytest.mark.parametrize("width", [24, 10, 2])
def test_where_a_column_is_too_wide_its_words_are_whole(width: int) -> None:
    told = _printed(width, "one", "a longer title", "95 %").split()
    assert {"name", "one", "longer", "title", "95", "%", "row"} <= set(told)


def test_a_table_that_fits_is_one() -> None:
    assert "\n\n" not in _printed(80, "one", "two")
    assert _printed(12, "one").count("name") == 1
