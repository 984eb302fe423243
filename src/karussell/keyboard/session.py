"""One text field, and what was done in it."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Protocol, Unpack

from msgspec.structs import replace

from karussell.correction import Tap
from karussell.errors import UsageError
from karussell.keyboard.changes import Window
from karussell.keyboard.context import (
    Context,
    Description,
    Field,
    Layout,
    geometry,
    without_last,
)
from karussell.keyboard.memory import Lesson
from karussell.keyboard.place import ends_word, starts_sentence
from karussell.keyboard.state import State
from karussell.keyboard.steps import Step, Steps, Undone
from karussell.keyboard.suggestion import Kind, Offers, Strip, Suggestion
from karussell.keyboard.unfinished import Deed, Exchange, Learner, Unfinished
from karussell.writing import Rules


class _Predictor(Learner, Protocol):
    """What a text field needs of a ``Predictor``, whose module knows this one."""

    def language_at(self, context: Context, *, field: Field) -> str: ...
    def suggestions(self, context: Context, limit: int, *, field: Field) -> list[Suggestion]: ...
    def strip(self, context: Context, *, field: Field) -> Strip: ...
    def autocorrect(self, context: Context, *, field: Field) -> Suggestion | None: ...
    def digit_goes_on(self, left: str) -> bool: ...


class Session:
    """A text field that a predictor serves; belongs to one writer.

    Args:
        predictor: Shared with other sessions.
        context: The text and its cursor.
        field: What the predictor must know of it beside its text.
        double_space: Whether two spaces behind a word make a full stop.
    """

    def __init__(
        self,
        predictor: _Predictor,
        context: Context,
        field: Field,
        *,
        double_space: bool = False,
    ) -> None:
        self._predictor, self._field = predictor, field
        self._double_space = double_space
        self._state = State(window=Window(0, context))
        self._unfinished = Unfinished(predictor)
        self._offers = Offers()
        self._steps = Steps()

    @property
    def field(self) -> Field:
        """What the predictor knows of this field beside its text."""
        return self._field

    @property
    def context(self) -> Context:
        """The text around the cursor."""
        return self._state.window.context

    @property
    def text(self) -> str:
        """The whole text."""
        return self.context.text

    @property
    def starts_sentence(self) -> bool:
        """Whether a letter typed now is the first of a sentence, or of a name behind a title."""
        return starts_sentence(self.context.left, self.language)

    @property
    def language(self) -> str:
        """The tag of the language that is believed at the cursor: its rules of writing apply."""
        return self._predictor.language_at(self.context, field=self._field)

    @property
    def digit_goes_on(self) -> bool:
        """Whether a digit typed now is one, and picks no word."""
        return self._predictor.digit_goes_on(self.context.left)

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
                self.correct()
            elif key.isalnum():
                self._go_on()
            self._press(key, tap)

    def paste(self, text: str) -> None:
        """Put in a text at the cursor as it is."""
        self._edit(Context(left=self.context.left + text, right=self.context.right))

    def backspace(self, count: int = 1) -> None:
        """Delete characters (grapheme clusters) left of the cursor, as far as there are any.

        Raises:
            UsageError: If the count is negative.
        """
        if count < 0:
            raise UsageError(f"{count} characters to delete, expected 0 or more")
        left = without_last(self.context.left, count)
        gone = len(self.context.left) - len(left)
        taps = self.context.taps[: max(0, len(self.context.taps) - gone)]
        self._edit(Context(left=left, right=self.context.right, taps=taps))

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
        self._edit(Context(left=text[:place], right=text[place:]))

    def suggestions(self, limit: int = 3) -> list[Suggestion]:
        """The best suggestions at the cursor, best first."""
        found = self._predictor.suggestions(self.context, limit, field=self._field)
        self._offers.add(*found)
        return list(found)

    def strip(self) -> Strip:
        """What is shown at the cursor.

        Where it touches a word that was changed, the literal is what was typed there.
        """
        strip = self._predictor.strip(self.context, field=self._field)
        if self._is_left():
            strip = strip.uncorrecting(strip.literal)
        if (change := self._state.touched) is not None:
            strip = strip.uncorrecting(self._state.restoring(change))
        self._offers.add(strip, strip.literal, *strip.slots)
        return strip

    def stands(self, offered: Strip | Suggestion) -> bool:
        """Whether this was offered for the text as it is, and can be put into it."""
        return offered in self._offers

    def accept(self, suggestion: Suggestion) -> None:
        """Put a suggested word in place of what was typed of it.

        Args:
            suggestion: One of those that ``suggestions`` or ``strip`` gave for the text as it is.

        Raises:
            UsageError: If the suggestion was made for another text than this one is now.
        """
        self._offers.check(suggestion)
        self._put(suggestion, automatic=False)

    def correct(self, strip: Strip | None = None) -> Suggestion | None:
        """Make the correction that ``strip`` shows, as typing a space does by itself.

        Args:
            strip: One that was given for the text as it is; None for what would be shown now.

        Returns:
            What was put in, None for nothing.

        Raises:
            UsageError: If the strip was made for another text than this one is now.
        """
        if strip is not None:
            self._offers.check(strip)
            suggestion = strip.autocorrect
        elif self._is_left() or self._state.touched:
            return None
        else:
            suggestion = self._predictor.autocorrect(self.context, field=self._field)
        if suggestion is not None:
            self._put(suggestion, automatic=True)
        return suggestion

    def revert(self) -> bool:
        """Undo the last correction or pick, as if it had never been.

        What was typed since stays, as it would stand there without it. A correction that was undone
        is not made again here, nor anywhere once the text is finished. Once letters were typed, a
        changed word is undone by touching it: ``strip`` offers what was typed there.

        Returns:
            Whether there was something to undo.
        """
        steps, after = self._steps, self._state
        if (step := steps.last) is None:
            return False
        deed = self.undo(step.deed)
        self._take_back(step)
        undone = Undone(step=step, after=after, deed=deed)
        self._steps = replace(self._steps, undone=(*steps.undone, undone))
        return True

    def redo(self) -> bool:
        """Take back the last ``revert``, if nothing was done since.

        Returns:
            Whether there was something to take back.
        """
        if not self._steps.undone:
            return False
        *before, last = self._steps.undone
        self.undo(last.deed)
        steps = self._steps.with_step(last.step)
        self._take(last.after, replace(steps, undone=tuple(before)))
        return True

    @property
    def last_deed(self) -> Deed | None:
        """The last correction or pick, for ``undo``; None if the text went on since."""
        return self._steps.last.deed if self._steps.last else None

    def undo(self, deed: Deed) -> Deed:
        """Be as if a correction or pick had never been; the text was, or will be, changed so.

        Returns:
            This undoing, which can be undone, too.
        """
        done = self._unfinished.undo(deed)
        self._mean()
        return done

    def lay_out(self, layout: Layout | None) -> None:
        """Say where the keys are that are tapped, None for the usual layout of the language.

        Raises:
            UsageError: If there is no layout of that name, or its keys are nowhere.
        """
        geometry(layout, self._predictor.language)
        self._field = replace(self._field, layout=layout)

    def embolden(self, damage: float | None) -> None:
        """Say how many of the correct words may be changed by mistake, None to correct nothing."""
        self._field = replace(self._field, damage=damage)

    def describe(self, **told: Unpack[Description]) -> None:
        """Say what is written in this field from now on; a field of secrets forgets its text.

        What stands there already is learned, or is not, as it was written.
        """
        before, self._field = self._field, replace(self._field, **told)
        if before.is_secret or self._field.is_secret:
            self.clear()
            self._take(State.unseen(before.terms))
        else:
            terms = before.terms, self._field.terms
            self._state, self._steps = self._state.under(*terms), self._steps.under(*terms)

    def learn(self, text: str) -> Lesson:
        """Learn a text that was finished in this field, from its first word to its last.

        Words that were picked are known to be no slips. What was taken back teaches nothing, and
        neither does what was written in private, or stood in a field of secrets.

        Returns:
            What it taught.
        """
        lesson = self._unfinished.finish(self._state.parts(text, self._field.terms), self._field)
        self._mean()
        return lesson

    def clear(self) -> None:
        """Begin another text: nothing that was done in this one can be undone any more."""
        self._take(State(window=Window(0, Context())))
        self._unfinished.clear()
        self._mean()

    def replace(self, context: Context, *, start: int = 0) -> None:
        """Take over a text and cursor that were changed elsewhere.

        Words that were corrected or picked are still known by their places.

        Args:
            context: The text around the cursor, or the part of it that is told.
            start: How many code points of the text stand before that part.
        """
        if context == self.context and start == self._state.window.start:
            return
        state, broken = self._state.told(context, start)
        self._unfinished.broke(broken)
        self._take(state)

    def _edit(self, context: Context) -> None:
        """Change the text as the writer does."""
        self._state = replace(self._state, is_unseen=False)
        self.replace(context, start=self._state.window.start)

    def _take(self, state: State, steps: Steps | None = None) -> None:
        """Be in another state; the steps can be taken back in it."""
        self._state, self._steps, self._offers = state, steps or Steps(), Offers()

    def _press(self, key: str, tap: Tap | None) -> None:
        """Write what a key does, and nothing more."""
        rules = Rules.of_language(self.language)
        state, broken = self._state.pressed(key, tap, rules, double_space=self._double_space)
        self._unfinished.broke(broken)
        self._take(state, self._steps.pressed(key, tap))

    def _put(self, suggestion: Suggestion, *, automatic: bool) -> None:
        state, change = self._state.with_word(suggestion, automatic=automatic)
        exchange = change.exchange if change.corrects else None
        deed = Deed(
            terms=self._field.terms if state.is_of_now(change) else None,
            meant="" if automatic else suggestion.text,
            repair=exchange if automatic else None,
            rejection=self._refused(suggestion),
            refused=exchange,
        )
        self._unfinished.do(deed)
        self._mean()
        step = Step(before=self._state, automatic=automatic, deed=deed)
        self._take(state, self._steps.with_step(step))

    def _take_back(self, step: Step) -> None:
        """Take the last step back, and write again what was typed since."""
        self._take(step.before, Steps(self._steps.done[:-1]))
        for key, tap in step.keys:
            self._press(key, tap)

    def _go_on(self) -> None:
        """What was taken for the end of a word goes on: an address, the name of a file."""
        if (step := self._steps.last) and step.goes_on:
            self._unfinished.drop(step.deed)
            self._take_back(step)

    def _refused(self, suggestion: Suggestion) -> Exchange | None:
        """What the writer wants in place of what was put in, or a space would put in, if that."""
        if suggestion.kind is Kind.RESTORED:
            change = self._state.touched
            return change.exchange if change and change.corrects else None
        if suggestion.kind is Kind.LITERAL:
            other = self._predictor.autocorrect(self.context, field=self._field)
            return (suggestion.text, other.text) if other else None
        return None

    def _mean(self) -> None:
        self._field = replace(self._field, meant=self._unfinished.meant)

    def _is_left(self) -> bool:
        return self._unfinished.leaves(self.context.left)
