"""`karussell bench`: ours against every peer that is installed, beside the machine's limits."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from karussell.cli.options import AsJSON, Plot
from karussell.errors import UsageError, needing

_Workloads = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[WORKLOAD]...",
        help="What to measure: step, busy, letter, sessions, hypotheses, blocks, layer, softmax, "
        "training, start; all by default.",
    ),
]
# Our own side of these, too, is a layer of PyTorch.
_LEARNING = frozenset({"layer", "softmax", "training"})
_Threads = Annotated[
    list[int] | None,
    typer.Option("--threads", "-t", min=1, max=64, help="Threads; 1 and 2 by default. Repeatable."),
]
_Peers = Annotated[
    list[str] | None,
    typer.Option("--peer", "-p", help="Compare with this engine alone. Repeatable."),
]
_Rounds = Annotated[
    int | None, typer.Option(min=1, help="Rounds in which all take turns; 7 by default.")
]
_Quick = Annotated[
    bool, typer.Option("--quick", help="Two minutes: fewer networks, rounds and peers.")
]


_LEVEL_ROUNDS = 7
_Levels = Annotated[
    bool,
    typer.Option(
        "--levels",
        help="Our formats alone, at every instruction set this machine has, and which auto is.",
    ),
]


def bench(
    workloads: _Workloads = None,
    threads: _Threads = None,
    peer: _Peers = None,
    rounds: _Rounds = None,
    quick: _Quick = False,
    levels: _Levels = False,
    plot: Plot = None,
    as_json: AsJSON = False,
) -> None:
    """Measure our engine and its peers on the same work, in turn, on this machine.

    Each engine runs in a process of its own at its best settings, after its answers were checked;
    rounds go A B A B, figures are medians, a round in which an engine stalls is repeated.
    """
    from karussell.bench import PEERS, WORKLOADS, run

    if levels:
        _compare_levels(rounds, as_json=as_json)
        return
    chosen = _known("workload", workloads, WORKLOADS)
    peers = _known("--peer", peer, PEERS)
    if plot is not None and chosen == ["start"]:
        raise UsageError("there is nothing to draw; choose a workload other than start")
    if _LEARNING.intersection(chosen):
        with needing("bench needs", extra="bench"):
            import torch  # noqa: F401  # to know that it is here
    with _status() as tell:
        report = run(
            chosen,  # type: ignore[arg-type]  # checked above
            threads=sorted(set(threads)) if threads else None,
            peers=peers,  # type: ignore[arg-type]
            rounds=rounds,
            quick=quick,
            tell=tell,
        )
    if as_json:
        from karussell.cli.printing import print_json

        print_json(report)
    else:
        from karussell.cli.bench.tables import print_report

        print_report(report)
    if plot is not None:
        from karussell.cli.bench.picture import draw

        draw(plot, report)


def _compare_levels(rounds: int | None, *, as_json: bool) -> None:
    """All formats at all levels."""
    with needing("bench needs", extra="bench"):
        import torch  # noqa: F401
    from karussell.bench import compare_levels

    with _status() as tell:
        found = compare_levels(rounds=rounds or _LEVEL_ROUNDS, tell=tell)
    if as_json:
        from karussell.cli.printing import print_json

        print_json(found)
    else:
        from karussell.cli.bench.tables import print_levels

        print_levels(found)


def _known(what: str, asked: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """What was asked for, each once, in the order in which it is known; all if nothing was.

    Raises:
        UsageError: Naming what is not known.
    """
    for name in asked or ():
        if name not in known:
            raise UsageError(f"{what} {name!r} is not known; expected one of: {', '.join(known)}")
    return [name for name in known if not asked or name in asked]


@contextmanager
def _status() -> Iterator[Callable[[str, str], None]]:
    """A line in the terminal that says what is going on, gone in the end."""
    from karussell.cli.printing import Screen

    console = Screen(stderr=True)
    # Drawing often would be seen in what is measured meanwhile.
    with console.status("", refresh_per_second=1) as status:
        yield lambda workload, what: status.update(f"{workload}: {what}")
