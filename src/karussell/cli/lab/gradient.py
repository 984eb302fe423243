"""`karussell lab gradient`: how much of an error reaches the steps before it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from karussell.cli.lab.options import Folder, Quick, Seed, Train
from karussell.cli.lab.watching import watch
from karussell.cli.options import AsJSON, Plot

if TYPE_CHECKING:
    from karussell.lab import Gradients, Reach

_SHOWN = (10, 100, 1000)


def gradient(
    quick: Quick = False,
    train: Train = True,
    seed: Seed = 1,
    folder: Folder = None,
    plot: Plot = None,
    as_json: AsJSON = False,
) -> str:
    """Measure how much of an error reaches the steps before it, before, while and after learning.

    Of an error of size 1 on the last output, what arrives at the state of each step up to a
    thousand before it: exact gradients in float64, of plain RNNs and of LSTMs of equal units and
    equal weights. They learn which of two classes began a sequence of T steps.
    """
    from karussell.lab import GradientsAsked, measure_gradients

    asked = GradientsAsked.of(quick=quick, seed=seed, folder=folder, train=train)
    found = measure_gradients(asked, watch)
    if plot is not None:
        from karussell.cli.lab.gradient_picture import draw_gradients

        draw_gradients(found, plot)
    if as_json:
        from karussell.cli.printing import print_json

        print_json(found)
    else:
        _print(found)
    left = {name: each.whole.at(1000) for name, each in found.untrained.items()}
    plain, blocks = left["plain RNN"], left["LSTM, forget bias 5"]
    return f"1,000 steps back {shown(plain)} of an error, in an LSTM of bias 5 {shown(blocks)}"


def shown(left: float) -> str:
    """What is left, as people read it; what float64 cannot hold is no zero."""
    if left == 0:
        return "< 5e-324"
    return f"{left:.2g}" if left >= 1e-3 else f"{left:.0e}"


def _print(found: "Gradients") -> None:
    from karussell.cli.printing import console, new_table, print_whole

    screen = console()
    screen.print("of an error of size 1 on the last output, what arrives q steps before it")
    lags = [f"q = {lag:,}" for lag in _SHOWN]
    table = new_table("untrained", "weights", *lags, "in a cell", "a step", "1 %", "1e-6")
    for name, each in found.untrained.items():
        whole = each.whole
        inside = "" if each.inside is None else shown(each.inside.at(1000))
        left = [shown(whole.at(lag)) for lag in _SHOWN]
        table.add_row(name, f"{each.weights:,}", *left, inside, *_rest(whole))
    print_whole(table, screen)
    if not found.trained:
        return
    screen.print("at the first step of a task of T steps, while it is learned", style="bold")
    table = new_table("learned", "weights", "solved", "start", "during", "after", "rate", "read")
    for name, one in found.trained.items():
        table.add_row(
            name,
            f"{one.weights:,}",
            f"{one.solved} of {len(one.wrong)}",
            *_moments(one.reach),
            f"{one.rate:g}",
            f"{one.sequences:,}",
        )
    print_whole(table, screen)


def _moments(reach: "Mapping[str, Reach]") -> Sequence[str]:
    return [
        shown(reach[moment].middle[-1]) if moment in reach else ""
        for moment in ("start", "during", "after")
    ]


def _rest(reach: "Reach") -> Sequence[str]:
    """The factor a step, and where so little is left."""
    from statistics import median

    def lost(lags: Sequence[int | None]) -> str:
        # Where more arrives at the end, it would be later.
        middle = median(1e9 if lag is None else lag for lag in lags)
        return "later" if middle > reach.lags[-1] else f"{middle:,.0f}"

    return f"{median(reach.rate):.3f}", *(lost(lags) for lags in reach.below.values())
