from karussell.correction import Geometry
from karussell.keyboard import Predictor
from karussell.measure import Noise, our_keyboard
from karussell.measure.typing import type_segments
from karussell.measure.typing.calm import measure_calm
from karussell.measure.typing.taps import type_lines
from karussell.model import LanguageModel
from karussell.text import words

_LINES = ("see you tomorrow, i see the tea. ten to you!", "the ten are to see you", "don't")


def test_a_word_is_offered_as_the_keyboard_offers_it(ten_word_model: LanguageModel) -> None:
    predictor = Predictor(ten_word_model)
    answer = our_keyboard(predictor, "qwerty").corrector.answer("see you ", "tomor", (), " ")
    assert answer.words[0] == "tomorrow"
    assert len(answer.words) <= 3


def test_nothing_is_changed_behind_a_sign_that_parts_no_words(
    ten_word_model: LanguageModel,
) -> None:
    corrector = our_keyboard(Predictor(ten_word_model), "qwerty").corrector
    assert corrector.answer("see ", "tomorow", (), "-").change is None


def test_the_text_is_what_a_text_field_makes_of_the_same_keys(
    ten_word_model: LanguageModel,
) -> None:
    rival = our_keyboard(Predictor(ten_word_model), "qwerty")
    qwerty = Geometry.named("qwerty")
    for segments in type_lines(_LINES * 5, qwerty, Noise(sigma=0.35), 3):
        session = Predictor(ten_word_model).session(layout="qwerty")
        for segment in segments:
            for key in segment.keys:
                session.type(key.character, (key.tap,))
            session.type(segment.after)
        outcomes = type_segments(rival.corrector, segments, rival.threshold)
        text = "".join(each.committed(rival.threshold) + each.after for each in outcomes)
        assert words(text) == words(session.text)


def test_a_strip_is_calm_and_saves(ten_word_model: LanguageModel) -> None:
    calm = measure_calm(Predictor(ten_word_model), _LINES, layout="qwerty", noise=Noise(), seed=1)
    assert calm.words == 17
    assert 0 < calm.savings < 1
    assert calm.moved == 0
    assert calm.letter_ms[0] > 0
