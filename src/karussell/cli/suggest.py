"""`karussell suggest`: the words that may come next."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.options import AsJSON, Languages, Models, Offensive, listed

if TYPE_CHECKING:
    from karussell.keyboard import Suggestion


def suggest(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help='What was typed so far, such as "see you to".')
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Suggestions at most.")] = 3,
    language: Languages = "en",
    model: Models = None,
    offensive: Offensive = False,
    as_json: AsJSON = False,
) -> None:
    """Suggest the next word, the end of the word being typed, or what was meant by it.

    The models alone are asked: what the keyboard learned from you is not looked at.
    """
    from karussell.cli.printing import console, print_json
    from karussell.cli.whole import check_models
    from karussell.keyboard import Context, Predictor

    tags = listed(language)
    with Predictor.open(model, languages=tags, offensive=offensive) as predictor:
        check_models(model, tags)
        found = predictor.suggest(text, limit)
        correction = predictor.autocorrect(Context(left=text))
    if as_json:
        print_json(
            {
                "text": text,
                "suggestions": list(map(_told, found)),
                "autocorrect": correction and _told(correction),
            }
        )
        return
    if not found:
        print("no word that the model knows starts like this", file=sys.stderr)
        return
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    if any(suggestion.language for suggestion in found):
        table.add_column(style="dim")
    for suggestion in found:
        columns = [suggestion.text, f"{suggestion.probability:.1%}", suggestion.kind]
        table.add_row(*columns, *([suggestion.language] if suggestion.language else []))
    console().print(table)
    if correction is not None:
        console().print(f"a space would make it {correction.text}")


def _told(suggestion: "Suggestion") -> dict[str, object]:
    """A suggestion for a program; its language where there are several."""
    import msgspec

    told: dict[str, object] = msgspec.to_builtins(suggestion)
    if told["language"] is None:
        del told["language"]
    return told
