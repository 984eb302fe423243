"""Where words stand in entries: found at once among many thousands."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from karussell.history.entries import Entry, Rejection, Repair, Saving, Sentence
from karussell.text import fold

# Before an apostrophe, letters that are no word of their own: "l'", "d'", "qu'", "jusqu'".
_LONGEST_ELISION = 2
_ELIDED = "qu"
_POSSESSIVES = ("'s", "'")


class Standing:
    """In which entries a word stands, however it is written.

    Args:
        entries: They, with their ids.
    """

    def __init__(self, entries: Iterable[tuple[int, Entry]] = ()) -> None:
        # Of each language the number of each form, and of each number the form folded.
        self._forms: dict[str, dict[str, int]] = {}
        self._folded: list[str] = []
        # All forms in order, and the entry of each.
        self._tokens, self._owners = array("i"), array("q")
        self.add(entries)

    def add(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Take in more entries."""
        told = [
            (number, entry.language, _written(entry))
            for number, entry in entries
            if not isinstance(entry, Saving)
        ]
        listed: dict[str, list[Sequence[str]]] = {}
        for _, language, forms in told:
            listed.setdefault(language, []).append(forms)
        for language, several in listed.items():
            known = self._forms.setdefault(language, {})
            new = [form for form in {*chain.from_iterable(several)} if form not in known]
            known |= zip(new, range(len(self._folded), len(self._folded) + len(new)), strict=True)
            self._folded += _all_folded(new, language)
        for number, language, forms in told:
            self._tokens.extend(map(self._forms[language].__getitem__, forms))
            self._owners.extend(repeat(number, len(forms)))

    def drop(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Be as if some entries had never been taken in."""
        gone = dict(entries)
        tokens, owners = self._read()
        stays = np.isin(owners, np.fromiter(gone, np.int64), invert=True)
        self._tokens = array("i", tokens[stays].tobytes())
        self._owners = array("q", owners[stays].tobytes())
        uses = np.bincount(tokens[stays], minlength=len(self._folded))
        for entry in gone.values():
            if not isinstance(entry, Saving):
                known = self._forms[entry.language]
                for form in _written(entry):
                    if form in known and not uses[known[form]]:
                        self._folded[known.pop(form)] = ""

    def of(self, word: str) -> list[int]:
        """The ids of the entries in which a word stands, in order."""
        wanted = np.zeros(len(self._folded), bool)
        for language, known in self._forms.items():
            folded = fold(word, language)
            for number in known.values():
                form = self._folded[number]
                if folded in form and folded in _readings(form):
                    wanted[number] = True
        tokens, owners = self._read()
        found = owners[wanted[tokens]]
        return list(map(int, found[np.diff(found, prepend=-1) != 0]))

    def _read(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        return np.array(self._tokens, np.int32), np.array(self._owners, np.int64)


def _written(entry: Sentence | Rejection | Repair) -> Sequence[str]:
    """In which forms words stand in an entry; several together are one, too."""
    if isinstance(entry, Sentence):
        return entry.words
    return (*entry.typed.split(" "), *entry.word.split(" "), entry.typed, entry.word)


def _all_folded(forms: Sequence[str], language: str) -> list[str]:
    """Forms folded: as one text, since to fold each of thousands takes longer than all the rest."""
    folded = fold("\n".join(forms), language).split("\n") if forms else []
    if len(folded) != len(forms):  # a line break stands in one of them
        folded = [fold(form, language) for form in forms]
    # One string of both, where they are the same.
    return [form if form == each else each for form, each in zip(forms, folded, strict=True)]


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
