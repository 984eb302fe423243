"""`karussell saved`: the keys that you saved, day by day."""

from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.options import AsJSON, MemoryFolder, MemoryKey

if TYPE_CHECKING:
    from karussell.keyboard import Day


def saved(
    days: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="Print so many days at most.")
    ] = 30,
    memory: MemoryFolder = None,
    key: MemoryKey = None,
    as_json: AsJSON = False,
) -> None:
    """Show the keys you saved on the page, day by day: letters written for keys pressed."""
    from karussell.cli.keeping import remembered

    with remembered(memory, key) as (kept, _):
        found = kept.days()
    if as_json:
        from karussell.cli.printing import print_json

        print_json({"days": found})
    elif not found:
        print("nothing was counted yet")
    else:
        _print(found[-days:], found)


def _print(shown: "tuple[Day, ...]", found: "tuple[Day, ...]") -> None:
    from karussell.cli.printing import console, new_table, print_whole

    table = new_table("day", "letters", "keys", "saved", "picked", "corrected", "undone")
    for each in shown:
        table.add_row(each.day, *_row([each]))
    if len(found) > 1:
        table.add_section()
        table.add_row("all days", *_row(found), style="bold")
    print_whole(table, console())


def _row(days: "list[Day] | tuple[Day, ...]") -> list[str]:
    letters, keys = sum(each.letters for each in days), sum(each.keys for each in days)
    rest = [
        f"{sum(getattr(each, name) for each in days):,}"
        for name in ("picks", "corrected", "undone")
    ]
    share = f"{1 - keys / letters:.1%}" if letters else ""
    return [f"{letters:,}", f"{keys:,}", share, *rest]
