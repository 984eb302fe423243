"""`karussell learned`: what the keyboard learned from you."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.options import App, AsJSON, MemoryFolder, MemoryKey, Out, Overwrite, Since
from karussell.errors import UsageError, counted, shown

if TYPE_CHECKING:
    from karussell.keyboard import Memory, Pair, Recall


def learned(
    word: Annotated[
        str | None, typer.Option("--word", "-w", help="Words that begin so, and their corrections.")
    ] = None,
    since: Since = None,
    app: App = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="Print so many of each at most.")
    ] = 40,
    memory: MemoryFolder = None,
    key: MemoryKey = None,
    as_json: AsJSON = False,
    out: Out = None,
    overwrite: Overwrite = False,
) -> None:
    """Show what the keyboard learned from you: your own words first, how often, when, and where.

    With --out all of it goes into a file of readable JSON, which `karussell learn` takes in again.
    """
    from karussell.cli.keeping import known_words, remembered
    from karussell.cli.times import moment
    from karussell.files import check_outputs
    from karussell.history import usual_folder

    first = None if since is None else moment("--since", since)
    if out is not None:
        check_outputs([out], [usual_folder() if memory is None else memory])
    with remembered(memory, key) as (kept, history):
        if out is not None:
            _export(out, history.export() if history else b"", overwrite=overwrite)
            return
        known = known_words(kept.languages)
        found = kept.recall(word, since=first, app=app, known=known)
        if as_json:
            _print_json(found, kept)
        else:
            _print(found, kept, limit, narrowed=any((word, since, app)))


def _export(path: Path, data: bytes, *, overwrite: bool) -> None:
    from karussell.files import write_whole

    if not data:
        raise UsageError("nothing was learned yet; there is nothing to export")
    if path.exists() and not overwrite:
        raise UsageError(f"{path}: is there already; give --overwrite to replace it")
    path.touch(mode=0o600)
    write_whole(path, data)
    path.chmod(0o600)
    print(f"{shown(path, 500)}: {counted(len(data), 'byte')} of what only you should read")


def _print_json(found: "Recall", kept: "Memory") -> None:
    from karussell.cli.printing import print_json

    print_json(
        {
            "words": found.words,
            "repairs": found.repairs,
            "rejections": found.rejections,
            "sentences": found.sentences,
            "apps": found.apps,
            "bytes": kept.bytes,
        }
    )


def _print(found: "Recall", kept: "Memory", limit: int, *, narrowed: bool) -> None:
    from karussell.cli.printing import console, new_table, print_whole, say
    from karussell.cli.times import told

    screen = console()
    if not (found.words or found.repairs or found.rejections):
        say("nothing like this was learned" if narrowed else "nothing was learned yet")
        return
    words, sentences = (
        counted(number, name)
        for number, name in ((len(found.words), "word"), (found.sentences, "sentence"))
    )
    sizes = f"{words} in {sentences}"
    say(f"{sizes}, {kept.bytes / 1000:,.0f} kB on this machine" if kept.keeps else sizes)
    if found.words:
        print()
        table = new_table("word", "uses", "last used", "language", "in", faint="language")
        for each in found.words[:limit]:
            apps = ", ".join(each.apps)
            table.add_row(each.word, f"{each.uses:,}", told(each.last), each.language, apps)
        print_whole(table, screen)
        if (more := len(found.words) - limit) > 0:
            say(f"and {more:,} more: --limit says how many are shown")
    _print_pairs("corrected", found.repairs[:limit])
    _print_pairs("never corrected again", found.rejections[:limit])


def _print_pairs(title: str, pairs: "tuple[Pair, ...]") -> None:
    from karussell.cli.printing import console, new_table, print_whole
    from karussell.cli.times import told

    if not pairs:
        return
    print()
    table = new_table("typed", title, "times", "last")
    for each in pairs:
        table.add_row(each.typed, each.word, f"{each.uses:,}", told(each.last))
    print_whole(table, console())
