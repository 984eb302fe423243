"""`karussell info`: what a model file says about itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from karussell.cli.options import AsJSON, Language, ModelFile
from karussell.errors import ModelFileError, counted

if TYPE_CHECKING:
    from karussell.model import StoredModel
    from karussell.sequences import SequenceModel, SeriesModel
    from karussell.store import ModelCard

Facts = Iterator[tuple[str, str]]

# Sequences at once, as a server has them.
_MANY = 16


def info(
    model: ModelFile = None,
    language: Language = "en",
    as_json: AsJSON = False,
) -> None:
    """Check all of a model file of any kind, and show its card: sizes, sources, training, scores.

    And which instruction set the kernels use here, and which number formats "auto" means on it;
    without any model, that alone.
    """
    from karussell.cli.printing import print_facts, print_json
    from karussell.model import embedded_path

    try:
        path = model or embedded_path(language)
    except ModelFileError as none:
        if as_json:
            raise
        print_facts([("model", str(none)), *_here()])
        return
    card, facts = _read(path)
    if as_json:
        print_json(card)
        return
    scores = "\n".join(f"{score}: {value:g}" for score, value in card.scores.items())
    found = [*facts, ("scores", scores), *_here()]
    print_facts((name, value) for name, value in found if value)


def _here() -> Facts:
    """What the kernels use on this machine."""
    from karussell import kernels

    yield "kernels here", f"{kernels.level()} (of {', '.join(kernels.levels())})"
    for what, choice in (
        ("training", kernels.quickest_precision()),
        ("one sequence", kernels.quickest_format(1)),
        ("many at once", kernels.quickest_format(_MANY)),
    ):
        yield f"auto, {what}", f"{choice.format} ({choice.why})"


def _read(path: Path) -> "tuple[ModelCard, Facts]":
    """The card of a model, all of which was looked at, and what else is worth knowing, by name."""
    from rich.filesize import decimal

    from karussell.model import read_model_file
    from karussell.sequences import SequenceModel, SeriesModel
    from karussell.store import kind_of

    kind, size = kind_of(path), decimal(path.stat().st_size, precision=2)
    if kind == "words":
        stored = read_model_file(path)
        return stored.card, _of_words(stored, size)
    model = (SequenceModel if kind == "tokens" else SeriesModel).open(path)
    return model.card, _of_sequences(model, kind, size)


def _of_words(stored: "StoredModel", size: str) -> Facts:
    from karussell.model import parameter_count

    card, sizes, training = stored.card, stored.card.configuration, stored.card.training
    blocks, cells = sizes.hidden_size // sizes.cells_per_block, sizes.cells_per_block
    layers = (
        f"{counted(blocks, 'memory block')} of {counted(cells, 'cell')}"
        + ", input and forget gates coupled" * sizes.coupled_gates
        if sizes.cell == "lstm"
        else counted(sizes.hidden_size, "plain recurrent unit")
    )
    duration = counted(round(training.seconds / 60), "minute")
    yield "name", card.name
    yield "language", card.language
    yield "licence", card.licence
    yield "file", f"{size}, {card.number_format}, format {card.format}"
    yield "network", f"{sizes.layers} x {layers}, embedding of {sizes.embedding_size}"
    yield "weights", f"{parameter_count(sizes):,}"
    yield "vocabulary", _vocabulary(stored)
    yield "trained on", f"{counted(training.words, 'word')} in {duration}, seed {training.seed}"
    yield "trained by", training.command
    yield "trained with", training.software
    yield "notes", card.notes
    yield "sources", "\n".join(f"{source.name} ({source.licence})" for source in card.sources)


def _of_sequences(model: "SequenceModel | SeriesModel", kind: str, size: str) -> Facts:
    from msgspec import to_builtins

    yield "kind", kind
    yield "file", f"{size}, float32, format {model.card.format}"
    for name, value in to_builtins(model.configuration).items():
        yield name.replace("_", " "), str(value)
    yield "weights", f"{sum(each.size for each in model.weights.values()):,}"


def _vocabulary(stored: "StoredModel") -> str:
    rare, withheld = len(stored.rare.vocabulary), len(stored.withheld)
    return (
        counted(len(stored.vocabulary), "word")
        + f", {counted(rare, 'rare one')} beside them" * (rare > 0)
        + f"; {counted(withheld, 'is', 'are')} not suggested until they were typed" * (withheld > 0)
    )
