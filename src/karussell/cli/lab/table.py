"""`karussell lab TABLE`: one of the papers' tasks, learned again on this machine."""

from collections.abc import Callable

from karussell.cli.lab.options import Folder, Networks, Plain, Quick, Seed, Sequences, Threads
from karussell.cli.lab.watching import watch
from karussell.cli.options import AsJSON
from karussell.errors import UsageError

_HOW = """

The networks are the paper's, weight for weight, and learn online by the truncated gradient of
1997; beside them stands a plain RNN with whole gradients, Adam and the best of four rates.
"""
_TASKS = {
    "recall": "Say at the end which of two symbols came second (1997, experiment 2c).",
    "two-sequence": "Say at the end to which class the first values belonged (1997, experiment 3).",
    "adding": "Add two marked numbers among many (1997, experiment 4).",
    "multiplication": "Multiply two marked numbers among many (1997, experiment 5).",
    "order": "Say in which order the symbols that matter came (1997, experiment 6).",
    "reber": "Say what may come next in strings whose second symbol returns (1997, experiment 1).",
    "continual": "Say the same of strings without a mark between them (2000).",
}


def _command(name: str, task: str) -> Callable[..., str]:
    """The command of a table, whose name `karussell.lab` knows."""

    def table(
        quick: Quick = False,
        plain: Plain = True,
        sequences: Sequences = None,
        networks: Networks = 16,
        seed: Seed = 1,
        threads: Threads = 1,
        folder: Folder = None,
        as_json: AsJSON = False,
    ) -> str:
        from karussell.lab import Asked, try_all

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
        results = try_all(asked, watch)
        if as_json:
            from karussell.cli.printing import print_json

            print_json(results)
        else:
            from karussell.cli.lab.tables import print_results

            print_results(asked.tables, results)
        from karussell.cli.lab.tables import finding

        return finding(name, results)

    table.__doc__ = task + _HOW
    return table


TABLES = {name: _command(name, task) for name, task in _TASKS.items()}
"""The command of each table."""


def together(networks: int) -> int:
    """How many networks are asked for.

    Raises:
        UsageError: If the kernels cannot take so many.
    """
    if networks % 16:
        raise UsageError(f"--networks is {networks}, expected a multiple of 16, such as 16 or 32")
    return networks
