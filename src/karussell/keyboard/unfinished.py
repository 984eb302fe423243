"""What was done in a text that is not finished yet, and may still come to nothing."""

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from karussell.keyboard.changes import Changes
from karussell.keyboard.context import Field, Terms
from karussell.keyboard.memory import Lesson
from karussell.keyboard.place import typed_prefix
from karussell.text import fold, written_words

# Words that are left alone, and undone corrections, in a text that never ends.
_KEPT = 500

Exchange = tuple[str, str]
"""What was typed, and the word that was put in its place."""


class Learner(Protocol):
    """What learns, which is a ``Predictor``, whose module knows this one."""

    # ruff: disable[D102]  # Predictor tells
    @property
    def language(self) -> str: ...
    def learn(self, text: str, *, field: Field, before: str, meant: Collection[str]) -> Lesson: ...
    def reject(self, typed: str, word: str, *, field: Field) -> Lesson: ...
    def repair(self, typed: str, word: str, *, field: Field) -> Lesson: ...
    def unlearn(self, lesson: Lesson) -> None: ...

    # ruff: enable[D102]


class Deed(Struct, frozen=True, kw_only=True, eq=False):
    """A pick, a correction or the undoing of one: of it is learned what is left in the end.

    Attributes:
        terms: Under which terms the text stood there; None for a deed that teaches nothing.
        meant: Words that the writer picked or confirmed by it.
        repair: What it put in unasked.
        rejection: What it refused.
        refused: What its undoing refuses.
        undoes: What it took back.
    """

    terms: Terms | None = None
    meant: str = ""
    repair: Exchange | None = None
    rejection: Exchange | None = None
    refused: Exchange | None = None
    undoes: "Deed | None" = None


class Unfinished:
    """What was done in a text so far, deed by deed.

    Args:
        learner: What learns of it once it is finished.

    Attributes:
        meant: Folded words that the writer picked or confirmed: no slips.
    """

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self.meant: frozenset[str] = frozenset()
        # In order: of the line that is not finished, and those that undid a correction before it.
        self._deeds: dict[Deed, None] = {}
        self._pending: dict[Deed, None] = {}
        # What was learned of deeds whose line is finished.
        self._taught: dict[Deed, Lesson] = {}
        # What was typed again over its correction.
        self._left: dict[str, None] = {}

    def clear(self) -> None:
        """Begin another text."""
        for each in (self._left, self._pending, self._deeds, self._taught):
            each.clear()
        self._mean()

    def finish(self, parts: Iterable[tuple[Terms, str]], field: Field) -> Lesson:
        """Learn a line that was finished; what was picked and corrected in it is known no more.

        Args:
            parts: What of it was written under which terms.
            field: Where it stands.

        Returns:
            What it taught.
        """
        lesson: Lesson = ()
        if field.teaches:
            for terms, text in parts:
                if terms.teaches:
                    lesson += self._learn(text, terms, field)
        self._pending |= {deed: None for deed in self._deeds if deed.rejection}
        for deed in self._taught:
            self._pending.pop(deed, None)
        for deeds in self._pending, self._taught:
            for deed in list(deeds)[:-_KEPT]:
                del deeds[deed]
        self._deeds.clear()
        self._mean()
        return lesson

    def _learn(self, text: str, terms: Terms, field: Field) -> Lesson:
        field = replace(field, app=terms.app, language=terms.language)
        lesson = self._learner.learn(text, field=field, before="", meant=field.meant)
        for deed in list(self._left_in(text, terms)):
            teach, exchange = self._learner.reject, deed.rejection
            if exchange is None:
                teach, exchange = self._learner.repair, deed.repair
            if exchange and (taught := teach(*exchange, field=field)):
                self._taught[deed] = taught
                lesson += taught
        return lesson

    def do(self, deed: Deed) -> None:
        """Take notice of a deed."""
        self._deeds[deed] = None
        if deed.repair:
            self._left.pop(fold(deed.repair[0]), None)
        self._mean()

    def undo(self, deed: Deed) -> Deed:
        """Be as if something had never been done.

        Returns:
            This deed, which can be undone, too.
        """
        self._learner.unlearn(self._taught.pop(deed, ()))
        self.drop(deed)
        done = deed.undoes
        if done is None:
            meant = deed.refused[0] if deed.refused else ""
            done = Deed(terms=deed.terms, meant=meant, rejection=deed.refused, undoes=deed)
        self.do(done)
        return done

    def drop(self, deed: Deed) -> None:
        """Be as if something had never been done, and undone neither."""
        self._deeds.pop(deed, None)
        self._pending.pop(deed, None)
        self._mean()

    def broke(self, changes: Changes) -> None:
        """The writer mended corrections by hand: what was typed there is left alone."""
        for change in changes:
            for deed in [each for each in self._deeds if each.repair == change.exchange]:
                del self._deeds[deed]
            self._leave(change.typed)

    def _leave(self, typed: str) -> None:
        self._left[fold(typed)] = None
        for word in list(self._left)[:-_KEPT]:
            del self._left[word]

    def leaves(self, left: str) -> bool:
        """Whether what was typed of a word at the end of a text is corrected no more."""
        if not (self._left or self._deeds or self._pending):
            return False
        typed = fold(typed_prefix(left))
        return typed in self._left or any(
            deed.rejection and fold(deed.rejection[0]) == typed
            for deeds in (self._deeds, self._pending)
            for deed in deeds
        )

    def _left_in(self, text: str, terms: Terms) -> Iterator[Deed]:
        """Deeds of which something is left in a finished text that was written under some terms."""
        words = {*written_words(text)}
        for deed in [*self._pending, *self._deeds]:
            stands = deed.rejection[0] if deed.rejection else deed.repair[1] if deed.repair else ""
            ours = deed.terms is not None and deed.terms[:2] == terms[:2]
            if ours and stands and words.issuperset(written_words(stands)):
                yield deed

    def _mean(self) -> None:
        texts = [deed.meant for deed in self._deeds if deed.meant]
        self.meant = frozenset[str]().union(*map(self._words, texts))

    def _words(self, text: str) -> frozenset[str]:
        return frozenset(fold(word, self._learner.language) for word in written_words(text))
