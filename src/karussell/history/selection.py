"""Which entries are of a word, a span of time, an application."""

from collections.abc import Iterable
from datetime import datetime

from karussell.history.entries import Entry, Rejection, Repair, Saving, Sentence
from karussell.text import fold

# Before an apostrophe, letters that are no word of their own: "l'", "d'", "qu'", "jusqu'".
_LONGEST_ELISION = 2
_ELIDED = "qu"
_POSSESSIVES = ("'s", "'")
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
    """A word to be found, and in which forms it was found, for each language."""

    def __init__(self, word: str | None) -> None:
        self._word = word or ""
        # Of each language the word, folded, the forms that were met, and those of the word.
        self._forms: dict[str, tuple[str, set[str], set[str]]] = {}

    def stands_in(self, entry: Sentence | Rejection | Repair) -> bool:
        if isinstance(entry, Sentence):
            forms: tuple[str, ...] = entry.words
        else:
            forms = (*entry.typed.split(" "), *entry.word.split(" "), entry.typed, entry.word)
        language = entry.language
        if language not in self._forms:
            self._forms[language] = fold(self._word, language), set(), set()
        word, known, found = self._forms[language]
        if not known.issuperset(forms):
            new = set(forms) - known
            known |= new
            found.update(form for form in new if _is(form, word, language))
        return not found.isdisjoint(forms)


def _is(form: str, word: str, language: str) -> bool:
    """Whether a form is one of a folded word."""
    plain = form.isascii() and "`" not in form and "I" not in form
    if plain and word not in form.lower():
        return False  # of thousands of words, nearly all
    return word in _readings(fold(form, language))


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
    return datetime.fromtimestamp(min(max(second, 0), _LAST_SECOND)).date().isoformat()
