"""From text files to a model: prepare, train, measure, save."""

import contextlib
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
import torch

from karussell.errors import TrainingError, UsageError
from karussell.layers import kernel_precision
from karussell.model import (
    Card,
    LanguageModel,
    Source,
    Training,
    open_model,
    save_model,
)
from karussell.training.checkpoint import Progress, full_disks_named
from karussell.training.export import configuration_of, export_weights
from karussell.training.loop import Loop, Report, silent
from karussell.training.network import LanguageNetwork
from karussell.training.settings import Labels, Settings
from karussell.training.text.offensive import offensive_words
from karussell.training.text.plan import Folder, Plan, Stage
from karussell.training.text.sources import TextSource


def train_text(
    files: Sequence[str | Path],
    *,
    out: Path | None = None,
    settings: Settings | None = None,
    labels: Labels | None = None,
    resume: bool = False,
    overwrite: bool = False,
    tell_stage: Stage = silent,
    tell: Callable[[Report], None] = silent,
) -> LanguageModel:
    """Train a language model on text files.

    While it runs, ``OUT.training`` beside the model holds the text as word ids and a checkpoint;
    a stopped run goes on from there with ``resume``. It is deleted once the model is written.

    Args:
        files: UTF-8 text, plain, .gz or .xz, a message or paragraph a line; ``PATH@2`` reads a
            file twice per epoch. None when resuming.
        out: Where to write the model; nowhere if None.
        settings: The choices of the run; the defaults if None. When resuming, only ``epochs`` and
            ``seconds`` may differ from those the run began with.
        labels: What the card says; a resumed run keeps those it began with.
        resume: Go on with a stopped run.
        overwrite: Replace a model that already is at ``out``, once the new one is trained.
        tell_stage: Told what is being prepared and how much of it is done, 0..1.
        tell: Told about progress.

    Returns:
        The trained model.

    Raises:
        TextError: If a file cannot be read as text.
        UsageError: If the arguments do not go together.
        TrainingError: If there is nothing to resume, or the disk is full.
    """
    with _working_folder(out) as (folder, target):
        if out is not None and out.exists() and not overwrite:
            raise UsageError(f"{out}: exists already; choose another name or allow overwriting it")
        with full_disks_named(folder.path):
            if resume:
                if files:
                    raise UsageError("a resumed run has its text already; leave out the files")
                _resume(folder, settings)
            else:
                _begin(folder, files, settings, labels or Labels(name=target.stem), tell_stage)
            model = _train(folder, target, tell)
            folder.remove()
            return model


def _train(folder: Folder, target: Path, tell: Callable[[Report], None]) -> LanguageModel:
    """Train what the folder holds, from its last checkpoint on, and write the model."""
    plan = folder.read_plan()
    encoded, counts = folder.read_text()
    torch.set_num_threads(plan.settings.threads)
    torch.manual_seed(plan.settings.seed)
    network = LanguageNetwork(plan.settings, torch.from_numpy(counts.astype(np.int64)))
    loop = Loop(plan.settings, network, encoded, counts, folder.checkpoint)
    perplexity = loop.run(tell)
    save_model(
        target,
        card=_card(plan, loop.progress, perplexity),
        weights=export_weights(network),
        vocabulary=plan.vocabulary,
        counts=counts,
        rare=plan.rare.made,
        withheld=offensive_words(plan.labels.language, plan.words),
    )
    return open_model(target)


def _begin(
    folder: Folder,
    files: Sequence[str | Path],
    settings: Settings | None,
    labels: Labels,
    tell: Stage,
) -> None:
    """Prepare a new run."""
    if folder.is_prepared:
        raise TrainingError(
            f"{folder.path}: a stopped training is here; go on with resume, or delete the folder"
        )
    if not files:
        raise UsageError("no text files given; name at least one to train on")
    settings = settings or Settings()
    # The plan says what this machine chose, so that a run resumed elsewhere stays the same.
    settings = msgspec.structs.replace(
        settings,
        threads=settings.threads or os.cpu_count() or 1,
        precision=kernel_precision(settings.precision),
    )
    sources = [TextSource.parse(str(file)) for file in files]
    folder.prepare(sources, settings, labels, tell)


def _resume(folder: Folder, settings: Settings | None) -> None:
    """Check that a run is to go on, and let it be longer or shorter than was planned."""
    if not folder.is_prepared:
        raise TrainingError(f"{folder.path}: no stopped training here; start without resume")
    if settings is None:
        return
    plan = folder.read_plan()
    changed = msgspec.structs.replace(
        plan.settings, epochs=settings.epochs, seconds=settings.seconds
    )
    folder.write_plan(msgspec.structs.replace(plan, settings=changed))


def _card(plan: Plan, progress: Progress, perplexity: float) -> Card:
    settings, labels = plan.settings, plan.labels
    named = tuple(
        Source(name=TextSource.parse(source).path.name, licence="the user's own")
        for source in plan.sources
    )
    return Card(
        name=labels.name,
        language=labels.language,
        licence=labels.licence,
        sources=labels.sources or named,
        configuration=configuration_of(settings, len(plan.words)),
        training=Training(
            command=labels.command,
            seed=settings.seed,
            words=progress.words,
            seconds=round(progress.seconds, 1),
            software=f"karussell {version('karussell')}, torch {torch.__version__}, "
            f"Python {platform.python_version()}",
        ),
        scores={"held_out_perplexity": round(perplexity, 2)},
        notes=labels.notes,
    )


@contextlib.contextmanager
def _working_folder(out: Path | None) -> Iterator[tuple[Folder, Path]]:
    """The run's folder and the model's path: beside the model, or temporary if it goes nowhere."""
    if out is not None:
        yield Folder(out.with_name(out.name + ".training")), out
        return
    with tempfile.TemporaryDirectory(prefix="karussell-") as name:
        yield Folder(Path(name) / "training"), Path(name) / "model.karussell"
