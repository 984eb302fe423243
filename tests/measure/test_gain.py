import pytest

from karussell.history import Sentence
from karussell.keyboard import Languages
from karussell.measure import gain
from karussell.model import LanguageModel


def said(text: str, times: int) -> list[Sentence]:
    words = tuple(text.split())
    return [Sentence(words=words, language="en", time=number) for number in range(times)]


def test_what_is_written_again_and_again_is_saved(ten_word_model: LanguageModel) -> None:
    steps: list[None] = []
    found = gain(
        Languages([ten_word_model]),
        said("see Zimtstern tomorrow", 30),
        limit=60,
        on_word=lambda: steps.append(None),
    )
    assert found is not None
    assert found.words == len(steps) == 60
    assert found.after > found.before + 0.2


def test_nothing_was_measured_without_words(ten_word_model: LanguageModel) -> None:
    assert gain(Languages([ten_word_model]), []) is None
    assert gain(Languages([ten_word_model]), said(":)", 3)) is None


@pytest.mark.parametrize("limit", [1, 4])
def test_the_last_sentences_are_measured_whole(ten_word_model: LanguageModel, limit: int) -> None:
    found = gain(Languages([ten_word_model]), said("see you ten", 5), limit=limit)
    assert found is not None
    assert found.words == 3 * -(-limit // 3)
