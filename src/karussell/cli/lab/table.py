"""`karussell lab TABLE`: one of the papers' tasks, learned again on this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from karussell.cli.lab.options import Folder, Networks, Plain, Quick, Seed, Sequences, Threads
from karussell.cli.lab.watching import watch
from karussell.cli.options import AsJSON, Plot
from karussell.errors import UsageError

if TYPE_CHECKING:
    from karussell.lab import Asked

_HOW = """

The networks are the paper's, weight for weight, and learn online by the truncated gradient of
1997; beside them stands a plain RNN with whole gradients, Adam and the best of four rates, and in
some rows an LSTM of today, trained so, too.
"""
_TASKS = {
    "recall": "Say at the end which of two symbols came first or second (1997, experiment 2).",
    "two-sequence": "Say at the end to which class the first values belonged (1997, experiment 3).",
    "adding": "Add two marked numbers among many (1997, experiment 4).",
    "multiplication": "Multiply two marked numbers among many (1997, experiment 5).",
    "order": "Say in which order the symbols that matter came (1997, experiment 6).",
    "reber": "Say what may come next in strings whose second symbol returns (1997, experiment 1).",
    "continual": "Say the same of strings without a mark between them (2000).",
}
_MORE = {
    "languages": """Count: strings of n a, n b and perhaps n c (Gers and Schmidhuber 2001).

A cell counts up and down, with forget gates and peepholes, learning online by the truncated
gradient; strings of n up to 10 are read, and longer ones asked.
""",
    "copying": """Write ten symbols down after many blanks (Arjovsky et al. 2016).

An LSTM and a plain RNN learn with whole gradients; it needs torch.
""",
}


def _command(name: str, task: str) -> Callable[..., str]:
    """The command of a table of the papers' own networks, whose name `karussell.lab` knows."""

    def table(
        quick: Quick = False,
        plain: Plain = True,
        sequences: Sequences = None,
        networks: Networks = 16,
        seed: Seed = 1,
        threads: Threads = 1,
        folder: Folder = None,
        plot: Plot = None,
        as_json: AsJSON = False,
    ) -> str:
        from karussell.lab import Asked

        asked = Asked(
            tables=(name,),
            quick=quick,
            plain=plain,
            sequences=sequences,
            networks=together(networks),
            seed=seed,
            threads=threads,
            folder=folder,
        )
        return _learned(asked, as_json=as_json, plot=plot)

    table.__doc__ = task + _HOW
    return table


def _without_picture(name: str, task: str) -> Callable[..., str]:
    """The command of another table."""

    def table(
        quick: Quick = False,
        sequences: Sequences = None,
        seed: Seed = 1,
        threads: Threads = 1,
        folder: Folder = None,
        as_json: AsJSON = False,
    ) -> str:
        from karussell.lab import Asked

        asked = Asked(
            tables=(name,),
            quick=quick,
            sequences=sequences,
            seed=seed,
            threads=threads,
            folder=folder,
        )
        return _learned(asked, as_json=as_json, plot=None)

    table.__doc__ = task
    return table


def _learned(asked: "Asked", *, as_json: bool, plot: Path | None) -> str:
    """Learn a table, show what came of it, and say it in a line."""
    from karussell.cli.lab.tables import finding, print_results
    from karussell.cli.printing import print_json
    from karussell.lab import try_all

    (name,) = asked.tables
    results = try_all(asked, watch)
    if as_json:
        print_json(results)
    else:
        print_results(asked.tables, results)
    if plot is not None:
        from karussell.cli.lab.picture import draw

        draw(plot, name, results)
    return finding(name, results)


TABLES = {
    **{name: _command(name, task) for name, task in _TASKS.items()},
    **{name: _without_picture(name, task) for name, task in _MORE.items()},
}
"""The command of each table."""


def together(networks: int) -> int:
    """How many networks are asked for.

    Raises:
        UsageError: If the kernels cannot take so many.
    """
    if networks % 16:
        raise UsageError(f"--networks is {networks}, expected a multiple of 16, such as 16 or 32")
    return networks
