"""Which earlier words weigh on the next one: what the model itself says with them and without."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from karussell.errors import UsageError
from karussell.keyboard import Context, Field, Predictor, Purpose, Weights
from karussell.model import LanguageModel, RareWords
from karussell.text import words
from tests.conftest import MakeCard, MakeWeights, WriteModel
from tests.two_languages import write_two


@pytest.fixture(params=["lstm", "rnn"])
def predictor(
    request: pytest.FixtureRequest, make_card: MakeCard, write_model: WriteModel, tmp_path: Path
) -> Iterator[Predictor]:
    """Ten words and a rare one."""
    rare = RareWords.of_counts(["seal"], [""], [3], 2)
    card = make_card(cell=request.param, layers=2)
    with Predictor.open(write_model(tmp_path / "m", card=card, rare=rare)) as predictor:
        yield predictor


def log_prob(model: LanguageModel, read: list[str], *expected: str) -> float:
    """The ln P of words one after the other, read step by step; of rare ones that of UNKNOWN."""
    found, ids = 0.0, list(model.vocabulary.ids(read))
    for word in expected:
        found += float(model.log_probs(model.read(ids))[model.vocabulary.id(word)])
        ids.append(model.vocabulary.id(word))
    return found


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("See you ", "tomorrow"),
        ("Tea? I see the ten, to ", "a"),
        ("I see you to", "tomorrow"),
        ("see see see ", "see"),
        ("you nonsense are ", "I"),
        ("the tea ", "see you"),
        ("see the ", "seal"),
        ("see the ", "nonsense"),
    ],
)
def test_a_weight_is_what_changes_when_a_word_is_taken_away(
    predictor: Predictor, text: str, word: str
) -> None:
    model, expected = predictor.model, words(word)
    found = predictor.inside.weights(Context(left=text), word)
    sentence = words(text.rpartition("? ")[2].rpartition(" ")[0])
    whole = log_prob(model, sentence, *expected)
    changes = [
        whole - log_prob(model, sentence[:place] + sentence[place + 1 :], *expected)
        for place in range(len(sentence))
    ]
    by_place = {each.place: each for each in found.words}
    assert sorted(by_place) == list(range(len(sentence)))
    assert [by_place[place].word.lower() for place in sorted(by_place)] == sentence
    measured = [by_place[place].weight for place in sorted(by_place)]
    assert measured == pytest.approx(changes, abs=1e-6)
    sizes = [abs(each.weight) for each in found.words]
    assert sizes == sorted(sizes, reverse=True)
    assert found.known == (word != "nonsense")
    listed = {"seal": np.log(3 / 5), "nonsense": np.log(2 / 5)}
    assert found.log_prob == pytest.approx(whole + listed.get(word, 0.0), abs=0.05)


def test_words_are_told_as_they_were_written(predictor: Predictor) -> None:
    found = predictor.inside.weights(Context(left="Are you TEN, I s"), "see")
    assert {each.word for each in found.words} == {"Are", "you", "TEN", "I"}
    assert (found.word, found.language) == ("see", "en")


def test_of_a_long_sentence_the_last_words_are_told_and_all_are_read(predictor: Predictor) -> None:
    sentence = [*["see", "you", "ten"] * 9, "tea", "the"]
    found = predictor.inside.weights(Context(left=" ".join(sentence) + " "), "to")
    assert len(found.words) == 24
    last = next(each for each in found.words if each.place == 23)
    change = log_prob(predictor.model, sentence, "to") - log_prob(
        predictor.model, sentence[:-1], "to"
    )
    assert last.word == "the"
    assert last.weight == pytest.approx(change, abs=1e-6)


def test_at_the_start_of_a_sentence_nothing_weighs(predictor: Predictor) -> None:
    assert predictor.inside.weights(Context(left="See you. "), "the").words == ()


def test_what_is_no_word_has_no_weights(predictor: Predictor) -> None:
    with pytest.raises(UsageError, match="is no word, expected one that may come next"):
        predictor.inside.weights(Context(left="see you "), "...")


@pytest.mark.parametrize("purpose", [Purpose.PASSWORD, Purpose.CARD])
def test_a_field_of_secrets_is_not_read(predictor: Predictor, purpose: Purpose) -> None:
    field, context = Field(purpose=purpose), Context(left="see you ")
    with pytest.raises(UsageError, match="nothing is read in a field of the purpose"):
        predictor.inside.weights(context, "tea", field=field)
    with pytest.raises(UsageError, match="nothing is read in a field of the purpose"):
        predictor.inside.gates(context, field=field)


def test_a_closed_predictor_looks_nowhere(predictor: Predictor) -> None:
    predictor.close()
    with pytest.raises(UsageError, match="the predictor is closed"):
        predictor.inside.weights(Context(left="see you "), "tea")


@pytest.fixture
def two(make_card: MakeCard, make_weights: MakeWeights, tmp_path: Path) -> Predictor:
    return Predictor(write_two(tmp_path, make_card, make_weights))


def by_word(found: Weights) -> dict[str, float]:
    return {each.word: each.weight for each in found.words}


def test_of_several_languages_the_believed_one_is_asked(two: Predictor) -> None:
    german = two.languages.models[1]
    found = two.inside.weights(Context(left="Ich und wir "), "das")
    assert found.language == "de"
    whole = log_prob(german, ["ich", "und", "wir"], "das")
    assert by_word(found)["und"] == pytest.approx(
        whole - log_prob(german, ["ich", "wir"], "das"), abs=1e-6
    )
    assert two.inside.weights(Context(left="Ich und wir "), "you", language="en").language == "en"


def test_foreign_words_that_are_read_as_one_weigh_as_one(two: Predictor) -> None:
    """Behind words of another language the German model has read one unknown word."""
    context, german = Context(left="ich und the you wir das "), two.languages.models[1]
    assert two.language_at(context) == "de"
    found = two.inside.weights(context, "und")
    assert {each.word for each in found.words} == {"ich", "und", "the you", "wir", "das"}
    whole = log_prob(german, ["ich", "und", "the", "wir", "das"], "und")
    without = log_prob(german, ["ich", "und", "wir", "das"], "und")
    assert by_word(found)["the you"] == pytest.approx(whole - without, abs=1e-6)
    gates = two.inside.gates(context)
    assert gates.words == ("ich", "und", "the you", "wir", "das")
    assert gates.known == (True, True, False, True, True)


def test_a_fixed_language_is_asked_whatever_the_words_say(two: Predictor) -> None:
    field = Field(language="en")
    found = two.inside.weights(Context(left="Ich und wir "), "you", field=field)
    assert found.language == "en"
    assert len(found.words) == 3


def test_gates_at_a_cursor_are_those_of_its_sentence(ten_word_path: Path) -> None:
    with Predictor.open(ten_word_path) as predictor:
        here = predictor.inside.gates(Context(left="The tea! See you, to"))
        alone = predictor.gates("See you")
        assert here.words == ("See", "you")
        for found, expected in zip(here.layers, alone.layers, strict=True):
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_array_equal(one, other)
        nothing = predictor.inside.gates(Context(left="See you. "))
        assert (nothing.words, nothing.by_keeping()) == ((), [])


def test_looking_changes_nothing_that_is_offered(ten_word_path: Path) -> None:
    context = Context(left="see you t")
    with Predictor.open(ten_word_path) as one, Predictor.open(ten_word_path) as other:
        one.inside.gates(context)
        one.inside.weights(context, "tea")
        assert one.suggestions(context) == other.suggestions(context)
        assert not one.memory.recall().words
