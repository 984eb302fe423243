import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.decoder import candidates
from karussell.errors import TextError
from karussell.measure import measure
from karussell.measure.suggested import Typed, keystroke_savings, type_lines
from karussell.model import LanguageModel
from karussell.text import words


def test_keys_counted_by_hand() -> None:
    shown = {"": ["i", "the", "to"], "s": ["so"], "see ": ["what", "how", "you"], "see": ["see"]}
    typed = list(type_lines(lambda text: shown.get(text, []), ["See you."], (1, 3)))
    # see: never but as it stands, when a pick saves nothing; you: third of three.
    assert typed == [Typed("see", (4, 4)), Typed("you", (4, 1))]
    assert keystroke_savings(typed) == (0.0, 3 / 8)


def test_sentences_are_typed_on_their_own() -> None:
    asked: list[str] = []

    def suggest(text: str) -> list[str]:
        asked.append(text)
        return []

    list(type_lines(suggest, ["I. Be", "a i"]))
    assert asked == ["", "", "b", "", "a "]


@given(
    st.lists(
        st.lists(
            st.sampled_from(["see", "You", "tea", "the.", "banana", "tomorrow!"]), max_size=6
        ).map(" ".join),
        min_size=1,
        max_size=4,
    )
)
def test_keys_are_those_of_a_model_that_shows_the_same(
    ten_word_model: LanguageModel, lines: list[str]
) -> None:
    vocabulary = ten_word_model.vocabulary

    def suggest(text: str) -> list[str]:
        before, _, prefix = text.rpartition(" ")
        log_probs = ten_word_model.log_probs(ten_word_model.read(vocabulary.ids(words(before))))
        return [vocabulary.word(found.id) for found in candidates(log_probs, vocabulary, prefix, 3)]

    typed = list(type_lines(suggest, lines, (3,)))
    assert [keys for _, (keys,) in typed] == measure(ten_word_model, lines).measured[
        "keys"
    ].tolist()


def test_a_text_without_words_cannot_be_typed() -> None:
    with pytest.raises(TextError, match="no words"):
        keystroke_savings(type_lines(lambda _: [], ["..."]))
