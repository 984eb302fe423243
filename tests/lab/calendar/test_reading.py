"""The packaged networks."""

import json
from importlib.resources import files

import numpy as np
import pytest

from karussell.lab import calendar

_NETWORKS = {name: calendar.Network(weights) for name, weights in calendar.packaged().items()}


def test_the_networks_have_equal_weights_and_lie_in_a_small_file() -> None:
    sizes = {name: network.size for name, network in _NETWORKS.items()}
    assert sizes == {"rnn": 2789, "relu": 2789, "lstm": 2712}
    data = (files("karussell.lab.calendar") / "weights.json").read_bytes()
    assert len(data) <= 100_000


def test_the_lstm_keeps_the_appointment_and_the_plain_rnn_loses_it_as_days_grow() -> None:
    found = {name: calendar.success_of(net, seed=2) for name, net in _NETWORKS.items()}
    assert min(found["lstm"].right.values()) >= 98
    plain = found["rnn"].right
    assert plain[5] >= 95
    assert plain[5] > plain[10] > plain[30] > plain[60]
    assert max(plain[60], plain[100]) <= 25
    for name in ("rnn", "lstm"):
        assert min(found[name].latest.values()) >= 98


def test_the_appointment_is_sure_to_the_end_of_a_day_in_the_cells_alone() -> None:
    days = calendar.draw_days(np.random.default_rng(4), 50, 60)
    plain, lstm = (_NETWORKS[name].read(days.x) for name in ("rnn", "lstm"))
    assert lstm.likelihood(days.kept)[-1].mean() > 0.97
    assert plain.likelihood(days.kept)[-1].mean() < 0.3
    assert lstm.changes[1:].mean() < plain.changes[1:].mean()


@pytest.mark.parametrize(
    ("held", "wrong"), [({"forget": False}, True), ({"input": False}, True), ({}, False)]
)
def test_a_gate_held_by_hand_loses_the_appointment(held: dict[str, bool], wrong: bool) -> None:
    days = calendar.draw_days(np.random.default_rng(5), 100, 30)
    right = (_NETWORKS["lstm"].read(days.x, held=held).kept == days.kept).mean()
    assert right < 0.3 if wrong else right > 0.97


def test_with_the_forget_gate_shut_the_past_is_gone() -> None:
    x = calendar.draw_days(np.random.default_rng(6), 3, 8).x
    gates = _NETWORKS["lstm"].read(x, held={"forget": False, "input": True}).gates
    assert gates is not None
    np.testing.assert_allclose(gates.cell, gates.cell_input, rtol=1e-6)


def test_the_page_is_given_the_packaged_networks() -> None:
    given = json.loads(calendar.page_data())
    assert given["hours"] == [*range(8, 20)]
    assert {*given["networks"]} == {"rnn", "relu", "lstm"}
    assert np.shape(given["networks"]["lstm"]["weight_ih"]) == (64, calendar.INPUTS)
