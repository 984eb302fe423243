"""The words that a writer used, found by how they begin, without a look at all that was written."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import takewhile

from karussell.history import Entry, Rejection, Repair, Saving, Sentence
from karussell.keyboard.memory.recall import LearnedWord, Pair, Recall
from karussell.text import fold

_Order = tuple[bool, int, int, str]


class Uses:
    """An index of entries. A question costs what its answer does, and what is new costs once."""

    def __init__(self) -> None:
        self._entries: Mapping[int, Entry] = {}
        self._words: dict[str, _Used] = {}
        self._sorted: list[str] | None = []
        self._pairs: dict[int, Repair | Rejection] = {}
        self._apps: Counter[str] = Counter()
        self._sentences = 0
        self._folded: dict[tuple[str, str], str] = {}

    def follow(self, entries: Mapping[int, Entry]) -> None:
        """Be the index of these entries, by their numbers."""
        old, self._entries = self._entries, dict(entries)
        gone = []
        for number, entry in old.items():
            new = entries.get(number)
            if new is not entry and new != entry:  # the first alone is quick
                gone.append(number)
                self._drop(number, entry)
        if gone:
            self._folded.clear()  # what is forgotten is nowhere
        for number in sorted({*gone, *(entries.keys() - old.keys())} & entries.keys()):
            self._take(number, entries[number])

    def recall(self, word: str | None, known: Callable[[str], bool]) -> Recall:
        """What the entries tell.

        Args:
            word: How the words begin; None for all.
            known: Whether a model knows a folded word: such words come last.
        """
        wanted = fold(word or "")
        shown = [self._words[each].shown(each, self, known) for each in self._begun(wanted)]
        shown.sort(key=lambda each: each[0])
        return Recall(
            words=tuple(each for _, each in shown),
            repairs=self._listed(Repair, wanted),
            rejections=self._listed(Rejection, wanted),
            sentences=self._sentences,
            apps=tuple(sorted(self._apps)),
        )

    def sentence(self, number: int) -> Sentence:
        """A sentence by its number."""
        found = self._entries[number]
        assert isinstance(found, Sentence)
        return found

    def fold(self, form: str, language: str) -> str:
        """A form of a word as models read it."""
        if (found := self._folded.get((form, language))) is None:
            found = self._folded[form, language] = fold(form, language)
        return found

    def _begun(self, wanted: str) -> list[str]:
        """The folded words that begin so, sorted."""
        if self._sorted is None:
            self._sorted = sorted(self._words)
        if not wanted:
            return self._sorted
        first = bisect_left(self._sorted, wanted)
        following = (self._sorted[place] for place in range(first, len(self._sorted)))
        return list(takewhile(lambda each: each.startswith(wanted), following))

    def _listed(self, kind: type[Repair | Rejection], wanted: str) -> tuple[Pair, ...]:
        uses: dict[tuple[str, str], list[int]] = {}
        for _, entry in sorted(self._pairs.items()):
            if isinstance(entry, kind):
                uses.setdefault((entry.typed, entry.word), []).append(entry.time)
        found = [
            Pair(typed=typed, word=word, uses=len(times), last=times[-1])
            for (typed, word), times in uses.items()
            if fold(typed).startswith(wanted) or fold(word).startswith(wanted)
        ]
        return tuple(sorted(found, key=lambda each: (-each.last, each.typed)))

    def _take(self, number: int, entry: Entry) -> None:
        if isinstance(entry, Saving):
            return
        if entry.app:
            self._apps[entry.app] += 1
        if not isinstance(entry, Sentence):
            self._pairs[number] = entry
            return
        self._sentences += 1
        for form in entry.words:
            word = self.fold(form, entry.language)
            used = self._words.get(word)
            if used is None:
                used, self._sorted = self._words.setdefault(word, _Used()), None
            used.take(number, entry.app)

    def _drop(self, number: int, entry: Entry) -> None:
        if isinstance(entry, Saving):
            return
        if entry.app:
            self._apps[entry.app] -= 1
            self._apps = +self._apps
        if not isinstance(entry, Sentence):
            del self._pairs[number]
            return
        self._sentences -= 1
        for form in entry.words:
            word = self.fold(form, entry.language)
            if self._words[word].drop(number, entry.app):
                del self._words[word]
                self._sorted = None


class _Used:
    """The uses of one word: the numbers of their sentences, in order, once for each use."""

    __slots__ = ("_apps", "_sentences", "_shown")

    def __init__(self) -> None:
        self._sentences: list[int] = []
        self._apps: Counter[str] = Counter()
        self._shown: tuple[_Order, LearnedWord] | None = None

    def take(self, number: int, app: str | None) -> None:
        """One more use."""
        self._shown = None
        if not self._sentences or number >= self._sentences[-1]:
            self._sentences.append(number)
        else:
            insort(self._sentences, number)
        if app:
            self._apps[app] += 1

    def drop(self, number: int, app: str | None) -> bool:
        """One use less; whether none is left."""
        self._shown = None
        del self._sentences[bisect_left(self._sentences, number)]
        if app:
            self._apps[app] -= 1
        return not self._sentences

    def shown(
        self, word: str, uses: Uses, known: Callable[[str], bool]
    ) -> tuple[_Order, LearnedWord]:
        """The word as it is told, and its place among others."""
        if self._shown is None:
            last = uses.sentence(self._sentences[-1])
            form = self._form(word, uses)
            told = LearnedWord(
                word=form,
                uses=len(self._sentences),
                last=last.time,
                language=last.language,
                apps=tuple(sorted(+self._apps)),
            )
            self._shown = (known(fold(form)), -told.uses, -told.last, form), told
        return self._shown

    def _form(self, word: str, uses: Uses) -> str:
        """How it was written last; small at the start of a sentence it may have lost a capital."""
        for number in reversed(self._sentences):
            sentence = uses.sentence(number)
            for place in range(len(sentence.words) - 1, -1, -1):
                form = sentence.words[place]
                if uses.fold(form, sentence.language) == word and (place or form != word):
                    return form
        return word
