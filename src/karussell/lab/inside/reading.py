"""Text as a model reads it, and what every block did meanwhile."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from karussell.errors import TextError
from karussell.kernels import Floats
from karussell.model import LanguageModel
from karussell.text import clean, fold, normalise, sentences, written_words

_TEXTS = Path(__file__).parent / "texts"
_QUOTES = frozenset('"\u201c\u201d\u201e\u00ab\u00bb')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence, and what stands in it that a model of words never sees.

    Attributes:
        source: The name of the text that it is from.
        words: Its words as a model reads them, T of them.
        quoted: For each word whether it stands inside quotation marks.
        bracketed: For each word whether it stands inside round brackets.
        asks: Whether it ends with a question mark.
    """

    source: str
    words: tuple[str, ...]
    quoted: tuple[bool, ...]
    bracketed: tuple[bool, ...]
    asks: bool

    def first(self, count: int) -> "Sentence":
        """The sentence without the words behind so many."""
        if count >= len(self.words):
            return self
        return replace(
            self,
            words=self.words[:count],
            quoted=self.quoted[:count],
            bracketed=self.bracketed[:count],
        )


def sentences_of(source: str, lines: Iterable[str], language: str = "") -> Iterator[Sentence]:
    """The sentences of a text that have words, in order.

    Args:
        source: The text's name.
        lines: Its lines; a quotation that a line opens ends with it.
        language: Its BCP 47 tag.
    """
    for line in lines:
        quoted, bracketed = False, False
        for sentence in sentences(clean(line), language):
            words, in_quotes, in_brackets, at = [], [], [], 0
            text = normalise(sentence)
            for word in written_words(text):
                begin = text.index(word, at)
                quoted, bracketed = _after(text[at:begin], quoted, bracketed)
                at = begin + len(word)
                words.append(fold(word, language))
                in_quotes.append(quoted)
                in_brackets.append(bracketed)
            quoted, bracketed = _after(text[at:], quoted, bracketed)
            if words:
                yield Sentence(
                    source=source,
                    words=tuple(words),
                    quoted=tuple(in_quotes),
                    bracketed=tuple(in_brackets),
                    asks="?" in text[at:],
                )


def own_texts(language: str) -> list[Sentence]:
    """The sentences of the short texts of ours, where no other text is given.

    Raises:
        TextError: If we wrote none in this language.
    """
    texts = sorted((_TEXTS / language[:2]).glob("*.txt"))
    if not texts:
        raise TextError(
            f"we have no text in {language!a} to look inside with; name one of your own"
        )
    return [
        sentence
        for text in texts
        for sentence in sentences_of(text.stem, text.read_text("utf-8").splitlines(), language)
    ]


def _after(signs: str, quoted: bool, bracketed: bool) -> tuple[bool, bool]:
    """Whether quotes and brackets are open after these signs."""
    for sign in signs:
        if sign in _QUOTES:
            quoted = not quoted
        elif sign in "()":
            bracketed = sign == "("
    return quoted, bracketed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the blocks did at every word of many sentences, each read from its start.

    N words in all; the blocks of all layers stand side by side, B of them, with H cells.

    Attributes:
        sentences: The sentences.
        ids: The words' ids (N,).
        begins: Where each sentence begins, and N.
        position: For each word how many of its sentence were read before it (N,).
        cell: What each cell held after each word, float32 (N, H).
        wrote: How far each input gate was open, float16 (N, B).
        kept: How far each forget gate was open, float16 (N, B).
        read: How far each output gate was open, float16 (N, B).
        cells_per_block: S.
        blocks_per_layer: How many blocks a layer has.
    """

    sentences: tuple[Sentence, ...]
    ids: NDArray[np.int64]
    begins: NDArray[np.int64]
    position: NDArray[np.int64]
    cell: Floats
    wrote: NDArray[np.float16]
    kept: NDArray[np.float16]
    read: NDArray[np.float16]
    cells_per_block: int
    blocks_per_layer: int

    @classmethod
    def of(cls, model: LanguageModel, sentences: Sequence[Sentence]) -> "Reading":
        """Read sentences with a model.

        Raises:
            UsageError: If the model is a plain RNN, which has no gates.
            TextError: If there is no sentence.
        """
        if not sentences:
            raise TextError("the texts have no words, expected sentences to read")
        lengths = np.array([len(sentence.words) for sentence in sentences])
        begins = np.concatenate([[0], lengths.cumsum()])
        configuration = model.configuration
        hidden, size = configuration.hidden_size, configuration.cells_per_block
        layers, blocks = configuration.layers, hidden // size
        ids = np.empty(begins[-1], np.int64)
        cell = np.empty((begins[-1], layers * hidden), np.float32)
        gates = np.empty((3, begins[-1], layers * blocks), np.float16)
        for sentence, begin, end in zip(sentences, begins, begins[1:], strict=False):
            ids[begin:end] = model.vocabulary.ids(sentence.words)
            for layer, trace in enumerate(model.trace(ids[begin:end].tolist())):
                cell[begin:end, layer * hidden : (layer + 1) * hidden] = trace.cell[:, 0]
                part = slice(layer * blocks, (layer + 1) * blocks)
                for gate, values in zip(
                    gates, (trace.input_gate, trace.forget_gate, trace.output_gate), strict=True
                ):
                    gate[begin:end, part] = values[:, 0]
        return cls(
            sentences=tuple(sentences),
            ids=ids,
            begins=begins,
            position=np.concatenate([np.arange(length) for length in lengths]),
            cell=cell,
            wrote=gates[0],
            kept=gates[1],
            read=gates[2],
            cells_per_block=size,
            blocks_per_layer=blocks,
        )

    @property
    def words(self) -> list[str]:
        """All words, N of them."""
        return [word for sentence in self.sentences for word in sentence.words]

    def halves(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """The words of the first half of each text, and those of its second half, bool (N,).

        Neighbours tell of the same things: halves that lie apart say whether it holds elsewhere.
        """
        sources = [sentence.source for sentence in self.sentences]
        total = {source: sources.count(source) for source in dict.fromkeys(sources)}
        seen = dict.fromkeys(total, 0)
        first = []
        for source in sources:
            first.append(2 * seen[source] < total[source])
            seen[source] += 1
        half = np.repeat(first, np.diff(self.begins))
        return half, ~half
