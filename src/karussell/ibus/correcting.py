"""Correction at the end of a word, however late the answer about it comes, and its undo."""

from typing import NamedTuple, Protocol

from karussell.ibus.clusters import in_word, word_start
from karussell.ibus.messages import Answer, Change, Place, Server
from karussell.ibus.pens import Pen

_LONGEST = 100  # characters behind a word that are written anew with it


class Desk(Protocol):
    """Where words are corrected."""

    @property
    def pen(self) -> Pen:
        """What writes."""

    @property
    def server(self) -> Server:
        """Who is told."""

    @property
    def corrects(self) -> bool:
        """Whether anything is corrected here."""

    @property
    def separators(self) -> str:
        """Signs that end a word, beside white space."""

    def change(self, start: int, right: int, text: str) -> None:
        """Change the field."""

    def ask(self, left: str, right: str) -> None:
        """Ask what could come between two texts."""

    def fits(self, answer: Answer, left: str, right: str) -> bool:
        """Whether an answer is about these texts."""

    def later(self) -> None:
        """Go on in a moment, even if no report comes."""

    def count(self, what: str) -> None:
        """Count it."""


class _Made(NamedTuple):
    """A correction that was made: what stood from `start` on, and what stands there."""

    start: int
    typed: str
    written: str
    lesson: object


class _Ended(NamedTuple):
    """A word that was ended at a place, and waits for its answer."""

    end: int
    word: str


class Correcting:
    """What a sign that ends a word puts in its place.

    If the answer about the word has not come by then, the correction waits for it, and no later
    question is asked, so that fast typing gives the same text as slow typing.

    Args:
        desk: Where this happens.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._answer: Answer | None = None
        self._waiting: list[_Ended] = []
        self._made: _Made | None = None
        self._left: set[str] = set()  # what was typed, and is wanted so, whatever server comes

    @property
    def waits(self) -> bool:
        """Whether words wait for their answers."""
        return bool(self._waiting)

    @property
    def first(self) -> int | None:
        """From where on the text may still be changed, None for nowhere."""
        if self._waiting:
            end, word = self._waiting[0]
            return end - len(word)
        return self._made.start if self._made and self._signs_behind() else None

    def answered(self, answer: Answer) -> None:
        """Hear what could come."""
        self._answer = answer

    def asked(self) -> None:
        """Another question is on its way: the server takes no word of an earlier answer."""
        self._answer = None

    def drop(self) -> None:
        """Nothing that stood there stands any more."""
        self._made = None
        self._left.clear()
        self.lose_line()

    def picked(self, place: Place, word: str) -> None:
        """Hear of a pick, which may be of what was typed."""
        if place == "literal":
            self._left.add(word)

    def lose_line(self) -> None:
        """No answer will come, and no earlier one counts; what was corrected stands."""
        self._answer = None
        self._waiting.clear()

    def give_up(self) -> None:
        """No answer will come."""
        self._waiting.clear()

    def typed(self, sign: str) -> None:
        """A character is about to be typed."""
        left = self._desk.pen.left
        if self._made and sign.isalnum() and self._signs_behind() in (".", ":"):
            self.undo()  # it goes on, as an address does
            return
        if not self._desk.corrects or in_word(sign):
            return
        if sign.isspace() or sign in self._desk.separators:
            self._made = None
            start = word_start(left)
            if start < len(left):
                self._waiting.append(_Ended(len(left), left[start:]))
                self.go_on()

    def finish(self) -> None:
        """A key is about to end the word for good."""
        if not self._waiting:
            self.typed("\n")
        self._waiting.clear()

    def go_on(self) -> None:
        """Correct the words whose answers have come."""
        desk = self._desk
        while self._waiting:
            end, word = self._waiting[0]
            left, right = desk.pen.left, desk.pen.right
            if not self._stands(left, end, word) or word in self._left:
                self._waiting.pop(0)
                continue
            if self._answer is None or not desk.fits(self._answer, left[:end], right):
                if desk.pen.trusted:
                    desk.ask(left[:end], right)
                return
            change = self._answer.correction
            if change and desk.pen.reaches(change.start, change.right):
                if not desk.pen.ready:
                    desk.later()
                    return
                self._make(end, change, self._answer.number)
            else:
                self._waiting.pop(0)

    def undo(self) -> bool:
        """Take the correction back behind which the caret stands.

        Returns:
            Whether there was one.
        """
        made, signs = self._made, self._signs_behind()
        pen = self._desk.pen
        if made is None or not signs or not pen.ready or not pen.reaches(made.start, 0):
            return False
        self._made = None
        self._left.add(made.typed)
        self._desk.change(made.start, 0, made.typed + signs)
        self._desk.server.tell("revert", message=made.lesson)
        return True

    def _make(self, end: int, change: Change, number: int) -> None:
        left = self._desk.pen.left
        lesson = self._desk.server.tell("correct", answer=number)
        written = change.insert
        self._answer = None
        self._desk.change(change.start, change.right, written + left[end:])
        self._made = _Made(change.start, left[change.start : end], written, lesson)
        shift = change.start + len(written) - end
        self._waiting = [_Ended(item.end + shift, item.word) for item in self._waiting[1:]]
        self._desk.count("corrected")

    def _signs_behind(self) -> str:
        """The one or two signs between the last correction and the caret, "" for anything else."""
        if self._made is None:
            return ""
        left, (start, _, written, _) = self._desk.pen.left, self._made
        signs = left[start + len(written) :]
        stands = left[start:].startswith(written) and 1 <= len(signs) <= 2
        return signs if stands and not any(map(in_word, signs)) else ""

    @staticmethod
    def _stands(left: str, end: int, word: str) -> bool:
        """Whether a word stands as it was ended."""
        behind = left[end : end + 2]
        if len(behind) == 2 and behind[0] in ".:" and behind[1].isalnum():
            return False  # it goes on, as an address does
        if (behind and in_word(behind[0])) or len(left) - end > _LONGEST:
            return False
        return len(left) >= end and left[:end].endswith(word)
