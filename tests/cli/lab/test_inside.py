"""`karussell lab inside`."""

import json
from pathlib import Path

import msgspec
import pytest

from karussell.cli.lab.gallery import draw
from karussell.lab import Inside
from tests.cli.conftest import Run
from tests.conftest import MakeCard, WriteModel
from tests.lab.test_inside import inside, planted, texts

__all__ = ["inside", "planted"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "mine.txt"
    path.write_text("\n".join(" ".join(sentence.words) for sentence in texts(1, 80)))
    return path


def test_a_text_is_looked_at(run: Run, ten_word_path: Path, text: Path) -> None:
    outcome = run("lab", "inside", text, "--model", ten_word_path)
    assert outcome.code == 0
    assert "sentences of mine." in outcome.out
    assert " of 8 cells have a name" in outcome.out
    assert outcome.err == ""


def test_without_a_text_ours_are_read(run: Run, ten_word_path: Path) -> None:
    outcome = run("lab", "inside", "--quick", "--model", ten_word_path)
    assert outcome.code == 0
    assert "sentences of letters, story, talk." in outcome.out


def test_json_has_everything_and_a_folder_keeps_it(
    run: Run, ten_word_path: Path, text: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    given = ("lab", "inside", text, "--model", ten_word_path, "--json", "--folder", folder)
    first = run(*given)
    found = json.loads(first.out)
    assert found["model"] == "ten words"
    assert found["texts"].keys() == {"mine"}
    assert [path.name for path in folder.iterdir()] == ["inside.json"]
    assert run(*given).out == first.out
    other = json.loads(run(*given, "--words", 300).out)
    assert other["texts"]["mine"] == 300


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_sentences_are_drawn(inside: Inside, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"gallery{suffix}"
    draw(path, inside)
    assert path.stat().st_size > 2_000


def test_a_picture_without_examples_says_so(inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "gallery.svg"
    draw(path, msgspec.structs.replace(inside, gallery={}))
    assert path.exists()


def test_what_cannot_be_read_is_named(run: Run, ten_word_path: Path, tmp_path: Path) -> None:
    outcome = run("lab", "inside", tmp_path / "none.txt", "--model", ten_word_path)
    assert outcome.code == 2
    assert "none.txt: no such file" in outcome.err
    empty = tmp_path / "empty.txt"
    empty.write_text("... !\n")
    outcome = run("lab", "inside", empty, "--model", ten_word_path)
    assert outcome.code == 2
    assert "have no words" in outcome.err


def test_a_text_of_one_long_sentence_is_read_as_far_as_asked(
    run: Run, ten_word_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "endless.txt"
    path.write_text("i see the tea " * 1_000)
    outcome = run("lab", "inside", path, "--model", ten_word_path, "--words", 100)
    assert outcome.code == 0
    assert "100 words in 1 sentence of endless." in outcome.out


def test_a_plain_rnn_is_refused_by_name(
    run: Run, write_model: WriteModel, make_card: MakeCard, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "rnn.karussell", card=make_card(cell="rnn"))
    outcome = run("lab", "inside", "--quick", "--model", path)
    assert outcome.code == 2
    assert "plain RNN and has no gates" in outcome.err
