"""What a writer uses that no model offers by itself: words of their own, and withheld ones."""

import math
import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from string import digits
from threading import Lock
from typing import NamedTuple

from karussell.decoder import Origin, Source, own_source
from karussell.keyboard.languages import Expected, Languages
from karussell.keyboard.place import recent
from karussell.keyboard.slips import Slips
from karussell.text import last_sentence, sentences, written_words

# Of the words a model does not know, the part that a writer has used shortly before: names and
# words of one's own come again and again (Church 2000: a second use is likelier than a first).
_LOG_AGAIN = math.log(0.5)
# More new words than a day's typing brings; all are looked at for each letter.
_MOST = 500
# Shorter words are slips more often than words, and save nothing; numbers seldom come again.
_LEAST_LETTERS = 3
# Longer runs of letters are no words: a key that was held, a sequence of genes.
_MOST_LETTERS = 60
# Texts whose words are remembered: a few for each of some dozen fields.
_TEXTS = 128


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words that somebody used and a model does not offer by itself.

    Attributes:
        words: Those in no list of the model's, as they were written, by their folded form; the one
            used last is the last.
        withheld: Those that the model withholds, folded.
        once: Words like ``words`` that look like slips of known ones and were used once: a second
            use tells that they are meant.
        kept: Words, folded, whose correction was undone.
    """

    words: dict[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    once: dict[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()


class Use(NamedTuple):
    """One use of a word that no model offers by itself.

    Attributes:
        form: How it would be written inside a sentence.
        sure: Whether it was written so; if not, another use tells its form.
        meant: Whether it is known to be no slip.
    """

    form: str
    sure: bool = True
    meant: bool = False


NOTHING = OwnWords()
"""No words."""


class KnownWords:
    """What models offer by themselves, and what they do once a writer has used other words.

    Texts whose words were asked for are remembered, so that another word costs little. Threads may
    share it.

    Args:
        languages: The models.
    """

    def __init__(self, languages: Languages) -> None:
        self._languages = languages
        self._language = languages.tags[0]
        self._slips = [Slips(model.vocabulary) for model in languages.models]
        self._lock = Lock()
        self._texts: dict[str, OwnWords] = {}

    @property
    def language(self) -> str:
        """The tag of the model's language."""
        return self._language

    def __contains__(self, word: str) -> bool:
        """Whether a model knows a folded word."""
        return word in self._languages

    def takes_digit(self, typed: str) -> bool:
        """Whether a digit may stand behind letters that were typed: "mp" and "covid" in "mp3"."""
        word = self.fold(typed)
        return word in self or any(
            operator.lt(*each.prefix(word + digit))
            for each in self._languages.lists
            for digit in digits
        )

    def clear(self) -> None:
        """Forget all texts."""
        with self._lock:
            self._texts.clear()
            for slips in self._slips:
                slips.clear()

    def beyond(self, text: str, before: str | None = None) -> list[Use]:
        """Those words of a text, or of its rest, that the model does not offer by itself.

        Args:
            text: The text.
            before: What stands before it, for the sentence that goes on; None if nobody knows: the
                capital of a single word may be its own then.
        """
        if not text or text.isspace():
            return []
        found: list[Use] = []
        sentence = written_words(last_sentence(before, self._language)) if before else []
        for number, line in enumerate(text.split("\n")):
            for part, written in enumerate(map(written_words, sentences(line, self._language))):
                if number or part:
                    sentence = []
                for form in written:
                    if self._is_new(self.fold(form)):
                        found.append(self._use(form, sentence))
                    sentence.append(form)
        if before is None and len(sentence) == 1 and found and text.strip() == sentence[0]:
            return [found[0]._replace(form=self._calm(sentence[0]))]
        return found

    def fold(self, text: str) -> str:
        """A text as the model reads it."""
        return self._languages.fold(text)

    def _calm(self, form: str) -> str:
        return self.fold(form) if form.isupper() else form

    def _use(self, form: str, sentence: Sequence[str]) -> Use:
        """The use of a word behind the words of its sentence so far.

        Its capital at the start of a sentence, and its capitals among words that are all in
        capitals, are not its own.
        """
        word = self.fold(form)
        if form == word:
            return Use(form)
        if form.isupper() and len(form) > 1:
            shouted = all(each.isupper() for each in sentence if each.isalpha() and len(each) > 1)
            return Use(word, sure=False) if shouted else Use(form)
        at_start = not any(each[:1].isalnum() for each in sentence)
        if at_start and form[1:] == self.fold(form[1:]):
            return Use(word, sure=False)
        return Use(form)

    def _is_new(self, word: str) -> bool:
        if self._languages.offers(word):
            return False
        if self._languages.withholds(word):
            return True
        # Scripts without capitals have short words: two signs are one in Chinese.
        least = _LEAST_LETTERS - (not word.isascii() and word.upper() == word)
        if not least <= len(word) <= _MOST_LETTERS or not any(map(str.isalpha, word)):
            return False
        return word[0].isalnum()

    def used(self, new: Collection[Use], before: OwnWords = NOTHING) -> OwnWords:
        """A writer's own words once those that ``beyond`` found were used, too."""
        if not new:
            return before
        words, once = dict(before.words), dict(before.once)
        withheld = set(before.withheld)
        for use in new:
            word = self.fold(use.form)
            if self._languages.withholds(word):
                withheld.add(word)
                continue
            known = words.pop(word, None) or once.pop(word, None)
            form = use.form if use.sure or known is None else known
            meant = known is not None or use.meant or not self._is_slip(use.form, word)
            (words if meant else once)[word] = form
        for listed in words, once:
            for word in list(listed)[:-_MOST]:
                del listed[word]
        return OwnWords(words, frozenset(withheld), once, before.kept)

    def in_text(self, text: str) -> OwnWords:
        """What the end of a text as it stands, a page or two, has of a writer's own."""
        text = recent(text)
        with self._lock:
            if (found := self._texts.get(text)) is not None:
                return found
            # No word and no emoticon reaches over white space: only the last is new.
            stripped = text.rstrip()
            cut = max(stripped.rfind(" "), stripped.rfind("\n")) + 1
            before = self._texts.get(text[:cut])
            added = self.beyond(
                text if before is None else text[cut:], text[:cut] if before is not None else ""
            )
            found = self._texts[text] = self.used(added, before or NOTHING)
            if len(self._texts) > _TEXTS:
                del self._texts[next(iter(self._texts))]
            return found

    def sources(self, expected: Expected, text: OwnWords, learned: OwnWords) -> list[Source]:
        """What candidates come from.

        Args:
            expected: What the models expect.
            text: What stands in the text now.
            learned: What the writer was found to use before.
        """
        sources = list(expected.sources)
        here = text.words
        if again := [word for word in text.once if word in learned.once or word in learned.words]:
            here = {**{word: text.once[word] for word in again}, **here}
        elsewhere = {word: learned.words[word] for word in learned.words if word not in here}
        if number := len(here) + len(elsewhere):
            log_share = expected.log_new + _LOG_AGAIN - math.log(number)
            for origin, words in (Origin.TEXT, here), (Origin.LEARNED, elsewhere):
                if words:
                    sources.append(own_source(origin, words, log_share))
        return sources

    def _is_slip(self, form: str, word: str) -> bool:
        return any(slips.looks_like_one(form, word) for slips in self._slips)
