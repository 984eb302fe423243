import math
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from karussell.errors import TextError
from karussell.measure import Board, Entrant, Estimate, Text, UnigramModel, compare, evaluate
from karussell.measure.meter import ListMeter, Meter, ModelMeter
from karussell.model import LanguageModel
from karussell.text import Vocabulary

_MESSAGES = ("see you tomorrow 🙂", "are you to see the tea", "I see a banana.", "the ten", "", "a")
_TEXTS = (Text(name="first", lines=_MESSAGES * 20), Text(name="second", lines=["you see"] * 50))


class Reversed:
    """Shows the words of a unigram list from behind: what is rare comes first."""

    def __init__(self, unigram: UnigramModel) -> None:
        self.vocabulary = unigram.vocabulary
        self.counts = unigram.counts.max() - unigram.counts
        self._unigram = UnigramModel(self.vocabulary, self.counts)
        self.start, self.step, self.log_probs = (
            self._unigram.start,
            self._unigram.step,
            self._unigram.log_probs,
        )


class Lists:
    """Shows what a model would, and says no more."""

    def __init__(self, model: UnigramModel) -> None:
        self._words = [
            model.vocabulary.word(place)
            for place in np.argsort(-model.counts[:-1].astype(np.int64), kind="stable")
        ]

    def suggestions(self, before: str, prefix: str, limit: int) -> list[str]:
        return [word for word in self._words if word.startswith(prefix)][:limit]


@pytest.fixture(scope="module")
def unigram(ten_words: Vocabulary, ten_counts: NDArray[np.uint32]) -> UnigramModel:
    return UnigramModel(ten_words, ten_counts)


@pytest.fixture(scope="module")
def board(ten_word_model: LanguageModel, unigram: UnigramModel) -> Board:
    entrants = (
        Entrant(name="ours", model=unigram, bytes=unigram.bytes),
        Entrant(name="the same", model=unigram),
        Entrant(name="reversed", model=Reversed(unigram)),
        Entrant(name="network", model=ten_word_model, note="random weights"),
        Entrant(name="lists", suggester=Lists(unigram)),
    )
    return compare(entrants, _TEXTS)


def test_a_row_holds_the_figures_of_an_evaluation(board: Board, unigram: UnigramModel) -> None:
    row = board.texts[0].rows[0]
    found = evaluate(unigram, _TEXTS[0].lines)
    assert row.keystroke_savings.value == pytest.approx(found.keystroke_savings)
    assert row.recall_at_1.value == pytest.approx(found.recall_at_1)
    assert row.bits_per_character is not None
    assert row.bits_per_character.value == pytest.approx(found.bits_per_character)
    for name in (
        "keystroke_savings_at_1",
        "keystroke_savings_at_5",
        "keystroke_savings_ceiling",
        "keystroke_savings_share",
        "recall_at_3",
        "unknown_rate",
    ):
        assert getattr(row, name) == getattr(found, name)


def test_all_texts_together_are_one_text(board: Board, unigram: UnigramModel) -> None:
    whole = evaluate(unigram, [*_TEXTS[0].lines, *_TEXTS[1].lines])
    assert board.together.words == whole.words == sum(text.words for text in board.texts)
    assert board.together.lines == whole.lines
    assert board.together.rows[0].keystroke_savings.value == pytest.approx(whole.keystroke_savings)
    # Blank lines part the first text, the second is cut into runs of 20, 20 and 10 lines.
    assert [text.documents for text in board.texts] == [21, 3]
    assert board.together.documents == 24


def test_the_lead_over_an_equal_is_nothing(board: Board) -> None:
    row = board.together.rows[1]
    for lead in (row.savings_lead, row.recall_lead, row.bits_lead):
        assert lead == Estimate(value=0.0, low=0.0, high=0.0)


def test_the_lead_over_a_worse_one_is_above_nothing(unigram: UnigramModel) -> None:
    # Words drawn as often as our list expects them.
    random = np.random.default_rng(2)
    expected = unigram.counts[:-1] / unigram.counts[:-1].sum()
    lines = [" ".join(random.choice(unigram.vocabulary.words, 5, p=expected)) for _ in range(600)]
    entrants = [
        Entrant(name="ours", model=unigram),
        Entrant(name="reversed", model=Reversed(unigram)),
    ]
    row = compare(entrants, [Text(name="drawn", lines=lines)]).together.rows[1]
    for lead in (row.savings_lead, row.recall_lead, row.bits_lead):
        assert lead is not None
        assert lead.low is not None
        assert lead.high is not None
        assert 0 < lead.low < lead.value < lead.high


def test_ours_has_no_lead_over_itself(board: Board) -> None:
    ours = board.together.rows[0]
    assert (ours.savings_lead, ours.recall_lead, ours.bits_lead) == (None, None, None)


def test_an_interval_holds_its_figure(board: Board) -> None:
    for row in board.texts[0].rows:
        for figure in (row.keystroke_savings, row.recall_at_1):
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low <= figure.value <= figure.high


def test_lists_alone_save_as_many_keys_as_the_model_behind_them(board: Board) -> None:
    ours, lists = board.together.rows[0], board.together.rows[4]
    assert lists.keystroke_savings == ours.keystroke_savings
    assert lists.keystroke_savings_at_1 == ours.keystroke_savings_at_1
    assert lists.keystroke_savings_at_5 == ours.keystroke_savings_at_5
    assert lists.recall_at_1 == ours.recall_at_1
    assert lists.recall_at_3 == ours.recall_at_3
    assert (lists.bits_per_character, lists.unknown_rate, lists.bits_lead) == (None, None, None)


def test_one_document_has_no_interval(unigram: UnigramModel) -> None:
    board = compare([Entrant(name="ours", model=unigram)], [Text(name="one", lines=["see you"])])
    savings = board.together.rows[0].keystroke_savings
    assert (savings.low, savings.high) == (None, None)
    assert savings.value > 0


def test_a_board_survives_json(board: Board) -> None:
    assert msgspec.json.decode(msgspec.json.encode(board), type=Board, strict=True) == board


def test_all_are_told_of_each_line(unigram: UnigramModel) -> None:
    told: list[int] = []
    entrants = [Entrant(name="ours", model=unigram), Entrant(name="l", suggester=Lists(unigram))]
    compare(entrants, [Text(name="t", lines=["tea"] * 50)], on_line=lambda: told.append(1))
    assert len(told) == 100


def test_a_text_without_words_cannot_be_measured(unigram: UnigramModel) -> None:
    with pytest.raises(TextError, match="no words"):
        compare([Entrant(name="ours", model=unigram)], [Text(name="none", lines=["...", "🙂"])])


def _keys(meter: Meter, lines: Sequence[str]) -> list[list[int]]:
    keys: list[list[int]] = meter.measure(lines).measured["keys"].tolist()
    return keys


def test_lists_are_measured_by_the_same_rules(unigram: UnigramModel) -> None:
    lines = ["See you 🙂 tomorrow! the ten", "", "banana, tea."]
    model = ModelMeter(unigram)
    measured = ListMeter(Lists(unigram)).measure(lines).measured
    assert measured["keys"].tolist() == _keys(model, lines)
    assert measured["line"].tolist() == [0, 0, 0, 0, 0, 2, 2]
    assert all(map(math.isnan, measured["bits"]))
