"""`karussell forget`: what was learned is forgotten without a trace."""

import sys
from functools import partial
from time import time as now
from typing import Annotated

import typer

from karussell.cli.options import App, AsJSON, MemoryFolder, MemoryKey, Since
from karussell.errors import UsageError, counted, shown

# More sentences than this are forgotten only once one was asked.
_MANY = 20


def forget(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD]...", help="Words; all that was written with one of them is forgotten."
        ),
    ] = None,
    since: Since = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Nothing younger than this.")
    ] = None,
    app: App = None,
    everything: Annotated[bool, typer.Option("--everything", help="All that was learned.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    memory: MemoryFolder = None,
    key: MemoryKey = None,
    as_json: AsJSON = False,
) -> None:
    """Forget words, a span of time, an application, or everything, as if it had never been written.

    No byte of it is left in any file of the store, which is looked through afterwards. There is no
    way back.
    """
    from karussell.cli.keeping import remembered
    from karussell.cli.times import moment

    begin = None if since is None else moment("--since", since)
    end = None if until is None else moment("--until", until, ends=True)
    narrowed = bool(words) or (begin, end, app) != (None,) * 3
    _check_named(narrowed=narrowed, everything=everything)
    _check_span(begin, end, since, until)
    targets: list[str | None] = [*words] if words else [None]
    with remembered(memory, key) as (kept, history):
        found = partial(kept.found, since=begin, until=end, app=app, everything=everything)
        drop = partial(kept.forget, since=begin, until=end, app=app, everything=everything)
        number = len(set().union(*map(found, targets)))
        if number > (0 if everything else _MANY) and not yes:
            _ask(number, everything=everything)
        done = [drop(word) for word in targets]
        apps = kept.recall().apps
        aside = [str(path) for path in history.aside] if history else []
    entries = sum(each.entries for each in done)
    copies = sum(each.copies for each in done)
    files = max(each.files for each in done)
    if as_json:
        from karussell.cli.printing import print_json

        print_json({"entries": entries, "copies": copies, "files": files, "aside": aside})
        return
    if not entries:
        print("nothing like this was learned" + _elsewhere(app, apps))
        return
    left = f"{counted(copies, 'copy is', 'copies are')} left in {counted(files, 'file')}"
    print(f"forgotten: {counted(entries, 'entry', 'entries')}; {left}")
    for path in aside:
        name = shown(path, 500)
        print(f"{name}: was damaged and set aside; it may hold some of it: delete it yourself")


def _check_named(*, narrowed: bool, everything: bool) -> None:
    """Refuse to forget nothing, and everything beside something.

    Raises:
        UsageError: If neither or both were named.
    """
    if everything and narrowed:
        raise UsageError(
            "--everything forgets all that was learned; leave it out to forget only the words, the "
            "time or the application that were named"
        )
    if not everything and not narrowed:
        raise UsageError(
            "nothing to forget was named; expected words, a time (--since, --until), an "
            "application (--app), or --everything"
        )


def _check_span(begin: int | None, end: int | None, since: str | None, until: str | None) -> None:
    """Refuse a span without a second that is over.

    Raises:
        UsageError: If there is none.
    """
    if begin is not None and end is not None and begin >= end:
        raise UsageError(f"--since {since} is not before --until {until}: no time is between them")
    if begin is not None and begin > now():
        raise UsageError(f"--since {since}: is still to come, expected a time that is over")


def _elsewhere(app: str | None, apps: tuple[str, ...]) -> str:
    """Where something was learned, if not in an application that was asked for."""
    if app is None or app in apps:
        return ""
    return f" in {shown(app, 500)}; what was learned is from {', '.join(apps) or 'no application'}"


def _ask(number: int, *, everything: bool) -> None:
    """Go on only if the person says so.

    Raises:
        UsageError: If they do not, or nobody can be asked.
    """
    what = f"{'all ' * everything}{counted(number, 'entry', 'entries')}"
    if not sys.stdin.isatty():
        raise UsageError(f"{what} would be forgotten for good; give --yes to do it without asking")
    if not typer.confirm(f"Forget {what} that were learned, for good?", err=True):
        raise UsageError("nothing was forgotten")
