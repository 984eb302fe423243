"""What a memory makes of what models say: the sources of words as one writer has them."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from typing import TYPE_CHECKING

from karussell.decoder import Origin, Source
from karussell.history import Entry, Rejection, Sentence
from karussell.keyboard.languages import Languages
from karussell.keyboard.memory import Memory
from karussell.keyboard.own_words import KnownWords
from karussell.keyboard.place import latest
from karussell.locks import SharedLock
from karussell.personal import Taught
from karussell.text import Vocabulary, fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from karussell.personal import Personal, Reason

# How often an own word that looks like a slip of a known one is used until it is offered, unless
# the writer said that it is none.
_SLIP_USES = 2
# So many words of a sentence tell how far it goes as the writer's own text; each takes a
# millisecond.
_NEAR_WORDS = 32
_NONE: frozenset[int] = frozenset()


class Learned:
    """What a memory knows at one moment; another object whenever it knows something else.

    Attributes:
        kept: Words, folded, whose correction was undone.
        withheld: Words that models withhold and the writer used.
    """

    __slots__ = ("_habits", "kept", "withheld")

    def __init__(
        self,
        habits: Habits | None = None,
        kept: frozenset[str] = frozenset(),
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        self._habits = habits
        self.kept = kept
        self.withheld = withheld

    def __contains__(self, word: object) -> bool:
        """Whether a folded word is offered because the writer used it."""
        return self._habits is not None and self._habits.offers(str(word))

    def uses(self, word: str) -> int:
        """How often the writer used a folded word."""
        return self._habits.uses(word) if self._habits else 0

    def mixed(
        self, sources: list[Source], words: Sequence[str], text: Source | None
    ) -> list[Source]:
        """What models say, mixed with what the writer wrote before; the scores stay as they are.

        Args:
            sources: What the models say.
            words: The folded words of the sentence so far.
            text: Words that no model knows and that stand in the text; None for none.
        """
        if self._habits is not None:
            sources = self._habits.mixed(sources, words, text)
        elif text is not None:
            sources = [*sources, text]
        return [source.unchanging() for source in sources]


NOTHING = Learned()
"""What is known where nothing that was learned is offered."""


class Habits:
    """A memory, kept ready for the next key. Threads may share it.

    Args:
        memory: What the writer taught.
        known: What the models know.
        languages: They.
    """

    def __init__(
        self,
        memory: Memory,
        known: KnownWords,
        languages: Languages,
    ) -> None:
        self._memory = memory
        self._known = known
        self._languages = languages
        self._made: Personal | None = None
        self._lock = SharedLock()
        self._rewrites, self._number = -1, 0
        self._forget()
        self._learned = Learned(self)

    def _forget(self) -> None:
        # Of words that no model knows: how they are written, and which are no slips.
        self._forms: dict[str, str] = {}
        self._meant: set[str] = set()
        # How often a correction of a word was undone.
        self._kept: Counter[str] = Counter()
        self._hidden: set[str] = set()
        # Of a word the form that was looked at, and whether it looks like a slip.
        self._slips: dict[str, tuple[str, bool]] = {}
        self._masked: tuple[Vocabulary, NDArray[np.int64]] | None = None
        # The folded word of each form that was met, "" if models offer it anyway.
        self._own: dict[tuple[str, str], str] = {}
        self._entries: list[Entry] = []
        # Which of them are sentences of words.
        self._told = array("B")

    def clear(self) -> None:
        """Forget what was made ready."""
        with self._lock:
            self._rewrites, self._number = -1, 0
            self._forget()
            self._made = None
            self._learned = NOTHING

    @property
    def _personal(self) -> Personal:
        """What the writer wrote, made with the first sentence: it needs NumPy, which takes time."""
        if self._made is None:
            from karussell.personal import Personal

            self._made = Personal(self._languages.after, models=self._languages.models)
        return self._made

    def now(self) -> Learned:
        """What the memory knows now."""
        with self._lock:
            rewrites, anew, entries = self._memory.since(self._rewrites, self._number)
            if anew or entries:
                gone = self._gone(rewrites) if anew else None
                self._rewrites = rewrites
                self._number = len(entries) if anew else self._number + len(entries)
                if gone is not None:
                    self._drop(gone)
                    entries, anew = entries[len(self._entries) :], False
                self._take(entries, anew=anew)
                used = filter(self.uses, self._known.withheld_words)
                self._learned = Learned(self, frozenset(self._kept), frozenset(used))
            return self._learned

    def _take(self, entries: list[Entry], *, anew: bool) -> None:
        looked: dict[str, tuple[str, bool]] = {}
        if anew:
            looked = self._slips
            self._forget()
        touched: set[str] = set()
        sentences = []
        for entry in entries:
            if isinstance(entry, Sentence) and entry.words:
                sentences.append(self._taught(entry, touched))
            elif isinstance(entry, Rejection):
                self._kept[fold(entry.typed, entry.language)] += 1
                touched.add(self._word(entry.typed, entry.language))
            self._told.append(isinstance(entry, Sentence) and bool(entry.words))
        touched.discard("")
        self._entries += entries
        if anew and (sentences or self._made):
            self._personal.rebuild(sentences)
        elif not anew:
            for sentence in sentences:
                self._personal.add(sentence)
        self._look_at(touched, looked)

    def _gone(self, rewrites: int) -> NDArray[np.int64] | None:
        """The places of entries that are no more, in order; None if others are not the same."""
        drops = self._memory.dropped(self._rewrites, rewrites)
        if drops is None:
            return None
        import numpy as np

        left = np.arange(len(self._entries))
        for places in drops:  # what came in and went again stood behind these
            known = np.array(places)
            left = np.delete(left, known[known < len(left)])
        stays = np.zeros(len(self._entries), bool)
        stays[left] = True
        return np.flatnonzero(~stays) if len(left) else None

    def _drop(self, gone: NDArray[np.int64]) -> None:
        """Be as if some entries had never been, at the cost of what they have to do with."""
        import numpy as np

        lost = set[str]()
        for place in gone.tolist():
            entry = self._entries[place]
            if isinstance(entry, Sentence | Rejection):
                forms = entry.words if isinstance(entry, Sentence) else (entry.typed,)
                lost.update(self._word(form, entry.language) for form in forms)
                for form in forms:
                    self._own.pop((form, entry.language), None)
            if isinstance(entry, Rejection):
                self._kept[fold(entry.typed, entry.language)] -= 1
        lost.discard("")
        self._kept = +self._kept
        looked = {word: self._slips.pop(word) for word in lost if word in self._slips}
        for word in lost:
            self._forms.pop(word, None)
        self._meant -= lost
        self._hidden -= lost
        # Their other uses tell anew how they are written.
        touched, instead = lost & self._kept.keys(), dict[int, Taught]()
        stays = np.ones(len(self._entries), bool)
        stays[gone] = False
        told = np.flatnonzero(self._told)
        for place in self._personal.holding(lost):
            sentence = self._entries[told[place]]
            if stays[told[place]] and isinstance(sentence, Sentence):
                before = self._personal.sentences[place]
                after = self._taught(sentence, touched, among=lost, first=before.words[0])
                if after != before:
                    instead[place] = after
        dropped = np.flatnonzero(~stays[told]).tolist()
        self._entries = list(compress(self._entries, stays))
        self._told = array("B", compress(self._told, stays))
        self._personal.drop(dropped, instead)
        self._look_at(touched, looked)

    def _look_at(self, touched: set[str], looked: dict[str, tuple[str, bool]]) -> None:
        """Find out which of some own words are not offered; what was found before stays true."""
        # Whether a word looks like a slip follows from it alone; of gone words nothing stays.
        for word in touched & looked.keys():
            if looked[word][0] == self._forms.get(word, word):
                self._slips[word] = looked[word]
        self._hide(touched)

    def _word(self, form: str, language: str) -> str:
        """The folded word of a form, "" if models offer it anyway."""
        if (word := self._own.get((form, language))) is None:
            word = fold(form, language)
            word = self._own[form, language] = "" if self._known.offers(word) else word
        return word

    def _taught(
        self,
        sentence: Sentence,
        touched: set[str],
        *,
        among: Collection[str] | None = None,
        first: str = "",
    ) -> Taught:
        """A sentence as it is learned: small at its start, a word may have a capital of its own.

        Args:
            sentence: The sentence.
            touched: Where to put its own words.
            among: The folded words that are looked at, None for all.
            first: The form of its first word if that is not looked at.
        """
        language, forms = sentence.language, sentence.words
        if among is None:
            first = forms[0]
        for place, form in enumerate(forms):
            word = self._word(form, language)
            if not word or (among is not None and word not in among):
                continue
            if not place:
                known = self._forms.get(word, form) if form == word else form
                # Elsewhere the same capital may be that of another word: "I" in Turkish.
                first = known if fold(known, language) == word else form
            self._forms[word] = form if place else first
            if place in sentence.meant:
                self._meant.add(word)
            touched.add(word)
        # Most are as they stand: there are a great many, and few are known to be no slips.
        words = forms if first == forms[0] else (first, *forms[1:])
        sure = frozenset(sentence.meant) if sentence.meant else _NONE
        return Taught(words, language, sentence.time, sure)

    def _hide(self, touched: Iterable[str]) -> None:
        """Find out which own words are not offered: too short, used too seldom, or likely slips."""
        least = self._memory.after_uses
        doubtful: list[str] = []
        for word in touched:
            uses = self.uses(word)
            self._hidden.discard(word)
            if not self._known.is_word(word) or uses < least:
                self._hidden.add(word)
            elif uses < _SLIP_USES and word not in self._meant and word not in self._kept:
                doubtful.append(word)
        new = [(self._forms.get(word, word), word) for word in doubtful]
        new = [each for each in new if self._slips.get(each[1], ("",))[0] != each[0]]
        slips = self._known.slips(new)
        self._slips |= {word: (form, word in slips) for form, word in new}
        self._hidden.update(word for word in doubtful if self._slips[word][1])
        self._masked = None

    def offers(self, word: str) -> bool:
        """Whether a folded word is offered because the writer used it."""
        return word not in self._hidden and self.uses(word) > 0

    def uses(self, word: str) -> int:
        """How often the writer used a folded word."""
        return self._made.knows(word) if self._made else 0

    def mixed(
        self, sources: list[Source], words: Sequence[str], text: Source | None
    ) -> list[Source]:
        """What models say, mixed with what the writer wrote before."""
        words, mixed = latest(words, _NEAR_WORDS), [*sources]
        with self._lock:
            if self._made:
                mixed = [self._shown(source) for source in self._made.mixed(sources, words)]
        if text is not None:
            if mixed[-1].origin is Origin.LEARNED:
                mixed[-1], text = _apart(mixed[-1], text)
            mixed.append(text)
        return mixed

    def why(self, word: str, sources: list[Source], words: Sequence[str]) -> Reason:
        """Why a folded word is suggested."""
        with self._lock:
            return self._personal.why(word, sources, latest(words, _NEAR_WORDS))

    def _shown(self, source: Source) -> Source:
        """A source without the own words that are not offered."""
        if source.origin is not Origin.LEARNED or not self._hidden:
            return source
        import numpy as np

        vocabulary = source.vocabulary
        if self._masked is None or self._masked[0] is not vocabulary:
            ids = (vocabulary.id(word) for word in self._hidden)
            known = [each for each in ids if each != vocabulary.unknown]
            self._masked = vocabulary, np.array(known, np.int64)
        scores = np.array(source.scores)
        scores[self._masked[1]] = -np.inf
        return source._replace(scores=scores)


def _apart(learned: Source, text: Source) -> tuple[Source, Source]:
    """The words of the writer's own and those in the text, each where it is more probable."""
    here, ours = array("f", text.scores), array("f", learned.scores)
    for number in range(len(here)):
        found = learned.vocabulary.id(text.vocabulary.word(number))
        if found != learned.vocabulary.unknown:
            if text.log_prob(number) > learned.log_prob(found):
                ours[found] = -math.inf
            else:
                here[number] = -math.inf
    return learned._replace(scores=ours), text._replace(scores=here)
