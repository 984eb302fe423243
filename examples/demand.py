"""How much electricity a country will need tomorrow, every half-hour, and how sure that is.

    python -m examples.demand [OUT.png]

Demand in England and Wales in the summer of 2000, which pmdarima ships (Taylor 2003). The network
forecasts the next day from each half-hour of the last two weeks, which it never saw, beside the
forecast that is hard to beat here: the same half-hour of the week before.
"""

import sys

import numpy as np
from numpy.typing import NDArray
from pmdarima.datasets import load_taylor
from rich.console import Console
from rich.table import Table

import karussell as ka

Doubles = NDArray[np.float64]

_DAY, _WEEK = 48, 336
_UNSEEN = 2 * _WEEK


def main(arguments: list[str]) -> None:
    """Train, compare, and draw a day's forecast."""
    demand = load()
    first = len(demand) - _UNSEEN
    model = ka.train(demand[:first], settings=ka.SeriesSettings(horizon=_DAY, season=_WEEK))
    found = model.score(demand, first)
    megawatts = float(model.scales.deviation[0])
    table = Table("", "mean error, MW", "better by")
    table.add_row("a week before", f"{found['naive_error'] * megawatts:,.0f}", "")
    error = f"{found['mean_absolute_error'] * megawatts:,.0f}"
    table.add_row("LSTM", error, f"{found['skill']:.0%}")
    console = Console(highlight=False)
    console.print(table)
    console.print(f"Between its 10 % and 90 % lie {found['coverage']:.0%} of all half-hours.")
    if arguments:
        draw(model, demand, arguments[0])


def load() -> Doubles:
    """Megawatts of every half-hour of twelve weeks, (4032,)."""
    return np.asarray(load_taylor(), np.float64)


def draw(model: ka.SeriesModel, demand: Doubles, out: str) -> None:
    """The last week and what was forecast of each of its days the midnight before, as a picture."""
    from matplotlib import pyplot

    midnights = np.arange(len(demand) - _WEEK, len(demand), _DAY)
    # The first forecast is made after the first season, of what comes after the step read last.
    values = model.forecasts(demand)[midnights - 1 - _WEEK, :, 0].reshape(_WEEK, -1)
    days = np.arange(_WEEK) / _DAY
    figure, axes = pyplot.subplots(figsize=(10, 4), layout="constrained")
    axes.fill_between(
        days, values[:, 0], values[:, 2], alpha=0.25, lw=0, color="C0", label="10 to 90 %"
    )
    axes.plot(days, values[:, 1], color="C0", lw=1.2, label="forecast the midnight before")
    axes.plot(days, demand[-2 * _WEEK : -_WEEK], "--", lw=1, color="0.6", label="the week before")
    axes.plot(days, demand[-_WEEK:], color="black", lw=1.2, label="what came")
    axes.set(xlabel="day", ylabel="MW", xlim=(0, 7), title="Electricity, a day ahead")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    figure.savefig(out, dpi=150)


if __name__ == "__main__":
    main(sys.argv[1:])
