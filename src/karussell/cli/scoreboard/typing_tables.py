"""The figures of `karussell scoreboard --typing` as tables."""

from collections.abc import Iterator, Sequence

from karussell.cli.scoreboard.grid import Grid
from karussell.errors import counted
from karussell.measure import Calm, Entry, Harmless, TapStanding, TypingBoard

_FIGURES = (
    "", "wrong before", "after", "fixed", "first", "among three", "damage in 1,000", "changed",
    "precision", "net keys", "ms", "p99",
)  # fmt: skip


def typing_grids(board: TypingBoard) -> Iterator[Grid]:
    """The tables: taps, mistakes, what must not change, and the strip."""
    for standing in board.taps:
        yield Grid(_tap_title(standing), _FIGURES, [_row(each) for each in standing.entries])
    for listed in board.mistakes:
        met = "as often as its word" if listed.weights == "words" else "each once"
        words = listed.entries[0].figures.words
        title = f"{counted(words, 'mistake')} of {listed.name} in sentences, {met}"
        yield Grid(title, _FIGURES, [_row(each) for each in listed.entries])
    if board.harmless:
        names = list(board.notes)
        rows = [_harmless(each, names) for each in board.harmless]
        yield Grid("changed although right", ("", "words", *names), rows, ours=None)
    if board.calm is not None:
        yield _calm(board.calm)


def typing_notes(board: TypingBoard) -> list[str]:
    """What is to be known about each corrector, and what ours changed."""
    notes = [f"{name}: {note}" for name, note in board.notes.items() if note]
    changed = [each for each in board.harmless if each.examples]
    return notes + [f"changed of {each.name}: {', '.join(each.examples)}" for each in changed]


def _tap_title(standing: TapStanding) -> str:
    figures = standing.entries[0].figures
    slips = ", letters and spaces lost, doubled and swapped" if standing.careless else ""
    return (
        f"taps on {standing.layout.upper()}, sigma {standing.sigma:g}{slips}: "
        f"{counted(figures.words, 'word')}, {figures.wrong_typed:.1%} typed wrong"
    )


def _row(entry: Entry) -> tuple[str, ...]:
    figures = entry.figures
    return (
        entry.name,
        f"{figures.errors_before:.1%}",
        f"{figures.errors_after:.1%}",
        f"{figures.fix:.1%}",
        f"{figures.first:.1%}",
        f"{figures.among_three:.1%}",
        f"{figures.damage:.2f}",
        f"{figures.damaged:,} of {figures.right:,}",
        f"{figures.precision:.1%}",
        f"{figures.net_keys:,.0f}",
        f"{figures.median_ms:.2f}",
        f"{figures.p99_ms:.2f}",
    )


def _harmless(each: Harmless, names: Sequence[str]) -> tuple[str, ...]:
    return (each.name, f"{each.items:,}", *(f"{each.changed[name]:,}" for name in names))


def _calm(calm: Calm) -> Grid:
    columns = (
        "", "words", "saved", "churn", "moved", "ms a letter", "p99", "ms a separator", "p99",
        "ms a letter, right", "p99",
    )  # fmt: skip
    times = [*calm.letter_ms, *calm.separator_ms, *calm.letter_ms_right]
    row = (
        "the strip",
        f"{calm.words:,}",
        f"{calm.savings:.2%}",
        f"{calm.churn:.2%}",
        f"{calm.moved:.2%}",
        *(f"{milliseconds:.3f}" for milliseconds in times),
    )
    return Grid("how calm and quick it is", columns, [row])
