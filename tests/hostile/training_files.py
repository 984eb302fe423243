"""What training keeps in its folder, as small files: checkpoints, plans, texts as numbers."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, ClassVar, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from karussell.training.loop import Loop
from karussell.training.settings import Labels, RunSettings, SeriesSettings, Settings
from karussell.training.task import Task
from karussell.training.text.prepared import PreparedText
from karussell.training.text.sources import TextSource
from karussell.training.world import World
from tests.hostile.changes import changed

CHECKPOINT = "checkpoint.pt"
TEXT_FILES = ("plan.json", "counts.npy", "layout.npz", "ids.bin")


class TwoNumbers(Task):
    """A network of two weights, whose loss is their distance from one."""

    score_name: ClassVar[str] = "loss"
    keeps_best: ClassVar[bool] = True

    def __init__(self) -> None:
        torch.manual_seed(1)
        self.settings: RunSettings = SeriesSettings(updates=3, threads=1)
        self.network = nn.Linear(1, 1)
        self.random = torch.Generator("cpu")
        self.unit, self.amount = "steps", 3.0

    def batches(self) -> NoReturn:
        raise NotImplementedError

    def size(self, batch: NDArray[np.int64]) -> int:
        return 1

    def loss(self, batch: NDArray[np.int64]) -> torch.Tensor:
        found: torch.Tensor = self.network(torch.ones(1, 1)).sum()
        return found

    def measure(self, world: World, *, whole: bool) -> float:
        return 1.0


def read_checkpoint(path: Path) -> None:
    """Go on from a checkpoint with one step."""
    loop = Loop(TwoNumbers(), path)
    loop._update(np.zeros(1, np.int64), 0.1)
    assert all(torch.isfinite(each).all() for each in loop.task.network.parameters())


def read_text(path: Path) -> None:
    """The plan and the text of a run, of which one file is changed."""
    for name in TEXT_FILES:
        if not (path.parent / name).exists():
            (path.parent / name).write_bytes(text_files()[name])
    text = PreparedText(path.parent)
    plan = text.read_plan()
    encoded, counts = text.read_text()
    assert len(counts) == len(plan.vocabulary) + 1
    assert len(plan.rare.vocabulary) >= 0
    assert encoded.words(np.arange(len(encoded.offsets) - 1)) == len(encoded.ids)
    assert encoded.words(encoded.held_out) >= 0
    assert len(encoded.ids) == 0 or encoded.ids.max() < len(counts)


@cache
def checkpoint() -> bytes:
    """A checkpoint after one step."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / CHECKPOINT
        loop = Loop(TwoNumbers(), path)
        loop._update(np.zeros(1, np.int64), 0.5)
        loop._measure()
        loop._save()
        return path.read_bytes()


@cache
def text_files() -> dict[str, bytes]:
    """The files of a text of a few words."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        text.write_text("See you at the market. We see Anna there.\n" * 9)
        prepared = PreparedText(Path(folder))
        settings = Settings(vocabulary_size=6, least_count=1, rare_words=2, threads=1)
        sources = [TextSource(path=text)]
        prepared.prepare(sources, settings, Labels(name="x"), lambda name, part: None)
        return {name: (Path(folder) / name).read_bytes() for name in TEXT_FILES}


def changed_checkpoint(random: Random) -> bytes:
    """A checkpoint that is damaged, or one whose records are changed and have their checksums."""
    if random.random() < 0.3:
        return changed(checkpoint(), [checkpoint()], random)
    return rezipped(checkpoint(), random, lambda name: name.endswith(("data.pkl", "/0", "/2")))


def changed_text_file(name: str, random: Random) -> bytes:
    """One file of a text, changed."""
    data = text_files()[name]
    if name == "layout.npz" and random.random() < 0.6:
        return rezipped(data, random, lambda inner: True)
    return changed(data, list(text_files().values()), random)


def rewritten(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A checkpoint of other states, whole as torch writes it."""
    states = torch.load(io.BytesIO(data), weights_only=True)
    change(states)
    whole = io.BytesIO()
    torch.save(states, whole)
    return whole.getvalue()


def rezipped(data: bytes, random: Random, wanted: Any) -> bytes:
    """An archive with one of its records changed, or packed."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(whole, "w") as new:
        names: Sequence[str] = old.namelist()
        chosen = random.choice([name for name in names if wanted(name)])
        for name in names:
            record = old.read(name)
            if name == chosen:
                record = changed(record, [record], random)
            packed = random.random() < 0.02
            new.writestr(name, record, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return whole.getvalue()
