"""One text field, and what was done in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Protocol

from karussell.errors import UsageError
from karussell.keyboard.changes import Change, Changes, Window, change_at, follow, with_change
from karussell.keyboard.context import Context, Edit, Tap, without_last
from karussell.keyboard.memory import Lesson
from karussell.keyboard.place import ends_word, starts_sentence, typed_prefix, typed_rest
from karussell.keyboard.spacing import TAKES_SPACE, digit_goes_on
from karussell.keyboard.suggestion import Kind, Strip, Suggestion
from karussell.decoder import Origin
from karussell.text import fold, graphemes

# Taps that are remembered: those of a long word.
_TAPS = 100
# Words that were typed again over their correction.
_KEPT = 500


class _Predictor(Protocol):
    """What a text field needs of a ``Predictor``, whose module knows this one."""

    def suggestions(
        self, context: Context, limit: int, *, field: int | None
    ) -> list[Suggestion]: ...
    def strip(self, context: Context, *, field: int | None) -> Strip: ...
    def autocorrect(self, context: Context, *, field: int | None) -> Suggestion | None: ...
    def learn(self, text: str, *, field: int | None, before: str, meant: bool) -> Lesson: ...
    def reject(self, typed: str, word: str, *, field: int | None) -> Lesson: ...
    def unlearn(self, lesson: Lesson) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """Something that was put in place of what was typed, and how to take it back.

    Attributes:
        before: The text before it.
        changes: The changed words before it.
        change: What was put where.
        kind: Why.
        lesson: What it taught.
        keys: What was typed since.
    """

    before: Context
    changes: Changes
    change: Change
    kind: Kind
    lesson: Lesson
    keys: tuple[tuple[str, Tap | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Undone:
    """A step that was taken back: the text as it was with it, and as it is without."""

    step: _Step
    after: Context
    changes: Changes
    lesson: Lesson
    now: Context


class Session:
    """A text field that a predictor serves; belongs to one writer.

    Args:
        predictor: Shared with other sessions.
        context: The text and its cursor.
        field: What tells this field from others of the predictor; None for none.
    """

    def __init__(
        self, predictor: _Predictor, context: Context, field: int | None = None
    ) -> None:
        self._predictor = predictor
        self._context = context
        self._field = field
        self._start = 0
        self._offered: list[Suggestion] = []
        self._steps: list[_Step] = []
        self._undone: list[_Undone] = []
        self._changes: Changes = ()
        self._kept: dict[str, None] = {}
        self._pending = ""

    @property
    def context(self) -> Context:
        """The text around the cursor."""
        return self._context

    @property
    def text(self) -> str:
        """The whole text."""
        return self._context.text

    @property
    def starts_sentence(self) -> bool:
        """Whether a letter typed now is the first of a sentence."""
        return starts_sentence(self._context.left)

    @property
    def digit_goes_on(self) -> bool:
        """Whether a digit typed now would go on with a number or a name."""
        return digit_goes_on(self._context.left)

    def type(self, text: str, taps: Sequence[Tap | None] = ()) -> None:
        """Type a text key by key, as a keyboard would.

        A space, punctuation or a line break behind a word that is surely wrong corrects it, and
        takes the place of a space that a pick brought.

        Args:
            text: What is typed; to put in a text as it is, use ``paste``.
            taps: Where each character (code point) of it was hit; None where one was not.
        """
        for key, tap in zip_longest(text, taps[: len(text)]):
            if ends_word(key):
                self._autocorrect()
            self._press(key, tap)

    def paste(self, text: str) -> None:
        """Put in a text at the cursor as it is."""
        left, right = self._context.left + text, self._context.right
        self.replace(Context(left=left, right=right), start=self._start)

    def backspace(self, count: int = 1) -> None:
        """Delete characters (grapheme clusters) left of the cursor, as far as there are any.

        Raises:
            UsageError: If the count is negative.
        """
        if count < 0:
            raise UsageError(f"{count} characters to delete, expected 0 or more")
        left = without_last(self._context.left, count)
        gone = len(self._context.left) - len(left)
        taps = self._context.taps[: max(0, len(self._context.taps) - gone)]
        context = Context(left=left, right=self._context.right, taps=taps)
        self.replace(context, start=self._start)

    def move(self, place: int) -> None:
        """Put the cursor elsewhere.

        Args:
            place: How many code points of ``text`` stand left of it then.

        Raises:
            UsageError: If there is no such place.
        """
        text = self.text
        if not 0 <= place <= len(text):
            raise UsageError(f"the cursor at {place}, expected 0 to {len(text)}")
        self.replace(Context(left=text[:place], right=text[place:]), start=self._start)

    def suggestions(self, limit: int = 3) -> list[Suggestion]:
        """The best suggestions at the cursor, best first."""
        found = self._predictor.suggestions(self._context, limit, field=self._field)
        self._offered += found
        return list(found)

    def strip(self) -> Strip:
        """What is shown at the cursor.

        Where it touches a word that was changed, the literal is what was typed there.
        """
        strip = self._predictor.strip(self._context, field=self._field)
        if strip.autocorrect and not self._may_correct():
            strip = replace(strip, autocorrect=None)
        if (change := self._touched()) is not None:
            strip = replace(strip, literal=self._restoring(change), autocorrect=None)
        offered = (strip.literal, *strip.slots)
        self._offered += [suggestion for suggestion in offered if suggestion is not None]
        return strip

    def accept(self, suggestion: Suggestion) -> Lesson:
        """Put a suggested word in place of what was typed of it, and learn it.

        Args:
            suggestion: One of those that ``suggestions`` or ``strip`` gave for the text as it is.

        Returns:
            What it taught.

        Raises:
            UsageError: If the suggestion was made for another text than this one is now.
        """
        if not any(suggestion is offered for offered in self._offered):
            raise UsageError(
                "the text has changed since this suggestion was made; ask for suggestions again"
            )
        before, edit = self._context, suggestion.edit
        change = self._change(suggestion)
        lesson = self._teach(suggestion, change)
        self._put(suggestion, change, lesson)
        brought = edit.insert.endswith(" ")
        self._pending = " " if brought or before.apply(edit).right[:1] == " " else ""
        return lesson

    def correct(self) -> Suggestion | None:
        """Put what ``strip`` shows as the correction in place of the typed word, if there is one.

        Typing a space or punctuation does it by itself.

        Returns:
            What was put in.
        """
        return self._autocorrect()

    def revert(self) -> bool:
        """Undo the last correction or pick, as if it had never been, and what it taught.

        What was typed since stays, as it would stand there without it. A correction that is undone
        is not made again. Once letters were typed, a changed word is undone by touching it:
        ``strip`` offers what was typed there.

        Returns:
            Whether there was something to undo.
        """
        if not self._steps:
            return False
        steps, step = self._steps[:-1], self._steps[-1]
        after, changes = self._context, self._changes
        self._predictor.unlearn(step.lesson)
        lesson = self._reject(step.change) if step.kind is not Kind.RESTORED else ()
        self._take(step.before, step.changes)
        self._steps = steps
        for key, tap in step.keys:
            self._press(key, tap)
        undone = self._undone
        self._undone = [
            *undone,
            _Undone(step=step, after=after, changes=changes, lesson=lesson, now=self._context),
        ]
        return True

    def redo(self) -> bool:
        """Take back the last ``revert``, if nothing was done since.

        Returns:
            Whether there was something to take back.
        """
        if not self._undone or self._undone[-1].now != self._context:
            return False
        undone, last = self._undone[:-1], self._undone[-1]
        step = last.step
        self._predictor.unlearn(last.lesson)
        if step.lesson:
            step = replace(step, lesson=self._teach_again(step))
        steps = self._steps
        self._take(last.after, last.changes)
        self._steps, self._undone = [*steps, step], undone
        return True

    def replace(self, context: Context, *, start: int = 0) -> None:
        """Take over a text and cursor that were changed elsewhere.

        Words that were corrected or picked are still known by their places.

        Args:
            context: The text around the cursor, or the part of it that is told.
            start: How many code points of the text stand before that part.
        """
        if context == self._context and start == self._start:
            return
        old, new = Window(self._start, self._context), Window(start, context)
        changes, broken = follow(self._changes, old, new)
        for change in broken:
            self._keep(change.typed)
        self._take(context, changes)
        self._start = start

    def _take(self, context: Context, changes: Changes) -> None:
        self._context, self._changes = context, changes
        self._offered, self._steps, self._undone, self._pending = [], [], [], ""
