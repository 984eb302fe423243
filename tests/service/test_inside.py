"""What the models do while they read, as it is asked and told."""

from pathlib import Path

import pytest

from karussell.keyboard import Context, Predictor
from tests.conftest import MakeCard, WriteModel
from tests.service.speaking import Keyboard


def test_gates_are_told_of_the_sentence_before_the_caret(
    make_card: MakeCard, write_model: WriteModel, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "m", card=make_card(layers=2, cells_per_block=4))
    with Predictor.open(path) as predictor:
        keyboard = Keyboard(predictor)
        keyboard.offered("The tea! See xyz, to")
        told = keyboard.say("inside", answer=keyboard.number)
        layers = predictor.gates("see xyz").by_keeping()
    assert told["type"] == "gates"
    assert (told["words"], told["known"]) == (["See", "xyz"], [True, False])
    assert len(told["layers"]) == 2
    for layer, expected in zip(told["layers"], layers, strict=True):
        for name, values in expected.items():
            assert layer[name]["mean"] == pytest.approx(values.mean(axis=1), abs=6e-4)
            assert layer[name]["bands"] == [pytest.approx(band, abs=6e-4) for band in values.T]


def test_weights_are_told_of_a_word_of_the_last_answer(
    keyboard: Keyboard, predictor: Predictor
) -> None:
    answer = keyboard.say("ask", left="See you t")
    place = answer["best"]
    word = answer["slots"][place]["text"]
    told = keyboard.say("weigh", answer=keyboard.number, place=place)
    found = predictor.inside.weights(Context(left="See you t"), word)
    assert (told["type"], told["word"]) == ("weights", word)
    assert told["log_prob"] == found.log_prob
    assert [(each["word"], each["weight"]) for each in told["words"]] == [
        (each.word, each.weight) for each in found.words
    ]


def test_looking_uses_no_answer_up_and_teaches_nothing(keyboard: Keyboard) -> None:
    keyboard.offered("see you t")
    answer = keyboard.number
    assert "error" not in keyboard.say("inside", answer=answer)
    assert "error" not in keyboard.say("weigh", answer=answer, place="literal")
    assert keyboard.say("learned")["words"] == []
    assert keyboard.say("accept", answer=answer, place=0)["type"] == "done"


def test_what_cannot_be_looked_at_is_told(
    keyboard: Keyboard, make_card: MakeCard, write_model: WriteModel, tmp_path: Path
) -> None:
    keyboard.offered("see you ")
    assert "expected an answer about the text" in keyboard.say("inside", answer=99)["error"]
    assert "expected an answer about the text" in keyboard.say("weigh", answer=99, place=0)["error"]
    keyboard.offered("see you. ")
    assert keyboard.say("inside", answer=keyboard.number)["words"] == []
    with Predictor.open(write_model(tmp_path / "p", card=make_card(cell="rnn"))) as plain:
        keyboard = Keyboard(plain)
        keyboard.offered("see you ")
        answer = keyboard.number
        assert "has no gates" in keyboard.say("inside", answer=answer)["error"]
        assert len(keyboard.say("weigh", answer=answer, place=0)["words"]) == 2


def test_a_field_of_secrets_is_not_looked_into(keyboard: Keyboard) -> None:
    keyboard.offered("see you ")
    keyboard.say("field", purpose="password")
    keyboard.say("ask", left="see you ")
    answer = keyboard.number
    assert "nothing is read" in keyboard.say("inside", answer=answer)["error"]
    assert "error" in keyboard.say("weigh", answer=answer, place=0)


def test_a_private_field_is_looked_into_and_teaches_nothing(predictor: Predictor) -> None:
    keyboard = Keyboard(predictor, private=True)
    keyboard.offered("see you ")
    answer = keyboard.number
    assert keyboard.say("inside", answer=answer)["words"] == ["see", "you"]
    assert len(keyboard.say("weigh", answer=answer, place=0)["words"]) == 2
    assert keyboard.say("learned")["words"] == []
