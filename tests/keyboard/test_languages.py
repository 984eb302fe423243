"""Two languages at once, without switching."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from karussell.correction import Geometry
from karussell.decoder import Origin
from karussell.errors import UsageError
from karussell.keyboard import Context, Field, Predictor
from karussell.model import LanguageModel
from tests.conftest import MakeCard, MakeWeights
from tests.two_languages import write_two


@pytest.fixture(scope="module")
def both() -> Iterator[Predictor]:
    with Predictor.open(languages=("en", "de")) as predictor:
        yield predictor


@pytest.fixture
def models(tmp_path: Path, make_card: MakeCard, make_weights: MakeWeights) -> list[LanguageModel]:
    return write_two(tmp_path, make_card, make_weights)


def _texts(predictor: Predictor, text: str, field: Field | None = None) -> list[str]:
    found = predictor.suggestions(Context(left=text), field=field)
    return [suggestion.text.lower() for suggestion in found]


@pytest.mark.parametrize(
    ("text", "word", "language"),
    [
        ("I would like to go to the ", "same", "en"),
        ("I would like to go to the po", "police", "en"),
        ("Ich möchte gerne in die Sta", "Stadt", "de"),
        ("He told me that er morgen nicht komm", "kommen", "de"),
        ("Ich habe ihm gesagt that he should wai", "wait", "en"),
        ("Das war schön. I thin", "think", "en"),
    ],
)
def test_both_languages_are_offered_where_they_are_written(
    both: Predictor, text: str, word: str, language: str
) -> None:
    found = {each.text: each.language for each in both.suggest(text)}
    if word in found:
        assert found[word] == language
    else:
        assert text.endswith(" "), found
    assert next(iter(found.values())) == language


def test_what_is_believed_follows_the_words(both: Predictor) -> None:
    believed = both.believed(Context(left="I think that we should "))
    assert list(believed) == ["en", "de"]
    assert believed["en"] > 0.9
    assert sum(believed.values()) == pytest.approx(1)
    assert both.believed(Context(left="I think that we sollten das "))["de"] > 0.7
    assert both.believed(Context(left=""))["de"] == pytest.approx(0.5)
    # What was written before says in which language the next sentence will be.
    assert both.believed(Context(left="Das weiß ich nicht. "))["de"] > 0.7
    assert both.believed(Context(left="Das weiß ich nicht.\n"))["de"] > 0.7
    # Signs and numbers say nothing of it.
    left = "Ich habe "
    for more in ("2026 ", "12 "):
        assert both.believed(Context(left=left + more))["de"] > 0.75


def test_a_field_fixes_its_language(both: Predictor) -> None:
    german, english = Field(language="de"), Field(language="en")
    text = "Ich habe "
    assert both.believed(Context(left=text), field=english) == {"en": 1.0, "de": 0.0}
    offered = both.suggestions(Context(left=text), field=english)
    assert {each.language for each in offered} == {"en"}
    with Predictor.open(language="de") as alone:
        for left in ("", "Ich habe ", "Ich habe gest", "the meeting ist mor"):
            assert _texts(both, left, german) == _texts(alone, left)
    with pytest.raises(UsageError, match="language 'fr'"):
        both.suggestions(Context(left=text), field=Field(language="fr"))


def test_words_of_either_language_are_left_as_they_are(both: Predictor) -> None:
    for left in (
        "Wir haben heute ein meeting",
        "Das ist so nice",
        "We went to the Bäckerei",
        "I told him dass er",
        "Ich war mit the",
        "The die is cast",
        "Er hat den hut",
        "She said ach",
        "Ich bin so happy",
        "then wir",
        "we will denn",
    ):
        assert both.autocorrect(Context(left=left)) is None, left


def test_slips_of_either_language_are_corrected(both: Predictor) -> None:
    for left, word in (
        ("I think thta", "that"),
        ("She said tomorow", "tomorrow"),
        ("Ich habe ihn gestren", "gestern"),
        ("Er kommt wahrscheinlcih", "wahrscheinlich"),
        ("He told me that er wahrscheinlcih", "wahrscheinlich"),
    ):
        correction = both.autocorrect(Context(left=left))
        assert correction is not None, left
        assert correction.text == word
        assert correction.language == ("de" if word[:2] in ("ge", "wa") else "en")


def _tapped(layout: str, text: str, place: int, shift: float) -> Context:
    """A text whose last word was tapped in the middle of its keys, but for one letter."""
    keys = Geometry.of_language(layout)
    taps = []
    for number, letter in enumerate(text.split()[-1]):
        centre = keys.centre(letter)
        assert centre is not None
        taps.append((centre[0] + shift * (number == place), centre[1]))
    return Context(left=text, taps=tuple(taps))


@pytest.mark.parametrize(
    ("languages", "text", "place", "shift"),
    [
        (("de", "en"), "Ich habe ihm gesagt dass tight", 0, -0.35),
        (("de", "en"), "Das ist eine tight", 0, -0.35),
        (("de", "fr"), "Meinst du dass er sich si", 1, 0.35),
        (("de", "fr"), "Meinst du dass er sich on", 0, -0.35),
        (("de", "fr"), "Du bist so klug De là", 0, 0.0),
        (("de", "fr"), "Das ist eine né", 1, 0.35),
        (("en", "es"), "I told him that this is si", 1, 0.35),
        (("en", "es"), "The answer was si", 1, 0.35),
    ],
)
def test_a_tapped_word_of_the_other_language_is_left_as_it_is(
    languages: tuple[str, str], text: str, place: int, shift: float
) -> None:
    with Predictor.open(languages=languages) as predictor:
        assert predictor.autocorrect(_tapped(languages[0], text, place, shift)) is None


@pytest.mark.parametrize(
    ("text", "place", "shift", "word"),
    [
        ("I think thay", 3, -0.45, "that"),
        ("She said tjat", 1, -0.45, "that"),
        ("I told him that er nicjt", 3, -0.45, "nicht"),
        ("Ich habe ihn geatern", 2, 0.45, "gestern"),
    ],
)
def test_tapped_slips_of_either_language_are_corrected(
    both: Predictor, text: str, place: int, shift: float, word: str
) -> None:
    correction = both.autocorrect(_tapped("en", text, place, shift))
    assert correction is not None
    assert correction.text == word


def test_the_small_i_is_corrected_in_english_alone(both: Predictor) -> None:
    correction = both.autocorrect(Context(left="I know that i"))
    assert correction is not None
    assert correction.text == "I"
    assert both.autocorrect(Context(left="Das weiß ich und i")) is None


def test_what_is_offered_does_not_depend_on_what_was_asked_before(
    models: list[LanguageModel],
) -> None:
    texts = ["ich in die ", "in the hand", "The die und das. i", "und das\nI in ", "", "Hut h"]
    with Predictor(models) as one, Predictor(models) as other:
        first = [one.suggest(text) for text in texts]
        assert first == [other.suggest(text) for text in reversed(texts)][::-1]
        assert first == [one.suggest(text) for text in texts]


def test_one_model_in_a_list_is_as_alone(models: list[LanguageModel]) -> None:
    for text in ("", "in the ", "the h", "in teh"):
        alone, listed = Predictor(models[0]), Predictor(models[:1])
        assert alone.suggest(text) == listed.suggest(text)
        assert {each.language for each in alone.suggest(text)} <= {None}
        assert alone.believed(Context(left=text)) == {"en": 1.0}


def test_a_word_withheld_in_one_language_is_offered_by_the_other(
    tmp_path: Path, make_card: MakeCard, make_weights: MakeWeights
) -> None:
    die, the = 1, 5
    models = write_two(tmp_path, make_card, make_weights, withheld=(die, the))
    english, german = Field(language="en"), Field(language="de")
    with Predictor(models) as predictor:
        assert "the" not in _texts(predictor, "t")
        assert "die" not in _texts(predictor, "di", english)
        assert "die" in _texts(predictor, "di", german)
        assert "die" in _texts(predictor, "di")
        predictor.learn("in the hand")
        assert "the" in _texts(predictor, "t")


def test_a_new_word_is_one_that_no_language_has(models: list[LanguageModel]) -> None:
    with Predictor(models) as predictor:
        predictor.learn("und shed und Zaun")
        found = predictor.suggest("ich ", 50) + predictor.suggest("ich za")
        assert {each.text for each in found if each.source is Origin.LEARNED} == {"Zaun"}


def test_no_model_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="no model"):
        Predictor([])


def test_each_sentence_is_learned_in_the_language_that_its_words_tell() -> None:
    with Predictor.open(languages=("en", "de")) as both:
        both.learn("I told him that he should wait. Ich habe ihm das z. B. gesagt!\nSee you later")
        found = [(each.language, each.words) for each in both.memory.since(-1, 0)[2]]  # type: ignore[union-attr]
        assert found == [
            ("en", ("I", "told", "him", "that", "he", "should", "wait")),
            ("de", ("ich", "habe", "ihm", "das", "z", "B", "gesagt")),
            ("en", ("see", "you", "later")),
        ]
        both.memory.forget(everything=True)
        both.learn("Ich habe ihm das gesagt", field=Field(language="en"))
        both.reject("wier", "wir", field=Field(language="de"))
        assert [each.language for each in both.memory.since(-1, 0)[2]] == ["en", "de"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "fixed", "ending"),
    [
        ("Je ne sais pas ce que tu veux dire, je viens avec vou", None, "vous\u202f?"),
        ("What do you want to say, I come with yo", None, "you?"),
        ("What do you want to say? Je ne sais pas ce que tu veux vou", None, "\u202f?"),
        ("I come with yo", "fr", "\u202f?"),
        ("Je viens avec vou", "en", "?"),
    ],
)
def test_signs_are_written_as_the_language_at_the_cursor_wants_them(
    before: str, fixed: str | None, ending: str
) -> None:
    with Predictor.open(languages=("en", "fr")) as both:
        session = both.session()
        session.describe(language=fixed)
        session.paste(before)
        session.accept(session.suggestions(1)[0])
        session.type("?")
        assert session.text.endswith(ending)
        assert session.text[-2].isspace() == ("\u202f" in ending)


def test_a_sentence_ends_as_its_language_ends_sentences() -> None:
    with Predictor.open(languages=("en", "de")) as both:
        session = both.session("Wir sehen uns heute z. ")
        assert (session.language, session.starts_sentence) == ("de", False)
        session = both.session("Wir haben ihn gesehen. ")
        assert session.starts_sentence
