"""The part of a keyboard that all text fields share: its models, and what they have just read."""

from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import count
from numbers import Integral
from os import PathLike
from typing import TYPE_CHECKING

from karussell.errors import UsageError, shown
from karussell.files import AnyPath, path_of
from karussell.keyboard.context import DAMAGE, Context, Field, Layout, hits
from karussell.keyboard.habits import Habits
from karussell.keyboard.languages import Languages
from karussell.keyboard.memory import Lesson, Memory, Reason, Recall, Teach, is_anybodys
from karussell.keyboard.own_words import KnownWords
from karussell.keyboard.place import LONGEST, typed_prefix
from karussell.keyboard.reading import Reading
from karussell.keyboard.readings import Readings
from karussell.keyboard.reasons import reason
from karussell.keyboard.session import Session
from karussell.keyboard.suggestion import Strip, Suggestion
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.writing import Rules

if TYPE_CHECKING:
    from karussell.keyboard.inside import Gates, Inside

# What is corrected where nobody reads it: no word, and behind a sign, which needs patterns.
_SLIP = "(htis"


class Predictor:
    """Suggests words with one model, or with several of the languages that somebody writes.

    What it suggests follows from the text and from what was learned, whatever was asked before.
    Sessions and threads may share it: what was read is behind a lock, one at a time.

    Nothing that was typed is written anywhere; what was read last, and the writer's own words that
    were learned, stay in memory, within a limit, until ``close``.

    Args:
        model: The model; or several, the writer's first language first: which of them is believed
            follows from the words, one by one.
        offensive: Whether to offer words that a model withholds before the writer used them.
        damage: How many of the correct words may be changed by mistake; None to correct nothing
            unasked.
        memory: What the writer taught before; None to know nothing, and forget all by ``close``.

    Attributes:
        model: The model, of several the first.
        languages: All models, read side by side.
        damage: How many of the correct words may be changed by mistake, unless a field says it.
        memory: What the writer taught it.
        rules: The rules of writing of its language, of several the first.
    """

    def __init__(
        self,
        model: LanguageModel | Sequence[LanguageModel],
        *,
        offensive: bool = False,
        damage: float | None = DAMAGE,
        memory: Memory | None = None,
    ) -> None:
        models = [model] if isinstance(model, LanguageModel) else list(model)
        self.languages = Languages(models, offensive=offensive)
        self.model = models[0]
        self.damage = damage
        self._known = KnownWords(self.languages)
        self.memory = memory or Memory()
        self._habits = Habits(self.memory, self._known, self.languages)
        self.rules = Rules.of_language(self.language)
        self._readings = Readings(self.languages, self._known, self._habits)
        self._is_open, self._is_ready = True, False
        self._fields, self._nowhere = count(), Field(damage=damage)

    @classmethod
    def open(
        cls,
        path: AnyPath | Sequence[AnyPath] | None = None,
        *,
        language: str = "en",
        languages: Sequence[str] = (),
        offensive: bool = False,
        damage: float | None = DAMAGE,
        memory: Memory | None = None,
    ) -> "Predictor":
        """A predictor with the models in files, or with the packaged models of languages.

        Args:
            path: A model's file, or those of several; None for packaged ones.
            language: The language of the packaged model.
            languages: The same of several, the writer's first language first.
            offensive: Whether to offer words that a model withholds before the writer used them.
            damage: How many of the correct words may be changed by mistake; None for none.
            memory: What the writer taught before; None for nothing.

        Raises:
            UsageError: If there is no packaged model of the language.
            ModelFileError: If there is no such model, or it is damaged.
        """
        if path is None:
            paths = [embedded_path(each) for each in dict.fromkeys(languages or [language])]
        else:
            paths = [*map(path_of, [path] if isinstance(path, str | PathLike) else path)]
        return cls([*map(open_model, paths)], offensive=offensive, damage=damage, memory=memory)

    def __enter__(self) -> "Predictor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget what was read and learned; suggesting is over."""
        if self._is_open:
            self.languages.clear()
            self._known.clear()
            self.memory = Memory()
            self._habits.clear()
            self._readings.clear()
            self._is_open = False

    @property
    def language(self) -> str:
        """The tag of the language that the model knows, of several the first."""
        return self.model.card.language

    @cached_property
    def inside(self) -> "Inside":
        """What its models do while they read."""
        from karussell.keyboard.inside import Inside

        return Inside(self.languages, self._opened)

    def believed(self, context: Context, *, field: Field | None = None) -> dict[str, float]:
        """In which language the word at a cursor will be: the probability of each, by its tag.

        Args:
            context: The text around the cursor.
            field: The field: the one language that is written in it, if it says so.
        """
        at = self.languages.at(context.left, (field or self._nowhere).language)
        return self.languages.by_tag(self.languages.shares(at.heard, at.only))

    def language_at(self, context: Context, *, field: Field | None = None) -> str:
        """The tag of the language that is believed at a cursor; the arguments of ``believed``."""
        return self.languages.language_at(context.left, (field or self._nowhere).language)

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
        self.languages.make_room(number := next(self._fields))
        field = Field(number=number, layout=layout, damage=self.damage)
        return Session(self, Context(left=text), field, double_space=double_space)

    def _make_ready(self, layout: Layout | None) -> None:
        """Make what is made once, such as the trees of words: else the first keys wait for it."""
        if not self._is_ready and self._is_open:
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

        Four or more digits in a row are left out, and six in groups that are no date, time or
        amount; private fields and those of no words teach nothing.

        Args:
            text: The text.
            field: The field where it was written.
            before: What stands before it in its sentence; None if nobody knows.
            meant: The folded words that are surely no slips, True for all: others that look like
                slips of known ones are offered from their second use on.

        Returns:
            What it taught, for ``unlearn``.

        Raises:
            UsageError: If the predictor is closed.
        """
        self._opened()
        field = field or self._nowhere
        lesson: Lesson = ()
        if field.teaches:
            for tag, part in self.languages.spoken(text, before or "", field.language):
                lesson += self.memory.learn(
                    part, language=tag, before=before, meant=meant, app=field.app
                )
                before = ""
        return lesson

    def reject(self, typed: str, word: str, *, field: Field | None = None) -> Lesson:
        """Take a word as it was typed from now on, and never put this other one in its place.

        Args:
            typed: What was typed.
            word: What was put in its place, and undone.
            field: The field where that was.

        Returns:
            What it taught, for ``unlearn``. The errors are those of ``learn``.
        """
        return self._pair(self.memory.reject, typed, word, field)

    def repair(self, typed: str, word: str, *, field: Field | None = None) -> Lesson:
        """Remember that a word was put in place of what was typed, and left; see ``reject``."""
        return self._pair(self.memory.repair, typed, word, field)

    def _pair(self, teach: Teach, typed: str, word: str, field: Field | None) -> Lesson:
        self._opened()
        field = field or self._nowhere
        taught = field.teaches and is_anybodys(typed) and is_anybodys(word)
        language = field.language or self.language
        return teach(typed, word, language=language, app=field.app) if taught else ()

    def unlearn(self, lesson: Lesson) -> None:
        """Take back a lesson."""
        self.memory.unlearn(lesson)

    def forget(self, word: str) -> bool:
        """Be as if nothing with this word in it had ever been learned; whether anything was."""
        return self.memory.forget(word).entries > 0

    def recall(
        self, word: str | None = None, *, since: int | None = None, app: str | None = None
    ) -> Recall:
        """What is known of the writer, words of their own first; see ``Memory.recall``."""
        return self.memory.recall(word, since=since, app=app, known=self._known.__contains__)

    def why(
        self, suggestion: Suggestion, context: Context, *, field: Field | None = None
    ) -> Reason:
        """Why a word is offered at a cursor of a field: one of those that are."""
        read = self._read(context, typed_prefix(context.left), field)
        return reason(suggestion, read, self._habits, {*self.languages.tags})

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
        if not (isinstance(limit, Integral) and 1 <= limit < 2**63):
            raise UsageError(f"{shown(limit)} suggestions, expected 1 or more")
        prefix = typed_prefix(context.left)
        if len(prefix) >= LONGEST or (field and field.is_secret):
            self._opened()
            return []
        taps = hits(context, prefix)
        return self._read(context, prefix, field).offered(prefix, taps, limit)

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
        field, prefix = field or self._nowhere, typed_prefix(context.left)
        if len(prefix) >= LONGEST or field.is_secret:
            self._opened()
            return Strip()
        read = self._read(context, prefix, field)
        taps = hits(context, prefix)
        slots, best = read.arranged(
            prefix,
            taps,
            lambda: self._read(Context(left=read.before, right=context.right), "", field),
        )

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
        read = self._read(context, prefix, field)
        return read.autocorrected(prefix, hits(context, prefix))

    def digit_goes_on(self, left: str) -> bool:
        """Whether a digit typed behind a text is one, and picks no word.

        It picks where the letters before it are no word that a digit could follow: a beginning of
        several letters that is no word itself, and no known word has a digit there.
        """
        return self._known.digit_goes_on(left, Rules.of_language(self.languages.language_at(left)))

    def _opened(self) -> None:
        if not self._is_open:
            raise UsageError("the predictor is closed; open another one")

    def _read(self, context: Context, prefix: str, field: Field | None) -> Reading:
        self._opened()
        return self._readings.at(context, prefix, field or self._nowhere)

    def gates(self, text: str) -> "Gates":
        """How far every block wrote, kept and read at each word of a text, read as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        return self.inside.of_text(self.model, text)
