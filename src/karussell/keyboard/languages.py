"""The languages of a keyboard: one model each, read side by side, and what they offer together."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from karussell.correction import Channel
from karussell.decoder import Shown, Source, model_sources
from karussell.errors import UsageError
from karussell.keyboard.belief import Belief, Heard, Listener
from karussell.keyboard.context import Layout, geometry
from karussell.keyboard.place import MOST_WORDS, Place, find_place, from_word, latest
from karussell.locks import SharedLock
from karussell.model import SCORE_BYTES, STATE_BYTES, LanguageModel, Reader
from karussell.text import Vocabulary, abbreviation, fold, sentences, spelled_out, words

if TYPE_CHECKING:
    from karussell.decoder import Blend

# A model reads words of other languages as one unknown word: those that are its own with a
# probability of at most this (7.49 nats a word of mixed text, where it reads them all 7.64).
_FOREIGN = 0.1
# Letters of the text before a sentence that say in which language it will be: a few sentences.
_BEFORE = 400
# Behind these no word of the sentence is left.
_ENDS = " .,;:!?\u2026"
# Layouts whose errors are kept ready.
_LAYOUTS = 8
# Beginnings of sentences that are remembered: those of a few fields.
_MOST = 256


class At(NamedTuple):
    """Where the cursor stands, and what was read before it.

    Attributes:
        place: Where it stands.
        before: What was believed at the start of its sentence.
        heard: What was read of that.
        language: The tag of the language that is believed there.
        only: The one language that counts; None to follow the words.
    """

    place: Place
    before: Belief
    heard: Heard
    language: str
    only: str | None


class Expected(NamedTuple):
    """What may come next.

    Attributes:
        sources: Where candidates come from.
        log_new: ln P of a word that no source has.
        shares: P(language) of each model.
    """

    sources: list[Source]
    log_new: float
    shares: tuple[float, ...]


class Languages:
    """Models of one or more languages, as one.

    With one model everything is as this model has it.

    Args:
        models: They, the writer's first language first.
        offensive: Whether they offer words that they withhold, too.

    Attributes:
        models: They.
        tags: The tag of the language of each.

    Raises:
        UsageError: If there is none.
    """

    def __init__(self, models: Sequence[LanguageModel], *, offensive: bool = False) -> None:
        if not models:
            raise UsageError("no model, expected one or more")
        self.models = tuple(models)
        self.tags = tuple(model.card.language for model in models)
        self._shown = [Shown(model, offensive=offensive) for model in models]
        # Several share what one may remember: a keyboard of three takes no more.
        states, scores = STATE_BYTES // len(models), SCORE_BYTES // len(models)
        self._readers = [Reader(each, state_bytes=states, score_bytes=scores) for each in models]
        self._lock = SharedLock()
        self._listener = Listener(models)
        self._blend = _blend(models)
        self._channels: dict[object, Channel] = {}
        self._heard: dict[tuple[Belief, tuple[str, ...]], Heard] = {}
        self._before: dict[str, Belief] = {}

    def make_room(self, fields: int) -> None:
        """Remember as much again for every eight text fields, four times at most."""
        for reader in self._readers:
            reader.widen(min(4, 1 + fields // 8))

    def clear(self) -> None:
        """Forget everything that was read."""
        for reader in self._readers:
            reader.clear()
        with self._lock:
            self._listener.clear()
            self._heard.clear()
            self._before.clear()
            self._channels.clear()

    @property
    def lists(self) -> Iterator[Vocabulary]:
        """The words of each network, and its rare ones."""
        for model in self.models:
            yield model.vocabulary
            yield model.rare.vocabulary

    def __contains__(self, word: object) -> bool:
        """Whether a model knows a folded word."""
        return any(word in each for each in self.lists)

    def fold(self, text: str) -> str:
        """A text as the models read it."""
        return fold(text, self.tags[0])

    def offers(self, word: str) -> bool:
        """Whether a model offers a folded word before the writer used it."""
        for model, shown in zip(self.models, self._shown, strict=True):
            word_id = model.vocabulary.id(word)
            if word_id != model.vocabulary.unknown:
                if word_id not in shown.hidden:
                    return True
            elif word in model.rare.vocabulary:
                return True
        return False

    def withholds(self, word: str) -> bool:
        """Whether a folded word is offered only once the writer used it, whatever the language."""
        return not self.offers(word) and any(word in model.vocabulary for model in self.models)

    def channel(self, layout: Layout | None) -> Channel:
        """What is meant by the keys of a layout, None for the usual one of the first language."""
        key = layout if layout is None or isinstance(layout, str) else tuple(layout.items())
        if (found := self._channels.get(key)) is None:
            if len(self._channels) >= _LAYOUTS:
                self._channels.clear()
            keys = geometry(layout, self.tags[0])
            found = self._channels[key] = Channel(keys, *dict.fromkeys(self.tags))
        return found

    def is_acronym(self, word: str) -> bool:
        """Whether a folded word is one that is written in capitals."""
        for model in self.models:
            word_id = model.vocabulary.id(word)
            if word_id != model.vocabulary.unknown and model.vocabulary.display(word_id).isupper():
                return True
        return False

    def index(self, language: str | None) -> tuple[int, ...]:
        """Which models are of a language, all for None.

        Raises:
            UsageError: If there is none.
        """
        if language is None:
            return tuple(range(len(self.models)))
        found = tuple(
            number for number, tag in enumerate(self.tags) if _primary(tag) == _primary(language)
        )
        if not found:
            raise UsageError(
                f"language {language!r}: no model of this keyboard has it, expected one of "
                f"{', '.join(dict.fromkeys(self.tags))}"
            )
        return found

    def language_at(self, left: str, only: str | None = None) -> str:
        """The tag of the language that is believed behind a text; the arguments of ``at``."""
        if only is not None:  # whatever was written
            return self.tags[self.index(only)[0]]
        if len(self.models) == 1:
            return self.tags[0]
        return self.at(left, only).language

    def at(self, left: str, only: str | None = None) -> At:
        """Where the cursor stands behind a text, and what was read of its sentence.

        Args:
            left: The text, to the cursor.
            only: The one language that counts; None to follow the words.

        Raises:
            UsageError: If no model has that language.
        """
        language = self.tags[self.index(only)[0]]
        place = find_place(left, language)
        before = self.before(left[: place.start])
        heard = self.hear(before, place.words, only)
        if len(self.models) > 1 and only is None:
            shares = self.by_tag(self.shares(heard))
            believed = max(shares, key=shares.__getitem__)
            if believed != language:
                language, place = believed, find_place(left, believed)
                before = self.before(left[: place.start])
                heard = self.hear(before, place.words, only)
        return At(place, before, heard, language, only)

    def spoken(self, text: str, before: str, only: str | None) -> list[tuple[str, str]]:
        """The parts of a text in one language each, with its tag: some sentences, in order.

        Args:
            text: The text.
            before: What stands before it.
            only: The one language that counts; None to follow the words.
        """
        first = self.tags[self.index(only)[0]]
        if len(self.models) == 1 or only is not None:
            return [(first, text)]
        found: list[tuple[str, str]] = []
        for number, line in enumerate(text.split("\n")):
            for part, sentence in enumerate(sentences(line, first)):
                joint = " " if part else "\n" if number else ""
                before = f"{before}{joint}{sentence}"[-2 * _BEFORE :]
                language = self.at(before.rstrip(_ENDS) + " ").language
                if found and found[-1][0] == language:
                    found[-1] = language, found[-1][1] + joint + sentence
                else:
                    found.append((language, sentence))
        return found

    def heard_after(self, at: At, more: Sequence[str]) -> Heard:
        """What was read of the sentence at a cursor once more folded words were."""
        return self.hear(at.before, (*at.place.words, *more), at.only)

    def expected_after(self, at: At, more: Sequence[str], used: frozenset[str]) -> Expected:
        """What may come at a cursor once more folded words were read; for ``used`` see there."""
        named = at.place.named and not more
        return self.expected(self.heard_after(at, more), at.only, used, named=named)

    def after(self, words: Sequence[str]) -> list[Source]:
        """What the models say comes after the folded words of a sentence, whatever came before."""
        return self.expected(self.hear(self._listener.start(), words)).sources

    def start(self) -> Belief:
        """What is believed before anything was written."""
        return self._listener.start()

    def ended(self, heard: Heard) -> Belief:
        """What is believed before the sentence after one that was read."""
        return self._listener.next_sentence(heard.belief)

    def before(self, text: str) -> Belief:
        """What the text before a sentence says of its language."""
        if self._blend is None:
            return self._listener.start()
        if len(text) > _BEFORE:
            text = from_word(text[-_BEFORE:])
        with self._lock:
            if (found := self._before.get(text)) is None:
                found = self._listener.start()
                for line in text.split("\n"):
                    for sentence in sentences(line):
                        for word in words(sentence):
                            found = self._listener.after(found, word)
                        found = self._listener.next_sentence(found)
                if len(self._before) >= _MOST:
                    self._before.clear()
                self._before[text] = found
            return found

    def hear(self, before: Belief, sentence: Sequence[str], only: str | None = None) -> Heard:
        """What was read of a sentence so far, of its last words if it is long.

        Args:
            before: What was believed at its start.
            sentence: Its folded words.
            only: The one language that counts; None to follow the words.
        """
        sentence = latest(sentence, MOST_WORDS)
        if self._blend is None or only is not None:
            each = zip(self.models, self.tags, strict=True)
            ids = (tuple(model.vocabulary.ids(spelled_out(sentence, tag))) for model, tag in each)
            return Heard(before, tuple(ids))
        with self._lock:
            return self._hear(before, tuple(sentence))

    def _hear(self, before: Belief, sentence: tuple[str, ...]) -> Heard:
        known = len(sentence)
        while known and (before, sentence[:known]) not in self._heard:
            known -= 1
        nothing = Heard(before, ((),) * len(self.models))
        heard = self._heard[before, sentence[:known]] if known else nothing
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
        for number, (model, share) in enumerate(zip(self.models, shares, strict=True)):
            read, unknown = heard.ids[number], model.vocabulary.unknown
            if share > _FOREIGN:
                count, full = abbreviation(sentence, self.tags[number]) or (1, (word,))
                if count > 1:
                    read = self._hear(before, sentence[:-count]).ids[number]
                read = (*read, *model.vocabulary.ids(full))
            elif read[-1:] != (unknown,):
                read = (*read, unknown)
            ids.append(read)
        return Heard(self._listener.after(heard.belief, word), tuple(ids))

    def shares(self, heard: Heard, only: str | None = None, word: str = "") -> tuple[float, ...]:
        """P(language) of each model.

        Args:
            heard: What was read.
            only: The one language that counts; None for what is believed.
            word: The next word, folded, for its own language; "" if it is to come.
        """
        if self._blend is None or only is not None:
            ours = self.index(only)
            return tuple(
                1 / len(ours) if number in ours else 0.0 for number in range(len(self.models))
            )
        return self._listener.shares(heard.belief, word)

    def by_tag(self, shares: Sequence[float]) -> dict[str, float]:
        """P(language) by its tag."""
        found: dict[str, float] = {}
        for tag, share in zip(self.tags, shares, strict=True):
            found[tag] = found.get(tag, 0.0) + share
        return found

    def expected(
        self,
        heard: Heard,
        only: str | None = None,
        used: frozenset[str] = frozenset(),
        *,
        named: bool = False,
    ) -> Expected:
        """What may come next.

        Args:
            heard: What was read.
            only: The one language that counts; None for what is believed.
            used: Folded words that are offered though a model withholds them.
            named: Whether a title stands before it.
        """
        shares = self.shares(heard, only)
        shown: list[memoryview | None] = []
        new = []
        for number, (ids, share) in enumerate(zip(heard.ids, shares, strict=True)):
            if not share:
                shown.append(None)
                continue
            log_probs = self._readers[number].expected(ids)
            shown.append(self._shown[number].of(log_probs, used, named=named))
            log_new = log_probs[-1] + self.models[number].rare.log_new
            new.append((share, log_new))
        if self._blend is None and shown[0] is not None:
            model = self.models[0]
            sources = model_sources(model.vocabulary, shown[0], model.rare)
            return Expected(sources, new[0][1], shares)
        assert self._blend is not None
        sources = self._blend.sources(shown, shares)
        log_new = math.log(sum(share * math.exp(each) for share, each in new))
        return Expected(sources, log_new, shares)


def _blend(models: Sequence[LanguageModel]) -> "Blend | None":
    """What several models offer together."""
    if len(models) == 1:
        return None
    from karussell.decoder import Blend

    return Blend(models)


def _primary(tag: str) -> str:
    """A language's tag without its region: "de" of "de-AT"."""
    return tag.lower().replace("_", "-").partition("-")[0]
