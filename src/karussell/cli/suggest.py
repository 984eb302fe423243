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
    """Suggest the next word, the end of the word being typed, or what was meant by it."""
    from karussell.cli.printing import console, print_json
    from karussell.keyboard import Context, Predictor

    with Predictor.open(model, language=language, offensive=offensive) as predictor:
        found = predictor.suggest(text, limit)
        correction = predictor.autocorrect(Context(left=text))
    if as_json:
        print_json({"text": text, "suggestions": found, "autocorrect": correction})
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
    if correction is not None:
        console().print(f"a space would make it {correction.text}")
