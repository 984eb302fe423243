"""`karussell lab all`: every table and every room, one after the other."""

import io
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, redirect_stdout
from typing import Any

import typer

from karussell.cli.lab.options import Folder, Networks, Plain, Quick, Seed, Sequences, Threads
from karussell.cli.lab.table import together
from karussell.cli.options import AsJSON
from karussell.errors import KarussellError, UsageError, shown


def everything(
    context: typer.Context,
    quick: Quick = False,
    plain: Plain = True,
    sequences: Sequences = None,
    networks: Networks = 16,
    seed: Seed = 1,
    threads: Threads = 1,
    folder: Folder = None,
    as_json: AsJSON = False,
) -> None:
    """Learn every table, visit every room in its small form, and sum up.

    It takes some five minutes with `--quick`, and hours without. What `--folder` has is not
    done again, so that it may be stopped at any time. What cannot be done is told at the end.
    """
    from karussell.cli.printing import Screen, print_json

    together(networks)
    found: dict[str, object] = {}
    lines: list[tuple[str, str, float]] = []
    failed: list[str] = []
    commands = [*_commands(context)]
    for place, (panel, name, command) in enumerate(commands, 1):
        Screen(stderr=True).print(f"{name} ({place} of {len(commands)})")
        is_room = panel == "Rooms"
        given = {
            # The full form of a room is asked for by its own name.
            "--quick": quick or is_room,
            "--no-plain": not plain,
            "--sequences": sequences,
            "--networks": networks,
            "--seed": seed,
            "--threads": threads,
            "--folder": folder / name if folder and is_room else folder,
            "--json": as_json,
        }
        held, begin = io.StringIO(), time.monotonic()
        try:
            with redirect_stdout(held) if as_json else nullcontext():
                finding = _run(context, name, command, given)
            if as_json:
                found[name] = json.loads(held.getvalue())
        except KarussellError as error:
            finding = f"not done: {shown(error, 200)}"
            failed.append(name)
        lines.append((name, finding or "", time.monotonic() - begin))
    if as_json:
        print_json(found)
    else:
        _print_summary(lines)
    if failed:
        raise UsageError(f"{', '.join(failed)}: not done; the lines above say why")


def _commands(context: typer.Context) -> Iterator[tuple[str, str, Any]]:
    """What is done: panel, name and command."""
    group: Any = context.parent and context.parent.command
    for name, command in group.commands.items():
        if command.rich_help_panel in ("Tables", "Rooms"):
            yield command.rich_help_panel, name, command


def _run(
    context: typer.Context, name: str, command: Any, given: Mapping[str, object]
) -> str | None:
    """Call a command as a person does, with those of the options that it has."""
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    arguments: list[str] = []
    for option, value in given.items():
        if option in known and value not in (None, False):
            arguments += [option] if value is True else [option, str(value)]
    inner = command.make_context(name, arguments, parent=context.parent)
    with inner:
        result = command.invoke(inner)
    return result if isinstance(result, str) else None


def _print_summary(lines: Sequence[tuple[str, str, float]]) -> None:
    from karussell.cli.printing import console, new_table, print_whole
    from karussell.cli.times import clock

    table = new_table("all", "found", "took")
    table.columns[1].justify = "left"
    for name, finding, took in lines:
        table.add_row(name, finding, clock(took))
    screen = console()
    screen.print()
    print_whole(table, screen)
