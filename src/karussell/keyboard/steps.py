"""What was put in place of what was typed in a text field, and how to take it back."""

from msgspec import Struct
from msgspec.structs import replace

from karussell.correction import Tap
from karussell.keyboard.context import Terms
from karussell.keyboard.state import State
from karussell.keyboard.unfinished import Deed

# Steps that can be taken back one after the other.
_MOST = 50


class Step(Struct, frozen=True, kw_only=True):
    """A correction or a pick.

    Attributes:
        before: The text before it.
        automatic: Whether nobody asked for it.
        deed: What may be learned of it in the end.
        keys: What was typed since.
    """

    before: State
    automatic: bool
    deed: Deed
    keys: tuple[tuple[str, Tap | None], ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether a letter now is one of what it took for a word: an address, a file's name."""
        return self.automatic and [key for key, _ in self.keys] in (["."], [":"])


class Undone(Struct, frozen=True, kw_only=True):
    """A step that was taken back, the text as it was with it, and what took it back."""

    step: Step
    after: State
    deed: Deed


class Steps(Struct, frozen=True):
    """The steps in a text, as a value.

    Attributes:
        done: Those that can be taken back, the last one last.
        undone: Those that were taken back since, and can be made again.
    """

    done: tuple[Step, ...] = ()
    undone: tuple[Undone, ...] = ()

    @property
    def last(self) -> Step | None:
        """The last one, None if there is none or the text went on since."""
        return self.done[-1] if self.done else None

    def with_step(self, step: Step) -> "Steps":
        """They and another one; what was taken back before it is gone."""
        return Steps((*self.done, step)[-_MOST:])

    def pressed(self, key: str, tap: Tap | None) -> "Steps":
        """What is left of them once a key was pressed: with a letter the text goes on."""
        if key.isalnum() or not self.done:
            return Steps()
        *before, last = self.done
        return Steps((*before, replace(last, keys=(*last.keys, (key, tap)))))

    def under(self, before: Terms, now: Terms) -> "Steps":
        """The same once other terms hold than before; what was taken back is gone."""
        return Steps(
            tuple(replace(each, before=each.before.under(before, now)) for each in self.done)
        )
