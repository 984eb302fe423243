"""One text field, and what was done in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from karussell.errors import UsageError
from karussell.keyboard.context import Context, without_last
from karussell.keyboard.place import find_place, prefix_length
from karussell.keyboard.suggestion import Suggestion
from karussell.text import fold

if TYPE_CHECKING:
    from karussell.keyboard.predictor import Predictor


class Session:
    """A text field that a predictor serves; belongs to one writer.

    Args:
        predictor: Shared with other sessions.
        context: The text and its cursor.
    """

    def __init__(self, predictor: Predictor, context: Context) -> None:
        self._predictor = predictor
        self._context = context
        self._before_accept: Context | None = None

    @property
    def context(self) -> Context:
        """The text around the cursor."""
        return self._context

    @property
    def text(self) -> str:
        """The whole text."""
        return self._context.text

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
        return self._predictor.suggestions(self._context, limit)

    def accept(self, suggestion: Suggestion) -> None:
        """Put a suggested word in place of what was typed of it.

        Raises:
            UsageError: If the suggestion was made for another text than this one is now.
        """
        left = self._context.left
        place = find_place(left)
        if suggestion.edit.delete_left != prefix_length(left, place.prefix) or not fold(
            suggestion.text
        ).startswith(place.folded):
            raise UsageError(
                "the text has changed since this suggestion was made; ask for suggestions again"
            )
        before = self._context
        self.replace(before.apply(suggestion.edit))
        self._before_accept = before

    def revert(self) -> bool:
        """Undo the last accept, if nothing was done since.

        Returns:
            Whether there was something to undo.
        """
        if self._before_accept is None:
            return False
        self.replace(self._before_accept)
        return True

    def replace(self, context: Context) -> None:
        """Take over a text and cursor that were changed elsewhere."""
        self._context = context
        self._before_accept = None
