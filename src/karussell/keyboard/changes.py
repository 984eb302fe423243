"""What was put in place of typed words, and where it stands by now."""

from msgspec import Struct
from msgspec.structs import replace

from karussell.keyboard.context import Context

# Changed words that are known by place: those of some pages.
_MOST = 500


class Change(Struct, frozen=True, kw_only=True):
    """A word that was put in place of another.

    Attributes:
        start: Where it stands, in code points from the start of the text.
        typed: What was typed there; "" if the word was picked before its first letter.
        word: What stands there now.
        corrects: Whether it was taken for what was meant, and does not just go on with it.
    """

    start: int
    typed: str
    word: str
    corrects: bool

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.word)

    @property
    def exchange(self) -> tuple[str, str]:
        """What was typed, and the word."""
        return self.typed, self.word


Changes = tuple[Change, ...]
"""The words of a text that were changed, each in another place."""


def with_change(changes: Changes, change: Change) -> Changes:
    """One more changed word; one that stood there before is gone."""
    if not change.typed or change.typed == change.word:
        return changes
    rest = (old for old in changes if old.end <= change.start or old.start >= change.end)
    return (*rest, change)[-_MOST:]


def change_at(changes: Changes, text: "Window") -> Change | None:
    """The changed word that the cursor stands in, or beside, if it still stands there whole."""
    left, whole = text.start + len(text.context.left), text.context.text
    for change in changes:
        start, end = change.start - text.start, change.end - text.start
        if change.start <= left <= change.end and start >= 0 and whole[start:end] == change.word:
            beside = whole[max(0, start - 1) : start] + whole[end : end + 1]
            return None if any(map(str.isalnum, beside)) else change
    return None


def follow(changes: Changes, old: "Window", new: "Window") -> tuple[Changes, Changes]:
    """Find changed words again after an edit that was made elsewhere.

    Returns:
        Those that still stand somewhere, and those that the edit broke.
    """
    if not changes or (edit := edited(old, new)) is None:
        return changes, ()
    return moved(changes, *edit)


def moved(changes: Changes, begin: int, end: int, growth: int) -> tuple[Changes, Changes]:
    """Changed words after [begin, end) of the text was replaced by what is longer by a growth.

    Returns:
        Those that still stand somewhere, and those that the edit broke.
    """
    kept, broken = [], []
    for change in changes:
        if change.end <= begin:
            kept.append(change)
        elif change.start >= end:
            kept.append(replace(change, start=change.start + growth))
        else:
            broken.append(change)
    return tuple(kept), tuple(broken)


class Window(Struct, frozen=True):
    """A part of a text, and where the cursor stands in it.

    Attributes:
        start: How many code points of the text stand before it.
        context: The part.
    """

    start: int
    context: Context


def edited(old: Window, new: Window) -> tuple[int, int, int] | None:
    """What one edit changed, as far as both windows show it: [begin, end) of the old text, growth.

    Of several readings the one whose edit ends at the new cursor is taken. None for no change, or
    where the windows have nothing in common.
    """
    low = max(old.start, new.start)
    before, after = old.context.text[low - old.start :], new.context.text[low - new.start :]
    common = min(len(before), len(after))
    if before[:common] == after[:common]:
        # Where nothing stands right of the cursor, the text ends there, and was longer before.
        if new.context.right or len(before) <= len(after):
            return None
        return low + common, low + len(before), common - len(before)
    cursor = max(0, new.start + len(new.context.left) - low)
    right = after[cursor:]
    end = _found(before, right, len(before) - len(after) + cursor)
    if end is None:  # not at the cursor: what is common at both ends stays
        end, cursor = len(before), len(after)
        while end and cursor and before[end - 1] == after[cursor - 1]:
            end, cursor = end - 1, cursor - 1
    begin = 0
    while begin < min(end, cursor) and before[begin] == after[begin]:
        begin += 1
    return low + begin, low + end, cursor - end


def _found(text: str, right: str, likely: int) -> int | None:
    """Where what stands right of the cursor stood before: at its likely place, or the first."""
    for place in (likely, text.find(right[:32])):
        length = min(len(right), len(text) - place)
        if place >= 0 and length >= min(1, len(right)) and text[place:][:length] == right[:length]:
            return place
    return None
