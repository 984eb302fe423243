from pathlib import Path

import pytest

from karussell.keyboard import Predictor
from karussell.model import RareWords, embedded_path, open_model
from tests.conftest import WriteModel


def _texts(predictor: Predictor, text: str, limit: int = 3) -> list[str]:
    return [suggestion.text for suggestion in predictor.suggest(text, limit)]


@pytest.fixture
def path(write_model: WriteModel, tmp_path: Path) -> Path:
    """Ten words, of which "tea" is withheld, and two rare ones."""
    rare = RareWords.of_counts(["teapot", "zebra"], ["", "Zebra"], [3, 1], 2)
    return write_model(tmp_path / "m.karussell", rare=rare, withheld=[4])


def test_a_made_up_word_used_once_is_offered_after_two_letters() -> None:
    with Predictor.open(embedded_path()) as predictor:
        for word in ("Karussell", "blorptastic", "thornaxian", "Coquelico", "stoopid42"):
            assert word not in _texts(predictor, f"I like {word[:2]}")
            predictor.suggest(f"I met {word} ")
            assert word in _texts(predictor, f"I like {word[:2]}")


def test_a_word_is_offered_as_it_was_written_and_completed(path: Path) -> None:
    with Predictor.open(path) as predictor:
        session = predictor.session("See Tomasz. ")
        session.type("to")
        assert "Tomasz" in [suggestion.text for suggestion in session.suggestions()]
        session.type("masz")
        assert session.suggestions() == []


def test_what_was_used_can_be_forgotten(path: Path) -> None:
    with Predictor.open(path) as predictor:
        predictor.suggest("see Tomasz ")
        assert predictor.own_words.forget("tomasz")
        assert not predictor.own_words.forget("tomasz")
        assert "Tomasz" not in _texts(predictor, "tom")
        predictor.suggest("see Tomasz ")
        predictor.close()
        assert predictor.own_words.starting("tom") == []


def test_what_the_model_knows_or_is_too_short_is_no_word_of_ones_own(path: Path) -> None:
    with Predictor.open(path) as predictor:
        predictor.suggest("the teapot te :-) \U0001f600 Tomasz ")
        assert [word.text for word in predictor.own_words.starting("t")] == ["Tomasz"]
        assert predictor.own_words.starting("") == []


def test_a_rare_word_is_completed(path: Path) -> None:
    with Predictor.open(path) as predictor:
        assert _texts(predictor, "see ze") == ["Zebra"]
        assert "teapot" in _texts(predictor, "see te")


def test_a_withheld_word_is_offered_once_it_was_typed(path: Path) -> None:
    with Predictor.open(path) as predictor:
        assert "tea" not in _texts(predictor, "see te") + _texts(predictor, "see ", 10)
        predictor.suggest("no tea ")
        assert "tea" in _texts(predictor, "see te")
    with Predictor.open(path, offensive=True) as predictor:
        assert "tea" in _texts(predictor, "see te")
        assert "tea" in _texts(predictor, "see ", 10)


def test_many_words_of_ones_own_push_out_the_oldest(path: Path) -> None:
    with Predictor(open_model(path)) as predictor:
        predictor.own_words.use(f"wort{number}" for number in range(501))
        kept = [word.text for word in predictor.own_words.starting("wort")]
        assert (len(kept), kept[0], kept[-1]) == (500, "wort500", "wort1")
