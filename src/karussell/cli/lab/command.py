"""`karussell lab`: the papers' tasks, learned again on this machine."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import AsJSON, folder_of
from karussell.errors import UsageError

_Tables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TABLE]...",
        help="recall, two-sequence, adding, multiplication, order, reber, continual, or all; "
        "without one, what they are.",
    ),
]
_Quick = Annotated[bool, typer.Option("--quick", help="Only what takes a minute or two.")]
_Plain = Annotated[
    bool, typer.Option("--plain/--no-plain", help="Whether plain RNNs try the same; needs torch.")
]
_Sequences = Annotated[
    int | None,
    typer.Option(min=1, help="Give a network up after so many, instead of five times the paper's."),
]
_Networks = Annotated[
    int, typer.Option(min=16, max=4096, help="Seeds that are tried at once, by 16.")
]
_Seed = Annotated[int, typer.Option(min=0, help="What all is drawn from.")]
_Threads = Annotated[int, typer.Option("--threads", "-t", min=1, max=64)]
_Folder = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        parser=folder_of("--folder"),
        help="Keep results there, and go on from those that it has.",
    ),
]


def lab(
    tables: _Tables = None,
    quick: _Quick = False,
    plain: _Plain = True,
    sequences: _Sequences = None,
    networks: _Networks = 16,
    seed: _Seed = 1,
    threads: _Threads = 1,
    folder: _Folder = None,
    as_json: AsJSON = False,
) -> None:
    """Learn the tasks on which the papers showed what memory blocks can do, and compare.

    The networks are the papers', weight for weight, and learn online by the truncated gradient of
    1997; beside them stands a plain RNN with whole gradients, Adam and the best of four rates.
    """
    from karussell.lab import Asked, try_all

    if not tables:
        from karussell.cli.lab.tables import print_contents

        print_contents()
        return
    asked = Asked(
        tables=_chosen(tables),
        quick=quick,
        plain=plain,
        sequences=sequences,
        networks=_together(networks),
        seed=seed,
        threads=threads,
        folder=folder,
    )
    results = try_all(asked, _watch)
    if as_json:
        from karussell.cli.printing import print_json

        print_json(results)
        return
    from karussell.cli.lab.tables import print_results

    print_results(asked.tables, results)


def _chosen(names: list[str]) -> tuple[str, ...]:
    from karussell.lab import TABLES

    known = (*TABLES, "continual")
    for name in names:
        if name not in (*known, "all"):
            raise UsageError(f"there is no table {name!a}, expected one of {', '.join(known)}, all")
    return known if "all" in names else tuple(dict.fromkeys(names))


def _together(networks: int) -> int:
    if networks % 16:
        raise UsageError(f"--networks is {networks}, expected a multiple of 16, such as 16 or 32")
    return networks


@contextmanager
def _watch(name: str, total: int) -> Iterator[Callable[[int, str], None]]:
    from karussell.cli.printing import Screen
    from karussell.cli.progress import counted
    from karussell.cli.times import clock

    begin, how = time.monotonic(), ""
    with counted(name, total) as tell:

        def told(done: int, detail: str) -> None:
            nonlocal how
            how = detail
            tell(done, detail)

        yield told
    took = clock(time.monotonic() - begin)
    Screen(stderr=True).print(", ".join(filter(None, (name, how, took))))
