"""A text field as a value: what stands left and right of the cursor, and how it is changed."""

from dataclasses import dataclass

from karussell.text import graphemes


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change at the cursor.

    Attributes:
        delete_left: Grapheme clusters (what a person calls characters) to delete left of it.
        insert: Text to put in their place; the cursor ends behind it.
    """

    delete_left: int
    insert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The text left and right of the cursor."""

    left: str = ""
    right: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return self.left + self.right

    def apply(self, edit: Edit) -> "Context":
        """The context after an edit; deleting stops at the start of the text."""
        left = without_last(self.left, edit.delete_left) + edit.insert
        return Context(left=left, right=self.right)


def without_last(text: str, count: int) -> str:
    """A text without its last ``count`` grapheme clusters."""
    if count <= 0:
        return text
    # ASCII letters are clusters of their own if the character before them is ASCII, too; only a
    # carriage return joins the line feed behind it.
    tail = text[-count - 1 :]
    if tail.isascii() and "\r" not in tail:
        return text[:-count]
    return "".join(graphemes(text)[:-count])
