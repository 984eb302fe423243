"""Which entries are of a word, a span of time, an application."""

import math
from collections.abc import Iterable
from datetime import datetime

from karussell.history.entries import Entry, Saving

# Of the last year that has dates, in any place.
_LAST_SECOND = 253402214400


def selected(
    entries: Iterable[tuple[int, Entry]],
    *,
    word: str | None = None,
    since: int | None = None,
    until: int | None = None,
    app: str | None = None,
) -> list[int]:
    """The ids of those entries to which all applies that is asked for; of all, if nothing is.

    Args:
        entries: Entries with their ids.
        word: A word that stands in it, however it is written, also as a possessive or behind an
            elision: "Anna" in "ANNA's", "avion" in "l'avion".
        since: The first second of a span of time. A day's savings belong to each span that has a
            part of the day, which is that of this place, as they were counted.
        until: The second behind the last one of the span.
        app: The application.
    """
    first = None if since is None else _day(since)
    last = None if until is None else _day(until - 1)
    early, late = since or 0, math.inf if until is None else until
    found = []
    for number, entry in entries:
        if app is not None and entry.app != app:
            continue
        if isinstance(entry, Saving):
            if word is not None or (first and entry.day < first) or (last and entry.day > last):
                continue
        elif not early <= entry.time < late:
            continue
        found.append((number, entry))
    if word is not None:
        from karussell.history.standing import Standing

        return Standing(found).of(word)
    return [number for number, _ in found]


def _day(second: int) -> str:
    return datetime.fromtimestamp(min(max(second, 0), _LAST_SECOND)).date().isoformat()
