"""What stands in a text field, as a value: each key and each pick makes another one."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from karussell.correction import Tap
from karussell.decoder import Origin
from karussell.keyboard.changes import (
    Change,
    Changes,
    Window,
    change_at,
    follow,
    moved,
    with_change,
)
from karussell.keyboard.context import Context, Edit, Terms, without_first, without_last
from karussell.keyboard.suggestion import Kind, Suggestion
from karussell.keyboard.written import (
    Stretches,
    all_under,
    parts,
    replaced,
    shifted,
    terms_within,
    told,
    under_others,
)
from karussell.text import graphemes
from karussell.writing import Rules, typed

# Taps that are remembered: those of a long word.
_TAPS = 100


class State(Struct, frozen=True, kw_only=True):
    """A text, its cursor, and the words in it that were corrected or picked.

    Attributes:
        window: The text, or the part of it that is told.
        changes: The changed words.
        pending: " " right behind the space that a pick brought, or the signs that took its place.
        beside: Whether a pick found its space there already, right of the cursor.
        stretches: What was written under other terms than those that hold now.
        is_unseen: Whether nobody knows yet what stands there.
    """

    window: Window
    changes: Changes = ()
    pending: str = ""
    beside: bool = False
    stretches: Stretches = ()
    is_unseen: bool = False

    @classmethod
    def unseen(cls, terms: Terms) -> "State":
        """A text that nobody looked at, and none of which is learned."""
        hidden = all_under(terms._replace(teaches=False))
        return cls(window=Window(0, Context()), stretches=hidden, is_unseen=True)

    @property
    def context(self) -> Context:
        """The text around the cursor."""
        return self.window.context

    def pressed(
        self, key: str, tap: Tap | None, rules: Rules, *, double_space: bool
    ) -> tuple["State", Changes]:
        """What a key makes of it.

        Args:
            key: What it writes.
            tap: Where it was hit.
            rules: The rules of writing.
            double_space: Whether two spaces behind a word make a full stop.

        Returns:
            What stands there then, and the changed words that the key broke.
        """
        start, before = self.window.start, self.context
        if self.beside and key == " " and before.right[:1] == " ":
            context = Context(left=before.left + " ", right=before.right[1:])
            return replace(self, window=Window(start, context), beside=False), ()
        done = typed(rules, before.left, key, self.pending, double_space=double_space)
        kept = len(before.left) - done.delete_left
        taps: tuple[Tap | None, ...] = ()
        if (tap or before.taps) and not done.delete_left and done.insert == key:
            taps = (*before.taps, tap)[-_TAPS:]
        context = Context(left=before.left[:kept] + done.insert, right=before.right, taps=taps)
        begin, growth = start + kept, len(done.insert) - done.delete_left
        edit = begin, begin + done.delete_left, growth
        changes, broken = moved(self.changes, *edit)
        state = State(
            window=Window(start, context),
            changes=changes,
            pending=done.pending,
            stretches=shifted(self.stretches, *edit),
        )
        return state, broken

    def with_word(self, suggestion: Suggestion, *, automatic: bool) -> tuple["State", Change]:
        """What putting in a suggestion makes of it, and what was put where.

        Args:
            suggestion: The suggestion.
            automatic: Whether nobody asked for it: then it brings no space of its own.
        """
        before, edit = self.context, suggestion.edit
        left = without_last(before.left, edit.delete_left)
        right = without_first(before.right, edit.delete_right)
        gone_left, gone_right = before.left[len(left) :], before.right[: -len(right) or None]
        gone = gone_left + gone_right
        start = self.window.start + len(left)
        change = Change(
            start=start + max(0, edit.insert.find(suggestion.text)),
            typed=gone,
            word=suggestion.text,
            corrects=suggestion.kind is Kind.CORRECTION,
        )
        changes, _ = moved(self.changes, start, start + len(gone), len(edit.insert) - len(gone))
        if suggestion.kind not in (Kind.LITERAL, Kind.RESTORED):
            changes = with_change(changes, change)
        brought = edit.insert.endswith(" ")
        state = State(
            window=Window(self.window.start, Context(left=left + edit.insert, right=right)),
            changes=changes,
            pending=" " if brought else "",
            beside=not automatic and not brought and right[:1] == " ",
            stretches=replaced(self.stretches, start, start + len(gone), len(edit.insert)),
        )
        return state, change

    def told(self, context: Context, start: int) -> tuple["State", Changes]:
        """What an edit made elsewhere makes of it, and the changed words that it broke."""
        window = Window(start, context)
        if self.is_unseen:
            return State(window=window, stretches=self.stretches), ()
        changes, broken = follow(self.changes, self.window, window)
        stretches = told(self.stretches, self.window, window)
        return State(window=window, changes=changes, stretches=stretches), broken

    def under(self, before: Terms, now: Terms) -> "State":
        """The same text once other terms hold than before."""
        return replace(self, stretches=under_others(self.stretches, before, now))

    def parts(self, text: str, now: Terms) -> Iterator[tuple[Terms, str]]:
        """What of a text that stands here was written under which terms, as far as it is known."""
        if not self.is_unseen:
            yield from parts(text, self.stretches, now, self.window)

    def is_of_now(self, change: Change) -> bool:
        """Whether a word that was put in took the place of what was written under these terms."""
        return terms_within(self.stretches, change.start, max(change.end, change.start + 1)) is None

    @property
    def touched(self) -> Change | None:
        """The changed word that the cursor touches."""
        return change_at(self.changes, self.window) if self.changes else None

    def restoring(self, change: Change) -> Suggestion:
        """What puts back what was typed where the cursor touches a changed word."""
        left = self.window.start + len(self.context.left) - change.start
        return Suggestion(
            text=change.typed,
            kind=Kind.RESTORED,
            probability=1.0,
            source=Origin.TYPED,
            edit=Edit(
                delete_left=len(graphemes(change.word[:left])),
                delete_right=len(graphemes(change.word[left:])),
                insert=change.typed,
            ),
        )
