"""`karussell lab memory`: what is still held of what was read."""

from typing import TYPE_CHECKING

from karussell.cli.lab.options import Folder, Quick, Seed, Train
from karussell.cli.lab.watching import watch
from karussell.cli.options import AsJSON, Plot

if TYPE_CHECKING:
    from karussell.lab import Memories, Memory

_SHOWN = (1, 10, 100, 1000)


def memory(
    quick: Quick = False,
    train: Train = True,
    seed: Seed = 1,
    folder: Folder = None,
    plot: Plot = None,
    as_json: AsJSON = False,
) -> str:
    """Measure how well a number can be read back out of a state, as the step that read it recedes.

    Numbers come, one of them with a mark. A linear probe looks for the marked one, and for another,
    in the states of plain RNNs and LSTMs of equal units and equal weights: before they learned
    anything, and after they learned to say the marked one a hundred steps later.
    """
    from karussell.lab import MemoriesAsked, measure_memories

    asked = MemoriesAsked.of(quick=quick, seed=seed, folder=folder, train=train)
    found = measure_memories(asked, watch)
    if plot is not None:
        from karussell.cli.lab.memory_picture import draw_memories

        draw_memories(found, plot)
    if as_json:
        from karussell.cli.printing import print_json

        print_json(found)
    else:
        _print(found)
    return _finding(found)


def _finding(found: "Memories") -> str:
    moment = "trained" if found.networks["plain RNN"].sequences else "untrained"
    plain, blocks = (
        _span(found.networks[name].memory[f"{moment}: marked"])
        for name in ("plain RNN", "LSTM, biases for T")
    )
    return f"a marked number is half lost after {plain} steps, in an LSTM after {blocks}"


def _span(memory: "Memory") -> str:
    """After how many steps half is lost with the seed in the middle."""
    last = memory.lags[-1]
    spans = sorted(last + 1 if span is None else span for span in memory.span)
    middle = spans[len(spans) // 2]
    return f"{middle:,}" if middle <= last else f"> {last:,}"


def _print(found: "Memories") -> None:
    from karussell.cli.printing import console, new_table, print_whole

    screen = console()
    screen.print("R² of a number that was read q steps ago, out of the state by a linear probe")
    lags = [f"q = {lag:,}" for lag in _SHOWN]
    table = new_table("network", "weights", "state", "number", *lags, "half lost at")
    for name, one in found.networks.items():
        first = True
        for what, memory in one.memory.items():
            sizes = (name, f"{one.weights:,}", f"{one.state}") if first else ("", "", "")
            read = [f"{max(0.0, memory.middle[memory.lags.index(lag)]):.2f}" for lag in _SHOWN]
            table.add_row(*sizes, what, *read, _span(memory))
            first = False
    print_whole(table, screen)
