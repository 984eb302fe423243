"""What a writer uses that no model offers by itself: words of their own, and withheld ones."""

import math
import operator
from collections.abc import Callable, Collection, Iterable
from functools import cached_property, lru_cache
from string import digits
from typing import NamedTuple

from msgspec import Struct, field

from karussell.decoder import Origin, Source, own_source
from karussell.keyboard.languages import Languages
from karussell.keyboard.memory import MOST_LETTERS, inside
from karussell.keyboard.place import recent, typed_prefix
from karussell.keyboard.slips import Slips, may_be_slip
from karussell.locks import SharedLock
from karussell.text import last_sentence, sentences, written_words
from karussell.writing import Rules, edge_of

# Of the words a model does not know, the part that a writer has used shortly before: names and
# words of one's own come again and again (Church 2000: a second use is likelier than a first).
_LOG_AGAIN = math.log(0.5)
# More new words than a day's typing brings; all are looked at for each letter.
_MOST = 500
# And more that were used once and might be slips than some pages have in a language that is known.
_MOST_DOUBTFUL = 100
# Shorter words are slips more often than words, and save nothing; numbers seldom come again.
_LEAST_LETTERS = 3
# Behind fewer letters a digit is one: "h2o".
_PICKED_LETTERS = 2
# Texts whose words are remembered: a few for each of some dozen fields. And words of theirs.
_TEXTS = 128
_FORMS = 5000
# Beginnings of words of which it is known whether a digit goes on.
_PREFIXES = 2000


class OwnWords(Struct, frozen=True):
    """Words that somebody used and a model does not offer by itself.

    Attributes:
        words: Those in no list of the model's, as they were written, by their folded form; the one
            used last is the last.
        withheld: Those that the model withholds, folded.
        once: Words like ``words`` that look like slips of known ones and were used once: a second
            use tells that they are meant.
        doubtful: Words of both that were used once and may be slips by their letters.
    """

    words: dict[str, str] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    once: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, None] = field(default_factory=dict)


class Use(NamedTuple):
    """One use of a word that no model offers by itself.

    Attributes:
        word: The word, folded.
        form: How it would be written inside a sentence.
        sure: Whether it was written so; if not, another use tells its form.
        withheld: Whether the model knows and withholds it.
    """

    word: str
    form: str
    sure: bool = True
    withheld: bool = False


_NONE = OwnWords()


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
        self._lock = SharedLock()
        self._texts: dict[str, OwnWords] = {}
        # Of each form that was met the folded word, None if a model offers it by itself, and
        # whether it is withheld.
        self._forms: dict[str, tuple[str, bool] | None] = {}
        # Asked at each letter of each word, and seldom about a new one.
        self._digits = lru_cache(_PREFIXES)(self._takes_digit)

    def __contains__(self, word: object) -> bool:
        """Whether a model knows a folded word."""
        return word in self._languages

    def digit_goes_on(self, left: str, rules: Rules) -> bool:
        """Whether a digit typed behind a text is one, and picks no word."""
        prefix = typed_prefix(left)
        word = self.fold(prefix)
        letters = word.replace("'", "")
        if len(letters) < _PICKED_LETTERS or not letters.isalpha() or self._digits(word):
            return True
        before = left.removesuffix(prefix)
        return bool(before[-1:].strip()) and not edge_of(rules, before).letters

    def _takes_digit(self, word: str) -> bool:
        """Whether a digit may stand behind folded letters: "mp" and "covid" in "mp3"."""
        return word in self or any(
            operator.lt(*each.prefix(word + digit))
            for each in self._languages.lists
            for digit in digits
        )

    def clear(self) -> None:
        """Forget all texts."""
        with self._lock:
            self._texts.clear()
            self._forms.clear()
            self._digits.cache_clear()
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
                    if (own := self._own(form)) is not None:
                        word, withheld = own
                        written_so = inside(form, sentence, self._language)
                        found.append(Use(word, written_so, written_so == form, withheld))
                    sentence.append(form)
        return found

    def fold(self, text: str) -> str:
        """A text as the model reads it."""
        return self._languages.fold(text)

    def offers(self, word: str) -> bool:
        """Whether a model offers a folded word before a writer used it."""
        return self._languages.offers(word)

    @cached_property
    def withheld_words(self) -> tuple[str, ...]:
        """Folded words that the models offer only once a writer used them."""
        models = self._languages.models
        words = {
            model.vocabulary.word(each) for model in models for each in model.views["withheld"]
        }
        return tuple(sorted(filter(self._languages.withholds, words)))

    def is_word(self, word: str) -> bool:
        """Whether a folded word that no model knows may be one of a writer's own."""
        # Scripts without capitals have short words: two signs are one in Chinese.
        least = _LEAST_LETTERS - (not word.isascii() and word.upper() == word)
        if not least <= len(word) <= MOST_LETTERS or not any(map(str.isalpha, word)):
            return False
        return word[0].isalnum()

    def slips(self, words: Iterable[tuple[str, str]]) -> set[str]:
        """The folded words among many, each with its form, that look like slips of known ones."""
        listed = list(words)
        return set().union(*(slips.among(listed) for slips in self._slips))

    def _own(self, form: str) -> tuple[str, bool] | None:
        """The folded word of a form that no model offers, and whether it is withheld."""
        if form in self._forms:
            return self._forms[form]
        word, own = self.fold(form), None
        if not self.offers(word):
            withheld = self._languages.withholds(word)
            own = (word, withheld) if withheld or self.is_word(word) else None
        if len(self._forms) >= _FORMS:
            self._forms.clear()
        self._forms[form] = own
        return own

    def used(self, new: Collection[Use], before: OwnWords = _NONE) -> OwnWords:
        """A writer's own words once those that ``beyond`` found were used, too."""
        if not new:
            return before
        words, once, doubtful = dict(before.words), dict(before.once), dict(before.doubtful)
        withheld = set(before.withheld)
        unsure: set[str] = set()
        for word, form, sure, is_withheld in new:
            if is_withheld:
                withheld.add(word)
                continue
            known = words.pop(word, None) or once.pop(word, None)
            words[word] = form if sure or known is None else known
            doubtful.pop(word, None)
            unsure.discard(word)
            if known is None and may_be_slip(form, word):
                doubtful[word] = None
                unsure.add(word)
                if len(doubtful) > _MOST_DOUBTFUL:
                    oldest = next(iter(doubtful))
                    del doubtful[oldest]
                    unsure.discard(oldest)
                    words.pop(oldest, None) or once.pop(oldest, None)
        # To look for known words that are near takes longer than all the rest.
        for word in [word for word in words if word in unsure]:
            if self._is_slip(words[word], word):
                once[word] = words.pop(word)
        for listed in words, once:
            for word in list(listed)[:-_MOST]:
                del listed[word]
        return OwnWords(words, frozenset(withheld), once, doubtful)

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
            found = self._texts[text] = self.used(added, before or _NONE)
            if len(self._texts) > _TEXTS:
                del self._texts[next(iter(self._texts))]
            return found

    def source(self, text: OwnWords, meant: Callable[[str], bool], log_new: float) -> Source | None:
        """Words of a writer's own that stand in the text; None for none.

        Args:
            text: What stands in the text now.
            meant: Whether a folded word is known to be no slip.
            log_new: ln P of a word that the model does not know.
        """
        here = {word: form for word, form in text.once.items() if meant(word)} | text.words
        if not here:
            return None
        return own_source(Origin.TEXT, here, log_new + _LOG_AGAIN - math.log(len(here)))

    def _is_slip(self, form: str, word: str) -> bool:
        return any(slips.looks_like_one(form, word) for slips in self._slips)
