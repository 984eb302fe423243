"""Who takes part in the scoreboard: ours, and each baseline that can be had."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from karussell.errors import TextError, UsageError, counted
from karussell.files import AnyPath, path_of
from karussell.keyboard import Languages
from karussell.measure.baselines import (
    UnigramModel,
    count_ngrams,
    estimate,
    lightest_pruning,
    open_kenlm,
    open_presage,
)
from karussell.measure.contest import Entrant
from karussell.measure.meter import WordModel
from karussell.model import LanguageModel
from karussell.text import Vocabulary, read_lines, sentences, words

_ORDERS = (3, 5)
# As many bytes as ours, and so many that size is no excuse.
_TIMES = (1, 10)

Bar = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""What shows progress: told what is going on and in how many steps, then called after each."""


def our_entrant(model: LanguageModel, size: int) -> Entrant:
    """A model of ours, of so many bytes."""
    shape = model.configuration
    layers = f"{shape.layers} x " if shape.layers > 1 else ""
    return Entrant(
        name=f"Karussell {model.card.name}",
        model=model,
        rare=model.rare,
        bytes=size,
        note=f"{shape.cell.upper()} of {layers}{shape.hidden_size} cells, "
        f"{model.card.number_format}, {_words(model)}",
    )


def languages_entrant(models: Sequence[LanguageModel], size: int) -> Entrant:
    """Several models of ours at once, of so many bytes."""
    return Entrant(
        name=" + ".join(model.card.language for model in models),
        model=models[0],
        # As for one model, withheld words count, too.
        languages=Languages(models, offensive=True),
        bytes=size,
        note="all at once, by the words written before in the line",
    )


def kenlm_entrant(name: str, path: AnyPath, word_list: AnyPath) -> Entrant:
    """A model that KenLM reads.

    Raises:
        KarussellError: If it cannot be had.
    """
    path, word_list = path_of(path), path_of(word_list)
    model = open_kenlm(path, word_list)
    return Entrant(
        name=name,
        model=model,
        bytes=path.stat().st_size + word_list.stat().st_size,
        note=f"KenLM, {counted(len(model.vocabulary), 'word')}",
    )


def peer_entrant(
    name: str, model: WordModel[Any], kind: str, size: int, ours: LanguageModel
) -> Entrant:
    """A network of another kind; one of our words has our rare ones beside it, as ours has."""
    same = model.vocabulary.words == ours.vocabulary.words
    return Entrant(
        name=name,
        model=model,
        rare=ours.rare if same else None,
        bytes=size,
        note=f"{kind}, float32, {_words(ours) if same else len(model.vocabulary)}",
    )


def baseline_entrants(
    ours: LanguageModel, size: int, texts: Sequence[Path], bar: Bar
) -> list[Entrant]:
    """The baselines for a model of ours: Kneser-Ney models, Presage, a unigram list.

    Args:
        ours: Our model.
        size: Its bytes.
        texts: Texts that Kneser-Ney models learn from; there are none of these without.
        bar: Shows how far their estimation is.

    Raises:
        KarussellError: If one of them cannot be had.
    """
    return [
        *_kneser_ney_entrants(texts, ours, size, bar),
        *_presage_entrants(ours.card.language),
        _unigram(ours),
    ]


def _unigram(model: LanguageModel) -> Entrant:
    unigram = UnigramModel(model.vocabulary, model.counts)
    size = unigram.bytes + sum(len(word.encode()) + 1 for word in model.rare.vocabulary.words)
    note = f"how often each of our {_words(model)} stood in our training text"
    return Entrant(name="unigram list", model=unigram, rare=model.rare, bytes=size, note=note)


def _words(model: LanguageModel) -> str:
    rare = len(model.rare.vocabulary)
    return counted(len(model.vocabulary), "word") + (
        f" and {counted(rare, 'rare one')}" if rare else ""
    )


def _presage_entrants(language: str) -> Iterator[Entrant]:
    """Presage, unless our model is of a language that its own does not speak."""
    if language.partition("-")[0] not in ("en", "und"):
        return
    presage = open_presage()
    if presage is not None:
        note = "its own English model, without learning; it gives lists, no probabilities"
        yield Entrant(name="Presage", suggester=presage, bytes=presage.bytes, note=note)


def _kneser_ney_entrants(
    texts: Sequence[Path], ours: LanguageModel, size: int, bar: Bar
) -> list[Entrant]:
    """Kneser-Ney models of each order and size.

    As large as ours they have as many words as its network, for an n-gram model has rare words at
    the price of frequent n-grams; where they have room, its rare words, too.

    Raises:
        UsageError: If even the largest has no room for so many words.
    """
    if not texts:
        return []
    network = len(ours.vocabulary)
    sizes = [(times, network + (times > 1) * len(ours.rare.vocabulary)) for times in _TIMES]
    found: list[Entrant] = []
    no_room: UsageError | None = None
    with bar("estimating", len(sizes) * (2 + len(_ORDERS))) as advance:
        for times, most in sizes:
            vocabulary = _most_frequent(texts, most)
            advance()
            ids = map(vocabulary.ids, _sentences(texts))
            counts = count_ngrams(ids, vocabulary, max(_ORDERS))
            advance()
            for order in _ORDERS:
                advance()
                try:
                    pruning = lightest_pruning(counts, order, times * size)
                except UsageError as error:
                    no_room = error
                    continue
                model = estimate(counts, pruning)
                if any(each.bytes == model.bytes for each in found):
                    continue  # the whole model is no larger
                name = f"Kneser-Ney {order}-gram" + f", {times} x" * (times > 1)
                note = (
                    f"of the text given, {counted(len(vocabulary), 'word')}, pruned by counts of "
                    f"{' '.join(map(str, pruning))}"
                )
                found.append(Entrant(name=name, model=model, bytes=model.bytes, note=note))
    if no_room is not None and not found:
        raise no_room
    return found


def _most_frequent(texts: Sequence[Path], size: int) -> Vocabulary:
    """The words that stand most often in some texts."""
    counts: Counter[str] = Counter()
    for sentence in _sentences(texts):
        counts.update(sentence)
    if not counts:
        raise TextError(f"{texts[0]}: has no words, expected text to learn from")
    return Vocabulary(sorted(word for word, _ in counts.most_common(size)))


def _sentences(texts: Sequence[Path]) -> Iterator[list[str]]:
    """The words of each sentence."""
    for path in texts:
        for line in read_lines(path):
            yield from map(words, sentences(line))
