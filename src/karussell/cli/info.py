"""`karussell info`: what a model file says about itself."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from karussell.cli.options import AsJSON


def info(
    model: Annotated[
        Path | None,
        typer.Argument(help="A .karussell file; by default the packaged English model."),
    ] = None,
    as_json: AsJSON = False,
) -> None:
    """Show a model's card: its sizes, sources, licence, training and scores."""
    from karussell import kernels
    from karussell.model import embedded_path, parameter_count, read_model_file

    path = model or embedded_path()
    card = read_model_file(path).card
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(card)).decode())
        return
    sizes = card.configuration
    blocks = (
        f"{sizes.layers} x {sizes.hidden_size // sizes.cells_per_block} memory blocks of "
        f"{sizes.cells_per_block} cell{'s' * (sizes.cells_per_block > 1)}"
        if sizes.cell == "lstm"
        else f"{sizes.layers} x {sizes.hidden_size} plain recurrent units"
    )
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in (
        ("name", card.name),
        ("language", card.language),
        ("licence", card.licence),
        ("file", f"{path.stat().st_size / 1e6:.2f} MB, {card.number_format}, format {card.format}"),
        ("network", f"{blocks}, embedding {sizes.embedding_size}"),
        ("words", f"{sizes.vocabulary_size:,}"),
        ("weights", f"{parameter_count(sizes):,}"),
        (
            "trained on",
            f"{card.training.words:,} words in {card.training.seconds / 60:.0f} minutes",
        ),
        ("with", card.training.software),
        ("by", card.training.command),
        ("scores", ", ".join(f"{name} {value:g}" for name, value in card.scores.items())),
        ("notes", card.notes),
        ("sources", "\n".join(f"{each.name} ({each.licence})" for each in card.sources)),
        ("kernels here", f"{kernels.level()} (of {', '.join(kernels.levels())})"),
    ):
        table.add_row(name, value)
    Console(highlight=False).print(table)
