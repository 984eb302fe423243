"""`karussell evaluate`."""

import lzma
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import Run

_KEYS = {
    "lines",
    "words",
    "keystroke_savings",
    "keystroke_savings_at_1",
    "keystroke_savings_at_5",
    "keystroke_savings_ceiling",
    "keystroke_savings_share",
    "recall_at_1",
    "recall_at_3",
    "perplexity",
    "bits_per_character",
    "unknown_rate",
    "latency_ms",
}


@pytest.fixture
def texts(tmp_path: Path) -> list[Path]:
    first = tmp_path / "conversations_of_several_people.txt.xz"
    first.write_bytes(lzma.compress(b"See you tomorrow!\nI see the tea.\n"))
    second = tmp_path / "letters.txt"
    second.write_text("Are you to see a cat?\n\nThe ten are.\n")
    return [first, second]


def test_json_has_exactly_the_promised_keys(
    run: Run, texts: list[Path], ten_word_path: Path
) -> None:
    outcome = run("evaluate", *texts, "-m", ten_word_path, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    found = msgspec.json.decode(outcome.out)
    assert found.keys() == _KEYS
    assert found["latency_ms"].keys() == {"median", "p99"}
    assert (found["words"], found["lines"]) == (16, 5)
    assert found["unknown_rate"] == pytest.approx(1 / 16)


def test_several_texts_have_a_row_each_and_one_together(
    run: Run, texts: list[Path], ten_word_path: Path
) -> None:
    rows = run("evaluate", *texts, "-m", ten_word_path).out.splitlines()
    names = [row.split("  ")[0].strip() for row in rows]
    assert names == ["text", "conversations_of_several_people", "letters", "all together"]
    assert [row.split()[-10] for row in rows[1:]] == ["7", "9", "16"]


@pytest.mark.parametrize("columns", [30, 60, 80, 100, 140])
def test_no_name_and_no_figure_is_cut_off_in_a_terminal(
    run: Run,
    terminal: Callable[[int], None],
    texts: list[Path],
    ten_word_path: Path,
    columns: int,
) -> None:
    terminal(columns)
    outcome = run("evaluate", *texts, "-m", ten_word_path)
    for name in ("conversations_of_several_people", "letters", "all together"):
        assert name in outcome.out.replace("\n", "")
    assert "…" not in outcome.out
    assert all(len(line) <= columns for line in outcome.out.splitlines())


def test_the_same_text_twice_counts_twice(run: Run, texts: list[Path], ten_word_path: Path) -> None:
    outcome = run("evaluate", texts[1], texts[1], "-m", ten_word_path, "--json")
    assert msgspec.json.decode(outcome.out)["words"] == 18


def test_a_limit_counts_lines_of_each_text(
    run: Run, texts: list[Path], ten_word_path: Path
) -> None:
    outcome = run("evaluate", *texts, "--limit", 1, "-m", ten_word_path, "--json")
    assert msgspec.json.decode(outcome.out)["lines"] == 2


def test_the_unigram_baseline_knows_counts_alone(
    run: Run, texts: list[Path], ten_word_path: Path
) -> None:
    outcome = run("evaluate", texts[1], "--unigram", "-m", ten_word_path, "--json")
    found = msgspec.json.decode(outcome.out)
    # The three most frequent words are "the", "to" and "i": two of the nine words.
    assert found["recall_at_3"] == pytest.approx(2 / 9)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "no such file"),
        (b"", "has no words, expected at least one to evaluate"),
        (b"...\n!?\n", "has no words, expected at least one to evaluate"),
        (b"\xff\xfe\x00", "binary data"),
        (b"caf\xe9\n", "is not UTF-8"),
    ],
)
def test_a_text_that_is_none_is_named_before_anything_is_measured(
    complain: Callable[..., str],
    texts: list[Path],
    tmp_path: Path,
    ten_word_path: Path,
    content: bytes | None,
    complaint: str,
) -> None:
    path = tmp_path / "odd.txt"
    if content is not None:
        path.write_bytes(content)
    told = complain("evaluate", *texts, path, "-m", ten_word_path)
    assert told.startswith(f"{path}: ")
    assert complaint in told
