"""The figures of `karussell bench` as tables."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from karussell.bench import Board, Context, Formats, Limits, Report, Start
from karussell.cli.printing import console, new_table, print_whole
from karussell.errors import counted, install
from karussell.kernels import NumberFormat

_OURS = "bold"
# Above this many microseconds milliseconds are easier to read.
_LONG = 10_000


def print_report(report: Report) -> None:
    """Print where, the limits, every contest, what starting costs, and who is missing."""
    screen = console()
    machine = report.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    screen.print(f"{machine.cpu}, {machine.cores} cores, {machine.level}")
    screen.print(_told(report.context))
    screen.print(versions, style="dim")
    screen.print()
    print_whole(_limits(report.limits), screen)
    for board in report.boards:
        screen.print()
        screen.print(board.title, style="bold")
        print_whole(_board(board), screen)
        for line in _claims(board):
            screen.print(line)
        for note in board.notes:
            screen.print(f"  {note}", style="dim")
    if report.starts:
        screen.print()
        screen.print("starting, in new processes", style="bold")
        print_whole(_starts(report.starts), screen)
    screen.print()
    for engine, packages in report.missing.items():
        screen.print(f"missing: {engine} (not installed: {packages}; {install('bench')})")
    cut = "; --quick left out networks, rounds and compiled training" if report.quick else ""
    screen.print(f"{report.seconds:.0f} s{cut}", style="dim")


def print_levels(found: Sequence[Formats]) -> None:
    """Print what each format takes at each level, and what "auto" loses to the quickest."""
    names: tuple[NumberFormat, ...] = ("float32", "bfloat16", "int8")
    table = new_table("ms on one thread", *names, "auto", "of the quickest")
    for one in found:
        what = f"{one.level}, {one.work}" + (f" of {one.rows}" if one.rows else "")
        took = (one.milliseconds.get(name) for name in names)
        cells = ("" if each is None else f"{each:,.3g}" for each in took)
        table.add_row(what, *cells, one.auto, _times(one.loss))
    screen = console()
    print_whole(table, screen)
    for level in dict.fromkeys(one.level for one in found):
        why = dict.fromkeys(
            f"{one.work}{f' of {one.rows}' if one.rows else ''} {one.why}"
            for one in found
            if one.level == level and one.why.startswith("measured")
        )
        for each in why:
            screen.print(f"  {level}, {each}", style="dim")


def _told(context: Context) -> str:
    """The machine during the run, in a line."""
    least, most = context.loads
    told = [f"load {least} to {most}", f"speed of a core within {context.drift:.0%}"]
    if context.busy is not None:
        told.append(f"cores {context.busy:.0%} busy")
    if context.stolen is not None:
        told.append(f"{context.stolen:.1%} of their time stolen")
    return ", ".join(told)


def _limits(limits: Limits) -> Table:
    counts = sorted({one.threads for one in limits.bandwidths})
    table = new_table("limits of this machine", *(f"{_threads(count)}" for count in counts))
    for level in dict.fromkeys(one.level for one in limits.bandwidths):
        speeds = [one.bytes_per_second for one in limits.bandwidths if one.level == level]
        table.add_row(f"read {level}", *(f"{speed / 1e9:,.0f} GB/s" for speed in speeds))
    for name in dict.fromkeys(one.number_format for one in limits.peaks):
        peaks = [one.operations_per_second for one in limits.peaks if one.number_format == name]
        table.add_row(f"multiply {name}", *(f"{peak / 1e9:,.0f} Gop/s" for peak in peaks))
    return table


def _board(board: Board) -> Table:
    rows = board.measurements
    unit, scale = ("ms", 1000) if min(one.median for one in rows) >= _LONG else ("µs", 1)
    busy, training = board.workload == "busy", board.workload == "training"
    blocks = board.workload == "blocks"
    columns = ["threads", f"median {unit}", f"p99 {unit}"]
    columns += ["p99 / median"] if busy else []
    columns += ["of limit"]
    columns += ["gain", "predicted"] if blocks else ["gain in format", "gain over all"]
    columns += ["peak memory", "softmax memory"] if training else []
    table = new_table("", *columns)
    for one in rows:
        gains = {other.kind: other for other in board.comparisons if other.ours == one.title}
        cells = [f"{one.entrant.threads}", f"{one.median / scale:,.1f}", f"{one.p99 / scale:,.1f}"]
        cells += [f"{one.p99 / one.median:.1f}"] if busy else []
        cells += ["" if one.part_of_limit is None else f"{one.part_of_limit:.0%}"]
        if blocks:
            gain = gains.get("gate for each cell")
            cells += ["", ""] if gain is None else [_times(gain.ratio), _times(gain.expected or 0)]
        else:
            found = (gains.get("same format"), gains.get("any format"))
            cells += ["" if gain is None else _times(gain.ratio) for gain in found]
        cells += [_megabytes(one.memory), _megabytes(one.extra_memory)] if training else []
        table.add_row(one.name, *cells, style=_OURS if one.entrant.ours else "")
    return table


def _claims(board: Board) -> list[Text]:
    """Our best against the best of the others, whatever threads suit each."""
    return [
        Text.assemble("  ", (_times(one.ratio), "bold"), f"  {one.ours}, against {one.peer}")
        for one in board.comparisons
        if one.kind == "best threads"
    ]


def _times(ratio: float) -> str:
    return f"{ratio:.2f}x"


def _starts(starts: Sequence[Start]) -> Table:
    table = new_table("", "ms", "process")
    for one in starts:
        table.add_row(one.name, f"{one.milliseconds:,.1f}", _megabytes(one.memory or None))
    return table


def _megabytes(count: int | None) -> str:
    return "" if count is None else f"{count / 1e6:,.0f} MB"


def _threads(count: int) -> str:
    return counted(count, "thread")
