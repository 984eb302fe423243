import msgspec
import pytest

from karussell.errors import ModelFileError
from karussell.model import Card, Configuration
from karussell.store import card as cards
from tests.conftest import MakeCard


def _decoded(text: str) -> Card:
    return cards.decode_card(text, Card)


def test_a_card_survives_being_written(make_card: MakeCard) -> None:
    card = msgspec.structs.replace(make_card(), scores={"perplexity": 61.5}, notes="two\nlines")
    assert _decoded(cards.encode_card(card)) == card


def test_a_newer_format_asks_for_an_upgrade(make_card: MakeCard) -> None:
    newer = cards.encode_card(make_card()).replace('"format":4', '"format":5,"invented":true')
    with pytest.raises(ModelFileError, match=r"made by a newer version of Karussell .* upgrade"):
        _decoded(newer)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"format":4', '"format":3', r"older version of Karussell \(.* expected 4\); train the"),
        ('"format":4', '"format":"4"', "Expected `int`, got `str`"),
        ('"format":4,', "", "missing required field `format`"),
        ('"kind":"words"', '"kind":"tokens"', "model of tokens; open it with SequenceModel.open"),
        ('"kind":"words"', '"kind":"\\u001b"', r"model of '.x1b', expected one of words, tokens"),
        ('"kind":"words"', '"kind":[]', "Expected `str`, got `array`"),
        ('"kind":"words",', "", "a model of '', expected one of words, tokens, series"),
        ('"format":4', '"format":0', r"format is 0, expected 4\); train the model again"),
        ('"format":4', '"format":4,"format":4', "'format' stands twice"),
        ('"layers":1', '"layers":1,"layers":2', "'layers' stands twice"),
        ('"layers":1', '"layers":0', "layers"),
        ('"layers":1', '"layers":true', "Expected `int`, got `bool`"),
        ('"layers":1', '"layers":NaN', "NaN is no JSON number"),
        ('"layers":1', f'"layers":{"9" * 5000}', "not valid JSON"),
        ('"layers":1', f'"layers":{"[" * 30000}', "nested too deeply|not valid JSON"),
        ('"hidden_size":8', '"hidden_size":99999999999', "hidden_size"),
        (
            '"cells_per_block":1',
            '"cells_per_block":3',
            "cells_per_block is 3, expected a divisor of hidden_size 8",
        ),
        ('"name":"ten words"', '"name":"\\u001b[31mred"', r"control character U\+001B"),
        ('"name":"ten words"', '"name":"\\ud800"', "cannot be read"),
        ('"name":"ten words"', '"\\u001b":"ten words"', r"cannot be read.*x1b"),
        ('"name":"ten words",', "", "missing required field `name`"),
        ('"name":', '"colour":"red","name":', "unknown field `colour`"),
        ('"cell":"lstm"', '"cell":"gru"', "gru"),
    ],
)
def test_a_card_that_lies_is_refused(
    make_card: MakeCard, old: str, new: str, complaint: str
) -> None:
    text = cards.encode_card(make_card())
    assert old in text
    with pytest.raises(ModelFileError, match=complaint):
        _decoded(text.replace(old, new, 1))


def test_a_card_larger_than_any_honest_one_is_refused(make_card: MakeCard) -> None:
    card = msgspec.structs.replace(make_card(), notes="x" * cards.LARGEST_CARD)
    with pytest.raises(ModelFileError, match="expected at most 65536"):
        cards.encode_card(card)


def test_a_score_that_is_no_number_cannot_be_written(make_card: MakeCard) -> None:
    card = msgspec.structs.replace(make_card(), scores={"perplexity": float("nan")})
    with pytest.raises(ModelFileError, match="card"):
        cards.encode_card(card)


def test_a_block_of_four_cells_has_three_gate_rows_and_four_cell_inputs() -> None:
    configuration = Configuration(
        cell="lstm",
        layers=1,
        embedding_size=2,
        hidden_size=12,
        cells_per_block=4,
        vocabulary_size=5,
    )
    assert configuration.gate_rows == 3 * 3 + 12


def test_a_plain_rnn_has_no_blocks(make_card: MakeCard) -> None:
    assert make_card(cell="rnn").configuration.gate_rows == 8
    with pytest.raises(ValueError, match="expected 1 for an rnn"):
        make_card(cell="rnn", cells_per_block=2)


def test_a_card_is_the_same_after_its_json_is_spaced_out(make_card: MakeCard) -> None:
    card = make_card()
    assert _decoded(msgspec.json.format(cards.encode_card(card), indent=2)) == card
    assert isinstance(card, Card)
