"""One text field, and what was done in it."""

from typing import Protocol

from karussell.errors import UsageError
from karussell.keyboard.context import Context, without_last
from karussell.keyboard.memory import Lesson
from karussell.keyboard.place import starts_sentence
from karussell.keyboard.spacing import digit_goes_on
from karussell.keyboard.suggestion import Suggestion


class _Predictor(Protocol):
    """What a text field needs of a ``Predictor``, whose module knows this one."""

    @property
    def language(self) -> str: ...
    def suggestions(self, context: Context, limit: int) -> list[Suggestion]: ...
    def learn(self, text: str) -> Lesson: ...
    def unlearn(self, lesson: Lesson) -> None: ...


class Session:
    """A text field that a predictor serves; belongs to one writer.

    Args:
        predictor: Shared with other sessions.
        context: The text and its cursor.
    """

    def __init__(self, predictor: _Predictor, context: Context) -> None:
        self._predictor = predictor
        self._context = context
        self._offered: list[Suggestion] = []
        self._accepted: tuple[Context, Lesson] | None = None

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

    def type(self, text: str) -> None:
        """Insert a text at the cursor."""
        self.replace(Context(left=self._context.left + text, right=self._context.right))

    def backspace(self, count: int = 1) -> None:
        """Delete characters (grapheme clusters) left of the cursor, as far as there are any.

        Raises:
            UsageError: If the count is negative.
        """
        if count < 0:
            raise UsageError(f"{count} characters to delete, expected 0 or more")
        left = without_last(self._context.left, count)
        self.replace(Context(left=left, right=self._context.right))

    def suggestions(self, limit: int = 3) -> list[Suggestion]:
        """The best suggestions at the cursor, best first."""
        self._offered = self._predictor.suggestions(self._context, limit)
        return list(self._offered)

    def accept(self, suggestion: Suggestion) -> Lesson:
        """Put a suggested word in place of what was typed of it, and learn it.

        Args:
            suggestion: One of those that ``suggestions`` gave last.

        Returns:
            What it taught.

        Raises:
            UsageError: If the suggestion was made for another text than this one is now.
        """
        if not any(suggestion is offered for offered in self._offered):
            raise UsageError(
                "the text has changed since this suggestion was made; ask for suggestions again"
            )
        before = self._context
        lesson = self._predictor.learn(suggestion.text)
        self.replace(before.apply(suggestion.edit))
        self._accepted = before, lesson
        return lesson

    def revert(self) -> bool:
        """Undo the last accept and what it taught, if nothing was done since.

        Returns:
            Whether there was something to undo.
        """
        if self._accepted is None:
            return False
        before, lesson = self._accepted
        self._predictor.unlearn(lesson)
        self.replace(before)
        return True

    def replace(self, context: Context) -> None:
        """Take over a text and cursor that were changed elsewhere."""
        self._context = context
        self._offered = []
        self._accepted = None
