"""What was read lately, of many fields at once."""

import gc
from typing import Any

import pytest

from karussell.kernels import Row, word_search
from karussell.keyboard import Predictor
from karussell.keyboard import readings as module
from karussell.keyboard.readings import Lately
from karussell.model import LanguageModel


def test_fields_that_are_typed_in_at_once_leave_each_other_what_they_read(
    ten_word_model: LanguageModel,
) -> None:
    with Predictor(ten_word_model) as predictor:
        sessions = [predictor.session(f"see {'you ' * (each % 7)}t") for each in range(100)]
        first = [session.strip() for session in sessions]
        kept = predictor._readings._lately
        before = [tuple(kept.of(session.field.number)) for session in sessions]
        assert all(before)
        for session in sessions:
            session.type("o")
            session.strip()
        assert [tuple(kept.of(session.field.number)) for session in sessions] == before
        for session in sessions:
            session.backspace()
        assert [session.strip() for session in sessions] == first


def test_it_keeps_no_more_than_it_may(
    ten_word_model: LanguageModel,
) -> None:
    with Predictor(ten_word_model) as predictor:
        for number in range(module._MOST):
            session = predictor.session(f"see {number} ")
            for word in ("you ", "to ", "tea "):
                session.type(word)
                session.strip()
        kept = predictor._readings._lately
        assert 0 < len(kept) <= module._MOST
        assert len(kept) == sum(len(tuple(kept.of(each))) for each in kept._of)
        predictor.close()
        assert len(kept) == 0


def test_several_models_share_the_room() -> None:
    assert Lately(4)._most == Lately(1)._most // 4


def test_scores_are_looked_at_once_a_word_however_many_fields_are_typed_in(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = list[int]()
    before = word_search._looked_at

    def look(scores: Row, size: int) -> Any:
        looked.append(size)
        return before(scores, size)

    monkeypatch.setattr(word_search, "_looked_at", look)
    sessions = [predictor.session(f"see {number} people ") for number in range(10)]
    for letter in "somthi":
        for session in sessions:
            session.type(letter)
            session.strip()
    words = len(predictor.model.vocabulary)
    # Those of the next word and, of two that a space was left out of, those of the second.
    assert looked.count(words) <= 3 * len(sessions)
    assert looked.count(len(predictor.model.rare.vocabulary)) <= 1


def test_many_fields_have_more_room_for_what_was_read(ten_word_model: LanguageModel) -> None:
    with Predictor(ten_word_model) as predictor:
        (reader,) = predictor.languages._readers
        caches = reader._states, reader._log_probs
        predictor.session()
        alone = [each.limit for each in caches]
        for _ in range(40):
            predictor.session()
        assert [each.limit for each in caches] == [4 * each for each in alone]


def test_what_keys_made_is_let_go_at_once(model: LanguageModel) -> None:
    """Servers have Python look for rings of objects seldom: there are none."""
    with Predictor(model) as predictor:
        predictor.session("see you tomorow at the Zwetschgeria ").strip()
        gc.collect()
        gc.disable()
        try:
            for text in ("did you recieve it", "somthing has hapened to Tomasz, to Tomasz"):
                session = predictor.session()
                for key in text:
                    session.type(key)
                    session.strip()
            del session
            assert gc.collect() == 0
        finally:
            gc.enable()
