"""`karussell lab`: what there is."""

import sys
from typing import Annotated

import typer

from karussell.errors import UsageError

_Open = Annotated[
    bool, typer.Option("--open", help="Serve the lab's page, on which one can play with it.")
]
_Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 for any free one."),
]
_Browser = Annotated[bool, typer.Option(help="Open the page in the default browser.")]


def lab(
    context: typer.Context, serve: _Open = False, port: _Port = None, browser: _Browser = True
) -> None:
    """See why an LSTM remembers: the papers' tasks learned again, and a room for each question.

    Tables stand beside the papers' figures: 1997 is Hochreiter and Schmidhuber, 2000 Gers,
    Schmidhuber and Cummins. Rooms look at what happens inside. Without a command, what there is.
    """
    name = context.invoked_subcommand
    if serve and name is not None:
        raise UsageError(f"--open and {name}: expected one of them")
    if serve:
        _open_page(port, browser)
    elif port is not None or not browser:
        raise UsageError("--port and --no-browser are for --open, which is not given")
    elif name is None:
        _print_contents(context.command)


def _open_page(port: int | None, browser: bool) -> None:
    from karussell.lab import calendar
    from karussell.web import serve_lab

    serve_lab(
        {"calendar.json": calendar.page_data()},
        port=port,
        open_browser=browser,
        announce=lambda line: print(line, file=sys.stderr, flush=True),
    )


def _print_contents(group: object) -> None:
    from karussell.cli.printing import console, new_table, print_whole, say

    panels: dict[str, list[tuple[str, str]]] = {}
    for name, command in getattr(group, "commands", {}).items():
        task = " ".join(command.help.split("\n\n")[0].split())
        panels.setdefault(command.rich_help_panel, []).append((name, task))
    screen = console()
    for title, rows in panels.items():
        table = new_table(title.lower(), "")
        table.columns[1].justify = "left"
        for row in rows:
            table.add_row(*row)
        print_whole(table, screen)
        screen.print()
    say("karussell lab NAME --quick takes a minute or two; --help tells the rest.")
