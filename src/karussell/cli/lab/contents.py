"""`karussell lab`: what there is."""

import typer


def lab(context: typer.Context) -> None:
    """See why an LSTM remembers: the papers' tasks learned again, and a room for each question.

    Tables stand beside the papers' figures: 1997 is Hochreiter and Schmidhuber, 2000 Gers,
    Schmidhuber and Cummins. Rooms look at what happens inside. Without a command, what there is.
    """
    if context.invoked_subcommand is None:
        _print_contents(context.command)


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
