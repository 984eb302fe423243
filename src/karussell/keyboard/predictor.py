"""The part of a keyboard that all text fields share: a model, and what it has just read."""

from dataclasses import dataclass
from itertools import count
from pathlib import Path

from karussell.blocks import GateTrace
from karussell.decoder import Origin
from karussell.errors import UsageError
from karussell.kernels import Floats
from karussell.keyboard.context import Context, Layout
from karussell.keyboard.memory import Lesson, Memory
from karussell.keyboard.own_words import KnownWords
from karussell.keyboard.place import LONGEST, find_place, typed_prefix, typed_rest
from karussell.keyboard.reading import Reading
from karussell.keyboard.session import Session
from karussell.keyboard.spacing import WANTS_SPACE
from karussell.keyboard.suggestion import SLOTS, Kind, Slots, Strip, Suggestion, arranged
from karussell.model import LanguageModel, Reader, embedded_path, open_model
from karussell.text import fold, words
from karussell.writing import Rules, style_of

# What was read last is kept, for a few fields and for the beginnings of their words.
_READS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the gates did while a text was read.

    Attributes:
        words: The words of the text, T of them.
        layers: For each layer its trace over the T words, N = 1.
    """

    words: tuple[str, ...]
    layers: tuple[GateTrace[Floats], ...]


class Predictor:
    """Suggests words with one model.

    What it suggests follows from the text and from what was learned, whatever was asked before.
    Sessions and threads may share it: what was read is behind a lock, one at a time.

    Nothing that was typed is written anywhere; what was read last, and the writer's own words that
    were learned, stay in memory, within a limit, until ``close``.

    Args:
        model: The model.
        offensive: Whether to offer words that the model withholds before the writer used them.

    Attributes:
        model: The model.
        memory: What the writer taught it.
        rules: The rules of writing of its language.
    """

    def __init__(self, model: LanguageModel, *, offensive: bool = False) -> None:
        self.model = model
        self._known = KnownWords(model, offensive=offensive)
        self.memory = Memory(self._known)
        self.rules = Rules.of_language(self.language)
        self._reader: Reader | None = Reader(model)
        self._last: tuple[Reading, ...] = ()
        self._fields = count()

    @classmethod
    def open(
        cls, path: Path | str | None = None, *, language: str = "en", offensive: bool = False
    ) -> "Predictor":
        """A predictor with the model in a file, or with the packaged model of a language.

        Raises:
            UsageError: If there is no packaged model of the language.
            ModelFileError: If there is no such model, or it is damaged.
        """
        model = open_model(embedded_path(language) if path is None else Path(path))
        return cls(model, offensive=offensive)

    def __enter__(self) -> "Predictor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget what was read and learned; suggesting is over."""
        if self._reader is not None:
            self._reader.clear()
            self._known.clear()
            self.memory = Memory(self._known)
            self._reader, self._last = None, ()

    @property
    def language(self) -> str:
        """The tag of the language that the model knows."""
        return self.model.card.language

    def session(
        self, text: str = "", *, double_space: bool = False, layout: Layout | None = None
    ) -> Session:
        """A text field that holds a text, its cursor at the end.

        Args:
            text: The text.
            double_space: Whether two spaces behind a word make a full stop.
            layout: Where the keys are that are tapped; None for the language's usual layout.
        """
        context, field = Context(left=text), next(self._fields)
        return Session(self, context, field, double_space=double_space, layout=layout)

    def learn(
        self,
        text: str,
        *,
        field: int | None = None,
        before: str | None = None,
        meant: bool = False,
    ) -> Lesson:
        """Offer the words of a finished text from now on, those too that the model does not know.

        Args:
            text: The text.
            field: The field where it was written: there its words are offered at once, elsewhere
                from their second use on. None to offer them everywhere.
            before: What stands before it in its sentence; None if nobody knows.
            meant: Whether the writer said that they mean what was typed: else a word that looks
                like a slip of a known one is offered from its second use on.

        Returns:
            What it taught, for ``unlearn``.

        Raises:
            UsageError: If the predictor is closed.
        """
        self._opened()
        return self.memory.learn(text, field, before, meant=meant)

    def reject(self, typed: str, word: str, *, field: int | None = None) -> Lesson:
        """Take a word as it was typed from now on, and never put this other one in its place.

        Args:
            typed: What was typed.
            word: What was put in its place, and undone.
            field: The field where that was.

        Returns:
            What it taught, for ``unlearn``.

        Raises:
            UsageError: If the predictor is closed.
        """
        self._opened()
        return self.memory.reject(typed, word, field)

    def unlearn(self, lesson: Lesson) -> None:
        """Take back what one call of ``learn`` or ``reject`` taught."""
        self.memory.unlearn(lesson)

    def forget(self, word: str) -> bool:
        """Offer a word no longer that was learned, unless it stands in the text.

        Returns:
            Whether it was learned.
        """
        return self.memory.forget(word)

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """Suggestions for a cursor at the end of a text, best first."""
        return self.suggestions(Context(left=text), limit)

    def suggestions(
        self, context: Context, limit: int = 3, *, field: int | None = None
    ) -> list[Suggestion]:
        """Suggestions at a cursor: different words, best first, starting as the typed one does.

        Args:
            context: The text around the cursor.
            limit: How many at most.
            field: The field, for the words that were used in it.

        Raises:
            UsageError: If the limit is not positive, or the predictor is closed.
        """
        if limit < 1:
            raise UsageError(f"{limit} suggestions, expected 1 or more")
        prefix = typed_prefix(context.left)
        read = self._read(context, prefix, field)
        return read.offered(prefix, limit) if len(prefix) < LONGEST else []

    def strip(self, context: Context, *, field: int | None = None) -> Strip:
        """What is shown at a cursor.

        It follows from the text alone: a word that is still offered after another letter stays
        where it was.

        Args:
            context: The text around the cursor.
            field: The field, for the words that were used in it.

        Raises:
            UsageError: If the predictor is closed.
        """
        prefix = typed_prefix(context.left)
        if len(prefix) >= LONGEST:
            self._opened()
            return Strip()
        read = self._read(context, prefix, field)
        slots, best = self._slots(read, context, prefix, field)
        return Strip(literal=self._literal(read, prefix, best), slots=slots, best=best)

    def autocorrect(self, context: Context, *, field: int | None = None) -> Suggestion | None:
        """What a space or punctuation typed now puts in place of the typed word, None for nothing.

        Args:
            context: The text around the cursor.
            field: The field, for the words that were used in it.
        """
        return None

    def _slots(
        self, read: Reading, context: Context, prefix: str, field: int | None
    ) -> tuple[Slots, int | None]:
        """The slots after a beginning of a word, which follow from those after one letter less."""
        if (found := read.slots.get(prefix)) is not None:
            return found
        known = len(prefix)
        while known and prefix[:known] not in read.slots:
            known -= 1
        if known:
            slots, _ = read.slots[prefix[:known]]
        else:
            first = self._read(Context(left=read.before, right=context.right), "", field)
            slots = arranged((None,) * SLOTS, first.shown(""))
        if len(read.slots) > 2 * LONGEST:
            read.slots.clear()
        best = None
        for letters in range(known if known or not prefix else 1, len(prefix) + 1):
            shown = read.shown(prefix[:letters])
            slots = arranged(slots, shown)
            best = slots.index(shown[0]) if shown else None
            read.slots[prefix[:letters]] = slots, best
        return slots, best

    def _literal(self, read: Reading, prefix: str, best: int | None) -> Suggestion | None:
        """What was typed, unless it is a whole word and nothing else could come of it."""
        if not any(map(str.isalpha, prefix)):
            return None
        rest = typed_rest(read.right)
        word = fold(prefix + rest, self.language)
        if best is None and (word in self._known or word in read.learned.words):
            return None
        return Suggestion(
            text=prefix + rest,
            kind=Kind.LITERAL,
            probability=1.0,
            source=Origin.TYPED,
            edit=read.edit(prefix + rest, prefix),
        )

    def _opened(self) -> Reader:
        if self._reader is None:
            raise UsageError("the predictor is closed; open another one")
        return self._reader

    def _read(self, context: Context, prefix: str, field: int | None) -> Reading:
        """What stands around a word, and what may come there; a letter more reads nothing again."""
        reader, left, right = self._opened(), context.left, context.right[:LONGEST]
        before = left[: len(left) - len(prefix)]
        learned = self.memory.own_in(field)
        # Behind punctuation a word to come and one that has begun stand in different places.
        wants_space = not prefix and before[-1:] in WANTS_SPACE and before != ""
        for read in self._last:
            if read.is_of(before, right, learned, wants_space):
                return read
        place = find_place(left, self.language)._replace(style=style_of(before, self._is_acronym))
        log_probs = reader.log_probs(self.model.vocabulary.ids(place.words))
        sources = self._known.sources(log_probs, self._known.in_text(before), learned)
        read = Reading(
            before=before,
            right=right,
            learned=learned,
            place=place,
            sources=sources,
            language=self.language,
        )
        self._last = (read, *self._last[: _READS - 1])
        return read

    def _is_acronym(self, word: str) -> bool:
        vocabulary = self.model.vocabulary
        word_id = vocabulary.id(word)
        return word_id != vocabulary.unknown and vocabulary.display(word_id).isupper()

    def gates(self, text: str) -> Gates:
        """How far every block wrote, kept and read at each word of a text, read as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        read = tuple(words(text))
        if not read:
            raise UsageError("the text has no words, expected at least one")
        return Gates(words=read, layers=tuple(self.model.trace(self.model.vocabulary.ids(read))))
