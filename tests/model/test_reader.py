import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.kernels import SequenceState
from karussell.model import LanguageModel, Reader
from karussell.model.reader import StateCache


class _CountingModel(LanguageModel):
    """The real model, with a count of its steps."""

    steps = 0

    def after(self, state: SequenceState, word_id: int) -> SequenceState:
        self.steps += 1
        return super().after(state, word_id)


@pytest.fixture
def counting(ten_word_model: LanguageModel) -> _CountingModel:
    model = _CountingModel.__new__(_CountingModel)
    model.__dict__.update(ten_word_model.__dict__)
    model.start()
    model.steps = 0
    return model


@given(st.lists(st.lists(st.integers(0, 11), max_size=6), max_size=6))
def test_a_reader_reads_what_the_model_reads(
    ten_word_model: LanguageModel, texts: list[list[int]]
) -> None:
    reader = Reader(ten_word_model, state_bytes=2000, score_bytes=1500)
    for ids in texts:
        expected = ten_word_model.read(ids)
        assert np.array_equal(reader.read(ids).hidden, expected.hidden)
        assert np.array_equal(reader.read(ids).cell, expected.cell)
        assert np.array_equal(reader.log_probs(ids), ten_word_model.log_probs(expected))


def test_one_more_word_costs_one_step_and_backspace_none(counting: _CountingModel) -> None:
    reader = Reader(counting)
    reader.log_probs([1, 2, 3])
    assert counting.steps == 3
    reader.log_probs([1, 2, 3, 4])
    assert counting.steps == 4
    reader.log_probs([1, 2, 3])
    reader.log_probs([1])
    reader.log_probs([])
    assert counting.steps == 4


def test_a_wider_reader_remembers_more(counting: _CountingModel) -> None:
    size = counting.after(counting.begun(), 1).nbytes + 300
    reader = Reader(counting, state_bytes=2 * size)
    counting.steps = 0
    # Nothing is found again; then all of it is, and the last two from the start.
    for times, steps in (1, 16), (4, 22):
        reader.widen(times)
        for word_id in [*range(8)] * 2:
            reader.read([word_id])
        assert counting.steps == steps


def test_what_was_cleared_is_read_again(counting: _CountingModel) -> None:
    reader = Reader(counting)
    reader.read([1, 2])
    reader.clear()
    reader.read([1, 2])
    assert counting.steps == 4


def test_a_distribution_that_is_kept_cannot_be_written(ten_word_model: LanguageModel) -> None:
    log_probs = Reader(ten_word_model).log_probs([1])
    with pytest.raises(ValueError, match="read-only"):
        log_probs[0] = 0


def test_a_cache_drops_what_was_not_used_for_longest() -> None:
    room = 3 * (100 + 200 + (1,).__sizeof__())
    cache: StateCache[str] = StateCache(room)
    for number in range(3):
        cache.put((number,), str(number), 100)
    assert cache.get((0,)) == "0"
    cache.put((3,), "3", 100)
    assert cache.get((1,)) is None
    assert [cache.get((number,)) for number in (0, 2, 3)] == ["0", "2", "3"]
    assert cache.size == room


def test_a_cache_counts_a_replaced_value_once() -> None:
    cache: StateCache[str] = StateCache(1000)
    cache.put((1,), "old", 100)
    size = cache.size
    cache.put((1,), "new", 100)
    assert cache.size == size
    assert cache.get((1,)) == "new"


def test_a_value_larger_than_the_cache_is_not_kept() -> None:
    cache: StateCache[str] = StateCache(100)
    cache.put((1,), "large", 1000)
    assert len(cache) == 0
    assert cache.size == 0
