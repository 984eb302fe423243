"""`karussell scoreboard`."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from karussell.measure import Board
from karussell.model import embedded_path
from tests.cli.conftest import Run
from tests.conftest import WriteModel

Complain = Callable[..., str]
_PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def texts(tmp_path: Path) -> list[Path]:
    first, second = tmp_path / "anna_*.txt", tmp_path / "letters.txt"
    first.write_text("See you tomorrow 🙂\nI see the tea.\n\nAre you to see a cat?\n" * 5)
    second.write_text("The ten are.\nto you\n" * 15)
    return [first, second]


def _board(run: Run, *arguments: object) -> Board:
    outcome = run("scoreboard", *arguments, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    return msgspec.json.decode(outcome.out, type=Board, strict=True)


def test_json_is_the_whole_board(run: Run, texts: list[Path], ten_word_path: Path) -> None:
    board = _board(run, *texts, "-m", ten_word_path)
    names = [row.name for row in board.together.rows]
    assert names[0] == "Karussell ten words"
    assert names[-1] == "unigram list"
    assert [text.name for text in board.texts] == ["anna_*", "letters"]
    assert board.together.words == sum(text.words for text in board.texts) == 65 + 75
    assert board.together.rows[0].bytes == ten_word_path.stat().st_size
    assert board.rules


def test_a_limit_counts_lines_of_each_text(
    run: Run, texts: list[Path], ten_word_path: Path
) -> None:
    board = _board(run, *texts, "-m", ten_word_path, "--limit", 2)
    assert [text.lines for text in board.texts] == [2, 2]


def test_tables_show_all_and_say_the_rules(
    run: Run, texts: list[Path], ten_word_path: Path
) -> None:
    outcome = run("scoreboard", *texts, "-m", ten_word_path)
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert sum(line.startswith("unigram list") for line in lines) == 3  # figures, lead, note
    assert "how far Karussell ten words is ahead" in lines
    assert any(line.startswith("anna_*") for line in lines)
    assert "emoji and emoticons are read as context" in outcome.out
    assert "95 % of 1,000 paired bootstrap draws" in outcome.out


@pytest.mark.parametrize("columns", [40, 100])
def test_no_figure_is_cut_off_in_a_terminal(
    run: Run,
    terminal: Callable[[int], None],
    texts: list[Path],
    ten_word_path: Path,
    columns: int,
) -> None:
    terminal(columns)
    outcome = run("scoreboard", *texts, "-m", ten_word_path)
    assert "…" not in outcome.out
    assert "bits/char" in outcome.out


def test_one_text_has_no_table_of_texts(run: Run, texts: list[Path], ten_word_path: Path) -> None:
    outcome = run("scoreboard", texts[1], "-m", ten_word_path)
    assert "on each text" not in outcome.out


def test_one_document_has_dashes_for_intervals(
    run: Run, texts: list[Path], ten_word_path: Path
) -> None:
    outcome = run("scoreboard", texts[1], "-m", ten_word_path, "--limit", 3)
    row = next(line for line in outcome.out.splitlines() if line.startswith("unigram list"))
    assert row.split()[5] == "-"


def test_markdown_holds_the_same_tables(
    run: Run, texts: list[Path], ten_word_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "board.md"
    assert run("scoreboard", *texts, "-m", ten_word_path, "--markdown", path).code == 0
    lines = path.read_text().splitlines()
    assert any(line.startswith("| **Karussell ten words** |") for line in lines)
    assert any(line.startswith("| anna\\_\\* |") for line in lines)
    rows = [line for line in lines if line.startswith("|")]
    widths = {len(line.replace("\\|", "").split("|")) for line in rows}
    assert len(rows) >= 10
    assert len(widths) <= 3  # one for each table


@pytest.mark.parametrize(("name", "start"), [("board.png", _PNG), ("board.svg", b"<?xml")])
def test_a_picture_is_drawn(
    run: Run, texts: list[Path], ten_word_path: Path, tmp_path: Path, name: str, start: bytes
) -> None:
    path = tmp_path / name
    assert run("scoreboard", *texts, "-m", ten_word_path, "--plot", path).code == 0
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("option", ["kn3", "kn3=", "=a:b", "kn3=a", "kn3=a:", "kn3=:b"])
def test_a_kenlm_model_needs_a_name_and_two_files(
    complain: Complain, texts: list[Path], ten_word_path: Path, option: str
) -> None:
    told = complain("scoreboard", *texts, "-m", ten_word_path, "--kenlm", option)
    assert told.startswith(f"--kenlm {option}: expected NAME=MODEL:WORDS, for example ")


def test_a_kenlm_model_that_is_not_there_is_named(
    complain: Complain, texts: list[Path], ten_word_path: Path, tmp_path: Path
) -> None:
    absent = tmp_path / "kn3.bin"
    option = f"kn3={absent}:{texts[0]}"
    told = complain("scoreboard", *texts, "-m", ten_word_path, "--kenlm", option)
    assert told == f"--kenlm kn3: {absent}: no such file"


def test_a_folder_without_peers_is_named(
    complain: Complain, texts: list[Path], ten_word_path: Path, tmp_path: Path
) -> None:
    told = complain("scoreboard", *texts, "-m", ten_word_path, "--peer", tmp_path)
    assert told == f"--peer {tmp_path}: holds no .pt file, expected a folder of trained peers"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "no such file"), ("", "has no words"), ("🙂 :D\n...\n", "has no words")],
)
def test_a_text_that_is_none_is_named(
    complain: Complain,
    texts: list[Path],
    tmp_path: Path,
    ten_word_path: Path,
    content: str | None,
    complaint: str,
) -> None:
    path = tmp_path / "odd.txt"
    if content is not None:
        path.write_text(content)
    told = complain("scoreboard", *texts, path, "-m", ten_word_path)
    assert told.startswith(f"{path}: {complaint}")


def test_kneser_ney_models_learn_from_the_text_given(
    run: Run, texts: list[Path], write_model: WriteModel, tmp_path: Path
) -> None:
    train = tmp_path / "train.txt"
    train.write_text("See you tomorrow. I see the tea.\nThe ten are to you, are you?\n" * 30)
    model = write_model(tmp_path / "ours.karussell")
    board = _board(run, texts[1], "-m", model, "--train", train)
    names = [row.name for row in board.together.rows]
    assert "Kneser-Ney 3-gram" in names
    learned = board.together.rows[names.index("Kneser-Ney 3-gram")]
    # "The ten are. to you" is what it has read; our ten words have weights drawn at random.
    assert learned.recall_at_1.value > board.together.rows[0].recall_at_1.value
    assert learned.bytes is not None
    assert learned.bytes <= model.stat().st_size


def test_messages_of_an_export_are_measured_without_time_and_name(
    run: Run, ten_word_path: Path, tmp_path: Path
) -> None:
    export = tmp_path / "chat.txt"
    export.write_text("12/03/2024, 10:11 - Anna: see you\n12/03/2024, 10:12 - Bob: tomorrow\n")
    assert _board(run, export, "-m", ten_word_path).together.words == 3


def test_several_languages_are_measured_together_and_alone(
    run: Run, tmp_path: Path, ten_word_path: Path
) -> None:
    english, german = tmp_path / "english.txt", tmp_path / "german.txt"
    english.write_text("see you tomorrow\nI see tea\n")
    german.write_text("wir sehen uns morgen\nich trinke Tee\n")
    models = ("-m", ten_word_path, "-m", embedded_path("de"))
    outcome = run("scoreboard", english, german, *models)
    assert outcome.code == 0, outcome.err
    for told in ("en + de", "switching every 1 to 10 words", "right words that are changed"):
        assert told in outcome.out
    told = msgspec.json.decode(run("scoreboard", english, german, *models, "--json").out)
    assert [text["name"] for text in told["savings"]["texts"]][:2] == ["english", "german"]
    assert {each["keyboard"] for each in told["harm"]} == {"en + de", "en", "de"}


def test_each_language_needs_a_text(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("see you\n")
    outcome = run("scoreboard", text, "-l", "en,de")
    assert outcome.code == 2
    assert "1 text for 2 languages, expected one for each" in outcome.err
    outcome = run("scoreboard", text, text, "-l", "en,de", "--typing")
    assert outcome.code == 2
    assert "are for one language" in outcome.err
