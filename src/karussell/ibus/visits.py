"""What a session remembers of one field, and of one stretch of text in it."""

from collections import Counter
from dataclasses import dataclass, field

from karussell.ibus.messages import Answer, Place, Question, Server

_COUNTED = ("keys", "letters", "picks", "corrected", "undone")


@dataclass
class Visit:
    """What is remembered of a field as long as it has the focus.

    Attributes:
        selecting: Whether a text is selected.
        wrote: Whether something was written in it.
        silent: How many keys there were.
        composing: How many keys the program makes something else of, after a dead key.
        pressed: Whether a key came since somebody else last changed the text.
        counts: What was counted since it was told.
    """

    selecting: bool = False
    wrote: bool = False
    silent: int = 0
    composing: int = 0
    pressed: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def unasked(self) -> bool:
        """Whether somebody else changed the text now without a key that came here."""
        pressed, self.pressed = self.pressed, False
        return not pressed

    def tell_counts(self, server: Server) -> None:
        """Tell the server what was counted since the last time."""
        if any(self.counts.values()):
            server.tell("tally", **{name: max(0, self.counts[name]) for name in _COUNTED})
        self.counts.clear()


@dataclass
class Stretch:
    """What is remembered until the caret goes elsewhere.

    Attributes:
        answer: The last one.
        asked: The last question.
        offered: What can be picked.
        seen: What the window shows, and be it of the text before the last key.
        hoped: The word that was picked there before the answer about the text came.
        wanted: What was picked, and waits for the field.
        away: The text for which the window was put away.
        pending: What the rules of writing remember of the key before.
        behind: The text behind which they do.
        picked: Where the last pick begins.
    """

    answer: Answer | None = None
    asked: Question | None = None
    offered: Answer | None = None
    seen: Answer | None = None
    hoped: str | None = None
    wanted: Place | None = None
    away: str | None = None
    pending: str = ""
    behind: str = ""
    picked: int = 0

    def remember(self, pending: str, left: str) -> None:
        """Remember what the rules of writing want of the next key."""
        self.pending, self.behind = pending, left

    def pending_at(self, left: str) -> str:
        """What the rules of writing remember behind a text."""
        return self.pending if self.behind == left else ""
