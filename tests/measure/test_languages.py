"""Text in two languages, and what a keyboard of both saves on it."""

from itertools import groupby

import pytest

from karussell.errors import TextError
from karussell.keyboard import Languages, Predictor
from karussell.measure import LanguagesMeter, ModelMeter, harm, keyboard_channel, switching, turns
from karussell.model import LanguageModel

_SMALL = ["a b c d e f g h i j k l m n o p q r s t u v w x y z"] * 20
_CAPITAL = [line.upper() for line in _SMALL]


@pytest.mark.parametrize(("shortest", "longest"), [(1, 10), (2, 3), (4, 4)])
def test_text_switches_every_few_words(shortest: int, longest: int) -> None:
    mixed = switching([_SMALL, _CAPITAL], seed=3, shortest=shortest, longest=longest)
    assert len(mixed) == len(_SMALL)
    runs = [
        [len(list(run)) for _, run in groupby(line.split(), str.isupper)][:-2] for line in mixed
    ]
    assert {length for line in runs for length in line} == set(range(shortest, longest + 1))
    for line in mixed:
        # The words of each language stand in their order.
        for words in (_SMALL[0].split(), _CAPITAL[0].split()):
            ours = [word for word in line.split() if word.isupper() == words[0].isupper()]
            assert ours == words[: len(ours)]


def test_a_seed_tells_where_text_switches() -> None:
    assert switching([_SMALL, _CAPITAL], seed=1) == switching([_SMALL, _CAPITAL], seed=1)
    assert switching([_SMALL, _CAPITAL], seed=1) != switching([_SMALL, _CAPITAL], seed=2)
    assert {line[0].isupper() for line in switching([_SMALL, _CAPITAL], seed=1)} == {True, False}


@pytest.mark.parametrize("texts", [[], [_SMALL], [_SMALL, []], [[""], [""]]])
def test_one_language_is_none_to_switch_to(texts: list[list[str]]) -> None:
    with pytest.raises(TextError):
        switching(texts, seed=1)


def test_text_switches_at_each_sentence() -> None:
    assert turns([["Hi there", "Really?"], ["Ach so.", "Ja"]]) == [
        "Hi there. Ach so.",
        "Really? Ja.",
    ]


def test_one_language_is_measured_as_ever(ten_word_model: LanguageModel) -> None:
    lines = ["see you tomorrow. see me", "I see tea and you", "unknown words too"]
    one = LanguagesMeter(Languages([ten_word_model])).measure(lines).measured
    other = ModelMeter(
        ten_word_model, ten_word_model.rare, channel=keyboard_channel(ten_word_model)
    ).measure(lines)
    for name in ("line", "known", "letters", "keys", "rank", "nats", "bits"):
        assert (one[name] == other.measured[name]).all(), name


def test_two_languages_save_more_on_text_of_both() -> None:
    lines = ["I think that wir morgen zusammen nach Hause gehen because it is late"] * 2
    with Predictor.open(languages=("en", "de")) as both:
        models = both.languages.models
        tallies = [
            LanguagesMeter(Languages(few)).measure(lines)
            for few in (models, models[:1], models[1:])
        ]
        together, english, german = (int(each.measured["keys"][:, 1].sum()) for each in tallies)
        assert together < 0.8 * min(english, german)
        found = harm(both, "both", "mixed", [*lines, "I think taht"])
    assert (found.words, found.changed) == (13 * 2 + 3, 1)
    assert found.examples == (("taht", "that"),)
