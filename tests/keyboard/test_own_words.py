from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.errors import UsageError
from karussell.keyboard import Languages, Predictor, Recall
from karussell.keyboard.own_words import KnownWords
from karussell.model import LanguageModel, RareWords, embedded_path
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
            assert word in _texts(predictor, f"I met {word}. I like {word[:2]}")
            predictor.learn(f"I met {word}.")
            assert word in _texts(predictor, f"I like {word[:2]}")


def test_a_word_is_offered_as_it_was_written_and_completed(path: Path) -> None:
    with Predictor.open(path) as predictor:
        session = predictor.session("See Tomasz. ")
        session.type("to")
        assert "Tomasz" in [suggestion.text for suggestion in session.suggestions()]
        session.type("masz")
        assert session.suggestions() == []


def test_asking_does_not_teach(path: Path) -> None:
    with Predictor.open(path) as predictor:
        before = predictor.memory.recall()
        for end in range(len("see Tomasz no tea tom")):
            predictor.suggest("see Tomasz no tea tom"[: end + 1])
        assert predictor.memory.recall() == before == Recall()
        assert "Tomasz" not in _texts(predictor, "see you tom")
        assert "tea" not in _texts(predictor, "see te")


def test_a_word_that_stands_in_the_text_is_offered_and_once_corrected_no_more(path: Path) -> None:
    with Predictor.open(path) as predictor:
        assert "Tomaz" in _texts(predictor, "see Tomaz and tom")
        found = _texts(predictor, "see Tomasz and tom")
        assert "Tomasz" in found
        assert "Tomaz" not in found
        assert _texts(predictor, "see Tomasz") == []  # not before it is finished


def test_a_suggestion_says_where_it_came_from(path: Path) -> None:
    with Predictor.open(path) as predictor:
        predictor.learn("see Tesla")
        found = predictor.suggest("see Tekla ten te", 9)
        assert {each.text: each.source.value for each in found} == {
            "ten": "network",
            "teapot": "rare",
            "Tekla": "text",
            "Tesla": "learned",
        }
        assert "Tesla" in [each.text for each in predictor.suggest("see Tesla tes")]


def test_what_was_learned_can_be_forgotten(path: Path) -> None:
    with Predictor.open(path) as predictor:
        predictor.learn("see Tomasz ")
        predictor.learn("TOMASZ!")
        assert "Tomasz" in _texts(predictor, "tom")
        assert predictor.forget("tomasz")
        assert not predictor.forget("tomasz")
        assert "Tomasz" not in _texts(predictor, "tom")
        predictor.learn("see Tomasz ")
        predictor.close()
        assert not predictor.memory.recall().words
        with pytest.raises(UsageError, match="the predictor is closed"):
            predictor.learn("see Tomasz ")


def test_a_lesson_taken_back_leaves_what_the_others_taught(path: Path) -> None:
    with Predictor.open(path) as predictor:
        predictor.learn("see Tomasz and Tessa")
        lesson = predictor.learn("TOMASZ has Zorbas")
        predictor.learn("Torben")
        predictor.unlearn(lesson)
        uses = {each.word: each.uses for each in predictor.recall().words}
        assert uses == {"Tomasz": 1, "Tessa": 1, "and": 1, "see": 1, "Torben": 1}
        assert predictor.learn("4711 :") == ()


def test_what_is_short_or_no_word_is_no_word_of_ones_own(path: Path) -> None:
    with Predictor.open(path) as predictor:
        predictor.learn("the teapot te 471 :-) \U0001f600 Tomasz ")
        found = [*predictor.suggest("see ", 30), *predictor.suggest("see te", 30)]
        assert {each.text for each in found if each.source.value == "learned"} == {"Tomasz"}


def test_a_rare_word_is_completed(path: Path) -> None:
    with Predictor.open(path) as predictor:
        assert _texts(predictor, "see zeb") == ["Zebra"]
        assert "teapot" in _texts(predictor, "see te")


def test_a_withheld_word_is_offered_once_it_was_typed(path: Path) -> None:
    with Predictor.open(path) as predictor:
        assert "tea" not in _texts(predictor, "see te") + _texts(predictor, "see ", 10)
        assert "tea" in _texts(predictor, "no tea. see te")
        assert "tea" not in _texts(predictor, "see te")
        predictor.learn("no tea ")
        assert "tea" in _texts(predictor, "see te")
        assert predictor.forget("Tea")
        assert "tea" not in _texts(predictor, "see te")
    with Predictor.open(path, offensive=True) as predictor:
        assert "tea" in _texts(predictor, "see te")
        assert "tea" in _texts(predictor, "see ", 10)


def test_the_word_of_ones_own_that_was_used_last_comes_first(path: Path) -> None:
    with Predictor.open(path) as predictor:
        predictor.learn(" ".join(f"wort{number}" for number in range(501)))
        kept = [suggestion.text for suggestion in predictor.suggest("see wort", 600)]
        assert (len(kept), kept[0], kept[-1]) == (501, "wort500", "wort0")
        text = " ".join(f"wort{number}" for number in range(501, 1002))
        kept = [each.text for each in predictor.suggest(f"{text} wort", 2000)]
        assert len(kept) == 1001


_PIECES = ["Tom ", "tomasz ", "Ärger\n", "Ä", "see", " ", "\n", "\u0301", ":-)", "-", "'", ". "]


@given(st.lists(st.sampled_from(_PIECES), max_size=20))
def test_the_words_of_a_text_are_the_same_whatever_was_read_before(
    ten_word_model: LanguageModel, pieces: list[str]
) -> None:
    known, text = KnownWords(Languages([ten_word_model])), ""
    for piece in pieces:
        text += piece
        found = known.in_text(text)
        assert list(found.words.items()) == list(known.used(known.beyond(text, "")).words.items())
