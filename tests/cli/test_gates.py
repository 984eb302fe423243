"""`karussell gates`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from karussell.keyboard import Predictor
from tests.cli.conftest import Run

_PNG = b"\x89PNG\r\n\x1a\n"


def test_every_word_has_a_line_with_the_mean_of_each_gate(run: Run, ten_word_path: Path) -> None:
    outcome = run("gates", "See the TEA!", "-m", ten_word_path)
    assert (outcome.code, outcome.err) == (0, "")
    header, *rows, legend = outcome.out.splitlines()
    assert header.split() == ["wrote", "kept", "read"]
    assert legend.startswith("closed")
    with Predictor.open(ten_word_path) as predictor:
        trace = predictor.gates("see the tea").layers[0]
    for time, (word, row) in enumerate(zip(["see", "the", "tea"], rows, strict=True)):
        assert row.split()[0] == word
        means = [
            f"{float(gate[time].mean()):.0%}"
            for gate in (trace.input_gate, trace.forget_gate, trace.output_gate)
        ]
        assert [part for part in row.split() if part.endswith("%")] == means


def test_blocks_stand_from_those_that_forget_to_those_that_keep(
    run: Run, ten_word_path: Path
) -> None:
    row = run("gates", "see", "-m", ten_word_path).out.splitlines()[1]
    kept = row.split("%")[1].removesuffix(row.split("%")[1].split()[-1]).strip()
    assert list(kept) == sorted(kept, key=" ▁▂▃▄▅▆▇█".index)


def test_every_layer_has_its_map(run: Run, two_layer_path: Path) -> None:
    out = run("gates", "see the tea", "-m", two_layer_path).out
    assert [line.split()[:2] for line in out.splitlines() if "wrote" in line] == [
        ["layer", "1"],
        ["layer", "2"],
    ]


@pytest.mark.parametrize("columns", [20, 50, 80, 200])
def test_no_word_is_cut_off_in_a_terminal(
    run: Run, terminal: Callable[[int], None], ten_word_path: Path, columns: int
) -> None:
    terminal(columns)
    out = run("gates", "see the extraordinarily red tea", "-m", ten_word_path).out
    assert "extraordinarily" in out
    assert "…" not in out


@pytest.mark.parametrize("text", ["tea", "see the tea " * 6])
def test_a_picture_is_written(run: Run, two_layer_path: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "gates.png"
    outcome = run("gates", text, "-m", two_layer_path, "--plot", path)
    assert (outcome.code, outcome.out, outcome.err) == (0, f"{path}\n", "")
    assert path.read_bytes().startswith(_PNG)


def test_a_text_without_words_is_refused(complain: Callable[..., str], ten_word_path: Path) -> None:
    told = complain("gates", "...", "-m", ten_word_path)
    assert told == "the text has no words, expected at least one"


def test_a_plain_rnn_has_no_gates_to_show(complain: Callable[..., str], rnn_path: Path) -> None:
    assert "is a plain RNN and has no gates" in complain("gates", "tea", "-m", rnn_path)


def test_the_map_is_readable_where_gates_are_wide_open_or_shut() -> None:
    from karussell.cli.gates.map import print_map

    values = np.array([[0.0, 1.0]], np.float32)
    print_map(["word"], [{"wrote": values, "kept": values, "read": values}])
