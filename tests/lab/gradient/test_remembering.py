"""Memory measured by a linear probe: exact where a state is known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from karussell.lab.gradient import (
    KeptNumber,
    MemoriesAsked,
    Memory,
    measure_memories,
    plain_layer,
    probed,
    read_back,
)
from karussell.lab.gradient import remembering as module


@contextmanager
def _watch(name: str, total: int) -> Iterator[Callable[[int, str], None]]:
    yield lambda done, detail: None


def test_a_probe_reads_a_shift_register_back_exactly_and_nothing_beyond_it() -> None:
    """A plain layer whose units hand on what they hold, so little that tanh is a straight line."""
    rng, units = np.random.default_rng(2), 8
    layer = plain_layer(1, units, 1, rng)
    shift, first = np.eye(units, k=-1), np.zeros((units, 1))
    first[0] = 1e-3
    weights = layer.weights._replace(weight_ih=first, weight_hh=shift, bias=np.zeros(units))
    x = rng.uniform(-1, 1, (30, 400, 1))
    (read,) = probed(replace(layer, weights=weights), x, [10], [0, 1, 7, 8, 15])
    np.testing.assert_allclose(read[:3], 1, atol=1e-9)
    assert max(read[3:]) < 0.05


def test_of_a_state_that_never_changes_nothing_is_read() -> None:
    sought = np.random.default_rng(0).uniform(-1, 1, 200)
    assert read_back(np.ones((200, 4)), sought) == pytest.approx(0, abs=0.05)


def test_a_probe_is_measured_where_it_was_not_fitted() -> None:
    """More numbers than sequences: fitted, chance would be read as memory."""
    rng = np.random.default_rng(1)
    assert read_back(rng.standard_normal((200, 150)), rng.uniform(-1, 1, 200)) < 0.2


def test_the_marked_number_is_the_answer() -> None:
    streams = KeptNumber(steps=20).draw(np.random.default_rng(4), 5, 3)
    x = streams.x.reshape(5, -1, 2, 3)
    targets = streams.targets.reshape(5, -1, 3)
    for sequence in range(5):
        for lane in range(3):
            (place,) = np.flatnonzero(x[sequence, :, 1, lane])
            assert place < 10
            number = x[sequence, place, 0, lane]
            assert targets[sequence, -1, lane] == pytest.approx(0.5 + 0.4 * number, rel=1e-6)


def test_half_is_lost_where_less_is_left() -> None:
    memory = Memory.of([0, 1, 5], [[1.0, 0.6, 0.4], [1.0, 0.9, 0.8]])
    assert memory.span == [5, None]
    assert memory.middle == [1.0, 0.75, pytest.approx(0.6)]


def test_all_is_probed_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PROBED", 64)
    asked = MemoriesAsked(
        steps=10, longest=12, seeds=2, sequences=64, rates=(0.01,), folder=tmp_path / "kept"
    )
    found = measure_memories(asked, _watch)
    assert len(found.networks) == 4
    for one in found.networks.values():
        assert [*one.memory] == [
            f"{moment}: {kind}"
            for moment in ("untrained", "trained")
            for kind in ("marked", "other")
        ]
        for memory in one.memory.values():
            assert memory.lags[-1] == 12
            assert np.array(memory.read).shape == (2, len(memory.lags))
            assert memory.middle[0] > 0.9  # what was read just now
    again = measure_memories(asked, lambda name, total: pytest.fail(name))
    assert again == found


def test_untrained_networks_are_probed_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PROBED", 64)
    asked = MemoriesAsked(steps=10, longest=5, seeds=1, sequences=0)
    found = measure_memories(asked, _watch)
    assert [*found.networks["plain RNN"].memory] == ["untrained: marked", "untrained: other"]
