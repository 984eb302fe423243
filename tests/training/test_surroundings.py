"""Training leaves the process as it was, and is not changed by what the process does."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from karussell.errors import TrainingError
from karussell.training import SeriesSettings, Settings, apart, train
from karussell.training.surroundings import Dropout

TOKENS = Settings(
    hidden_size=8, embedding_size=4, epochs=2, negatives=0, rare_words=0, dropout=0.3, threads=1,
    batch_words=32,
)  # fmt: skip
SERIES = SeriesSettings(
    horizon=3, hidden_size=8, layers=2, updates=4, window=16, batch_windows=4, dropout=0.3,
    threads=1,
)  # fmt: skip
SEQUENCES = [["a", "b", "c", "b"], ["c", "a"], ["b", "b", "a"]] * 20
NUMBERS = np.sin(np.arange(120.0))


def of_tokens(seed: int = 1) -> bytes:
    return train(SEQUENCES, settings=msgspec.structs.replace(TOKENS, seed=seed)).fingerprint


def of_sampled_tokens(seed: int = 1) -> bytes:
    settings = msgspec.structs.replace(TOKENS, seed=seed, negatives=2)
    return train(SEQUENCES, settings=settings).fingerprint


def of_series(seed: int = 1) -> bytes:
    return train(NUMBERS, settings=msgspec.structs.replace(SERIES, seed=seed)).fingerprint


TRAININGS = [of_tokens, of_sampled_tokens, of_series]
Training = Callable[..., bytes]


@pytest.fixture(scope="module")
def alone() -> dict[Training, bytes]:
    """What each training gives when nothing else happens."""
    return {training: training() for training in TRAININGS}


@contextmanager
def default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def deterministic() -> Iterator[None]:
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


WORLDS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
    "float64": lambda: default_dtype(torch.float64),
    "float16": lambda: default_dtype(torch.float16),
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
    "device meta": lambda: torch.device("meta"),
    "deterministic": deterministic,
    "anomalies": lambda: torch.autograd.set_detect_anomaly(True),
    "numpy raises": lambda: np.errstate(all="raise"),
}


def state() -> dict[str, Any]:
    """All that belongs to the process and not to a training."""
    return {
        "torch": torch.get_rng_state().tolist(),
        "numpy": repr(np.random.get_state()),  # noqa: NPY002
        "python": random.getstate(),
        "threads": torch.get_num_threads(),
        "between": torch.get_num_interop_threads(),
        "dtype": torch.get_default_dtype(),
        "device": torch.get_default_device(),
        "grad": torch.is_grad_enabled(),
        "inference": torch.is_inference_mode_enabled(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "errors": np.geterr(),
    }


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("training", TRAININGS)
def test_it_trains_as_ever_in_any_world_and_leaves_it_as_it_was(
    training: Training, world: str, alone: dict[Training, bytes]
) -> None:
    torch.manual_seed(7)
    torch.rand(3)
    outside = state()
    with WORLDS[world]():
        before = state()
        assert training() == alone[training]
        assert state() == before
    assert state() == outside


def test_a_training_that_fails_leaves_all_as_it_was() -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    before = state()
    with pytest.raises(TrainingError, match="lower learning_rate"):
        train(NUMBERS, settings=msgspec.structs.replace(SERIES, learning_rate=1e30, updates=20))
    with pytest.raises(ZeroDivisionError):
        train(SEQUENCES, settings=TOKENS, tell=fail)
    assert state() == before


def test_the_number_of_threads_is_the_callers_again() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        of_tokens()
        assert torch.get_num_threads() == 3
        with apart(2):
            assert torch.get_num_threads() == 2
            with apart(1):
                assert torch.get_num_threads() == 1
            assert torch.get_num_threads() == 2
        assert torch.get_num_threads() == 3
        with ThreadPoolExecutor(2) as pool:
            [*pool.map(lambda seed: of_tokens(seed), range(2))]
        assert torch.get_num_threads() == 3
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(torch.get_num_threads).result() == 3
    finally:
        torch.set_num_threads(before)


def test_trainings_in_several_threads_are_those_of_each_alone(
    alone: dict[Training, bytes],
) -> None:
    jobs = TRAININGS * 2
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda job: job(), jobs)]
    assert found == [alone[job] for job in jobs]


def test_a_thread_that_draws_meanwhile_changes_nothing(alone: dict[Training, bytes]) -> None:
    over = threading.Event()

    def draw() -> None:
        while not over.is_set():
            torch.manual_seed(3)
            torch.rand(1000)

    thread = threading.Thread(target=draw)
    thread.start()
    try:
        assert {job: job() for job in TRAININGS} == alone
    finally:
        over.set()
        thread.join()


def test_another_seed_gives_another_model() -> None:
    assert of_series(2) != of_series(1)
    assert of_tokens(2) != of_tokens(1)


def test_without_torch_training_says_what_is_missing() -> None:
    code = """
import sys
sys.modules["torch"] = None
import karussell as ka
ka.Settings(), ka.SeriesSettings()  # which need none
try:
    ka.train([["a"]])
except ka.KarussellError as error:
    print(error)
try:
    from karussell import train
except ka.KarussellError as error:
    print(error)
"""
    found = subprocess.run(
        (sys.executable, "-c", code), capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.count("training needs PyTorch") == 2
    assert found.stdout.count("pip install 'karussell[train]'") == 2


@pytest.mark.parametrize("part", [0.05, 0.2, 0.5, 0.9])
def test_dropout_leaves_the_mean_and_drops_each_number_by_itself(part: float) -> None:
    """Shares are within six standard deviations; of neighbours both go as often as by chance."""
    count = 400_003
    dropout = Dropout(part, torch.Generator().manual_seed(1))
    x = torch.ones(count, requires_grad=True)
    dropped = dropout(x) == 0
    share = float(dropped.double().mean())
    assert share == pytest.approx(part, abs=6 * (part * (1 - part) / count) ** 0.5)
    for distance in range(1, 5):
        both = float((dropped[distance:] & dropped[:-distance]).double().mean())
        assert both == pytest.approx(part**2, abs=6 * (part**2 * (1 - part**2) / count) ** 0.5 * 2)
    y = dropout(x)
    y.sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, y)
    kept = y[y != 0]
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - part)), rtol=1e-4, atol=0)


def test_dropout_draws_from_its_generator_alone_and_only_while_training() -> None:
    draws = torch.Generator()
    dropout, x = Dropout(0.5, draws), torch.randn(3, 5, 7)
    draws.manual_seed(4)
    first, second = dropout(x), dropout(x)
    draws.manual_seed(4)
    torch.manual_seed(8)
    torch.testing.assert_close(dropout(x), first, rtol=0, atol=0)
    assert not torch.equal(first, second)
    assert dropout.eval()(x) is x
    assert Dropout(0.0, draws)(x) is x


def test_dropout_of_nearly_all_leaves_numbers_finite() -> None:
    dropout = Dropout(1 - 1e-9, torch.Generator().manual_seed(1))
    assert dropout(torch.ones(500_000)).isfinite().all()
