"""`karussell scoreboard --own`: what learning a writer's own text is worth."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from karussell.cli.progress import bar
from karussell.cli.scoreboard.grid import Grid, Sheet
from karussell.cli.texts import read_text
from karussell.errors import UsageError, counted
from karussell.measure import Estimate, OwnBoard, compare_with_frozen, read_writers
from karussell.model import open_model


def own_sheet(files: Sequence[Path], path: Path, base: Sequence[Path], limit: int | None) -> Sheet:
    """Measure what a model learns from writers, each from the beginning.

    Raises:
        KarussellError: If one of the files cannot be read.
    """
    writers = [writer for file in files for writer in read_writers(file, limit)]
    lines = [line for file in base for line in read_text(file, limit)]
    steps = sum(len(writer.lines) + 2 * len(lines) for writer in writers)
    with bar("measuring", steps) as advance:
        board = compare_with_frozen(open_model(path), writers, lines, on_line=advance)

    def draw(plot: Path) -> None:
        raise UsageError(f"{plot}: --own has no picture; leave out --plot")

    return Sheet(board, list(_grids(board)), _notes(board), board.rules, draw)


def _grids(board: OwnBoard) -> Iterator[Grid]:
    columns = ("own words learned", "words", "keys saved", "95 %", "first", "95 %")
    rows = [
        (
            f"{stage.learned:,} and more",
            f"{stage.words:,}",
            *_shown(stage.savings),
            *_shown(stage.first),
        )
        for stage in board.stages
    ]
    words = sum(writer.words for writer in board.writers)
    rows.insert(0, ("all", f"{words:,}", *_shown(board.savings), *_shown(board.first)))
    yield Grid("points above the model that learns nothing", columns, rows)
    yield Grid(
        "each writer",
        ("writer", "words", "saved frozen", "keys saved", "worst 2,000", "first frozen", "first"),
        [
            (
                writer.name,
                f"{writer.words:,}",
                f"{writer.frozen_savings:.1%}",
                f"{writer.savings:+.1f}",
                f"{writer.worst:+.1f}",
                f"{writer.frozen_first:.1%}",
                f"{writer.first:+.1f}",
            )
            for writer in board.writers
        ],
        ours=None,
    )


def _notes(board: OwnBoard) -> list[str]:
    notes = [
        f"New words used {counted(uses, 'time')} before: {share:.0%} offered after two letters."
        for uses, share in enumerate(board.offered, 1)
        if share is not None
    ]
    if board.base_savings is not None and board.base_first is not None:
        saved, first = board.base_savings.value, board.base_first.value
        notes.append(
            f"Base text with all of a writer learned: {saved:+.2f} keys saved, {first:+.2f} first."
        )
    if board.base_learned_savings is not None and board.base_learned_first is not None:
        saved, first = board.base_learned_savings.value, board.base_learned_first.value
        notes.append(f"Learned as it goes: {saved:+.2f} keys saved, {first:+.2f} first.")
    return notes


def _shown(estimate: Estimate) -> tuple[str, str]:
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:+.2f}", "-"
    return f"{estimate.value:+.2f}", f"{estimate.low:+.2f} to {estimate.high:+.2f}"
