"""Does it matter how open a forget gate begins?

    python run.py

What results.json has is not tried again; delete it to begin anew. The figure needs matplotlib.
"""

import sys
from dataclasses import replace
from pathlib import Path
from statistics import median

from karussell.cli import progress
from karussell.errors import KarussellError, needing
from karussell.kernels import Block, OnlineNetwork
from karussell.lab import Design, Experiment, Lately, Outcome, Trial, TwoSequences, keep, read_kept

HERE = Path(__file__).parent
BIASES = (0, 2, 4, 6)
LIMIT = 10_000
SEED = 1


def experiment(bias: float) -> Experiment:
    """What differs between the rows of the table: here, the first bias of the forget gates."""
    return Experiment(
        # The first three values tell one of two classes; thirty steps later it is asked for.
        task=TwoSequences(steps=30, telling=3),
        design=Design(
            network=OnlineNetwork(
                inputs=1, outputs=1, blocks=3, block=replace(Block.of_1997(), forgets=True)
            ),
            rate=1.0,
            gate_biases={
                "input": (-1, -3, -5),
                "output": (-2, -4, -6),
                "forget": (bias, bias, bias),
            },
        ),
        # Of the last 500 sequences, at most 5 answers off by 0.2 or more.
        criteria={"solved": Lately(right=0.2, wrong=5, window=500)},
        limit=LIMIT,
    )


def main() -> None:
    """Try what has no result yet, keep it, print the table and draw the figure."""
    kept = HERE / "results.json"
    results = read_kept(kept, dict[str, Outcome]) or {}
    for bias in BIASES:
        name = f"bias {bias}"
        if name not in results:
            results[name] = answer(name, experiment(bias))
            keep(kept, results)
    print("| first bias | solved | sequences, median |\n|---|---:|---:|")
    for name, outcome in results.items():
        counts = solved(outcome)
        print(f"| {name} | {len(counts)} of 16 | {f'{median(counts):,.0f}' if counts else ''} |")
    draw(HERE / "figure.png", results)


def answer(name: str, asked: Experiment) -> Outcome:
    """Let sixteen networks learn, and show how they do."""
    with progress.counted(name, LIMIT) as tell:
        return Trial(asked, SEED).run(lambda read, solved: tell(read, f"{solved} of 16 solved"))


def solved(outcome: Outcome) -> list[int]:
    """After how many sequences each network that solved the task did so."""
    return [count for count in outcome.sequences["solved"] if count is not None]


def draw(path: Path, results: dict[str, Outcome]) -> None:
    """A row for each bias, a dot for each network that solved the task."""
    with needing("the figure needs", extra="lab"):
        from karussell.cli import pictures
    figure = pictures.headed(
        8, 2.2, "How open a forget gate begins", "sequences until the task is solved, 16 seeds", []
    )
    panel = figure.subplots()
    for place, outcome in enumerate(results.values()):
        counts = solved(outcome)
        panel.plot(counts, [place] * len(counts), "o", color=pictures.OURS, alpha=0.5)
    pictures.dress(panel, "")
    panel.set_xlim(0, LIMIT)
    pictures.name_rows(panel, [*results], [False] * len(results))
    pictures.save(figure, path)


if __name__ == "__main__":
    try:
        main()
    except KarussellError as error:  # which says what to do
        sys.exit(str(error))
