"""`karussell train`: a model of your own text."""

import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from karussell.cli.options import Overwrite, no_stream
from karussell.cli.times import clock, seconds
from karussell.errors import KarussellError, TextError, UsageError, needing, shown

if TYPE_CHECKING:
    from karussell.training import Device, Labels, Settings

_LONGEST = 100_000
# What is trained for less than this many seconds has these memory cells and numbers per word.
_SHORT, _SMALL = 300.0, (256, 128)
# So many seconds a model is measured in the end.
_MEASURE = 3.0
_Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE...",
        help="UTF-8 text, plain, .gz or .xz, a message or paragraph a line; - is standard input. "
        "FILE@2 is read twice in each pass, FILE@0.5 half.",
    ),
]
_Out = Annotated[
    Path, typer.Option("--out", "-o", callback=no_stream, help="The model file to write.")
]
_Time = Annotated[
    float | None,
    typer.Option(parser=seconds, metavar="TIME", help="Train for this long, such as 30m or 1h30m."),
]
_Epochs = Annotated[float | None, typer.Option(help="Passes over the text; 5 if no time is given.")]
_Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with the stopped training of this model.")
]
_Name = Annotated[str | None, typer.Option(help="The model's name in its card.")]
_Language = Annotated[
    str, typer.Option("--language", "-l", help="The text's language, such as en or de-AT.")
]
_Licence = Annotated[str, typer.Option(help="The model's licence in its card.")]
_Cell = Annotated[
    Literal["lstm", "rnn"], typer.Option(help="Memory blocks, or the plain RNN to compare.")
]
_Hidden = Annotated[int, typer.Option(min=1, help="Memory cells per layer.")]
_Embedding = Annotated[int, typer.Option(min=1, help="Numbers per word.")]
_Layers = Annotated[int, typer.Option(min=1, help="Recurrent layers.")]
_CellsPerBlock = Annotated[int, typer.Option(min=1, help="Cells that share their gates.")]
_CoupledGates = Annotated[
    bool,
    typer.Option("--coupled-gates", help="Write what is forgotten: a quarter of weights less."),
]
_Words = Annotated[int, typer.Option(min=1, help="Words in the vocabulary, at most.")]
_Negatives = Annotated[
    int, typer.Option(min=0, help="Words each prediction is compared with; 0 for all of them.")
]
_Dropout = Annotated[float, typer.Option(help="Part of the numbers dropped in training.")]
_LearningRate = Annotated[float, typer.Option(help="Adam's largest step size.")]
_Seed = Annotated[int, typer.Option(help="Fixes every random choice.")]
_Precision = Annotated[
    Literal["auto", "float32", "bfloat16"],
    typer.Option(help="Format of the large products; auto is the quicker one here."),
]
_Device = Annotated[
    Literal["auto", "cpu", "cuda"],
    typer.Option(help="Where to compute; auto is a GPU where torch finds one."),
]
_Threads = Annotated[
    int, typer.Option("--threads", "-t", min=0, help="Processor threads; 0 for one per core.")
]

_SAME = ("layers", "epochs", "negatives", "dropout", "seed", "threads", "language", "device")
# What the command line calls the settings of a training.
_OPTIONS = {name: f"--{name}" for name in _SAME} | {
    "hidden_size": "--hidden",
    "embedding_size": "--embedding",
    "vocabulary_size": "--words",
    "cells_per_block": "--cells-per-block",
    "learning_rate": "--learning-rate",
    "seconds": "--time",
}
# Where a message names one: as its first word, as the one to choose, or by a name of Python's.
_SETTING = re.compile(
    r"^[a-z_]+(?= (?:is|are)\b)|(?<=choose a smaller )[a-z_]+$|(?<!\S)[a-z]+_[a-z_]+(?!\S)"
)
_SWITCH = re.compile(r"\b(resume|overwrite)=True\b")


@contextmanager
def _in_options() -> Iterator[None]:
    """Tell what is wrong with a setting in the words of the command line.

    Raises:
        KarussellError: Of the same kind.
    """
    try:
        yield
    except KarussellError as error:
        told = _SWITCH.sub(r"--\1", str(error))
        told = _SETTING.sub(lambda name: _OPTIONS.get(name[0], name[0]), told)
        raise type(error)(told) from None


@_in_options()
def train(
    context: typer.Context,
    files: _Files = None,
    out: _Out = Path("mine.karussell"),
    time: _Time = None,
    epochs: _Epochs = None,
    resume: _Resume = False,
    overwrite: Overwrite = False,
    name: _Name = None,
    language: _Language = "und",
    licence: _Licence = "private",
    cell: _Cell = "lstm",
    hidden: _Hidden = 512,
    embedding: _Embedding = 192,
    layers: _Layers = 1,
    cells_per_block: _CellsPerBlock = 1,
    coupled_gates: _CoupledGates = False,
    words: _Words = 28_000,
    negatives: _Negatives = 1024,
    dropout: _Dropout = 0.2,
    learning_rate: _LearningRate = 2.5e-3,
    seed: _Seed = 1,
    threads: _Threads = 0,
    precision: _Precision = "auto",
    device: _Device = "auto",
) -> None:
    """Train a model on your own text. Stopped by Ctrl-C or a crash, it goes on with --resume."""
    begun = monotonic()
    _refuse_both(time, epochs)
    if resume:
        _refuse_changes(context)
    hidden, embedding = _chosen_size(context, None if resume else time, hidden, embedding)
    from karussell.training import Labels, Settings

    settings = Settings(
        cell=cell,
        layers=layers,
        embedding_size=embedding,
        hidden_size=hidden,
        cells_per_block=cells_per_block,
        coupled_gates=coupled_gates,
        vocabulary_size=words,
        epochs=5.0 if epochs is None else epochs,
        seconds=time,
        negatives=negatives,
        dropout=dropout,
        learning_rate=learning_rate,
        seed=seed,
        threads=threads,
        precision=precision,
    )
    labels = Labels(
        name=shown(name or out.stem),
        language=language,
        licence=shown(licence),
        command=shown(shlex.join(["karussell", *sys.argv[1:]]), _LONGEST),
    )
    _look(files or [], out, settings, resume=resume, overwrite=overwrite)
    chosen = None if resume and time is None and epochs is None else settings
    _run(files or [], out, chosen, labels, device, resume, overwrite, begun)


# What a run that goes on may be told anew; all else is as it began.
_OPEN_ON_RESUME = frozenset({"out", "resume", "overwrite", "time", "epochs", "device"})


def _named(context: typer.Context, *names: str) -> bool:
    """Whether one of these options was given."""
    sources = filter(None, map(context.get_parameter_source, names))
    return any(source.name == "COMMANDLINE" for source in sources)


def _chosen_size(
    context: typer.Context, time: float | None, hidden: int, embedding: int
) -> tuple[int, int]:
    """The sizes that were named, or smaller ones where there is little time."""
    if time is None or not 0 < time < _SHORT or _named(context, "hidden", "embedding"):
        return hidden, embedding
    print(
        f"In {clock(time)} a small network learns more: {_SMALL[0]} cells, {_SMALL[1]} numbers a "
        "word. From 5m on it is larger; --hidden and --embedding say otherwise.",
        file=sys.stderr,
    )
    return _SMALL


def _refuse_both(time: float | None, epochs: float | None) -> None:
    """Refuse two lengths of one training.

    Raises:
        UsageError: If there are two.
    """
    if epochs is not None and time is not None:
        raise UsageError("--epochs and --time exclude each other; give one of them")


def _refuse_changes(context: typer.Context) -> None:
    """Refuse what would have to change a training that is under way.

    Raises:
        UsageError: Naming the option.
    """
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE" and name not in _OPEN_ON_RESUME:
            what = "text files" if name == "files" else f"--{name.replace('_', '-')}"
            raise UsageError(
                f"--resume goes on with the text and options it began with; leave out {what}"
            )


def _look(
    files: list[str], out: Path, settings: "Settings", *, resume: bool, overwrite: bool
) -> None:
    """Refuse what cannot work before torch is loaded, which takes seconds.

    Raises:
        UsageError: If the output or the sizes cannot be, or torch is not here.
        TextError: If a text is not there.
        TrainingError: If there is nothing to resume, or another run is stopped or at work.
    """
    from karussell.training import RunFolder, TextSource, check_memory, check_output, rank_of

    if rank_of()[0] > 0:  # it has no files of its own
        return
    resume = resume or RunFolder(out).goes_on
    sources = [TextSource.parse(file).path for file in files]
    check_output(out, resume=resume, overwrite=overwrite, inputs=sources)
    if not resume:
        check_memory(settings)
    for path in sources:
        if path != Path("-") and not path.exists():
            raise TextError(f"{path}: no such file")
    with needing("training needs"):
        import torch  # noqa: F401  # to know that it is here


def _run(
    files: list[str],
    out: Path,
    settings: "Settings | None",
    labels: "Labels",
    device: "Device",
    resume: bool,
    overwrite: bool,
    begun: float,
) -> None:
    """Train with progress on stderr, and say what came of it."""
    import msgspec

    from karussell.cli.progress import TrainingProgress
    from karussell.cli.trained import print_outcome
    from karussell.training import engine_for, rank_of, train_text

    engine = engine_for(device)  # says what is wrong before anything is read

    held_out: list[str] = []
    limit = settings.seconds if settings is not None else None
    if settings is not None and limit is not None:
        # What was done so far and what follows are of the time that was given.
        left = limit - (monotonic() - begun) - min(2 * _MEASURE + 2, limit / 5)
        settings = msgspec.structs.replace(settings, seconds=max(limit / 2, left))
    with TrainingProgress(engine.line) as progress:
        try:
            model = train_text(
                files,
                out=out,
                settings=settings,
                labels=labels,
                resume=resume,
                overwrite=overwrite,
                device=device,
                tell_stage=progress.stage,
                tell=progress.report,
                tell_held_out=held_out.extend,
            )
        except KeyboardInterrupt:
            if progress.trains:
                options = ["--overwrite"] if overwrite else []
                again = shlex.join(["karussell", "train", "--resume", *options, "--out", str(out)])
                progress.note(f"Stopped. Go on with: {again}")
            raise
    if rank_of()[0] == 0:
        print_outcome(
            out, model, held_out, _MEASURE if limit is None else min(_MEASURE, limit / 15)
        )
