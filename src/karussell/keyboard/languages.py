"""Models of one or more languages, as one: where a cursor stands in them, and what they offer."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from karussell.correction import Channel
from karussell.decoder import Shown, Source, model_sources
from karussell.errors import UsageError
from karussell.keyboard.context import Layout, geometry
from karussell.keyboard.hearing import MOST_BEFORE, Belief, Heard, Hearing
from karussell.keyboard.place import Place, find_place
from karussell.model import SCORE_BYTES, STATE_BYTES, LanguageModel, Reader
from karussell.text import Vocabulary, fold, sentences

if TYPE_CHECKING:
    from karussell.decoder import Blend

# Behind these no word of the sentence is left.
_ENDS = " .,;:!?\u2026\u3002\uff01\uff1f"
# Layouts whose errors are kept ready.
_LAYOUTS = 8


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
        hearing: What was read with them.

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
        self.hearing = Hearing(self.models)
        self._blend = _blend(models)
        self._channels: dict[object, Channel] = {}

    def make_room(self, fields: int) -> None:
        """Remember as much again for every eight text fields, four times at most."""
        for reader in self._readers:
            reader.widen(min(4, 1 + fields // 8))

    def clear(self) -> None:
        """Forget everything that was read."""
        for reader in self._readers:
            reader.clear()
        self.hearing.clear()
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
        at = self._at(left, language, only)
        if len(self.models) > 1 and only is None:
            shares = self.by_tag(self.shares(at.heard))
            believed = max(shares, key=shares.__getitem__)
            if believed != language:
                at = self._at(left, believed, only)
        return at

    def _at(self, left: str, language: str, only: str | None) -> At:
        """Where the cursor stands, if that is the language there."""
        place = find_place(left, language)
        before = self.hearing.before(left[: place.start])
        heard = self.hearing.hear(before, place.words, all_words=only is not None)
        return At(place, before, heard, language, only)

    def spoken(self, text: str, before: str, only: str | None = None) -> list[tuple[str, str]]:
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
                before = f"{before}{joint}{sentence}"[-2 * MOST_BEFORE :]
                language = self.at(before.rstrip(_ENDS) + " ").language
                if found and found[-1][0] == language:
                    found[-1] = language, found[-1][1] + joint + sentence
                else:
                    found.append((language, sentence))
        return found

    def heard(self, at: At, words: Sequence[str]) -> Heard:
        """What would have been read at a cursor, had its sentence these folded words."""
        return self.hearing.hear(at.before, words, all_words=at.only is not None)

    def after(self, words: Sequence[str]) -> list[Source]:
        """What the models say comes after the folded words of a sentence, whatever came before."""
        return self.expected(self.hearing.hear(self.hearing.start(), words)).sources

    def shares(self, heard: Heard, only: str | None = None) -> tuple[float, ...]:
        """P(language) of each model.

        Args:
            heard: What was read.
            only: The one language that counts; None for what is believed.
        """
        if self._blend is None or only is not None:
            ours = self.index(only)
            return tuple(
                1 / len(ours) if number in ours else 0.0 for number in range(len(self.models))
            )
        return self.hearing.shares(heard)

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
