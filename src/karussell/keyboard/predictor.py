"""The part of a keyboard that all text fields share: a model, and what it has just read."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from karussell.blocks import GateTrace
from karussell.decoder import candidates, cased
from karussell.errors import UsageError
from karussell.keyboard.context import Context, Edit
from karussell.keyboard.own_words import OwnWords
from karussell.keyboard.place import Place, find_place, prefix_length, typed_prefix
from karussell.keyboard.session import Session
from karussell.keyboard.suggestion import Kind, Suggestion
from karussell.model import LanguageModel, Reader, embedded_path, open_model
from karussell.text import words, written_words

# A suggestion brings no space where one stands already, or where none belongs.
_NO_SPACE_BEFORE = frozenset(".,;:!?)]\u2026\u201d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the gates did while a text was read.

    Attributes:
        words: The words of the text, T of them.
        layers: For each layer its trace over the T words, N = 1.
    """

    words: tuple[str, ...]
    layers: tuple[GateTrace[NDArray[np.float32]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read last: the text before the word being typed, and what may come there.

    As long as no more words may be offered than ``withheld`` says.
    """

    before: str
    place: Place
    withheld: int
    log_probs: NDArray[np.float32]


class Predictor:
    """Suggests words with one model.

    Sessions and threads may share it: what was read is behind a lock, one at a time.

    Nothing that was typed is written anywhere; the words read last, and the writer's own that the
    model does not know, stay in memory, within a limit, until ``close``.

    Args:
        model: The model.
        offensive: Whether to offer words that the model withholds before the writer used them.

    Attributes:
        model: The model.
        own_words: Words the writer used that the model does not offer by itself.
    """

    def __init__(self, model: LanguageModel, *, offensive: bool = False) -> None:
        self.model = model
        self.own_words = OwnWords(model, offensive=offensive)
        self._reader: Reader | None = Reader(model)
        self._last: _Read | None = None

    @classmethod
    def open(
        cls, path: Path | str | None = None, *, language: str = "en", offensive: bool = False
    ) -> "Predictor":
        """A predictor with the model in a file, or with the packaged model of a language.

        Raises:
            UsageError: If there is no packaged model of the language.
            ModelFileError: If there is no such model, or it is damaged.
        """
        model = open_model(embedded_path(language) if path is None else Path(path))
        return cls(model, offensive=offensive)

    def __enter__(self) -> "Predictor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget what was read; suggesting is over."""
        if self._reader is not None:
            self._reader.clear()
            self.own_words.clear()
            self._reader = self._last = None

    def session(self, text: str = "") -> Session:
        """A text field that holds a text, its cursor at the end; its words were used."""
        self.own_words.use(written_words(text))
        return Session(self, Context(left=text))

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """Suggestions for a cursor at the end of a text, best first."""
        return self.suggestions(Context(left=text), limit)

    def suggestions(self, context: Context, limit: int = 3) -> list[Suggestion]:
        """Suggestions at a cursor: different words, best first, starting as the typed one does.

        Args:
            context: The text around the cursor.
            limit: How many at most.

        Raises:
            UsageError: If the limit is not positive, or the predictor is closed.
        """
        if limit < 1:
            raise UsageError(f"{limit} suggestions, expected 1 or more")
        if self._reader is None:
            raise UsageError("the predictor is closed; open another one")
        place, log_probs = self._read(self._reader, context.left)
        kind = Kind.COMPLETION if place.prefix else Kind.PREDICTION
        delete_left = prefix_length(context.left, place.prefix)
        found = candidates(
            log_probs,
            self.model.vocabulary,
            place.folded,
            limit,
            rare=self.model.rare,
            own=self.own_words.starting(place.folded),
        )
        return [
            Suggestion(
                text=(text := _written(candidate.text, place)),
                kind=kind,
                probability=candidate.probability,
                edit=Edit(delete_left=delete_left, insert=_spaced(text, place, context.right)),
            )
            for candidate in found
        ]

    def _read(self, reader: Reader, left: str) -> tuple[Place, NDArray[np.float32]]:
        """Where the cursor stands, and what may come there; another letter reads nothing again."""
        prefix = typed_prefix(left)
        before = left[: len(left) - len(prefix)]
        last = self._last
        withheld = self.own_words.withheld
        if prefix and last is not None and (last.before, last.withheld) == (before, withheld):
            return last.place.with_prefix(prefix), last.log_probs
        place = find_place(left)
        self.own_words.use(place.written)
        log_probs = reader.log_probs(self.model.vocabulary.ids(place.words))
        log_probs = self.own_words.without_withheld(log_probs)
        if prefix:
            self._last = _Read(
                before=before,
                place=place,
                withheld=self.own_words.withheld,
                log_probs=log_probs,
            )
        return place, log_probs

    def gates(self, text: str) -> Gates:
        """How far every block wrote, kept and read at each word of a text, read as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        read = tuple(words(text))
        if not read:
            raise UsageError("the text has no words, expected at least one")
        return Gates(words=read, layers=tuple(self.model.trace(self.model.vocabulary.ids(read))))


def _written(display: str, place: Place) -> str:
    return cased(display, place.prefix, starts_sentence=place.starts_sentence)


def _spaced(text: str, place: Place, right: str) -> str:
    """The word with the space it brings, behind it and after punctuation."""
    after = "" if right[:1].isspace() or right[:1] in _NO_SPACE_BEFORE else " "
    return (" " if place.wants_space else "") + text + after
