"""`karussell suggest`: the words that may come next."""

import sys
from typing import Annotated

import typer

from karussell.cli.options import AsJSON, Language, Model, Offensive


def suggest(
    text: Annotated[str, typer.Argument(help='What was typed so far, such as "see you to".')],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Suggestions at most.")] = 3,
    language: Language = "en",
    model: Model = None,
    offensive: Offensive = False,
    as_json: AsJSON = False,
) -> None:
    """Suggest the next word, or the end of the word being typed."""
    from karussell.cli.printing import console, print_json
    from karussell.keyboard import Predictor

    with Predictor.open(model, language=language, offensive=offensive) as predictor:
        found = predictor.suggest(text, limit)
    if as_json:
        print_json({"text": text, "suggestions": found})
        return
    if not found:
        print("no word that the model knows starts like this", file=sys.stderr)
        return
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    for suggestion in found:
        table.add_row(suggestion.text, f"{suggestion.probability:.1%}", suggestion.kind)
    console().print(table)
