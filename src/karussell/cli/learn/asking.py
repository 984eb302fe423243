"""Asking a person who of the writers in their files they are."""

import sys
from collections import Counter
from collections.abc import Sequence

from karussell.cli.printing import Screen
from karussell.errors import UsageError
from karussell.imports import Export, Writers, listed_writers, who_are_you


def ask(
    strangers: Sequence[Writers], writers: Sequence[Writers], exports: Sequence[Export]
) -> list[str]:
    """The names that a person in front of a terminal says are theirs.

    Args:
        strangers: The writers of those files that do not say whose they are.
        writers: The writers of all files.
        exports: The files.

    Raises:
        UsageError: Which lists the writers, if there is nobody to ask or no answer.
    """
    together = Writers(
        counts=sum((each.counts for each in strangers), Counter()),
        aliases={name: alias for each in strangers for name, alias in each.aliases.items()},
    )
    listed = listed_writers(together)
    piped = any(str(export.source.path) == "-" for export in exports)
    if piped or not sys.stdin.isatty() or not sys.stderr.isatty():
        first = next(e for e, each in zip(exports, writers, strict=True) if each is strangers[0])
        raise UsageError(who_are_you(first.source.name, together))
    console = Screen(stderr=True)
    console.print("Who of these are you? Only what you wrote is learned.")
    for number, each in enumerate(listed, 1):
        console.print(f"{number:3}  {each}", soft_wrap=True)
    names = list(together.counts)
    answer = console.input("Numbers or names, parted by commas: ")
    found = []
    for part in filter(None, map(str.strip, answer.split(","))):
        if part.isdecimal() and 1 <= int(part) <= len(names):
            found.append(names[int(part) - 1])
        else:
            found.append(part)
    if not found:
        raise UsageError("nobody was named; nothing was learned")
    return found
