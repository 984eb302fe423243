"""Networks that learn online: what is refused, who sleeps, what is left alone."""

from typing import Any

import numpy as np
import pytest

from karussell.kernels import Block, Floats, OnlineNetwork, learn_online

NETWORK = OnlineNetwork(inputs=2, blocks=2, outputs=1, block=Block.of_1997(2))


def floats(*shape: int) -> Floats:
    return np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)


def given(networks: int = 16, steps: int = 8) -> dict[str, Any]:
    begins = np.zeros((steps, networks), np.float32)
    begins[0] = 1
    return {
        "weights": floats(NETWORK.weights, networks),
        "state": np.zeros((NETWORK.state, networks), np.float32),
        "x": floats(steps, 2, networks),
        "targets": floats(steps, 1, networks),
        "matters": np.ones((steps, networks), np.float32),
        "begins": begins,
    }


def test_without_rates_nothing_is_learned() -> None:
    arrays = given()
    before = arrays["weights"].copy()
    learn_online(NETWORK, **arrays)
    assert arrays["weights"].tobytes() == before.tobytes()


def test_weights_that_do_not_learn_stay() -> None:
    arrays, trained = given(), np.ones(NETWORK.weights, np.float32)
    trained[::3] = 0
    before = arrays["weights"].copy()
    learn_online(NETWORK, **arrays, rates=np.ones(16, np.float32), trained=trained)
    moved = (arrays["weights"] != before).any(1)
    assert not moved[::3].any()
    assert moved[trained > 0].mean() > 0.9


def test_a_network_that_was_wrong_sleeps_until_it_may_begin_anew() -> None:
    arrays = given()
    arrays["targets"][:] = 0.5
    arrays["targets"][2] = 9
    arrays["begins"][5, :8] = 2
    arrays["begins"][6, 8:] = 1
    errors = learn_online(NETWORK, **arrays, rates=np.ones(16, np.float32), wrong=2.0)
    assert ((errors >= 0) == (np.array([1, 1, 1, 0, 0, 1, 1, 1]) > 0)[:, None])[:, :8].all()
    assert ((errors >= 0) == (np.array([1, 1, 1, 0, 0, 0, 1, 1]) > 0)[:, None])[:, 8:].all()


def test_a_beginning_for_who_sleeps_is_none_for_others() -> None:
    arrays = given()
    plain = learn_online(NETWORK, **{name: array.copy() for name, array in arrays.items()})
    arrays["begins"][4] = 2
    assert learn_online(NETWORK, **arrays).tobytes() == plain.tobytes()


def test_a_stream_may_come_in_pieces() -> None:
    whole, pieces = given(), given()
    rates = np.full(16, 0.3, np.float32)
    together = learn_online(NETWORK, **whole, rates=rates)
    parts = []
    for place in (slice(0, 3), slice(3, 8)):
        part = {
            name: array if name in ("weights", "state") else array[place]
            for name, array in pieces.items()
        }
        parts.append(learn_online(NETWORK, **part, rates=rates))
    assert np.concatenate(parts).tobytes() == together.tobytes()
    assert pieces["weights"].tobytes() == whole["weights"].tobytes()


def test_the_result_does_not_depend_on_threads() -> None:
    results = []
    for threads in (1, 2, 3, 7):
        arrays = given(networks=64)
        learn_online(NETWORK, **arrays, rates=np.ones(64, np.float32), threads=threads)
        results.append(arrays["weights"].tobytes())
    assert len(set(results)) == 1


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("x", (8, 2, 8), "expected a multiple of 16"),
        ("x", (8, 3, 16), r"x is \(8, 3, 16\), expected \(8, 2, 16\)"),
        ("targets", (8, 2, 16), "targets is"),
        ("matters", (8, 8), "matters is"),
        ("begins", (7, 16), "begins is"),
        ("weights", (3, 16), "weights is"),
        ("state", (3, 16), "state is"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    name: str, shape: tuple[int, ...], message: str
) -> None:
    arrays = given() | {name: floats(*shape)}
    with pytest.raises(ValueError, match=message):
        learn_online(NETWORK, **arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": 0}, "inputs is 0"),
        ({"block": Block(coupled=True)}, "coupled"),
        ({"block": Block(layer_norm=True)}, "layer_norm"),
        ({"block": Block(net_clip=1.0)}, "net_clip"),
    ],
)
def test_networks_that_cannot_learn_so_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OnlineNetwork(**({"inputs": 2, "blocks": 1, "outputs": 1} | change))  # type: ignore[arg-type]


def test_weights_are_counted_as_in_the_paper() -> None:
    of_1997 = Block.of_1997(2)
    assert OnlineNetwork(inputs=2, blocks=2, outputs=1, block=of_1997).weights == 93
    assert OnlineNetwork(inputs=8, blocks=3, outputs=8, block=of_1997).weights == 308
