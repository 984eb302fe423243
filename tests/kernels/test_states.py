"""What a sequence has come to: a network reads on from its own states, and from nothing else."""

import gc

import numpy as np
import pytest

from karussell.kernels import SequenceState, States
from karussell.kernels.network import Network
from tests.kernels.networks import Sizes, random_weights

_SIZES = Sizes(hidden=16, layers=2)


def _network(sizes: Sizes = _SIZES, seed: int = 0) -> Network:
    return random_weights(sizes, seed).pack("float32")


def _read(network: Network, *words: int) -> SequenceState:
    state = network.start()
    for word in words:
        state = network.after(state, word)
    return state


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize(
    "other",
    [
        Sizes(hidden=8, layers=2),
        Sizes(hidden=17, layers=2),
        Sizes(hidden=16, layers=1),
        Sizes(hidden=16, layers=3),
        Sizes(hidden=32, layers=1),  # as many values
        Sizes(hidden=8, layers=4),
        Sizes(hidden=8, layers=2, plain=True),
    ],
)
def test_the_state_of_another_network_is_refused(other: Sizes) -> None:
    network, state = _network(), _read(_network(other), 3, 5)
    before = state.hidden.copy()
    with pytest.raises(ValueError, match="the state is another network's"):
        network.after(state, 1)
    with pytest.raises(ValueError, match="the state is another network's"):
        network.log_probs(state)
    assert (state.hidden == before).all()
    assert network.log_probs(_read(network, 1)).nbytes == 4 * 130  # it reads on with its own


@pytest.mark.usefixtures("level")
def test_a_network_of_the_same_sizes_reads_on_as_it_would_from_these_numbers() -> None:
    one, other = _network(), _network(seed=1)
    state = _read(one, 3, 5)
    stacked = States(state.hidden[:, None], state.cell[:, None])
    after = other.after(state, 7)
    expected = other.step(stacked, np.array([7]))
    assert (after.hidden == expected.hidden[:, 0]).all()
    assert (after.cell == expected.cell[:, 0]).all()
    assert (after.hidden != one.after(state, 7).hidden).any()


def test_a_state_outlives_its_network() -> None:
    network = _network()
    state = _read(network, 3, 5)
    hidden, kept = state.hidden, state.hidden.copy()
    del network
    gc.collect()
    assert (state.hidden == kept).all()
    again = _network()
    assert (again.after(state, 7).hidden == _read(again, 3, 5, 7).hidden).all()
    del state
    gc.collect()
    assert (hidden == kept).all()


@pytest.mark.parametrize("word", [-1, 132, 2**40])
def test_a_word_that_is_none_is_refused(word: int) -> None:
    network = _network()
    state = _read(network, 131)  # the last that can be read
    with pytest.raises(ValueError, match="there is no such word"):
        network.after(state, word)


@pytest.mark.parametrize("state", [None, 0, "state", np.zeros((2, 16), np.float32)])
def test_what_is_no_state_is_refused(state: object) -> None:
    network = _network()
    with pytest.raises(TypeError):
        network.after(state, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        network.log_probs(state)  # type: ignore[arg-type]


def _states(hidden: np.dtype | type = np.float32, cell: np.dtype | type = np.float32) -> States:
    return States(np.zeros((2, 3, 16), hidden), np.zeros((2, 3, 16), cell))


@pytest.mark.parametrize("name", ["hidden", "cell"])
@pytest.mark.parametrize("kind", [np.float64, np.float16, np.int32])
def test_states_of_other_numbers_are_refused_by_all_that_reads_them(name: str, kind: type) -> None:
    network, states, ids = _network(), _states(**{name: kind}), np.zeros(3, np.int64)
    match = f"{name} is {np.dtype(kind)}, expected float32"
    with pytest.raises(TypeError, match=match):
        network.step(states, ids)
    with pytest.raises(TypeError, match=match):
        network.predict(states, ids, 2)
    with pytest.raises(TypeError, match=match):
        network.best(states, 2)
    with pytest.raises(TypeError, match=match):
        network.scores(states)


@pytest.mark.parametrize("shape", [(1, 3, 16), (2, 3, 15), (3, 3, 16), (2, 2, 16)])
def test_rows_that_differ_are_refused_by_all_that_reads_them(shape: tuple[int, ...]) -> None:
    network, ids = _network(), np.zeros(3, np.int64)
    states = _states()._replace(cell=np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match="cell is "):
        network.step(states, ids)
    with pytest.raises(ValueError, match="cell is "):
        network.predict(states, ids, 2)
    with pytest.raises(ValueError, match="cell is "):
        network.best(states, 2)
    with pytest.raises(ValueError, match="cell is "):
        network.scores(states)


def test_room_for_gates_that_does_not_fit_is_refused() -> None:
    network, rows = _network(), 2 * 3 * 4 * 16
    for room in (rows - 1, rows + 1, 0):
        with pytest.raises(ValueError, match="the room for gates does not fit"):
            network.step(_states(), np.zeros(3, np.int64), gates=np.empty(room, np.float32))
    network.step(_states(), np.zeros(3, np.int64), gates=np.empty(rows, np.float32))
