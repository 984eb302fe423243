"""`karussell lab calendar`: a day of appointments, one of which must not be lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.lab.options import Seed
from karussell.cli.options import AsJSON, Plot, folder_of

if TYPE_CHECKING:
    from karussell.lab import calendar as room

_Train = Annotated[
    bool, typer.Option("--train", help="Train the networks anew, some minutes; needs torch.")
]
_Quick = Annotated[bool, typer.Option("--quick", help="With --train: fewer days, a minute or two.")]
_Folder = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        parser=folder_of("--folder"),
        help="With --train: keep the networks there, and go on from those that it has.",
    ),
]

NAMES = {
    "rnn": "plain RNN, begun orthogonal",
    "relu": "plain RNN of ReLU, begun as the identity",
    "lstm": "LSTM",
}
"""What the networks are called, in the order in which they are told."""

# Days in a quick training, at each rate.
_QUICK_DAYS = 32_000


def calendar(
    train: _Train = False,
    quick: _Quick = False,
    seed: Seed = 1,
    folder: _Folder = None,
    plot: Plot = None,
    as_json: AsJSON = False,
) -> str:
    """Keep the one appointment of a long day that must not be lost.

    An LSTM and plain RNNs of as many weights read days, and say at the end at which hour the last
    appointment is, and the fixed one; each is asked on 100 days of each length that it never saw.
    The networks come with the package; `--train` makes others. `karussell lab --open` shows them.
    """
    from karussell.lab import calendar as room

    weights = _trained(quick, seed, folder) if train else room.packaged()
    networks = {name: room.Network(weights[name]) for name in NAMES}
    found = {name: room.success_of(network, seed=seed) for name, network in networks.items()}
    if plot is not None:
        from karussell.cli.lab.calendar_picture import draw

        draw(plot, networks["rnn"], networks["lstm"], seed=seed)
    if as_json:
        from karussell.cli.printing import print_json

        results = {
            name: {
                "units": network.units,
                "weights": network.size,
                "right": found[name].right,
                "latest": found[name].latest,
            }
            for name, network in networks.items()
        }
        print_json({"seed": seed, "days": found["lstm"].days, "networks": results})
    else:
        _print(networks, found)
    return _finding(found)


def _trained(quick: bool, seed: int, folder: Path | None) -> dict[str, "room.Weights"]:
    from karussell.cli.printing import Screen
    from karussell.cli.progress import counted
    from karussell.lab import calendar as room

    kept = None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / "calendar.json"
    days = _QUICK_DAYS if quick else room.DAYS
    found = {}
    for name, title in NAMES.items():
        with counted(title, days * len(room.RATES)) as tell:
            best = room.train(name, seed=seed, days=days, tell=tell, kept=kept)
        found[name] = best.weights
        Screen(stderr=True).print(
            f"{title}: {best.part:.1%} of the days to choose by right, best rate {best.rate:g}"
        )
    return found


def _print(networks: Mapping[str, "room.Network"], found: Mapping[str, "room.Success"]) -> None:
    from karussell.cli.printing import console, new_table, print_whole, say

    lengths = [*found["lstm"].right]
    columns = (*(f"{each} entries" for each in lengths), "last entry")
    table = new_table("fixed one kept, of 100 days", "weights", *columns)
    for name, success in found.items():
        counts = map(str, success.right.values())
        latest = sum(success.latest.values()) / (success.days * len(lengths))
        table.add_row(NAMES[name], f"{networks[name].size:,}", *counts, f"{latest:.0%}")
    print_whole(table, console())
    say("A guess is right on 8 of 100. The networks learned from days of at most 60 entries.")


def _finding(found: Mapping[str, "room.Success"]) -> str:
    longest = max(found["lstm"].right)
    plain, lstm = (found[name].right[longest] for name in ("rnn", "lstm"))
    return f"of 100 days of {longest} entries, LSTM {lstm} right, plain RNN {plain}"
