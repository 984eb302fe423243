"""`karussell info`."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from karussell import kernels
from karussell.model import Card, RareWords, Source, embedded
from tests.cli.conftest import Run
from tests.conftest import MakeCard, WriteModel
from tests.hostile.mutations import KINDS


def test_the_card_is_shown(run: Run, two_layer_path: Path) -> None:
    outcome = run("info", two_layer_path)
    assert (outcome.code, outcome.err) == (0, "")
    for fact in ("ten words", "CC0-1.0", "2 x 4 memory blocks of 2 cells", "int8, format 4"):
        assert fact in outcome.out


def test_json_is_the_card(run: Run, ten_word_path: Path, make_card: MakeCard) -> None:
    outcome = run("info", ten_word_path, "--json")
    assert msgspec.json.decode(outcome.out, type=Card) == make_card()


def test_a_plain_rnn_has_units(run: Run, rnn_path: Path) -> None:
    assert "1 x 8 plain recurrent units" in run("info", rnn_path).out


def test_what_a_card_says_is_printed_as_it_is(
    run: Run, write_model: WriteModel, make_card: MakeCard, tmp_path: Path
) -> None:
    odd = "[red]not[/red] :smile: [link=https://example.org]a link[/link] [/]"
    card = msgspec.structs.replace(
        make_card(), name=odd, notes=odd, sources=(Source(name=odd, licence=odd),)
    )
    outcome = run("info", write_model(tmp_path / "m", card=card))
    assert outcome.code == 0
    assert outcome.out.count(odd) == 4


@pytest.mark.parametrize("length", [1, 1000])
def test_nothing_is_cut_off_where_no_terminal_is(
    run: Run, write_model: WriteModel, make_card: MakeCard, tmp_path: Path, length: int
) -> None:
    card = msgspec.structs.replace(make_card(), notes="x" * length)
    lines = run("info", write_model(tmp_path / "m", card=card)).out.splitlines()
    assert any(line.split() == ["notes", "x" * length] for line in lines)


def kernels_line(out: str) -> list[str]:
    return next(line.split()[2:] for line in out.splitlines() if line.startswith("kernels here"))


def test_the_level_of_the_kernels_is_shown(run: Run, ten_word_path: Path) -> None:
    names = f"(of {', '.join(kernels.levels())})".split()
    assert kernels_line(run("info", ten_word_path).out) == [kernels.level(), *names]


def test_what_auto_means_here_is_shown_with_its_reason(run: Run, ten_word_path: Path) -> None:
    out = run("info", ten_word_path).out
    for what, choice in (
        ("training", kernels.quickest_precision()),
        ("one sequence", kernels.quickest_format(1)),
        ("many at once", kernels.quickest_format(16)),
    ):
        (line,) = (line for line in out.splitlines() if line.startswith(f"auto, {what}"))
        assert line.endswith(f"{choice.format} ({choice.why})")


def test_the_level_is_shown_where_there_is_no_model(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(embedded, "_FOLDER", tmp_path)
    outcome = run("info")
    assert outcome.code == 0
    assert "this installation carries no English model" in outcome.out
    assert kernels_line(outcome.out)[0] == kernels.level()
    assert run("info", "--json").code == 2


def with_level(level: str, path: Path) -> subprocess.CompletedProcess[str]:
    program = (sys.executable, "-c", "from karussell.cli import main; main()")
    environment = {**os.environ, "KARUSSELL_LEVEL": level}
    return subprocess.run(
        (*program, "info", path),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("level", kernels.levels())
def test_the_environment_chooses_the_level(level: str, ten_word_path: Path) -> None:
    assert kernels_line(with_level(level, ten_word_path).stdout)[0] == level


def test_a_level_that_cannot_be_is_told_in_one_line(ten_word_path: Path) -> None:
    outcome = with_level("mmx", ten_word_path)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        "karussell: KARUSSELL_LEVEL: level 'mmx' cannot run on this machine, "
        f"expected one of: {', '.join(kernels.levels())}\n"
    )


def test_rare_and_withheld_words_are_counted(
    run: Run, write_model: WriteModel, tmp_path: Path
) -> None:
    rare = RareWords.of_counts(["teapot", "zebra"], ["", ""], [3, 1], 2)
    path = write_model(tmp_path / "m.karussell", rare=rare, withheld=[4])
    told = " ".join(run("info", path).out.split())
    assert "10 words, 2 rare ones beside them; 1 is not suggested until they were typed" in told


def test_models_of_tokens_and_of_series_have_facts_too(run: Run, tmp_path: Path) -> None:
    for name, facts in (
        ("tokens", ("kind tokens", "format 4", "vocabulary size 6", "perplexity: 3.5")),
        ("series", ("kind series", "season 3", "quantiles (0.1, 0.5)", "loss: 0.5")),
    ):
        KINDS[name].save(tmp_path / name)
        outcome = run("info", tmp_path / name)
        assert (outcome.code, outcome.err) == (0, "")
        told = " ".join(outcome.out.split())
        assert all(fact in told for fact in facts)
        assert msgspec.json.decode(run("info", tmp_path / name, "--json").out)["kind"] == name


def test_a_command_for_words_names_the_kind_of_another_model(run: Run, tmp_path: Path) -> None:
    KINDS["series"].save(tmp_path / "series")
    outcome = run("suggest", "see you", "-m", tmp_path / "series")
    assert outcome.code == 2
    assert "holds a model of series; open it with SeriesModel.open" in outcome.err


def test_a_missing_file_is_named(run: Run, tmp_path: Path) -> None:
    outcome = run("info", tmp_path / "none.karussell")
    assert (outcome.code, outcome.out) == (2, "")
    assert "none.karussell: no such file" in outcome.err
