"""Nothing from files or from other people commands the terminal that it is printed in."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from karussell.cli.progress import bar
from karussell.history import History, Sentence
from tests.cli.conftest import Run

_ODD = "a\x1b[2J\u202eb"


def test_no_message_commands_the_terminal(complain: Callable[..., str], tmp_path: Path) -> None:
    for command in ("info", "evaluate", "learn"):
        told = complain(command, tmp_path / f"{_ODD}.txt")
        assert r"a\x1b[2J\u202eb.txt" in told
    assert r"a\x1b[2J\u202eb" in complain("suggest", "x", "--language", _ODD)
    assert len(complain("suggest", "x", "--language", "y" * 50_000)) <= 2000
    assert len(complain("suggest", "x", "--" + "y" * 50_000)) <= 2000


@pytest.mark.parametrize("columns", [None, 80])
def test_tables_escape_what_a_terminal_obeys(
    run: Run, terminal: Callable[[int], None], columns: int | None, tmp_path: Path
) -> None:
    sentence = Sentence(words=("zebrafish\u202e\x9b31m",), language="en", time=1, app="\u202email")
    with History.open(tmp_path) as history:
        history.add(sentence)
    if columns is not None:
        terminal(columns)
    found = run("learned", "--memory", tmp_path)
    assert r"zebrafish\u202e\x9b31m" in found.out
    assert r"\u202email" in found.out
    assert found.out.replace("\n", "").isprintable()


def test_json_names_what_a_terminal_obeys_by_number(run: Run, tmp_path: Path) -> None:
    word = "zebra\u202e\x9b\U000e0041é漢😀"
    with History.open(tmp_path) as history:
        history.add(Sentence(words=(word,), language="en", time=1))
    found = run("learned", "--memory", tmp_path, "--json")
    assert found.out.replace("\n", "").isprintable()
    assert "é漢😀" in found.out
    assert json.loads(found.out)["words"][0]["word"] == word


def test_the_name_of_a_file_is_no_markup_of_a_bar(
    capsys: pytest.CaptureFixture[str], terminal: Callable[[int], None]
) -> None:
    terminal(80)
    for name in ("[/]", "{x}.txt", "[bold]", "\x1b[2J"):
        with bar(f"reading {name}", 1) as advance:
            advance()
    assert "\x1b[2J" not in capsys.readouterr().err


@pytest.mark.parametrize("odd", ["see \udcff you", "\ud800", "x\udc80\u202e\x1b"])
def test_json_of_what_is_not_utf_8(run: Run, ten_word_path: Path, odd: str) -> None:
    found = run("suggest", odd, "--json", "-m", ten_word_path)
    assert (found.code, found.err) == (0, "")
    assert found.out.replace("\n", "").isprintable()
    assert json.loads(found.out)["text"] == odd


def test_a_file_whose_name_is_not_utf_8_is_learned_and_told(
    run: Run, ten_word_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "n\udcff\x1b.txt"
    path.write_text("See you tomorrow.")
    arguments = ("learn", path, "--memory", tmp_path / "m", "-m", ten_word_path)
    assert r"n\udcff\x1b.txt" in run(*arguments, "--dry-run").out
    found = json.loads(run(*arguments, "--dry-run", "--json").out)
    assert found["files"][0]["file"] == str(path)
    assert run(*arguments).code == 0
