"""`karussell info`."""

from pathlib import Path

import msgspec
import pytest

from karussell.model import Card, Source
from tests.cli.conftest import Run
from tests.conftest import MakeCard, WriteModel


def test_the_card_is_shown(run: Run, two_layer_path: Path) -> None:
    outcome = run("info", two_layer_path)
    assert (outcome.code, outcome.err) == (0, "")
    for fact in ("ten words", "CC0-1.0", "2 x 4 memory blocks of 2 cells", "int8, format 2"):
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
