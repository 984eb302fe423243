"""`karussell scoreboard --typing`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from karussell.cli.scoreboard import typing
from karussell.measure.typing import Rival, TypingBoard
from tests.cli.conftest import Run

Complain = Callable[..., str]
_PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _without_rivals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rivals that are installed somewhere would take a minute."""

    def none(language: str) -> Iterator[Rival]:
        return iter(())

    monkeypatch.setattr(typing, "installed_rivals", none)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "chat.txt"
    path.write_text("See you tomorrow at the well-known tea\nI see Anna and the ten.\nIs it it?\n")
    return path


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"te{letter}\ttea\nth{letter}\tthe\n" for letter in "bcdfgh"))
    return path


def _board(run: Run, *arguments: object) -> TypingBoard:
    outcome = run("scoreboard", "--typing", *arguments, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    return msgspec.json.decode(outcome.out, type=TypingBoard, strict=True)


def test_json_is_the_whole_board(run: Run, text: Path, pairs: Path, ten_word_path: Path) -> None:
    foreign = ("--foreign", text, "--also", text)
    board = _board(run, text, "-m", ten_word_path, "--pairs", pairs, *foreign)
    assert list(board.notes) == ["Karussell ten words"]
    assert [(each.layout, each.sigma, each.careless) for each in board.taps] == [
        ("qwerty", 0.29, False),
        ("qwerty", 0.29, True),
    ]
    assert {each.name for each in board.mistakes} == {"pairs"}
    assert [each.weights for each in board.mistakes] == ["words", "pairs"]
    names = {each.name: each.items for each in board.harmless}
    assert names["hyphenated words"] == 1
    assert names["names"] == 1
    assert names["the texts, every word"] == 17
    assert board.rules
    assert board.calm is not None
    assert board.calm.words == 17


def test_the_same_seed_gives_the_same_figures(run: Run, text: Path, ten_word_path: Path) -> None:
    def errors(seed: int) -> list[float]:
        board = _board(run, text, "-m", ten_word_path, "--seed", seed, "--sigma", 0.4)
        return [standing.entries[0].figures.errors_before for standing in board.taps]

    assert errors(3) == errors(3)
    assert errors(3) != errors(4)


def test_layouts_and_spreads_can_be_chosen(run: Run, text: Path, ten_word_path: Path) -> None:
    board = _board(
        run, text, "-m", ten_word_path, "--layout", "dvorak", "--layout", "azerty", "--sigma", 0.1
    )
    assert [each.layout for each in board.taps] == ["dvorak", "dvorak", "azerty", "azerty"]


def test_half_of_the_pairs_are_held_out(
    run: Run, text: Path, pairs: Path, ten_word_path: Path
) -> None:
    def number(*options: str) -> int:
        board = _board(run, text, "-m", ten_word_path, "--pairs", pairs, *options)
        return board.mistakes[0].entries[0].figures.words

    assert 1 <= number() <= number("--all-pairs") == 2


def test_tables_and_a_picture_show_it(
    run: Run, text: Path, pairs: Path, ten_word_path: Path, tmp_path: Path
) -> None:
    files = ("--markdown", tmp_path / "board.md", "--plot", tmp_path / "board.png")
    outcome = run("scoreboard", "--typing", text, "-m", ten_word_path, "--pairs", pairs, *files)
    assert (outcome.code, outcome.err) == (0, "")
    assert "taps on QWERTY, sigma 0.29: 17 words" in outcome.out
    assert "changed although right" in outcome.out
    assert "| **Karussell ten words** |" in (tmp_path / "board.md").read_text()
    assert (tmp_path / "board.png").read_bytes().startswith(_PNG)


def test_a_layout_that_is_none_is_named(
    complain: Complain, text: Path, ten_word_path: Path
) -> None:
    told = complain("scoreboard", "--typing", text, "-m", ten_word_path, "--layout", "qzerty")
    assert "'qzerty'" in told
    assert "qwerty" in told


def test_a_list_without_pairs_is_named(complain: Complain, text: Path, ten_word_path: Path) -> None:
    told = complain("scoreboard", "--typing", text, "-m", ten_word_path, "--pairs", text)
    assert told.startswith(f"{text}: has no pairs")
