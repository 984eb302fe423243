"""The part of a keyboard that all text fields share: a model, and what it has just read."""

from collections.abc import Collection, Sequence
from itertools import count
from pathlib import Path

from karussell.correction import Channel, Judge
from karussell.decoder import Source
from karussell.errors import UsageError
from karussell.keyboard.context import DAMAGE, Context, Field, Layout, geometry, hits
from karussell.keyboard.doubts import Doubts
from karussell.keyboard.gates import Gates
from karussell.keyboard.habits import NOTHING, Habits
from karussell.keyboard.memory import Lesson, Memory, Reason, Recall, Teach, is_anybodys
from karussell.keyboard.own_words import KnownWords
from karussell.keyboard.place import LONGEST, find_place, following, typed_prefix, typed_rest
from karussell.keyboard.reading import Reading
from karussell.keyboard.reasons import reason
from karussell.keyboard.session import Session
from karussell.keyboard.suggestion import Strip, Suggestion
from karussell.model import LanguageModel, Reader, embedded_path, open_model
from karussell.text import fold
from karussell.writing import Rules, edge_of, style_of

# What was read last is kept, for a few fields and for the beginnings of their words.
_READS = 8
# Behind fewer letters a digit is one: "h2o".
_PICKED_LETTERS = 2
# What is corrected where nobody reads it, in any language: no word.
_SLIP = "htis"
# Layouts whose errors are kept ready.
_LAYOUTS = 8


class Predictor:
    """Suggests words with one model.

    What it suggests follows from the text and from what was learned, whatever was asked before.
    Sessions and threads may share it: what was read is behind a lock, one at a time.

    Nothing that was typed is written anywhere; what was read last, and the writer's own words that
    were learned, stay in memory, within a limit, until ``close``.

    Args:
        model: The model.
        offensive: Whether to offer words that the model withholds before the writer used them.
        damage: How many of the correct words may be changed by mistake; None to correct nothing
            unasked.
        memory: What the writer taught before; None for nothing, and to keep what is learned until
            ``close`` and nowhere else.

    Attributes:
        model: The model.
        damage: How many of the correct words may be changed by mistake, unless a field says it.
        memory: What the writer taught it.
        rules: The rules of writing of its language.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        offensive: bool = False,
        damage: float | None = DAMAGE,
        memory: Memory | None = None,
    ) -> None:
        self.model = model
        self.damage = damage
        self._known = KnownWords(model, offensive=offensive)
        self.memory = memory or Memory()
        self._habits = Habits(self.memory, self._known, self._base)
        self.rules = Rules.of_language(self.language)
        self._reader: Reader | None = Reader(model)
        self._last: tuple[Reading, ...] = ()
        self._fields = count()
        self._nowhere = Field(damage=damage)
        self._channels: dict[object, Channel] = {}
        self._is_ready = False
        self._judge = Judge(self.language, model.vocabulary, counts=model.counts)

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        *,
        language: str = "en",
        offensive: bool = False,
        damage: float | None = DAMAGE,
        memory: Memory | None = None,
    ) -> "Predictor":
        """A predictor with the model in a file, or with the packaged model of a language.

        Raises:
            UsageError: If there is no packaged model of the language.
            ModelFileError: If there is no such model, or it is damaged.
        """
        model = open_model(embedded_path(language) if path is None else Path(path))
        return cls(model, offensive=offensive, damage=damage, memory=memory)

    def __enter__(self) -> "Predictor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget what was read and learned; suggesting is over."""
        if self._reader is not None:
            self._reader.clear()
            self._known.clear()
            self.memory = Memory()
            self._habits = Habits(self.memory, self._known, self._base)
            self._channels.clear()
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
        self._make_ready(layout)
        field = Field(number=next(self._fields), layout=layout, damage=self.damage)
        return Session(self, Context(left=text), field, double_space=double_space)

    def _make_ready(self, layout: Layout | None) -> None:
        """Make what is made once, such as the trees of words: else the first keys wait for it."""
        if not self._is_ready and self._reader is not None:
            self._is_ready = True
            self.autocorrect(Context(left=_SLIP), field=Field(layout=layout))

    def learn(
        self,
        text: str,
        *,
        field: Field | None = None,
        before: str | None = None,
        meant: bool | Collection[str] = False,
    ) -> Lesson:
        """Learn a finished text: its words, known to the model or not, and their order.

        Numbers of four or more digits are left out, and nothing is learned in a field that is
        private or none of words.

        Args:
            text: The text.
            field: The field where it was written.
            before: What stands before it in its sentence; None if nobody knows.
            meant: Which folded words the writer said that they meant, True for all: others that
                look like slips of known ones are offered from their second use on.

        Returns:
            What it taught, for ``unlearn``.

        Raises:
            UsageError: If the predictor is closed.
        """
        self._opened()
        field, language = field or self._nowhere, self.language
        if not field.teaches:
            return ()
        return self.memory.learn(text, language=language, before=before, meant=meant, app=field.app)

    def reject(self, typed: str, word: str, *, field: Field | None = None) -> Lesson:
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
        return self._pair(self.memory.reject, typed, word, field)

    def repair(self, typed: str, word: str, *, field: Field | None = None) -> Lesson:
        """Remember that a word was put in place of what was typed, and left; see ``reject``."""
        return self._pair(self.memory.repair, typed, word, field)

    def _pair(self, teach: Teach, typed: str, word: str, field: Field | None) -> Lesson:
        self._opened()
        field = field or self._nowhere
        if not field.teaches or not is_anybodys(typed):
            return ()
        return teach(typed, word, language=self.language, app=field.app)

    def unlearn(self, lesson: Lesson) -> None:
        """Take back what one call of ``learn``, ``reject`` or ``repair`` taught."""
        self.memory.unlearn(lesson)

    def forget(self, word: str) -> bool:
        """Be as if nothing with this word in it had ever been learned; see ``Memory.forget``.

        Returns:
            Whether anything was.
        """
        return self.memory.forget(word).entries > 0

    def recall(
        self, word: str | None = None, *, since: int | None = None, app: str | None = None
    ) -> Recall:
        """What is known of the writer, words of their own first; see ``Memory.recall``."""
        return self.memory.recall(word, since=since, app=app, known=self._known.__contains__)

    def why(
        self, suggestion: Suggestion, context: Context, *, field: Field | None = None
    ) -> Reason:
        """Why a word is offered at a cursor.

        Args:
            suggestion: One of those that are.
            context: The text around the cursor.
            field: The field.
        """
        read = self._read(context, typed_prefix(context.left), field or self._nowhere)
        return reason(suggestion, read, self._habits)

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """Suggestions for a cursor at the end of a text, best first."""
        return self.suggestions(Context(left=text), limit)

    def suggestions(
        self, context: Context, limit: int = 3, *, field: Field | None = None
    ) -> list[Suggestion]:
        """Suggestions at a cursor: different words, best first.

        Words that go on with what was typed, and those that may have been meant by it, by the
        probability that they are the one.

        Args:
            context: The text around the cursor.
            limit: How many at most.
            field: The field: the words that were used in it, and where its keys are.

        Raises:
            UsageError: If the limit is not positive, or the predictor is closed.
        """
        if limit < 1:
            raise UsageError(f"{limit} suggestions, expected 1 or more")
        prefix = typed_prefix(context.left)
        if len(prefix) >= LONGEST or (field and field.is_secret):
            self._opened()
            return []
        read = self._read(context, prefix, field or self._nowhere)
        return read.offered(prefix, hits(context, prefix), limit)

    def strip(self, context: Context, *, field: Field | None = None) -> Strip:
        """What is shown at a cursor.

        It follows from the text alone: a word that is still offered after another letter stays
        where it was.

        Args:
            context: The text around the cursor.
            field: The field: the words that were used in it, where its keys are, and how boldly
                it is corrected.

        Raises:
            UsageError: If the predictor is closed.
        """
        field = field or self._nowhere
        prefix = typed_prefix(context.left)
        if len(prefix) >= LONGEST or field.is_secret:
            self._opened()
            return Strip()
        read = self._read(context, prefix, field)
        first = self._read(Context(left=read.before, right=context.right), "", field)
        taps = hits(context, prefix)
        slots, best = read.arranged(prefix, taps, first)

        def correct() -> Suggestion | None:
            self._opened()
            return read.autocorrected(prefix, taps)

        return Strip(
            literal=read.literal(prefix, best, self._known),
            slots=slots,
            best=best,
            correct=correct,
        )

    def autocorrect(self, context: Context, *, field: Field | None = None) -> Suggestion | None:
        """What a space or punctuation typed now puts in place of the typed word, None for nothing.

        Args:
            context: The text around the cursor.
            field: The field, as for ``strip``.
        """
        prefix = typed_prefix(context.left)
        if not prefix or len(prefix) >= LONGEST or (field and field.is_secret):
            return None
        read = self._read(context, prefix, field or self._nowhere)
        return read.autocorrected(prefix, hits(context, prefix))

    def digit_goes_on(self, left: str) -> bool:
        """Whether a digit typed behind a text is one, and picks no word.

        It picks where the letters before it are no word that a digit could follow: a beginning of
        several letters that is no word itself, and no known word has a digit there.
        """
        prefix = typed_prefix(left)
        letters = fold(prefix, self.language).replace("'", "")
        if len(letters) < _PICKED_LETTERS or not letters.isalpha():
            return True
        before = left[: len(left) - len(prefix)]
        return not edge_of(self.rules, before).letters or self._known.takes_digit(prefix)

    def _opened(self) -> Reader:
        if self._reader is None:
            raise UsageError("the predictor is closed; open another one")
        return self._reader

    def _read(self, context: Context, prefix: str, field: Field) -> Reading:
        """What stands around a word, and what may come there; a letter more reads nothing again."""
        reader, left, right = self._opened(), context.left, context.right[:LONGEST]
        before = left[: len(left) - len(prefix)]
        learned = self._habits.now() if field.recalls else NOTHING
        for read in self._last:
            if read.is_of(before, right, learned, field, bool(prefix)):
                return read
        place = find_place(left, self.language)._replace(
            style=style_of(before, self._is_acronym, right)
        )
        in_text = self._known.in_text(before)
        used = in_text.withheld | learned.withheld

        def says(more: tuple[str, ...]) -> list[Source]:
            return self._base((*place.words, *more), used)

        def is_meant(word: str) -> bool:
            return learned.uses(word) > 0 or word in field.meant

        log_probs = reader.log_probs(self.model.vocabulary.ids(place.words))
        log_new = float(log_probs[-1]) + self.model.rare.log_new
        here = self._known.source(in_text, is_meant, log_new)

        def mixed(base: list[Source], more: tuple[str, ...]) -> list[Source]:
            return learned.mixed(base, (*place.words, *more), here)

        def after(more: str) -> list[Source]:
            read = tuple(more.split())
            return mixed(says(read), read)

        base = says(())
        sources = mixed(base, ())
        rest = right[len(typed_rest(right)) :]
        read = Reading(
            before=before,
            right=right,
            learned=learned,
            where=field,
            place=place,
            base=base,
            sources=sources,
            doubts=Doubts(sources),
            after=after,
            following=following(rest, self.language),
            log_new=log_new,
            channel=self._channel(field.layout),
            judge=self._judge,
            language=self.language,
        )
        self._last = (read, *self._last[: _READS - 1])
        return read

    def _base(self, words: Sequence[str], used: frozenset[str] = frozenset()) -> list[Source]:
        """What the model says comes after folded words."""
        ids = self.model.vocabulary.ids(words)
        return self._known.base(self._opened().log_probs(ids), used)

    def _channel(self, layout: Layout | None) -> Channel:
        """What is meant by the keys of a layout."""
        key = layout if layout is None or isinstance(layout, str) else tuple(layout.items())
        if (found := self._channels.get(key)) is None:
            if len(self._channels) >= _LAYOUTS:
                self._channels.clear()
            found = self._channels[key] = Channel(geometry(layout, self.language), self.language)
        return found

    def _is_acronym(self, word: str) -> bool:
        vocabulary = self.model.vocabulary
        word_id = vocabulary.id(word)
        return word_id != vocabulary.unknown and vocabulary.display(word_id).isupper()

    def gates(self, text: str) -> Gates:
        """How far every block wrote, kept and read at each word of a text, read as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        return Gates.of(self.model, text)
