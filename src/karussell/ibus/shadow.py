"""What stands in a field of another program, as its reports and our own keys tell.

Reports lag behind: a key that was passed on is in the field a moment later, and in a report later
still. So each change that we know of is expected, and a report that shows one of the expected texts
is old news; any other one tells of a change that somebody else made, and is the truth.
"""

from typing import NamedTuple

_LONGEST = 4000
_MOST_EXPECTED = 200


class _Text(NamedTuple):
    left: str
    right: str


class Shadow:
    """The text around the caret.

    Attributes:
        left: What stands before the caret.
        right: What stands behind it.
        known: Whether a report has come since the field was entered.
        own: How many characters before the caret were typed here, without a gap.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Know nothing: another field, or one that says nothing."""
        self.left = self.right = ""
        self.known = False
        self.own = 0
        self._told: _Text | None = None
        self._expected: list[_Text] = []

    @property
    def settled(self) -> bool:
        """Whether the field is as it is known here, nothing being on its way."""
        return self.known and not self._expected

    def assume(self) -> None:
        """Take what is known here for what stands there: a report is overdue."""
        self._expected.clear()

    def forget_line(self) -> None:
        """Expect any text: what the key did that was passed on is not known."""
        self._expected = [_Text("\0", "")]
        self.own = 0

    def write(self, text: str) -> None:
        """Know of a text that was written at the caret."""
        self.left = (self.left + text)[-_LONGEST:]
        self.own += len(text)
        self._expect()

    def erase(self, left: int, right: int = 0) -> None:
        """Know of characters that went on both sides of the caret."""
        self.left = self.left[: len(self.left) - left] if left else self.left
        self.right = self.right[right:]
        self.own = max(0, self.own - left)
        self._expect()

    def report(self, left: str, right: str) -> bool:
        """Hear what stands in the field.

        Returns:
            Whether somebody else changed it.
        """
        told = _Text(left, right)
        self.known = True
        for place, text in enumerate(self._expected):
            if _shows(told, text):
                del self._expected[: place + 1]
                self._agree(told)
                return False
        if self._expected and told == self._told:
            return False
        if not self._expected and _shows(told, _Text(self.left, self.right)):
            self._agree(told)
            return False
        self.own = self._own_of(left)
        self.left, self.right = left[-_LONGEST:], right[:_LONGEST]
        self._told, self._expected = told, []
        return True

    def _expect(self) -> None:
        self._expected.append(_Text(self.left, self.right))
        del self._expected[:-_MOST_EXPECTED]

    def _agree(self, told: _Text) -> None:
        self._told = told
        if not self._expected:
            self.right = told.right

    def _own_of(self, left: str) -> int:
        """How much of a text that somebody else changed was typed here."""
        if left.startswith(self.left) and len(left) <= len(self.left) + 2:
            return self.own + len(left) - len(self.left)  # by a dead key, or another method
        own = min(self.own, len(left))
        while own and left[-own:] != self.left[-own:]:
            own -= 1
        return own


def _shows(told: _Text, text: _Text) -> bool:
    """Whether a report shows a text, or the line of it in which the caret stands."""
    if told.right != text.right and not (
        text.right.startswith(told.right + "\n") or told.right.startswith(text.right + "\n")
    ):
        return False
    return told.left == text.left or text.left.endswith("\n" + told.left)
