"""`karussell info`: what a model file says about itself."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from karussell.cli.options import AsJSON, Language, ModelFile

if TYPE_CHECKING:
    from karussell.model import StoredModel


def info(
    model: ModelFile = None,
    language: Language = "en",
    as_json: AsJSON = False,
) -> None:
    """Check all of a model file, and show its card: sizes, sources, licence, training, scores.

    And which instruction set the kernels use here; without any model, that alone.
    """
    from karussell.cli.printing import print_facts, print_json
    from karussell.errors import ModelFileError
    from karussell.model import embedded_path, read_model_file

    try:
        path = model or embedded_path(language)
    except ModelFileError as none:
        if as_json:
            raise
        print_facts([("model", str(none)), _kernels()])
        return
    stored = read_model_file(path)
    if as_json:
        print_json(stored.card)
    else:
        print_facts([*_facts(stored, path.stat().st_size), _kernels()])


def _kernels() -> tuple[str, str]:
    from karussell import kernels

    return "kernels here", f"{kernels.level()} (of {', '.join(kernels.levels())})"


def _facts(stored: "StoredModel", size: int) -> Iterator[tuple[str, str]]:
    """What is worth knowing, by name; what the card leaves empty is left out."""
    card = stored.card
    from rich.filesize import decimal

    from karussell.model import parameter_count

    sizes, training = card.configuration, card.training
    blocks, cells = sizes.hidden_size // sizes.cells_per_block, sizes.cells_per_block
    layers = (
        f"{blocks} memory blocks of {cells} cell{'s' * (cells > 1)}"
        + ", input and forget gates coupled" * sizes.coupled_gates
        if sizes.cell == "lstm"
        else f"{sizes.hidden_size} plain recurrent units"
    )
    duration = f"{training.seconds / 60:,.0f} minutes"
    for name, value in (
        ("name", card.name),
        ("language", card.language),
        ("licence", card.licence),
        ("file", f"{decimal(size, precision=2)}, {card.number_format}, format {card.format}"),
        ("network", f"{sizes.layers} x {layers}, embedding of {sizes.embedding_size}"),
        ("weights", f"{parameter_count(sizes):,}"),
        ("vocabulary", _vocabulary(stored)),
        ("trained on", f"{training.words:,} words in {duration}, seed {training.seed}"),
        ("trained by", training.command),
        ("trained with", training.software),
        ("scores", "\n".join(f"{score}: {value:g}" for score, value in card.scores.items())),
        ("notes", card.notes),
        ("sources", "\n".join(f"{source.name} ({source.licence})" for source in card.sources)),
    ):
        if value:
            yield name, value


def _vocabulary(stored: "StoredModel") -> str:
    rare, withheld = len(stored.rare.vocabulary), len(stored.withheld)
    return (
        f"{len(stored.vocabulary):,} words"
        + f", {rare:,} rare ones beside them" * (rare > 0)
        + f"; {withheld} are not suggested until they were typed" * (withheld > 0)
    )
