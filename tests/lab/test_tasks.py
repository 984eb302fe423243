"""What the tasks ask, looked at sequence by sequence."""

from itertools import pairwise

import numpy as np
import pytest

from karussell.lab import (
    EmbeddedReber,
    MarkedNumbers,
    NoisyRecall,
    Streams,
    TemporalOrder,
    TwoSequences,
)
from karussell.lab.prediction import NextSymbol
from karussell.lab.reber import SYMBOLS, strings

COUNT, NETWORKS = 40, 16


def sequences(streams: Streams) -> list[tuple[np.ndarray, np.ndarray]]:
    """Inputs (T, I) and the answer (O,) of each sequence, of all networks."""
    found = []
    for lane in range(streams.x.shape[2]):
        first = [*np.flatnonzero(streams.begins[:, lane]), len(streams.x)]
        for begin, end in pairwise(first):
            (place,) = np.flatnonzero(streams.matters[begin:end, lane])
            x = streams.x[begin : begin + place + 1, :, lane]
            found.append((x, streams.targets[begin + place, :, lane]))
    return found


def rng() -> np.random.Generator:
    return np.random.default_rng(2)


@pytest.mark.parametrize(("sought", "least"), [("sum", -1), ("product", 0)])
def test_two_marked_numbers_are_added_or_multiplied(sought: str, least: int) -> None:
    task = MarkedNumbers(steps=50, sought=sought)  # type: ignore[arg-type]
    drawn = sequences(task.draw(rng(), COUNT, NETWORKS))
    assert len(drawn) == COUNT * NETWORKS
    assert {len(x) for x, _ in drawn} == {50, 51, 52, 53, 54, 55}
    for x, answer in drawn:
        numbers, marks = x.T
        places = np.flatnonzero(marks == 1)
        assert len(places) == 2
        assert places.min() < 10
        assert places.max() < 24
        assert set(np.flatnonzero(marks == -1)) <= {0, len(x) - 1}
        one, other = numbers[places]
        right = 0.5 + (one + other) / 4 if sought == "sum" else one * other
        assert answer == pytest.approx([right], abs=1e-6)
        assert least <= numbers.min() <= numbers.max() <= 1


def test_the_first_values_tell_the_class() -> None:
    drawn = sequences(TwoSequences(steps=40, telling=3).draw(rng(), COUNT, NETWORKS))
    for x, answer in drawn:
        assert (x[:3, 0] == 2 * answer - 1).all()
    noise = np.concatenate([x[3:, 0] for x, _ in drawn])
    assert noise.mean() == pytest.approx(0, abs=0.02)
    assert noise.var() == pytest.approx(0.2, abs=0.02)


def test_noise_may_fall_on_what_tells_and_on_the_answer() -> None:
    task = TwoSequences(steps=40, telling=3, noisy=True, answers=(0.2, 0.8), answer_noise=0.1)
    drawn = sequences(task.draw(rng(), COUNT, NETWORKS))
    told = np.array([x[:3, 0] for x, _ in drawn])
    answers = np.array([answer[0] for _, answer in drawn])
    of_one = told.mean(1) > 0
    assert (told[of_one] - 1).var() == pytest.approx(0.2, abs=0.03)
    assert answers[of_one].mean() == pytest.approx(0.8, abs=0.05)
    assert answers[~of_one].mean() == pytest.approx(0.2, abs=0.05)
    assert answers[of_one].var() == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize("symbols", [2, 3])
def test_the_order_of_what_matters_is_the_class(symbols: int) -> None:
    task = TemporalOrder(symbols=symbols)  # type: ignore[arg-type]
    for x, answer in sequences(task.draw(rng(), COUNT, NETWORKS)):
        kinds = x.argmax(1)
        assert 100 <= len(kinds) <= 110
        assert (kinds[0], kinds[-1]) == (6, 7)
        order = [kind - 4 for kind in kinds if kind in (4, 5)]
        assert len(order) == symbols
        assert answer.argmax() == int("".join(map(str, order)), 2)
        assert answer.sum() == 1


def test_what_came_second_is_asked_at_the_end() -> None:
    task = NoisyRecall(least=20, distractors=6)
    drawn = sequences(task.draw(rng(), COUNT, NETWORKS))
    for x, answer in drawn:
        kinds = x.argmax(1)
        assert len(kinds) >= 23
        assert kinds[0] == 6
        assert kinds[-1] == 7
        assert kinds[1] == 8 + answer.argmax()
        assert (kinds[2:-1] < 6).all()
    assert np.mean([len(x) for x, _ in drawn]) == pytest.approx(23 + 9, abs=1.5)


def test_strings_of_the_grammar_end_as_they_began() -> None:
    drawn = strings(rng(), 3000)
    for symbols, legal, length in zip(drawn.symbols, drawn.legal, drawn.lengths, strict=True):
        text = "".join(SYMBOLS[symbol] for symbol in symbols[:length])
        assert text[0] == "B"
        assert text[1] == text[-2]
        assert text[-1] == "E"
        assert text[2] == "B"
        assert text[-3] == "E"
        assert len(text) >= 9
        for place, symbol in enumerate(symbols[1:length]):
            assert legal[place, symbol]
        assert legal[:length].sum(1).max() == 2
    assert drawn.lengths.mean() == pytest.approx(12, abs=0.2)


def test_networks_learn_from_strings_of_their_own() -> None:
    task = EmbeddedReber(known=3)
    streams = task.draw(rng(), COUNT, NETWORKS)
    known: list[set[bytes]] = [set() for _ in range(NETWORKS)]
    for lane in range(NETWORKS):
        first = [*np.flatnonzero(streams.begins[:, lane]), len(streams.x)]
        for begin, end in pairwise(first):
            there = streams.matters[begin:end, lane] > 0
            known[lane].add(streams.x[begin:end, :, lane][there].tobytes())
    assert all(1 < len(own) <= 3 for own in known)
    assert len(set.union(*known)) > 6


@pytest.mark.parametrize("shuffled", [False, True])
def test_the_first_of_many_symbols_comes_last_again(shuffled: bool) -> None:
    task = NextSymbol(lag=20, shuffled=shuffled)
    streams = task.draw(rng(), COUNT, NETWORKS)
    read = streams.x.argmax(1).reshape(COUNT, 20, NETWORKS)
    asked = streams.targets.argmax(1).reshape(COUNT, 20, NETWORKS)
    assert (streams.x.sum(1) == 1).all()
    assert (streams.targets.sum(1) == 1).all()
    assert (read[:, 1:] == asked[:, :-1]).all()
    assert (read[:, 0] == asked[:, -1]).all()
    assert {*read[:, 0].ravel()} == {19, 20}
    assert read[:, 1:].max() == 18
    same = (read[:, 1:] == np.arange(19)[:, None]).all()
    assert same != shuffled
    assert (streams.matters == 1).all()
    assert np.flatnonzero(streams.begins[:, 3]).tolist() == [*range(0, COUNT * 20, 20)]
