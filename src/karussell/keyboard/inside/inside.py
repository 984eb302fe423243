"""A look inside the models while they read what stands before a cursor."""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from karussell.errors import UsageError
from karussell.keyboard.context import Context, Field
from karussell.keyboard.inside.gates import Gates
from karussell.keyboard.inside.weights import Weights
from karussell.keyboard.languages import At, Languages
from karussell.model import LanguageModel
from karussell.text import written_words

_MOST = 24
_ANYWHERE = Field()


class _Read(NamedTuple):
    """What a model read of the sentence before a cursor.

    Attributes:
        number: Which model.
        model: It.
        ids: What it read, T of them.
        words: What each of them stands for, as it was written: some foreign words are read as one,
            and so are some abbreviations.
        spans: Which words of the sentence those are, from one to before another.
    """

    number: int
    model: LanguageModel
    ids: tuple[int, ...]
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


class Inside:
    """What the models of a keyboard do with the sentence before a cursor.

    Nothing of it is kept. Of a long sentence the last 24 words are told, and all are read.

    Args:
        languages: The models.
        check: What raises once nothing shall be read any more.
    """

    def __init__(self, languages: Languages, check: Callable[[], None] = lambda: None) -> None:
        self._languages = languages
        self._check = check

    def gates(self, context: Context, *, field: Field | None = None) -> Gates:
        """How far every block wrote, kept and read at each word of the sentence before a cursor.

        It is the model of the language that is believed there. Words of other languages that it
        reads as one unknown word stand together.

        Args:
            context: The text around the cursor; the word being typed does not count.
            field: The field: the one language that is written in it, if it says so.

        Raises:
            UsageError: If the model is a plain RNN, the field is one of secrets, or the predictor
                is closed.
        """
        field = field or _ANYWHERE
        at = self._at(context, field)
        read = self._read(at, context, at.language)
        if not read.ids:
            return Gates(words=(), layers=(), known=())
        return Gates.while_reading(read.model, read.words, read.ids, _MOST)

    def of_text(self, model: LanguageModel, text: str) -> Gates:
        """The same at each word of a text, read by a model as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        return Gates.of(model, text)

    def weights(
        self,
        context: Context,
        word: str,
        *,
        field: Field | None = None,
        language: str | None = None,
    ) -> Weights:
        """Which earlier words of the sentence weigh most on a word that may come next.

        Each is taken away, as if it had never been written, and the change of ln P measured.
        Letters of the word that were typed, and what was learned of the writer, do not count.

        Args:
            context: The text around the cursor.
            word: The word that may come there.
            field: The field: the one language that is written in it, if it says so.
            language: The tag of the language whose model is asked; None for the one that is
                believed there.

        Raises:
            UsageError: If it is no word, no model has the language, the field is one of secrets, or
                the predictor is closed.
        """
        field = field or _ANYWHERE
        at = self._at(context, field)
        read = self._read(at, context, language or at.language)
        without = []
        for word_read, (start, end) in list(zip(read.words, read.spans, strict=True))[-_MOST:]:
            rest = (*at.place.words[:start], *at.place.words[end:])
            heard = self._languages.heard(at, rest)
            without.append((word_read, heard.ids[read.number]))
        return Weights.of(read.model, word, read.ids, without)

    def _at(self, context: Context, field: Field) -> At:
        self._check()
        if field.is_secret:
            raise UsageError(
                f"nothing is read in a field of the purpose {field.purpose.value!r}, expected one "
                "of words"
            )
        return self._languages.at(context.left, field.language)

    def _read(self, at: At, context: Context, language: str) -> _Read:
        languages, sentence = self._languages, at.place.words
        shares = languages.shares(at.heard, at.only)
        number = max(languages.index(language), key=shares.__getitem__)
        ids = at.heard.ids[number]
        starts = list(range(len(sentence)))
        if len(ids) < len(sentence):
            starts = []
            for place in range(len(sentence)):
                begun = languages.heard(at, sentence[: place + 1]).ids[number]
                starts.append(place)
                del starts[len(begun) :]  # "p", and then "pm"
        spans = tuple(pairwise([*starts, len(sentence)]))
        end = len(context.left) - len(at.place.prefix)
        forms = written_words(context.left[at.place.start : end])
        forms = forms[len(forms) - len(sentence) :]
        words = tuple(" ".join(forms[start:end]) for start, end in spans)
        return _Read(number, languages.models[number], ids, words, spans)
