"""What a memory makes of what models say: the sources of words as one writer has them."""

from collections.abc import Iterable, Sequence
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import Origin, Source
from karussell.history import Entry, Rejection, Sentence
from karussell.keyboard.languages import Languages
from karussell.keyboard.memory import Memory
from karussell.keyboard.own_words import KnownWords
from karussell.personal import Personal, Reason, Taught
from karussell.text import Vocabulary, fold

# How often an own word that looks like a slip of a known one is used until it is offered, unless
# the writer said that it is none.
_SLIP_USES = 2


class Learned:
    """What a memory knows at one moment; another object whenever it knows something else.

    Attributes:
        kept: Words, folded, whose correction was undone.
        withheld: Words that models withhold and the writer used.
    """

    __slots__ = ("_habits", "kept", "withheld")

    def __init__(
        self,
        habits: "Habits | None" = None,
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
        """What models say, mixed with what the writer wrote before.

        Args:
            sources: What the models say.
            words: The folded words of the sentence so far.
            text: Words that no model knows and that stand in the text; None for none.
        """
        if self._habits is not None:
            return self._habits.mixed(sources, words, text)
        return sources if text is None else [*sources, text]


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
        self._personal = Personal(languages.after, models=languages.models)
        self._lock = RLock()
        self._rewrites, self._number = -1, 0
        self._forget()
        self._learned = Learned(self)

    def _forget(self) -> None:
        # Of words that no model knows: how they are written, and which are no slips.
        self._forms: dict[str, str] = {}
        self._meant: set[str] = set()
        self._kept: set[str] = set()
        self._hidden: set[str] = set()
        # Whether a form and its folded word look like a slip.
        self._slips: dict[tuple[str, str], bool] = {}
        self._masked: tuple[Vocabulary, NDArray[np.int64]] | None = None
        # The folded word of each form that was met, "" if models offer it anyway.
        self._own: dict[tuple[str, str], str] = {}

    def clear(self) -> None:
        """Forget what was made ready."""
        with self._lock:
            self._rewrites, self._number = -1, 0
            self._forget()
            self._personal.rebuild(())
            self._learned = NOTHING

    def now(self) -> Learned:
        """What the memory knows now."""
        rewrites, anew, entries = self._memory.since(self._rewrites, self._number)
        if anew or entries:
            with self._lock:
                self._rewrites = rewrites
                self._number = len(entries) if anew else self._number + len(entries)
                self._take(entries, anew=anew)
                used = filter(self._personal.knows, self._known.withheld_words)
                self._learned = Learned(self, frozenset(self._kept), frozenset(used))
        return self._learned

    def _take(self, entries: Iterable[Entry], *, anew: bool) -> None:
        looked: dict[tuple[str, str], bool] = {}
        if anew:
            looked = self._slips
            self._forget()
        touched: set[str] = set()
        sentences = []
        for entry in entries:
            if isinstance(entry, Sentence):
                sentences.append(self._taught(entry, touched))
            elif isinstance(entry, Rejection):
                typed = fold(entry.typed, entry.language)
                self._kept.add(typed)
                touched.add(typed)
        if anew:
            self._personal.rebuild(sentences)
        else:
            for sentence in sentences:
                self._personal.add(sentence)
        # Whether a word looks like a slip follows from it alone; of gone words nothing stays.
        own = ((self._forms.get(word, word), word) for word in touched)
        self._slips |= {each: looked[each] for each in own if each in looked}
        self._hide(touched)

    def _taught(self, sentence: Sentence, touched: set[str]) -> Taught:
        """A sentence as it is learned: small at its start, a word may have a capital of its own."""
        forms = list(sentence.words)
        for place, form in enumerate(forms):
            if (word := self._own.get((form, sentence.language))) is None:
                word = fold(form, sentence.language)
                word = "" if self._known.offers(word) else word
                self._own[form, sentence.language] = word
            if not word:
                continue
            if not place and form == word:
                forms[0] = self._forms.get(word, form)
            self._forms[word] = forms[place]
            if place in sentence.meant:
                self._meant.add(word)
            touched.add(word)
        return Taught(tuple(forms), sentence.language, sentence.time, frozenset(sentence.meant))

    def _hide(self, touched: Iterable[str]) -> None:
        """Find out which own words are not offered: too short, used too seldom, or likely slips."""
        least, personal = self._memory.after_uses, self._personal
        doubtful: list[str] = []
        for word in touched:
            uses = personal.knows(word)
            self._hidden.discard(word)
            if not self._known.is_word(word) or uses < least:
                self._hidden.add(word)
            elif uses < _SLIP_USES and word not in self._meant and word not in self._kept:
                doubtful.append(word)
        new = [(self._forms.get(word, word), word) for word in doubtful]
        new = [each for each in new if each not in self._slips]
        slips = self._known.slips(new)
        self._slips |= {each: each[1] in slips for each in new}
        for word in doubtful:
            if self._slips[self._forms.get(word, word), word]:
                self._hidden.add(word)
        self._masked = None

    def offers(self, word: str) -> bool:
        """Whether a folded word is offered because the writer used it."""
        return word not in self._hidden and self._personal.knows(word) > 0

    def uses(self, word: str) -> int:
        """How often the writer used a folded word."""
        return self._personal.knows(word)

    def mixed(
        self, sources: list[Source], words: Sequence[str], text: Source | None
    ) -> list[Source]:
        """What models say, mixed with what the writer wrote before."""
        with self._lock:
            mixed = [self._shown(source) for source in self._personal.mixed(sources, words)]
        if text is not None:
            if mixed[-1].origin is Origin.LEARNED:
                mixed[-1], text = _apart(mixed[-1], text)
            mixed.append(text)
        return mixed

    def why(self, word: str, sources: list[Source], words: Sequence[str]) -> Reason:
        """Why a folded word is suggested."""
        with self._lock:
            return self._personal.why(word, sources, words)

    def _shown(self, source: Source) -> Source:
        """A source without the own words that are not offered."""
        if source.origin is not Origin.LEARNED or not self._hidden:
            return source
        vocabulary = source.vocabulary
        if self._masked is None or self._masked[0] is not vocabulary:
            ids = (vocabulary.id(word) for word in self._hidden)
            known = [each for each in ids if each != vocabulary.unknown]
            self._masked = vocabulary, np.array(known, np.int64)
        scores = source.scores.copy()
        scores[self._masked[1]] = -np.inf
        return source._replace(scores=scores)


def _apart(learned: Source, text: Source) -> tuple[Source, Source]:
    """The words of the writer's own and those in the text, each where it is more probable."""
    here, ours = text.scores.copy(), learned.scores.copy()
    for number in range(len(here)):
        found = learned.vocabulary.id(text.vocabulary.word(number))
        if found != learned.vocabulary.unknown:
            if text.log_prob(number) > learned.log_prob(found):
                ours[found] = -np.inf
            else:
                here[number] = -np.inf
    return learned._replace(scores=ours), text._replace(scores=here)
