"""One text field, and what was done in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Protocol

from karussell.decoder import Origin
from karussell.errors import UsageError
from karussell.keyboard.changes import (
    Change,
    Changes,
    Window,
    change_at,
    follow,
    moved,
    with_change,
)
from karussell.keyboard.context import Context, Edit, Layout, Tap, without_first, without_last
from karussell.keyboard.memory import Lesson
from karussell.keyboard.place import LONGEST, ends_word, starts_sentence, typed_prefix
from karussell.keyboard.spacing import digit_goes_on
from karussell.keyboard.suggestion import Kind, Strip, Suggestion
from karussell.text import fold, graphemes
from karussell.writing import Rules, typed

# Taps that are remembered: those of a long word.
_TAPS = 100
# Words that were typed again over their correction.
_KEPT = 500
# Corrections and picks that can be undone one after the other.
_STEPS = 50


class _Predictor(Protocol):
    """What a text field needs of a ``Predictor``, whose module knows this one."""

    @property
    def language(self) -> str: ...
    @property
    def rules(self) -> Rules: ...
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
        suggestion: What was put in.
        change: Where, and in place of what.
        automatic: Whether nobody asked for it.
        lesson: What it taught.
        keys: What was typed since.
    """

    before: Context
    changes: Changes
    suggestion: Suggestion
    change: Change
    automatic: bool
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
        double_space: Whether two spaces behind a word make a full stop.
        layout: Where the keys are that are tapped.

    Attributes:
        layout: Where the keys are; None for the usual layout of the language.
    """

    def __init__(
        self,
        predictor: _Predictor,
        context: Context,
        field: int | None = None,
        *,
        double_space: bool = False,
        layout: Layout | None = None,
    ) -> None:
        self._predictor = predictor
        self._context = context
        self._field = field
        self._double_space = double_space
        self.layout = layout
        self._start = 0
        self._changes: Changes = ()
        self._kept: dict[str, None] = {}
        self._steps: list[_Step] = []
        self._undone: list[_Undone] = []
        self._take(context, ())

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
        return starts_sentence(self._context.left, self._predictor.language)

    @property
    def digit_goes_on(self) -> bool:
        """Whether a digit typed now would go on with a number or a name."""
        return digit_goes_on(self._context.left)

    def type(self, text: str, taps: Sequence[Tap | None] = ()) -> None:
        """Type a text key by key, as a keyboard would.

        A space, punctuation or a line break behind a word that is surely wrong corrects it; signs
        take the place of the space that a pick brought.

        Args:
            text: What is typed; to put in a text as it is, use ``paste``.
            taps: Where each character (code point) of it was hit; None where one was not.
        """
        for key, tap in zip_longest(text, taps[: len(text)]):
            if ends_word(key):
                self._correct()
            elif key.isalnum():
                self._go_on()
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
        lesson = self._teach(suggestion)
        self._put(suggestion, lesson, automatic=False)
        return lesson

    def correct(self) -> Suggestion | None:
        """Make the correction that ``strip`` shows, as typing a space does by itself.

        Returns:
            What was put in, None for nothing.
        """
        return self._correct()

    def revert(self) -> bool:
        """Undo the last correction or pick, as if it had never been, and what it taught.

        What was typed since stays, as it would stand there without it. A correction that was undone
        is not made again. Once letters were typed, a changed word is undone by touching it:
        ``strip`` offers what was typed there.

        Returns:
            Whether there was something to undo.
        """
        if not self._steps:
            return False
        step, steps, undone = self._steps[-1], self._steps[:-1], self._undone
        after, changes = self._context, self._changes
        self._predictor.unlearn(step.lesson)
        lesson: Lesson = ()
        if step.change.corrects and step.suggestion.kind is Kind.CORRECTION:
            lesson = self._reject(step.change)
        self._take(step.before, step.changes)
        self._steps = steps
        for key, tap in step.keys:
            self._press(key, tap)
        last = _Undone(step=step, after=after, changes=changes, lesson=lesson, now=self._context)
        self._undone = [*undone, last]
        return True

    def redo(self) -> bool:
        """Take back the last ``revert``, if nothing was done since.

        Returns:
            Whether there was something to take back.
        """
        if not self._undone:
            return False
        last, undone, steps = self._undone[-1], self._undone[:-1], self._steps
        step = last.step
        self._predictor.unlearn(last.lesson)
        self._take(step.before, step.changes)
        if not step.automatic:
            step = replace(step, lesson=self._teach(step.suggestion))
        self._take(last.after, last.changes)
        self._steps, self._undone = [*steps, step], undone
        return True

    def learn(self, text: str) -> Lesson:
        """Learn the words of a text that was finished in this field.

        Returns:
            What it taught.
        """
        return self._predictor.learn(text, field=self._field, before="", meant=False)

    def reject(self, typed: str, word: str) -> Lesson:
        """Never put a word again in place of what was typed: it was undone.

        Returns:
            What it taught.
        """
        return self._predictor.reject(typed, word, field=self._field)

    def clear(self) -> None:
        """Begin another text: nothing that was done in this one can be undone any more."""
        self._take(Context(), ())
        self._start = 0
        self._kept.clear()

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
        self._keep(broken)
        self._take(context, changes)
        self._start = start

    def _take(self, context: Context, changes: Changes) -> None:
        self._context, self._changes = context, changes
        self._offered: list[Suggestion] = []
        self._steps, self._undone = [], []
        # The space that a pick brought, or the signs that took its place; whether it was there
        # already, right of the cursor.
        self._pending, self._beside = "", False

    def _press(self, key: str, tap: Tap | None) -> None:
        """Write what a key does, and nothing more."""
        before, steps = self._context, self._steps
        if self._beside and key == " " and before.right[:1] == " ":
            context, pending = Context(left=before.left + " ", right=before.right[1:]), ""
            changes = self._changes
        else:
            delete, insert, pending = typed(
                self._predictor.rules,
                before.left,
                key,
                self._pending,
                double_space=self._double_space,
            )
            kept = len(before.left) - delete
            taps: tuple[Tap | None, ...] = ()
            if (tap or before.taps) and not delete and insert == key:
                taps = (*before.taps, tap)[-_TAPS:]
            context = Context(left=before.left[:kept] + insert, right=before.right, taps=taps)
            begin = self._start + kept
            changes, broken = moved(self._changes, begin, begin + delete, len(insert) - delete)
            self._keep(broken)
        self._take(context, changes)
        self._pending = pending
        if steps and not key.isalnum():
            last = steps[-1]
            self._steps = [*steps[:-1], replace(last, keys=(*last.keys, (key, tap)))]

    def _correct(self) -> Suggestion | None:
        suggestion = self._predictor.autocorrect(self._context, field=self._field)
        if suggestion is None or not self._may_correct() or self._touched():
            return None
        self._put(suggestion, (), automatic=True)
        return suggestion

    def _go_on(self) -> None:
        """What was taken for the end of a sentence goes on: an address, a file's name."""
        step = self._steps[-1] if self._steps else None
        if step and step.automatic and [key for key, _ in step.keys] in (["."], [":"]):
            steps = self._steps[:-1]
            self._take(step.before, step.changes)
            self._steps = steps
            for key, tap in step.keys:
                self._press(key, tap)

    def _put(self, suggestion: Suggestion, lesson: Lesson, *, automatic: bool) -> None:
        before, changes, steps = self._context, self._changes, self._steps
        edit = suggestion.edit
        left = without_last(before.left, edit.delete_left)
        right = without_first(before.right, edit.delete_right)
        gone = before.left[len(left) :], before.right[: len(before.right) - len(right)]
        start = self._start + len(left)
        change = Change(
            start=start + max(0, edit.insert.find(suggestion.text)),
            typed="".join(gone),
            word=suggestion.text,
            corrects=not fold(suggestion.text).startswith(fold("".join(gone))),
        )
        end = start + len(gone[0]) + len(gone[1])
        after, _ = moved(changes, start, end, len(edit.insert) - (end - start))
        if suggestion.kind not in (Kind.LITERAL, Kind.RESTORED):
            after = with_change(after, change)
        self._take(Context(left=left + edit.insert, right=right), after)
        step = _Step(
            before=before,
            changes=changes,
            suggestion=suggestion,
            change=change,
            automatic=automatic,
            lesson=lesson,
        )
        self._steps = [*steps, step][-_STEPS:]
        self._pending = " " if edit.insert.endswith(" ") else ""
        self._beside = not automatic and not self._pending and right[:1] == " "

    def _teach(self, suggestion: Suggestion) -> Lesson:
        """Learn a word that the writer chose for the place where the cursor stands."""
        predictor, field, text = self._predictor, self._field, suggestion.text
        if suggestion.kind is Kind.RESTORED:
            change = self._touched()
            return self._reject(change) if change and change.corrects else ()
        literal = suggestion.kind is Kind.LITERAL
        if literal and (other := predictor.autocorrect(self._context, field=field)):
            return predictor.reject(text, other.text, field=field)
        before = without_last(self._context.left, suggestion.edit.delete_left)[-LONGEST:]
        return predictor.learn(text, field=field, before=before, meant=literal)

    def _reject(self, change: Change) -> Lesson:
        return self.reject(change.typed, change.word)

    def _keep(self, broken: Changes) -> None:
        """Leave alone from now on what was typed where the writer mends a correction by hand."""
        for change in broken:
            self._kept[fold(change.typed)] = None
        for word in list(self._kept)[:-_KEPT]:
            del self._kept[word]

    def _may_correct(self) -> bool:
        return not self._kept or fold(typed_prefix(self._context.left)) not in self._kept

    def _touched(self) -> Change | None:
        if not self._changes:
            return None
        return change_at(self._changes, Window(self._start, self._context))

    def _restoring(self, change: Change) -> Suggestion:
        """Put back what was typed where the cursor touches a changed word."""
        left = self._start + len(self._context.left)
        return Suggestion(
            text=change.typed,
            kind=Kind.RESTORED,
            probability=1.0,
            source=Origin.TYPED,
            edit=Edit(
                delete_left=len(graphemes(change.word[: left - change.start])),
                delete_right=len(graphemes(change.word[left - change.start :])),
                insert=change.typed,
            ),
        )
