"""`karussell lab sharing`: what cells that share their gates cost and save on this machine."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.lab.options import Quick, Threads
from karussell.cli.options import AsJSON

if TYPE_CHECKING:
    from karussell.bench import Shape, Timed

_CELLS = (1, 2, 4, 8)
_ROUNDS, _QUICK_ROUNDS = 41, 9
# The English model's, whose gates are coupled.
_EMBEDDING, _HIDDEN, _WORDS = 256, 944, 14_000

_Hidden = Annotated[
    int, typer.Option("--cells", min=8, max=4096, help="Cells of the layer that shares no gate.")
]


def sharing(
    hidden: _Hidden = _HIDDEN,
    quick: Quick = False,
    threads: Threads = 1,
    as_json: AsJSON = False,
) -> str:
    """Time layers of 1, 2, 4 and 8 cells a block, with as many cells and with as many weights.

    Networks of the English model's sizes and random weights, packed in int8, read a word at a time
    and take turns. What shared gates cost in letters typed stands in lab/sharing.
    """
    from karussell.bench import time_shapes
    from karussell.cli.printing import print_json
    from karussell.cli.progress import counted

    shapes = _shapes(hidden)
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    with counted("sharing", 100) as progress:
        found = time_shapes(
            shapes,
            threads=threads,
            rounds=rounds,
            tell=lambda done, total: progress(100 * done // total, f"{done} of {total} turns"),
        )
    if as_json:
        print_json(found)
    else:
        _print_times(found)
    two = found[1]
    return f"2 cells a block: {two.layer_part:.0%} of the layer's time, {two.step_part:.0%} of all"


def _shapes(hidden: int) -> list["Shape"]:
    """One cell a block, then several with as many cells, then several with as many weights."""
    from karussell.bench import Shape

    first = Shape(embedding=_EMBEDDING, hidden=hidden - hidden % 8, words=_WORDS)
    several = _CELLS[1:]
    return [first, *map(first.in_blocks, several), *map(first.as_heavy, several)]


def _print_times(found: Sequence["Timed"]) -> None:
    from karussell.cli.printing import console, new_table, print_whole, say

    table = new_table(
        "cells a block", "cells", "weights", "layer", "of one", "by its bytes", "word", "of one"
    )
    for row in _rows(found):
        table.add_row(*row)
    print_whole(table, console())
    say(
        "Medians of turns, a word at a time. Weights: layer and projection. Layer: what it takes "
        "to read a word; by its bytes: the part it would take if only bytes counted. Word: a word "
        "read and the next predicted."
    )


def _rows(found: Sequence["Timed"]) -> Iterator[tuple[str, ...]]:
    for place, one in enumerate(found):
        kind = "" if not place else ", as many cells" if place < len(_CELLS) else ", as heavy"
        yield (
            f"{one.shape.cells}{kind}",
            f"{one.shape.hidden:,}",
            f"{one.weights:,}",
            f"{one.layer:.1f} µs",
            f"{one.layer_part:.0%}",
            f"{one.expected:.0%}",
            f"{one.step:.1f} µs",
            f"{one.step_part:.0%}",
        )
