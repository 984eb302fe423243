"""Sentences read with one model or several, each in the words that are its own."""

from collections.abc import Sequence
from typing import NamedTuple

from karussell.keyboard.hearing.belief import Belief, Listener
from karussell.keyboard.place import MOST_WORDS, from_word, latest
from karussell.locks import SharedLock
from karussell.model import LanguageModel
from karussell.text import abbreviation, sentences, spelled_out, words

MOST_BEFORE = 400
"""Letters of the text before a sentence that say in which language it will be: a few sentences."""

# A model reads words of other languages as one unknown word: those that are its own with a
# probability of at most this (7.49 nats a word of mixed text, where it reads them all 7.64).
_FOREIGN = 0.1
# Beginnings of sentences that are remembered: those of a few fields.
_MOST = 256


class Heard(NamedTuple):
    """What was read of a sentence.

    Attributes:
        belief: In which language the next word will be.
        ids: What each model read.
    """

    belief: Belief
    ids: tuple[tuple[int, ...], ...]


class Hearing:
    """Reads sentences with one model or with several, each of which reads its own words.

    Args:
        models: They.
    """

    def __init__(self, models: Sequence[LanguageModel]) -> None:
        self._models = models
        self._tags = tuple(model.card.language for model in models)
        self._is_alone = len(models) == 1
        self._listener = Listener(models)
        self._heard: dict[tuple[Belief, tuple[str, ...]], Heard] = {}
        self._before: dict[str, Belief] = {}
        self._lock = SharedLock()

    def clear(self) -> None:
        """Forget everything that was read."""
        with self._lock:
            self._listener.clear()
            self._heard.clear()
            self._before.clear()

    def start(self) -> Belief:
        """What is believed before anything was written."""
        return self._listener.start()

    def ended(self, heard: Heard) -> Belief:
        """What is believed before the sentence after one that was read."""
        return self._listener.next_sentence(heard.belief)

    def before(self, text: str) -> Belief:
        """What the text before a sentence says of its language."""
        if self._is_alone:
            return self.start()
        if len(text) > MOST_BEFORE:
            text = from_word(text[-MOST_BEFORE:])
        with self._lock:
            if (found := self._before.get(text)) is None:
                found = self.start()
                for line in text.split("\n"):
                    for sentence in sentences(line):
                        for word in words(sentence):
                            found = self._listener.after(found, word)
                        found = self._listener.next_sentence(found)
                if len(self._before) >= _MOST:
                    self._before.clear()
                self._before[text] = found
            return found

    def hear(self, before: Belief, sentence: Sequence[str], *, all_words: bool = False) -> Heard:
        """What was read of a sentence so far, of its last words if it is long.

        Args:
            before: What was believed at its start.
            sentence: Its folded words.
            all_words: Whether each model reads them all, whatever their language.
        """
        sentence = latest(sentence, MOST_WORDS)
        if self._is_alone or all_words:
            each = zip(self._models, self._tags, strict=True)
            ids = (tuple(model.vocabulary.ids(spelled_out(sentence, tag))) for model, tag in each)
            return Heard(before, tuple(ids))
        with self._lock:
            return self._hear(before, tuple(sentence))

    def shares(self, heard: Heard) -> tuple[float, ...]:
        """P(language) of each model for the word after what was read."""
        return self._listener.shares(heard.belief)

    def _hear(self, before: Belief, sentence: tuple[str, ...]) -> Heard:
        known = len(sentence)
        while known and (before, sentence[:known]) not in self._heard:
            known -= 1
        heard = Heard(before, ((),) * len(self._models))
        if known:
            heard = self._heard[before, sentence[:known]]
        for end in range(known + 1, len(sentence) + 1):
            heard = self._one_more(before, heard, sentence[:end])
            if len(self._heard) >= _MOST:
                self._heard.clear()
            self._heard[before, sentence[:end]] = heard
        return heard

    def _one_more(self, before: Belief, heard: Heard, sentence: tuple[str, ...]) -> Heard:
        """What was read of a sentence, given what was read of all of it but the last word."""
        ids, word = [], sentence[-1]
        shares = self._listener.shares(heard.belief, word)
        each = zip(self._models, self._tags, heard.ids, shares, strict=True)
        for number, (model, tag, read, share) in enumerate(each):
            unknown = model.vocabulary.unknown
            if share > _FOREIGN:
                count, full = abbreviation(sentence, tag) or (1, (word,))
                if count > 1:
                    read = self._hear(before, sentence[:-count]).ids[number]
                read = (*read, *model.vocabulary.ids(full))
            elif read[-1:] != (unknown,):
                read = (*read, unknown)
            ids.append(read)
        return Heard(self._listener.after(heard.belief, word), tuple(ids))
