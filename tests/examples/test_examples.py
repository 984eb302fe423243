"""The examples: what they read, and that what they print is what they measured."""

from pathlib import Path

import numpy as np
import pytest

import karussell as ka
from examples import commands
from examples.contest import compare, split

SCRIPT = "#!/bin/sh\n# Unpack.\nset -e\nif [ -d x ]; then\n  rm -r x\nfi\ntar xf x.tar\n"


def test_commands_are_the_first_words_of_the_lines_of_scripts(tmp_path: Path) -> None:
    (tmp_path / "unpack").write_text(SCRIPT)
    (tmp_path / "again").write_text(SCRIPT)
    (tmp_path / "notes.txt").write_text("a text\nof\nfour\nlines\n")
    found = list(commands.sequences([tmp_path]))
    assert found == [["set", "if", "rm", "fi", "tar"]]


def test_a_history_is_cut_into_sequences(tmp_path: Path) -> None:
    history = tmp_path / "history"
    history.write_text(": 1700000000:0;cd src\nls -l\n" * 30)
    assert list(commands.sequences([history])) == [["cd", "ls"] * 25, ["cd", "ls"] * 5]


def test_the_lstm_counts_where_n_grams_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    sequences = [["a"] * n + ["b"] * n for n in range(6, 10)] * 60
    settings = ka.Settings(
        embedding_size=8, hidden_size=24, epochs=15, batch_words=64, learning_rate=1e-2, threads=1,
        negatives=0, dropout=0.0,
    )  # fmt: skip
    model = compare("Letters", sequences, settings)
    assert model.predict(["a"] * 8 + ["b"] * 8, k=1)[0].token is model.tokens.token(2)
    table = capsys.readouterr().out
    perplexity = {
        row.split("│")[1].strip(): float(row.split("│")[4])
        for row in table.splitlines()
        if row.startswith("│")
    }
    unseen = split(sequences)[1]
    found = np.exp(-np.concatenate([model.log_probs(each) for each in unseen]).mean())
    assert perplexity["LSTM"] == pytest.approx(found, abs=0.006)
    assert perplexity["LSTM"] < perplexity["Kneser-Ney 5-grams"] < perplexity["bigrams"]


def test_melodies_are_tuples_that_music21_writes_again(tmp_path: Path) -> None:
    pytest.importorskip("music21", reason="the example of melodies needs music21")
    from examples import melodies

    score = melodies.score([(74, 0.25), (None, 0.5), (69, 1.0)])
    score.write("midi", str(tmp_path / "tune.mid"))
    assert (tmp_path / "tune.mid").read_bytes().startswith(b"MThd")


def test_the_demand_of_a_week_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("pmdarima", reason="the example of demand needs pmdarima")
    from examples import demand

    series = demand.load()
    settings = ka.SeriesSettings(horizon=48, season=336, updates=2, threads=1)
    demand.draw(ka.train(series[:-672], settings=settings), series, str(tmp_path / "week.png"))
    assert (tmp_path / "week.png").read_bytes().startswith(b"\x89PNG")
