"""Which entries are of a word, a span of time, an application."""

from collections.abc import Iterable
from datetime import UTC, datetime

from karussell.history.entries import Entry, Saving, Sentence
from karussell.text import fold

# Before an apostrophe, letters that are no word of their own: "l'", "d'", "qu'", "jusqu'".
_LONGEST_ELISION = 2
_ELIDED = "qu"
_POSSESSIVES = ("'s", "'")
# Of the year 9999, the last that has dates.
_LAST_SECOND = 253402300799


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
            part of the day (in UTC).
        until: The second behind the last one of the span.
        app: The application.
    """
    first = None if since is None else _day(since)
    last = None if until is None else _day(until - 1)
    wanted = _Wanted(word)
    found = []
    for number, entry in entries:
        if app is not None and entry.app != app:
            continue
        if isinstance(entry, Saving):
            if word is not None or (first and entry.day < first) or (last and entry.day > last):
                continue
        else:
            if since is not None and entry.time < since:
                continue
            if until is not None and entry.time >= until:
                continue
            if word is not None and not wanted.stands_in(entry):
                continue
        found.append(number)
    return found


class _Wanted:
    """A word to be found, folded once for each language."""

    def __init__(self, word: str | None) -> None:
        self._word = word or ""
        self._folded: dict[str, str] = {}
        self._known: dict[tuple[str, str], bool] = {}

    def stands_in(self, entry: Entry) -> bool:
        if isinstance(entry, Saving):
            return False
        forms = entry.words if isinstance(entry, Sentence) else (entry.typed, entry.word)
        return any(self._is(form, entry.language) for form in forms)

    def _is(self, form: str, language: str) -> bool:
        if (known := self._known.get((form, language))) is not None:
            return known
        word = self._folded.get(language)
        if word is None:
            word = self._folded[language] = fold(self._word, language)
        found = self._known[form, language] = word in _readings(fold(form, language))
        return found


def _readings(form: str) -> Iterable[str]:
    """A folded form, and what it is without what apostrophes joined to it."""
    yield form
    if "'" not in form:
        return
    for ending in _POSSESSIVES:
        if form.endswith(ending):
            form = form[: -len(ending)]
            yield form
            break
    before, _, rest = form.partition("'")
    if rest and (len(before) <= _LONGEST_ELISION or before.endswith(_ELIDED)):
        yield rest


def _day(second: int) -> str:
    return datetime.fromtimestamp(min(max(second, 0), _LAST_SECOND), UTC).date().isoformat()
