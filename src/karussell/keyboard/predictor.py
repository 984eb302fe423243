"""The part of a keyboard that all text fields share: a model, and what it has just read."""

from dataclasses import dataclass
from pathlib import Path

from karussell.blocks import GateTrace
from karussell.decoder import Source, candidates, cased
from karussell.errors import UsageError
from karussell.kernels import Floats
from karussell.keyboard.context import Context, Edit
from karussell.keyboard.memory import Lesson, Memory
from karussell.keyboard.own_words import KnownWords, OwnWords
from karussell.keyboard.place import Place, find_place, typed_prefix
from karussell.keyboard.session import Session
from karussell.keyboard.spacing import NO_SPACE_BEFORE, WANTS_SPACE
from karussell.keyboard.suggestion import Kind, Suggestion
from karussell.model import LanguageModel, Reader, embedded_path, open_model
from karussell.text import fold, graphemes, words
from karussell.writing import style_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the gates did while a text was read.

    Attributes:
        words: The words of the text, T of them.
        layers: For each layer its trace over the T words, N = 1.
    """

    words: tuple[str, ...]
    layers: tuple[GateTrace[Floats], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read last: the text before the word being typed, and where candidates come from.

    As long as ``learned`` is what the writer taught.
    """

    before: str
    learned: OwnWords
    place: Place
    sources: list[Source]


class Predictor:
    """Suggests words with one model.

    What it suggests follows from the text and from what was learned, whatever was asked before.
    Sessions and threads may share it: what was read is behind a lock, one at a time.

    Nothing that was typed is written anywhere; what was read last, and the writer's own words that
    were learned, stay in memory, within a limit, until ``close``.

    Args:
        model: The model.
        offensive: Whether to offer words that the model withholds before the writer used them.

    Attributes:
        model: The model.
        memory: What the writer taught it.
    """

    def __init__(self, model: LanguageModel, *, offensive: bool = False) -> None:
        self.model = model
        self._known = KnownWords(model, offensive=offensive)
        self.memory = Memory(self._known)
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

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget what was read and learned; suggesting is over."""
        if self._reader is not None:
            self._reader.clear()
            self._known.clear()
            self.memory = Memory(self._known)
            self._reader = self._last = None

    @property
    def language(self) -> str:
        """The tag of the language that the model knows."""
        return self.model.card.language

    def session(self, text: str = "") -> Session:
        """A text field that holds a text, its cursor at the end."""
        return Session(self, Context(left=text))

    def learn(self, text: str) -> Lesson:
        """Offer the words of a finished text from now on, those too that the model does not know.

        Returns:
            What it taught, for ``unlearn``.

        Raises:
            UsageError: If the predictor is closed.
        """
        self._opened()
        return self.memory.learn(text)

    def unlearn(self, lesson: Lesson) -> None:
        """Take back what one call of ``learn`` taught."""
        self.memory.unlearn(lesson)

    def forget(self, word: str) -> bool:
        """Offer a word no longer that was learned, unless it stands in the text.

        Returns:
            Whether it was learned.
        """
        return self.memory.forget(word)

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
        place, sources = self._read(self._opened(), context.left)
        kind = Kind.COMPLETION if place.prefix else Kind.PREDICTION
        delete_left = len(graphemes(place.prefix))
        return [
            Suggestion(
                text=(text := self._written(candidate.text, place)),
                kind=kind,
                probability=candidate.probability,
                source=candidate.source,
                edit=Edit(delete_left=delete_left, insert=_spaced(text, place, context.right)),
            )
            for candidate in candidates(sources, fold(place.prefix, self.language), limit)
        ]

    def _opened(self) -> Reader:
        if self._reader is None:
            raise UsageError("the predictor is closed; open another one")
        return self._reader

    def _read(self, reader: Reader, left: str) -> tuple[Place, list[Source]]:
        """Where the cursor stands, and what may come there; another letter reads nothing again."""
        prefix = typed_prefix(left)
        before = left[: len(left) - len(prefix)]
        last, learned = self._last, self.memory.own
        # Behind punctuation a word to come and one that has begun stand in different places.
        same = bool(prefix) or before[-1:] not in WANTS_SPACE
        if same and last is not None and last.learned is learned and last.before == before:
            return last.place._replace(prefix=prefix), last.sources
        place = find_place(left, self.language)._replace(style=style_of(before, self._is_acronym))
        log_probs = reader.log_probs(self.model.vocabulary.ids(place.words))
        sources = self._known.sources(log_probs, self._known.in_text(before), learned)
        if not place.wants_space:
            self._last = _Read(before=before, learned=learned, place=place, sources=sources)
        return place, sources

    def _is_acronym(self, word: str) -> bool:
        vocabulary = self.model.vocabulary
        word_id = vocabulary.id(word)
        return word_id != vocabulary.unknown and vocabulary.display(word_id).isupper()

    def _written(self, display: str, place: Place) -> str:
        return cased(
            display,
            place.prefix,
            starts_sentence=place.starts_sentence,
            style=place.style,
            language=self.language,
        )

    def gates(self, text: str) -> Gates:
        """How far every block wrote, kept and read at each word of a text, read as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        read = tuple(words(text))
        if not read:
            raise UsageError("the text has no words, expected at least one")
        return Gates(words=read, layers=tuple(self.model.trace(self.model.vocabulary.ids(read))))


def _spaced(text: str, place: Place, right: str) -> str:
    """The word with the space it brings, behind it and after punctuation."""
    after = "" if right[:1].isspace() or right[:1] in NO_SPACE_BEFORE else " "
    return (" " if place.wants_space else "") + text + after
