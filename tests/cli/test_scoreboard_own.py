"""`karussell scoreboard --own`: what learning a writer's own text is worth."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from karussell.measure import OwnBoard
from tests.cli.conftest import Run

Complain = Callable[..., str]


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat.tsv"
    lines = [
        f"{who}\tSee you at the Brimbola, {number} times" for number in range(9) for who in "ab"
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_json_is_the_whole_board(run: Run, chat: Path, ten_word_path: Path) -> None:
    outcome = run("scoreboard", "--own", chat, "--base", chat, "-m", ten_word_path, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    board = msgspec.json.decode(outcome.out, type=OwnBoard, strict=True)
    assert [writer.name for writer in board.writers] == ["chat a", "chat b"]
    assert board.savings.value > 0
    assert board.savings.low is not None
    assert board.offered[0] == 1.0
    assert board.base_savings is not None
    assert [stage.learned for stage in board.stages] == [0]


def test_tables_show_each_writer(run: Run, chat: Path, ten_word_path: Path, tmp_path: Path) -> None:
    markdown = tmp_path / "own.md"
    outcome = run("scoreboard", "--own", chat, "-m", ten_word_path, "--markdown", markdown)
    assert outcome.code == 0
    assert "chat b" in outcome.out
    assert "offered after two letters" in outcome.out
    assert "Each word is predicted before its line is learned" in markdown.read_text()


def test_a_plain_text_is_of_one_writer(run: Run, tmp_path: Path, ten_word_path: Path) -> None:
    path = tmp_path / "anna.txt"
    path.write_text("see you\nthe tea\n" * 4)
    outcome = run("scoreboard", "--own", path, "-m", ten_word_path, "--limit", 6, "--json")
    board = msgspec.json.decode(outcome.out, type=OwnBoard, strict=True)
    assert [(writer.name, writer.words) for writer in board.writers] == [("anna", 12)]
    assert board.savings.low is None


def test_a_line_without_its_writer_is_named(
    complain: Complain, tmp_path: Path, ten_word_path: Path
) -> None:
    path = tmp_path / "chat.tsv"
    path.write_text("a\tsee you\nthe tea\n")
    told = complain("scoreboard", "--own", path, "-m", ten_word_path)
    assert "line 2 has no tab" in told


def test_a_writer_without_words_is_named(
    complain: Complain, tmp_path: Path, ten_word_path: Path
) -> None:
    path = tmp_path / "chat.tsv"
    path.write_text("a\tsee you\nb\t🙂\n")
    assert "b wrote no word" in complain("scoreboard", "--own", path, "-m", ten_word_path)
