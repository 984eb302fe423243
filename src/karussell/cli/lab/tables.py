"""The tables of `karussell lab`: the paper, ours, and whether they agree."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import median

from karussell.cli.printing import console, new_table, print_whole
from karussell.lab import CONTINUAL, COPYING, LANGUAGES, TABLES, Outcome, Results, Row

# As fast as in the paper: up to twice as many sequences.
_SLOWER = 2
_CONTINUAL = (
    "say what may come next in strings without a mark between them",
    "Gers, Schmidhuber and Cummins 2000",
)


def print_results(names: Iterable[str], results: Results) -> None:
    """Print the tables that were asked for."""
    screen = console()
    for name in names:
        if name in _OTHERS:
            _OTHERS[name](results)
            continue
        title = TABLES[name]
        rows = [(row, results.blocks.get(f"{name}: {row.name}")) for row in title.rows]
        if not any(found for _, found in rows):
            continue
        screen.print(f"{name}: {title.title} ({title.source})", style="bold")
        table = new_table(
            "memory blocks", "weights", "paper", "solved", "median", "range", "wrong", "verdict"
        )
        for row, found in rows:
            for line in _lines(name, row, found) if found else ():
                table.add_row(*line)
            if today := results.modern.get(f"{name}: {row.name}"):
                read_so = replace(row, name=f"{row.name}, blocks of today", ours=True)
                for line in _lines(name, read_so, today):
                    table.add_row(*line)
        print_whole(table, screen)
        _print_plain(name, results)


def _lines(name: str, row: Row, found: Outcome) -> Iterable[Sequence[str]]:
    """A line for each criterion."""
    for number, (criterion, counts) in enumerate(found.sequences.items()):
        first = number == 0
        last = number == len(found.sequences) - 1
        solved = [count for count in counts if count is not None]
        paper = row.paper.get(criterion)
        # Where each symbol has several right successors, an error says nothing.
        tells = last and name != "reber"
        wrong = [count for count in found.wrong if count is not None] if tells else []
        yield (
            f"{row.name}, {criterion}" if len(found.sequences) > 1 else row.name,
            f"{found.weights:,}" if first else "",
            f"{paper:,}" if paper else "",
            f"{len(solved)} of {len(counts)}",
            f"{round(median(solved)):,}" if solved else "",
            f"{min(solved):,} to {max(solved):,}" if solved else "",
            f"{round(median(wrong))} of 2,560" if wrong else "",
            _verdict(row, solved, len(counts), paper),
        )


def _verdict(row: Row, solved: Sequence[int], tried: int, paper: int | None) -> str:
    if paper is None:
        return ""
    if not solved:
        return "not solved"
    if len(solved) < row.solved * tried - 1:
        return "not by all"
    if median(solved) > _SLOWER * paper:
        return "slower"
    return "so read, as told" if row.ours else "as told"


def _print_plain(name: str, results: Results) -> None:
    own = {key: found for key, found in results.plain.items() if key.startswith(f"{name}: ")}
    if not own:
        return
    table = new_table("plain RNN", "weights", "read", "best rate", "wrong", "mean error")
    for key, found in own.items():
        table.add_row(
            key.removeprefix(f"{name}: "),
            f"{found.weights:,}",
            f"{found.read:,}",
            f"{found.rate:g}",
            f"{found.wrong:.1%}",
            f"{found.error:.3f}",
        )
    print_whole(table, console())


def _print_continual(results: Results) -> None:
    title, source = _CONTINUAL
    screen = console()
    screen.print(f"continual: {title} ({source})", style="bold")
    table = new_table(
        "memory blocks", "weights", "whole streams", "right in a row", "wrong symbols"
    )
    for key in CONTINUAL:
        if (found := results.continual.get(key)) is None:
            continue
        whole = sum(right >= found.whole for right in found.right)
        table.add_row(
            key,
            f"{found.weights:,}",
            f"{whole} of {len(found.right)}",
            f"{round(median(found.right)):,}",
            f"{median(found.wrong):.2%}",
        )
    print_whole(table, screen)


def _print_languages(results: Results) -> None:
    screen = console()
    screen.print(
        "languages: count to n, having read strings of n up to 10 (Gers and Schmidhuber 2001)",
        style="bold",
    )
    table = new_table("memory blocks", "weights", "accept 1 to 10", "median", "reach", "best reach")
    for key in LANGUAGES:
        if (found := results.languages.get(key)) is None:
            continue
        solved = [count for count in found.sequences if count is not None]
        table.add_row(
            key,
            f"{found.weights:,}",
            f"{len(solved)} of {len(found.sequences)}",
            f"{round(median(solved)):,}" if solved else "",
            f"{round(median(found.reach))}, at most {max(found.reach)}",
            f"{round(median(found.best))}, at most {max(found.best)}",
        )
    print_whole(table, screen)


def _print_copying(results: Results) -> None:
    screen = console()
    screen.print(
        "copying: write ten symbols down after T blanks (Arjovsky et al. 2016)", style="bold"
    )
    table = new_table("", "weights", "read", "loss", "who remembers nothing", "symbols right")
    for key in COPYING:
        if (found := results.copying.get(key)) is None:
            continue
        table.add_row(
            key,
            f"{found.weights:,}",
            f"{found.read:,}",
            f"{found.loss:.4f}",
            f"{found.baseline:.4f}",
            f"{found.right:.1%}",
        )
    print_whole(table, screen)


_OTHERS: Mapping[str, Callable[[Results], None]] = {
    "continual": _print_continual,
    "languages": _print_languages,
    "copying": _print_copying,
}


def finding(name: str, results: Results) -> str:
    """What a table came to, in a line."""
    if name == "continual":
        wrong = (f"{median(each.wrong):.2%} {key}" for key, each in results.continual.items())
        return f"wrong symbols: {'; '.join(wrong)}"
    if name == "languages":
        far = (f"{max(each.reach)} {key}" for key, each in results.languages.items())
        return f"counted to {'; '.join(far)}, having read to 10"
    if name == "copying":
        right = (f"{each.right:.0%} {key}" for key, each in results.copying.items())
        return f"symbols right: {'; '.join(right)}"
    rows = [found for key, found in results.blocks.items() if key.startswith(f"{name}: ")]
    if not rows:
        return "nothing in it is quick"
    solved = [count is not None for found in rows for count in [*found.sequences.values()][-1]]
    rivals = [found.wrong for key, found in results.plain.items() if key.startswith(f"{name}: ")]
    plain = f"; of plain RNNs the best is wrong in {min(rivals):.0%}" if rivals else ""
    return f"{sum(solved)} of {len(solved)} networks solve it{plain}"
