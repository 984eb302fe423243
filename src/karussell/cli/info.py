"""`karussell info`: what a model file says about itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from karussell.cli.options import AsJSON, Language, ModelFile

if TYPE_CHECKING:
    from karussell.model import Configuration, StoredModel
    from karussell.sequences import SequenceModel, SeriesModel
    from karussell.store import ModelCard

Facts = Iterator[tuple[str, str]]


def info(
    model: ModelFile = None,
    language: Language = "en",
    as_json: AsJSON = False,
) -> None:
    """Check all of a model file of any kind, and show its card: sizes, sources, training, scores.

    And which instruction set the kernels use here; without any model, that alone.
    """
    from karussell.cli.printing import print_facts, print_json
    from karussell.errors import ModelFileError
    from karussell.model import embedded_path

    try:
        path = model or embedded_path(language)
    except ModelFileError as none:
        if as_json:
            raise
        print_facts([("model", str(none)), _kernels()])
        return
    card, facts = _read(path)
    if as_json:
        print_json(card)
        return
    scores = "\n".join(f"{score}: {value:g}" for score, value in card.scores.items())
    found = [*facts, ("scores", scores), _kernels()]
    print_facts((name, value) for name, value in found if value)


def _kernels() -> tuple[str, str]:
    from karussell import kernels

    return "kernels here", f"{kernels.level()} (of {', '.join(kernels.levels())})"


def _read(path: Path) -> "tuple[ModelCard, Facts]":
    """The card of a model, all of which was looked at, and what else is worth knowing, by name."""
    from rich.filesize import decimal

    from karussell.model import read_model_file
    from karussell.sequences import SequenceModel, SeriesModel
    from karussell.store import kind_of

    kind, size = kind_of(path), decimal(path.stat().st_size, precision=2)
    match kind:
        case "tokens":
            tokens = SequenceModel.open(path)
            return tokens.card, _of_tokens(tokens, size)
        case "series":
            series = SeriesModel.open(path)
            return series.card, _of_series(series, size)
    stored = read_model_file(path)
    return stored.card, _of_words(stored, size)


def _of_words(stored: "StoredModel", size: str) -> Facts:
    card, training = stored.card, stored.card.training
    duration = f"{training.seconds / 60:,.0f} minutes"
    yield "name", card.name
    yield "language", card.language
    yield "licence", card.licence
    yield "file", f"{size}, {card.number_format}, format {card.format}"
    yield from _network(card.configuration)
    yield "vocabulary", _vocabulary(stored)
    yield "trained on", f"{training.words:,} words in {duration}, seed {training.seed}"
    yield "trained by", training.command
    yield "trained with", training.software
    yield "notes", card.notes
    yield "sources", "\n".join(f"{source.name} ({source.licence})" for source in card.sources)


def _of_tokens(model: "SequenceModel", size: str) -> Facts:
    yield "kind", "tokens"
    yield "file", f"{size}, float32, format {model.card.format}"
    yield from _network(model.configuration)
    yield "tokens", f"{len(model.tokens):,}"


def _of_series(model: "SeriesModel", size: str) -> Facts:
    sizes = model.configuration
    yield "kind", "series"
    yield "file", f"{size}, float32, format {model.card.format}"
    yield "network", f"{sizes.layers} x {_blocks(sizes.hidden_size, sizes.cells_per_block)}"
    yield "weights", f"{sum(each.size for each in model.weights.values()):,}"
    yield "series", f"{sizes.variables} numbers a step, {sizes.season} steps a season"
    yield "forecast", f"{sizes.horizon} steps, quantiles {', '.join(map(str, sizes.quantiles))}"


def _network(sizes: "Configuration") -> Facts:
    from karussell.model import parameter_count

    layers = f"{sizes.hidden_size} plain recurrent units"
    if sizes.cell == "lstm":
        layers = _blocks(sizes.hidden_size, sizes.cells_per_block)
        layers += ", input and forget gates coupled" * sizes.coupled_gates
    yield "network", f"{sizes.layers} x {layers}, embedding of {sizes.embedding_size}"
    yield "weights", f"{parameter_count(sizes):,}"


def _blocks(hidden_size: int, cells: int) -> str:
    return f"{hidden_size // cells} memory blocks of {cells} cell{'s' * (cells > 1)}"


def _vocabulary(stored: "StoredModel") -> str:
    rare, withheld = len(stored.rare.vocabulary), len(stored.withheld)
    return (
        f"{len(stored.vocabulary):,} words"
        + f", {rare:,} rare ones beside them" * (rare > 0)
        + f"; {withheld} are not suggested until they were typed" * (withheld > 0)
    )
