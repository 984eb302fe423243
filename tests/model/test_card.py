import msgspec
import pytest

from karussell.errors import ModelFileError
from karussell.model.card import LARGEST_CARD, Card, Configuration, decode_card, encode_card
from tests.conftest import MakeCard


def test_a_card_survives_being_written(make_card: MakeCard) -> None:
    card = msgspec.structs.replace(make_card(), scores={"perplexity": 61.5}, notes="two\nlines")
    assert decode_card(encode_card(card)) == card


def test_a_newer_format_asks_for_an_upgrade(make_card: MakeCard) -> None:
    newer = encode_card(make_card()).replace('"format":3', '"format":4,"invented":true')
    with pytest.raises(ModelFileError, match=r"made by a newer version of Karussell .* upgrade"):
        decode_card(newer)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"format":3', '"format":0', "format is 0, expected 1 to 3"),
        ('"format":3', '"format":3,"format":3', "'format' stands twice"),
        ('"layers":1', '"layers":1,"layers":2', "'layers' stands twice"),
        ('"layers":1', '"layers":0', "layers"),
        ('"layers":1', '"layers":true', "Expected `int`, got `bool`"),
        ('"layers":1', '"layers":NaN', "NaN is no JSON number"),
        ('"layers":1', f'"layers":{"9" * 5000}', "not valid JSON"),
        ('"layers":1', f'"layers":{"[" * 30000}', "nested too deeply|not valid JSON"),
        ('"hidden_size":8', '"hidden_size":99999999999', "hidden_size"),
        ('"cells_per_block":1', '"cells_per_block":3', "8 is no multiple of cells_per_block 3"),
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
    text = encode_card(make_card())
    assert old in text
    with pytest.raises(ModelFileError, match=complaint):
        decode_card(text.replace(old, new, 1))


def test_a_card_larger_than_any_honest_one_is_refused(make_card: MakeCard) -> None:
    card = msgspec.structs.replace(make_card(), notes="x" * LARGEST_CARD)
    with pytest.raises(ModelFileError, match="expected at most 65536"):
        encode_card(card)


def test_a_score_that_is_no_number_cannot_be_written(make_card: MakeCard) -> None:
    card = msgspec.structs.replace(make_card(), scores={"perplexity": float("nan")})
    with pytest.raises(ModelFileError, match="card"):
        encode_card(card)


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
    assert decode_card(msgspec.json.format(encode_card(card), indent=2)) == card
    assert isinstance(card, Card)
