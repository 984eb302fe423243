"""Two ways to change a field of another program.

A `DirectPen` lets the program write its keys itself, and changes what stands there afterwards. That
needs to know the text; where a program does not tell it, a `HeldPen` keeps the word that is being
written, underlined, until it is finished.
"""

from typing import Protocol

from karussell.ibus.clusters import width_left
from karussell.ibus.messages import Answer
from karussell.ibus.shadow import Shadow

_LONGEST = 4000
# Stands for a text that nobody told: no sentence begins behind it.
_UNKNOWN = "\ufffc "


class Paper(Protocol):
    """What a pen does to the field."""

    def commit(self, text: str) -> None:
        """Write at the caret."""

    def delete(self, left: int, right: int) -> None:
        """Delete characters on both sides of the caret."""

    def preedit(self, text: str) -> None:
        """Show a text at the caret that is not written yet; it is once the focus goes."""


class Screen(Paper, Protocol):
    """What a session does with the field, and beside it."""

    def show(self, answer: Answer | None) -> None:
        """Show the words of an answer, or none."""

    def later(self) -> None:
        """Call `overdue` in a moment."""


def shared(left: str, start: int, text: str) -> int:
    """How many characters from a place of a text on are those of another text.

    >>> shared("see you tom", 8, "tomorrow ")
    3
    """
    kept = 0
    while kept < len(text) and left[start + kept : start + kept + 1] == text[kept]:
        kept += 1
    return kept


class DirectPen:
    """Changes what the program has written; it tells its text.

    Args:
        paper: The field.
        shadow: What is known of its text.
    """

    def __init__(self, paper: Paper, shadow: Shadow) -> None:
        self._paper = paper
        self._shadow = shadow

    @property
    def left(self) -> str:
        """The text before the caret, as far as it is known."""
        return self._shadow.left

    @property
    def right(self) -> str:
        """The text behind the caret."""
        return self._shadow.right

    @property
    def own(self) -> int:
        """How many of the characters before the caret were typed here."""
        return self._shadow.own

    @property
    def ready(self) -> bool:
        """Whether the field is as it is known here: it can be changed."""
        return self._shadow.settled

    @property
    def trusted(self) -> bool:
        """Whether the text is known enough to ask what could come."""
        return self._shadow.known

    def reaches(self, start: int, right: int) -> bool:
        """Whether the text from a place on can be changed, and so many characters behind it."""
        return True

    def type(self, text: str) -> bool:
        """Know of a character that was typed; whether the key is used up by that."""
        self._shadow.write(text)
        return False

    def erase(self) -> bool:
        """Know of a backspace; whether the key is used up by that."""
        self._shadow.erase(width_left(self.left, 1))
        return False

    def replace(self, start: int, right: int, text: str) -> None:
        """Put a text in the place of all from a place of `left` to some behind the caret."""
        width = len(self.left) - start
        if width or right:
            self._paper.delete(width, right)
            self._shadow.erase(width, right)
        if text:
            self._paper.commit(text)
            self._shadow.write(text)

    def keep(self, start: int) -> None:
        """Nothing before a place of `left` will be changed any more."""

    def hold(self, on: bool) -> None:
        """Nothing is held here."""

    def let_go(self) -> None:
        """Nothing is held here."""

    def lose(self) -> None:
        """Nothing is held here."""

    def leave(self, *, line: bool = False) -> None:
        """A key goes to the program that does whatever it does, or begins a line there."""
        self._shadow.forget_line()


class HeldPen:
    """Holds back the word that is being written; the program tells nothing of its text.

    Args:
        paper: The field.
        left: What was typed there.
        can_show: Whether the program shows what is held; else nothing is held or changed.
    """

    def __init__(self, paper: Paper, left: str = "", *, can_show: bool) -> None:
        self._paper = paper
        self._can_show = can_show
        self._written = left
        self._held = ""
        self.own = len(left)
        self.holding = True

    right = ""

    @property
    def left(self) -> str:
        """The text before the caret, as far as it is known."""
        return self._written + self._held

    @property
    def ready(self) -> bool:
        """Whether the field is as it is known here: it can be changed."""
        return True

    @property
    def trusted(self) -> bool:
        """Whether the text is known enough to ask what could come."""
        return True

    def reaches(self, start: int, right: int) -> bool:
        """Whether the text from a place on can be changed, and so many characters behind it."""
        return not right and start >= len(self._written)

    def type(self, text: str) -> bool:
        """Know of a character that was typed; whether the key is used up by that."""
        self.own += len(text)
        if not self._can_show or not self.holding:
            self._written = (self._written + text)[-_LONGEST:]
            return False
        self._held += text
        self._paper.preedit(self._held)
        return True

    def erase(self) -> bool:
        """Know of a backspace; whether the key is used up by that."""
        width = width_left(self.left, 1)
        self.own = max(0, self.own - width)
        if not self._held:
            self._written = self._written[: len(self._written) - width]
            return False
        self._held = self._held[:-width]
        self._paper.preedit(self._held)
        return True

    def replace(self, start: int, right: int, text: str) -> None:
        """Put a text in the place of all from a place of `left` to some behind the caret."""
        held = self._held[: start - len(self._written)] + text
        self.own += len(held) - len(self._held)
        if self._can_show and self.holding:
            self._held = held
            self._paper.preedit(held)
        else:
            self._paper.commit(text)
            self._written += text

    def keep(self, start: int) -> None:
        """Nothing before a place of `left` will be changed any more."""
        done = min(start - len(self._written), len(self._held))
        if done <= 0:
            return
        text, self._held = self._held[:done], self._held[done:]
        self._paper.preedit("")
        self._paper.commit(text)
        if self._held:
            self._paper.preedit(self._held)
        self._written = (self._written + text)[-_LONGEST:]

    def hold(self, on: bool) -> None:
        """Hold words from now on, or none."""
        self.let_go()
        self.holding = on

    def let_go(self) -> None:
        """Write what is held, and hold nothing."""
        self.keep(len(self.left))

    def leave(self, *, line: bool = False) -> None:
        """A key goes to the program that does whatever it does, or begins a line there."""
        self.let_go()
        self._written, self.own = ("" if line else _UNKNOWN), 0

    def lose(self) -> None:
        """Know that the program took what was held, and did something else."""
        self._held, self._written, self.own = "", _UNKNOWN, 0


Pen = DirectPen | HeldPen
"""What writes, and knows the text around the caret."""
