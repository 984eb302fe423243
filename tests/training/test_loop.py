"""One loop for words, tokens and series: what it tells, and how machines share its batches."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from karussell.errors import TrainingError
from karussell.training import Report, SeriesSettings, Settings, train
from karussell.training.batches import Encoded
from karussell.training.language import LanguageTask
from karussell.training.loop import Loop, TimeGiven
from karussell.training.network import LanguageNetwork
from karussell.training.series import SeriesTask
from karussell.training.task import silent
from karussell.training.world import World

TINY = Settings(
    embedding_size=4, hidden_size=8, epochs=2, batch_words=64, negatives=0, threads=1, dropout=0.0
)
SERIES = SeriesSettings(horizon=2, updates=10, hidden_size=4, window=20, batch_windows=5, threads=1)
SENTENCES = 60


def language_task() -> LanguageTask:
    lengths = np.random.default_rng(0).integers(1, 9, SENTENCES)
    offsets = np.concatenate([[0], lengths.cumsum()])
    ids = np.random.default_rng(1).integers(0, 7, offsets[-1]).astype(np.uint32)
    encoded = Encoded(
        ids=ids,
        offsets=offsets,
        spans=((0, SENTENCES),),
        passes=(1.0,),
        held_out=np.array([3, 5]),
    )
    counts = np.bincount(ids, minlength=8).astype(np.uint32)
    torch.manual_seed(1)
    network = LanguageNetwork(TINY, torch.from_numpy(counts.astype(np.int64)))
    return LanguageTask(TINY, network, encoded, counts)


def series_task() -> SeriesTask:
    torch.manual_seed(1)
    return SeriesTask([np.sin(np.arange(100.0))[:, None]], SERIES)


def report_of(data: Any, settings: Any) -> tuple[list[Report], dict[str, float]]:
    """What a training told, and the scores of its model."""
    reports: list[Report] = []
    model = train(data, settings=settings, tell=reports.append)
    return reports, model.card.scores if hasattr(model, "card") else model.scores


@pytest.mark.parametrize(
    ("kind", "settings", "unit", "score_name"),
    [
        ("text", TINY, "words", "perplexity"),
        ("tokens", TINY, "tokens", "perplexity"),
        ("series", SERIES, "steps", "pinball loss"),
    ],
)
def test_a_report_says_what_is_read_and_what_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    kind: str, settings: Any, unit: str, score_name: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("karussell.training.loop._TELL_SECONDS", 0.0)
    text = tmp_path / "text.txt"
    text.write_text("see you soon\nthe cat sat on the mat\n" * 50)
    data = {"text": [text], "tokens": [["a", "b", "c"]] * 40, "series": np.arange(100.0)}[kind]

    reports, scores = report_of(data, settings)

    assert {(each.unit, each.score_name) for each in reports} == {(unit, score_name)}
    parts = [each.part for each in reports]
    assert parts == sorted(parts)
    last = reports[-1]
    assert (last.part, last.seconds_left) == (1, 0)
    assert last.rate > 0
    assert last.score == pytest.approx(scores[f"held_out_{score_name.replace(' ', '_')}"], abs=6e-3)


class Apart(World):
    """One of several, who hears nothing of the others."""

    def told(self, value: Callable[[], Any]) -> Any:
        return value()

    def agreed(self, *numbers: float) -> list[float]:
        return [*numbers]

    def add_gradients(self, network: nn.Module, loss: Tensor) -> Tensor:
        return loss.detach()

    def check_equal(self, what: str, digest: bytes) -> None:
        pass

    def summed(self, number: float) -> float:
        return number


@pytest.mark.parametrize("make", [language_task, series_task])
def test_machines_share_what_one_alone_would_read(tmp_path: Path, make: Any) -> None:
    def read(world: World) -> tuple[list[NDArray[np.int64]], int]:
        """What one machine reads of each batch, and how much all did as it counts."""
        task, batches = make(), []
        loss = task.loss

        def record(batch: NDArray[np.int64]) -> Tensor:
            batches.append(batch)
            found: Tensor = loss(batch)
            return found

        task.loss = record
        loop = Loop(task, tmp_path / f"{world}.pt", world)
        loop.run(silent)
        return batches, loop.progress.read

    whole, amount = read(World(0, 1))
    first, second = (read(Apart(rank, 2)) for rank in range(2))
    assert amount == first[1] == second[1] == sum(make().size(each) for each in whole)
    assert len(whole) > 3
    for both, one, other in zip(whole, first[0], second[0], strict=True):
        assert len(one) + len(other) == len(both)
        assert sorted([*one.tolist(), *other.tolist()]) == sorted(both.tolist())
        assert make is series_task or not {*one.tolist()} & {*other.tolist()}


@pytest.mark.parametrize("make", [language_task, series_task])
def test_processes_share_what_one_alone_would_measure(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []

    def record(_: World, number: float) -> float:
        found.append(number)
        return number

    monkeypatch.setattr(World, "summed", record)
    task = make()
    for world in (World(), World(0, 2), World(1, 2)):
        task.measure(world, whole=True)
    whole, *parts = found
    assert sum(parts) == pytest.approx(whole, rel=1e-6)
    assert make is series_task or min(parts) > 0


def test_a_checkpoint_that_was_damaged_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    Loop(language_task(), path).run(silent)
    whole = path.read_bytes()
    middle = len(whole) // 2
    for damaged in (b"", whole[:middle], whole[:middle] + bytes(64) + whole[middle + 64 :]):
        path.write_bytes(damaged)
        with pytest.raises(TrainingError, match=r"checkpoint\.pt: is damaged, or not of a network"):
            Loop(language_task(), path)


def test_a_run_that_has_ended_goes_on_if_it_is_made_longer(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    steps = []
    for epochs in (2, 2, 4):
        task = language_task()
        task.settings = msgspec.structs.replace(TINY, epochs=epochs)
        task.amount *= epochs / 2
        loop = Loop(task, path)
        loop.run(silent)
        steps.append(loop.progress.step)
    assert steps[0] == steps[1] < steps[2]


def test_of_a_time_that_is_given_some_is_kept_for_the_end() -> None:
    given = TimeGiven(100.0, sample=0.5)
    assert given.for_training == 97.0  # a part of 0.03, before anything is known
    given.saved(2.0)
    given.measured(4.0)
    # Half of it took 4 seconds, all of it takes 8, within a tenth; and three checkpoints.
    assert given.lets_measure_all
    assert given.for_training == 100.0 - 8.0 - 6.0
    assert given.lets_measure
    given.measured(4.0)
    assert not given.lets_measure  # 8 seconds were measured, 12 with one more
    given.measured(6.0)
    assert not given.lets_measure_all
    assert given.for_training == 100.0 - 6.0 - 6.0
    given.saved(40.0)
    assert given.for_training == 50.0  # never more than half


def test_without_a_time_all_is_measured_as_often_as_it_is_due() -> None:
    given = TimeGiven(None, sample=0.1)
    given.measured(1e6)
    assert given.for_training is None
    assert given.lets_measure
    assert given.lets_measure_all
