"""Who takes part in `karussell scoreboard`: ours, and each baseline that was asked for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from karussell.cli.extras import needing
from karussell.cli.progress import bar
from karussell.errors import TextError, UsageError
from karussell.measure import Entrant, UnigramModel
from karussell.measure.presage import open_presage
from karussell.model import LanguageModel, open_model
from karussell.text import Vocabulary, read_lines, sentences, words

_ORDERS = (3, 5)
# As many bytes as ours, and so many that size is no excuse.
_TIMES = (1, 10)


def find_entrants(
    path: Path, *, train: Sequence[Path], kenlm: Sequence[str], peers: Path | None
) -> list[Entrant]:
    """Open or estimate all who take part, ours first.

    Args:
        path: Our model's file.
        train: Texts that Kneser-Ney models learn from.
        kenlm: KenLM models, each NAME=MODEL:WORDS.
        peers: A folder of trained peers.

    Raises:
        KarussellError: If one of them cannot be had.
    """
    opened = open_model(path)
    size = path.stat().st_size
    # All files are looked at before anything is estimated, which takes a while.
    queried = [*_kenlm_entrants(kenlm), *_peer_entrants(peers, opened)]
    return [
        _ours(opened, size),
        *queried,
        *_kneser_ney_entrants(train, opened, size),
        *_presage_entrants(opened.card.language),
        _unigram(opened),
    ]


def _ours(model: LanguageModel, size: int) -> Entrant:
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


def _unigram(model: LanguageModel) -> Entrant:
    unigram = UnigramModel(model.vocabulary, model.counts)
    size = unigram.bytes + sum(len(word.encode()) + 1 for word in model.rare.vocabulary.words)
    note = f"how often each of our {_words(model)} stood in our training text"
    return Entrant(name="unigram list", model=unigram, rare=model.rare, bytes=size, note=note)


def _words(model: LanguageModel) -> str:
    rare = len(model.rare.vocabulary)
    return f"{len(model.vocabulary):,} words" + (f" and {rare:,} rare ones" if rare else "")


def _presage_entrants(language: str) -> Iterator[Entrant]:
    """Presage, unless our model is of a language that its own does not speak."""
    if language.partition("-")[0] not in ("en", "und"):
        return
    presage = open_presage()
    if presage is not None:
        note = "its own English model, without learning; it gives lists, no probabilities"
        yield Entrant(name="Presage", suggester=presage, bytes=presage.bytes, note=note)


def _kneser_ney_entrants(texts: Sequence[Path], ours: LanguageModel, size: int) -> list[Entrant]:
    """Kneser-Ney models of each order and size.

    As large as ours they have as many words as its network, for an n-gram model has rare words at
    the price of frequent n-grams; where they have room, its rare words, too.

    Raises:
        UsageError: If even the largest has no room for so many words.
    """
    if not texts:
        return []
    from karussell.measure.kneser_ney import estimate
    from karussell.measure.ngram_counts import Sentences, count_ngrams
    from karussell.measure.trie_size import lightest_pruning

    network = len(ours.vocabulary)
    sizes = [(times, network + (times > 1) * len(ours.rare.vocabulary)) for times in _TIMES]
    found: list[Entrant] = []
    no_room: UsageError | None = None
    with bar("estimating", len(sizes) * (3 + len(_ORDERS))) as advance:
        for times, most in sizes:
            vocabulary = _most_frequent(texts, most)
            advance()
            read = Sentences.of(map(vocabulary.ids, _sentences(texts)))
            advance()
            counts = count_ngrams(read, vocabulary, max(_ORDERS))
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
                    f"of the text given, {len(vocabulary):,} words, pruned by counts of "
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


def _kenlm_entrants(options: Sequence[str]) -> Iterator[Entrant]:
    for option in options:
        name, path, word_list = _kenlm_parts(option)
        from karussell.measure.kenlm_model import open_kenlm

        model = open_kenlm(path, word_list)
        yield Entrant(
            name=name,
            model=model,
            bytes=path.stat().st_size + word_list.stat().st_size,
            note=f"KenLM, {len(model.vocabulary):,} words",
        )


def _kenlm_parts(option: str) -> tuple[str, Path, Path]:
    name, equals, files = option.partition("=")
    path, colon, words = files.rpartition(":")
    if not (name and equals and path and colon and words):
        raise UsageError(
            f"--kenlm {option}: expected NAME=MODEL:WORDS, for example kn3=kn3.bin:words.txt"
        )
    for file in (Path(path), Path(words)):
        if not file.is_file():
            raise UsageError(f"--kenlm {name}: {file}: no such file")
    return name, Path(path), Path(words)


def _peer_entrants(folder: Path | None, ours: LanguageModel) -> Iterator[Entrant]:
    if folder is None:
        return
    files = sorted(folder.glob("*.pt"))
    if not files:
        raise UsageError(f"--peers {folder}: holds no .pt file, expected a folder of trained peers")
    with needing("torch", "PyTorch", "--peers needs"):
        from karussell.peers import open_peer
    for path in files:
        model = open_peer(path)
        # A network of our words has our rare ones beside it, as ours has.
        same = model.vocabulary.words == ours.vocabulary.words
        note = f"{model.card.kind}, float32, {_words(ours) if same else len(model.vocabulary)}"
        yield Entrant(
            name=path.stem,
            model=model,
            rare=ours.rare if same else None,
            bytes=path.stat().st_size,
            note=note,
        )
