"""Do shared gates pay? Networks of 1, 2, 4 and 8 cells per block that read the same words.

    python -m lab.sharing.run en DATA FOLDER [--epochs 0.06] [--only NAME]

They have as many cells as the first, or as many weights. Each is a smaller network of the recipe,
trained on one thread, and measured on the first 200 lines of the recipe's everyday texts. Then all
take turns at a word, packed as the keyboard packs them.
"""

import argparse
import zlib
from collections.abc import Iterator, Mapping

import msgspec

from karussell.bench import Shape, Timed, time_shapes
from karussell.lab import keep, read_kept
from karussell.training import RunFolder
from lab.trials import Result, Tell, complete, options, scored
from recipes import RECIPES, Recipe

_CELLS = (2, 4, 8)
_FIRST = Shape(embedding=128, hidden=320, words=14_000)
AS_HEAVY = [_FIRST.as_heavy(cells) for cells in _CELLS]
AS_MANY = [_FIRST.in_blocks(cells) for cells in _CELLS]
# Those that say most first.
SHAPES = [_FIRST, *AS_HEAVY, *AS_MANY]


def main(arguments: list[str] | None = None) -> None:
    """Train and measure what is missing, let all take turns, and print the table."""
    parser = options("sharing", __doc__, TRIALS)
    parser.add_argument("--epochs", type=float, default=0.06, help="how much of the text is read")
    parser.add_argument("--rounds", type=int, default=41, help="turns that each shape takes")
    asked = parser.parse_args(arguments)
    small = RECIPES[asked.language].with_settings(epochs=asked.epochs, negatives=1024, threads=1)
    results = complete(
        asked.folder,
        [name for name in TRIALS if not asked.only or name in asked.only],
        lambda name, tell: _run(asked, _of(small, *TRIALS[name]), tell),
    )
    times = asked.folder / "times.json"
    timed = read_kept(times, list[Timed]) or time_shapes(SHAPES, rounds=asked.rounds)
    keep(times, timed)
    for line in _table(results, {one.shape: one for one in timed}):
        print(line)
    if asked.plot is not None:
        from lab.sharing.figure import draw  # it loads matplotlib

        draw(asked.plot, TRIALS, results, ([_FIRST, *AS_HEAVY], [_FIRST, *AS_MANY]))


def _table(results: Mapping[str, Result], times: Mapping[Shape, Timed]) -> Iterator[str]:
    """Results and times as Markdown."""
    yield (
        "| | weights | file | layer | word | saved | top 1 | top 3 | perplexity | bits/char "
        "| trained |"
    )
    yield "|---|" + "---:|" * 10
    for name in TRIALS:
        if name in results:
            each, time = results[name], times[TRIALS[name][0]]
            yield (
                f"| {name} | {time.weights:,} | {each.bytes / 1e6:.2f} MB | {time.layer:.1f} µs "
                f"| {time.step:.1f} µs | {each.keystroke_savings:.2%} | {each.recall_at_1:.1%} "
                f"| {each.recall_at_3:.1%} | {each.perplexity:.1f} "
                f"| {each.bits_per_character:.3f} | {each.seconds:.0f} s |"
            )


def _named(seed: int) -> dict[str, tuple[Shape, int]]:
    """The trials of a seed."""
    told = f", seed {seed}" if seed > 1 else ""
    return {f"{_cells(shape)}{told}": (shape, seed) for shape in SHAPES}


def _cells(shape: Shape) -> str:
    return f"{shape.cells} a block, {shape.hidden} cells"


TRIALS = _named(1) | _named(2)


def _of(recipe: Recipe, shape: Shape, seed: int) -> Recipe:
    return recipe.with_settings(
        embedding_size=shape.embedding,
        hidden_size=shape.hidden,
        cells_per_block=shape.cells,
        coupled_gates=shape.coupled,
        seed=seed,
    )


def _run(asked: argparse.Namespace, recipe: Recipe, tell: Tell) -> Result:
    out = asked.folder / "run.karussell"
    key = msgspec.json.encode([recipe.files(asked.data), recipe.settings.vocabulary_size])
    # A seed decides what is held out, too; here it is the same for all.
    first = recipe.with_settings(seed=1)
    text = first.prepare(asked.data, asked.folder / f"text-{zlib.crc32(key):08x}")
    # What another run left here is not this one's.
    RunFolder(out).remove()
    out.unlink(missing_ok=True)
    model = recipe.train_on(text, out, tell)
    card = model.card
    return msgspec.structs.replace(
        scored(recipe, model, model.rare, asked.data, out, card.training.words),
        perplexity=card.scores["held_out_perplexity"],
        seconds=card.training.seconds,
    )


if __name__ == "__main__":
    main()
