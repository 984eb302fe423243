"""From text files to a model: prepare, train, measure, save."""

import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from karussell.errors import TrainingError, UsageError, shown
from karussell.files import AnyPath, path_of
from karussell.model import (
    Card,
    Configuration,
    LanguageModel,
    Training,
    open_model,
    save_model,
)
from karussell.training.batches import Encoded
from karussell.training.checkpoint import Progress
from karussell.training.engine import Device, Engine, engine_for
from karussell.training.folder import RunFolder, run_folder
from karussell.training.language import LanguageTask
from karussell.training.loop import Loop
from karussell.training.memory import check_memory
from karussell.training.network import LanguageNetwork
from karussell.training.settings import Labels, Settings
from karussell.training.surroundings import apart, drawn
from karussell.training.task import Report, silent
from karussell.training.text.offensive import offensive_words
from karussell.training.text.prepared import Plan, PreparedText, Stage
from karussell.training.text.sources import TextSource
from karussell.training.world import World, together

# After so many seconds it is known how fast a text is read.
_SURE = 1.0


def train_text(
    files: Sequence[AnyPath],
    *,
    out: AnyPath | None = None,
    settings: Settings | None = None,
    labels: Labels | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: Device = "auto",
    tell_stage: Stage = silent,
    tell: Callable[[Report], None] = silent,
    tell_held_out: Callable[[list[str]], None] = silent,
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
        device: "cpu", "cuda", or "auto", a GPU where there is one; a run may go on on another.
        tell_stage: Told what is being prepared and how much of it is done, 0..1.
        tell: Told about progress.
        tell_held_out: Told some of the sentences held out, in lower case without punctuation.

    Returns:
        The trained model.

    Raises:
        TextError: If a file cannot be read as text.
        UsageError: If the arguments do not go together.
        TrainingError: If there is nothing to resume, or the disk is full.
    """
    begun = time.monotonic()
    if resume and files:
        raise UsageError("a resumed run has its text already; leave out the files")
    if not (resume or files):
        raise UsageError("no text files given; name at least one to train on")
    out = None if out is None else path_of(out, "out")
    engine = engine_for(device)
    check_memory(settings or Settings())
    sources = [TextSource.parse(str(path_of(file, "a text file"))) for file in files]
    inputs = [source.path for source in sources]
    world, resumes = together(out, engine, resume=resume)
    place = out if world.leads else None
    with run_folder(place, resume=resumes, overwrite=overwrite, inputs=inputs) as folder:

        def prepared() -> tuple[Plan, Encoded, NDArray[np.uint32]]:
            text = _prepare(folder, sources, settings, labels, engine, tell_stage, resume=resumes)
            encoded, counts = text.read_text()
            return text.read_plan(), encoded if world.size == 1 else encoded.in_memory(), counts

        return _train(world.told(prepared), folder, world, engine, tell, tell_held_out, begun)


def _prepare(
    folder: RunFolder,
    sources: Sequence[TextSource],
    settings: Settings | None,
    labels: Labels | None,
    engine: Engine,
    tell: Stage,
    *,
    resume: bool,
) -> PreparedText:
    """Read the text, or have a stopped run go on, perhaps for longer."""
    text = PreparedText(folder.path)
    if not resume:
        # The plan says what this machine chose, so that a run resumed elsewhere stays the same.
        settings = (settings or Settings()).for_this_machine(engine)
        labels = labels or Labels(name=shown(folder.out.stem))
        text.prepare(sources, settings, labels, _in_time(tell, settings.seconds))
    plan = text.read_plan()
    longer = plan.settings if settings is None else plan.settings.as_long_as(settings)
    here = msgspec.structs.replace(plan, settings=longer, device=engine.device.type)
    if here != plan:
        text.write_plan(here)
    return text


def _in_time(tell: Stage, seconds: float | None) -> Stage:
    """Tell, and refuse to go on once it is clear that the time given does not suffice."""
    begun = time.monotonic()

    def told(name: str, part: float) -> None:
        tell(name, part)
        taken = time.monotonic() - begun
        whole = taken / part if part and taken > _SURE else taken
        if seconds is not None and whole > seconds:
            raise TrainingError(
                f"seconds are {seconds:g}, and reading the text takes about {whole:.0f} here; "
                "give more time or less text"
            )

    return told


def _train(
    read: tuple[Plan, Encoded, NDArray[np.uint32]],
    folder: RunFolder,
    world: World,
    engine: Engine,
    tell: Callable[[Report], None],
    tell_held_out: Callable[[list[str]], None],
    begun: float,
) -> LanguageModel:
    """Train on what was prepared, from the last checkpoint on, and write the model."""
    plan, encoded, counts = read
    check_memory(plan.settings, words=len(plan.words), read=len(encoded.ids))
    with apart(plan.settings.threads, engine):
        with drawn(plan.settings.seed):
            network = LanguageNetwork(
                plan.settings, torch.from_numpy(counts.astype(np.int64)), engine
            )
        task = LanguageTask(plan.settings, network, encoded, counts)
        loop = Loop(task, folder.checkpoint, world, spent=time.monotonic() - begun)
        perplexity = loop.run(tell)
    save_model(
        folder.result,
        card=_card(plan, loop.progress, perplexity),
        weights=network.arrays(),
        vocabulary=plan.vocabulary,
        counts=counts,
        rare=plan.rare,
        withheld=offensive_words(plan.labels.language, plan.words),
    )
    if world.leads:
        tell_held_out(PreparedText(folder.path).held_out())
    folder.deliver()
    return open_model(folder.out)


def _card(plan: Plan, progress: Progress, perplexity: float) -> Card:
    settings, labels = plan.settings, plan.labels
    return Card(
        name=labels.name,
        language=labels.language,
        licence=labels.licence,
        sources=labels.sources,
        configuration=settings.sizes(Configuration, vocabulary_size=len(plan.words)),
        training=Training(
            command=labels.command,
            seed=settings.seed,
            words=progress.read,
            seconds=round(progress.seconds, 1),
            software=f"karussell {version('karussell')}, torch {torch.__version__}, "
            f"Python {platform.python_version()}",
        ),
        scores={"held_out_perplexity": round(perplexity, 2)},
        notes=labels.notes,
    )
