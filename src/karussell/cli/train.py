"""`karussell train`: a model of your own text."""

import re
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from karussell.errors import UsageError

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def train(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...",
            help="UTF-8 text, plain, .gz or .xz, a message or paragraph a line. FILE@2 is read "
            "twice in each pass, FILE@0.5 half.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The model file to write.")] = Path(
        "mine.karussell"
    ),
    time: Annotated[
        str | None, typer.Option(help="Train for this long, such as 30m or 1h30m.")
    ] = None,
    epochs: Annotated[
        float | None, typer.Option(help="Passes over the text; 3 if no time is given.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the stopped training of this model.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the model file if it is there already.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="The model's name in its card.")] = None,
    language: Annotated[
        str, typer.Option(help="The text's language, such as en or de-AT.")
    ] = "und",
    licence: Annotated[str, typer.Option(help="The model's licence in its card.")] = "private",
    cell: Annotated[
        Literal["lstm", "rnn"], typer.Option(help="Memory blocks, or the plain RNN to compare.")
    ] = "lstm",
    hidden: Annotated[int, typer.Option(help="Memory cells per layer.")] = 512,
    embedding: Annotated[int, typer.Option(help="Numbers per word.")] = 192,
    layers: Annotated[int, typer.Option(help="Recurrent layers.")] = 1,
    cells_per_block: Annotated[int, typer.Option(help="Cells that share their gates.")] = 1,
    words: Annotated[int, typer.Option(help="Words in the vocabulary, at most.")] = 28_000,
    negatives: Annotated[
        int, typer.Option(help="Words each prediction is compared with; 0 for all of them.")
    ] = 1024,
    dropout: Annotated[float, typer.Option(help="Part of the numbers dropped in training.")] = 0.1,
    learning_rate: Annotated[float, typer.Option(help="Adam's largest step size.")] = 2.5e-3,
    seed: Annotated[int, typer.Option(help="Fixes every random choice.")] = 1,
    threads: Annotated[int, typer.Option(help="Processor threads; 0 for one per core.")] = 0,
) -> None:
    """Train a model on your own text. Stopped by Ctrl-C or a crash, it goes on with --resume."""
    training = _torch_training()
    given = {"epochs": epochs, "seconds": None if time is None else seconds(time)}
    if epochs is not None and time is not None:
        raise UsageError("--epochs and --time exclude each other; give one of them")
    settings = training.Settings(
        **{key: value for key, value in given.items() if value is not None},
        cell=cell,
        layers=layers,
        embedding_size=embedding,
        hidden_size=hidden,
        cells_per_block=cells_per_block,
        vocabulary_size=words,
        negatives=negatives,
        dropout=dropout,
        learning_rate=learning_rate,
        seed=seed,
        threads=threads,
    )
    labels = training.Labels(
        name=name or out.stem,
        language=language,
        licence=licence,
        command=shlex.join(["karussell", *sys.argv[1:]]),
    )
    with _Display() as display:
        try:
            model = training.train(
                files or [],
                out=out,
                settings=None if resume and time is None and epochs is None else settings,
                labels=labels,
                resume=resume,
                overwrite=overwrite,
                tell_stage=display.stage,
                tell=display.report,
            )
        except KeyboardInterrupt:
            display.note(f"Stopped. Go on with: karussell train --resume --out {out}")
            raise
    size = out.stat().st_size / 1e6
    perplexity = model.card.scores["held_out_perplexity"]
    print(f"{out}: {size:.1f} MB, {len(model.vocabulary):,} words, perplexity {perplexity:.1f}")


def seconds(text: str) -> float:
    """The seconds in a time such as 45s, 30m or 1h30m.

    Raises:
        UsageError: If the text is no such time.
    """
    match = _TIME.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise UsageError(f"--time {text}: not a time; expected for example 45s, 30m or 1h30m")
    hours, minutes, rest = (int(group or 0) for group in match.groups())
    return float(3600 * hours + 60 * minutes + rest)


def _torch_training() -> Any:
    """The training package, if torch is here.

    Raises:
        UsageError: If it is not, with the command that brings it.
    """
    try:
        import karussell.training
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise UsageError(
            "training needs PyTorch, which is not installed; run: pip install 'karussell[train]'"
        ) from None
    return karussell.training


class _Display:
    """Progress on stderr: a bar per stage, then one for the training."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            TaskProgressColumn(),
            TextColumn("{task.fields[detail]}"),
            console=self._console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Display":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stage(self, name: str, part: float) -> None:
        self._show(name, part, "")

    def report(self, report: Any) -> None:
        held_out = "" if report.perplexity is None else f"  held-out {report.perplexity:.1f}"
        self._show(
            "training",
            report.part,
            f"{report.words_per_second:,.0f} words/s  loss {report.loss:.3f}{held_out}  "
            f"{_clock(report.seconds_left)} left",
        )

    def note(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def _show(self, name: str, part: float, detail: str) -> None:
        if name not in self._tasks:
            for task in self._tasks.values():
                self._progress.update(task, completed=1)
            self._tasks[name] = self._progress.add_task(name, total=1, detail="")
        self._progress.update(self._tasks[name], completed=part, detail=detail)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
