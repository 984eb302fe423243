"""Who takes part in `karussell scoreboard`: ours, and each baseline that was asked for."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from karussell.cli.extras import needing
from karussell.cli.progress import bar
from karussell.errors import TextError, UsageError
from karussell.measure import Entrant, UnigramModel
from karussell.measure.presage import open_presage
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.text import Vocabulary, read_lines, sentences, words

_ORDERS = (3, 5)
# As many bytes as ours, and so many that size is no excuse.
_TIMES = (1, 10)


def find_entrants(
    model: Path | None, *, train: Sequence[Path], kenlm: Sequence[str], peers: Path | None
) -> list[Entrant]:
    """Open or estimate all who take part, ours first.

    Args:
        model: Our model's file; the packaged one if None.
        train: Texts that Kneser-Ney models learn from.
        kenlm: KenLM models, each NAME=MODEL:WORDS.
        peers: A folder of trained peers.

    Raises:
        KarussellError: If one of them cannot be had.
    """
    path = model or embedded_path()
    opened = open_model(path)
    size = path.stat().st_size
    # All files are looked at before anything is estimated, which takes a while.
    queried = [*_kenlm_entrants(kenlm), *_peer_entrants(peers)]
    return [
        _ours(opened, size),
        *queried,
        *_kneser_ney_entrants(train, len(opened.vocabulary), size),
        *_presage_entrants(opened.card.language),
        _unigram(opened),
    ]


def _ours(model: LanguageModel, size: int) -> Entrant:
    shape = model.configuration
    layers = f"{shape.layers} x " if shape.layers > 1 else ""
    return Entrant(
        name=f"Karussell {model.card.name}",
        model=model,
        bytes=size,
        note=f"{shape.cell.upper()} of {layers}{shape.hidden_size} cells, "
        f"{model.card.number_format}, {len(model.vocabulary):,} words",
    )


def _unigram(model: LanguageModel) -> Entrant:
    unigram = UnigramModel(model.vocabulary, model.counts)
    note = f"how often each of our {len(model.vocabulary):,} words stood in our training text"
    return Entrant(name="unigram list", model=unigram, bytes=unigram.bytes, note=note)


def _presage_entrants(language: str) -> Iterator[Entrant]:
    """Presage, unless our model is of a language that its own does not speak."""
    if language.partition("-")[0] not in ("en", "und"):
        return
    presage = open_presage()
    if presage is not None:
        note = "its own English model, without learning; it gives lists, no probabilities"
        yield Entrant(name="Presage", suggester=presage, bytes=presage.bytes, note=note)


def _kneser_ney_entrants(texts: Sequence[Path], most: int, size: int) -> list[Entrant]:
    """Kneser-Ney models of each order and size, with as many words as ours has.

    Raises:
        UsageError: If even the largest has no room for so many words.
    """
    if not texts:
        return []
    from karussell.measure.kneser_ney import estimate
    from karussell.measure.ngram_counts import Sentences, count_ngrams
    from karussell.measure.trie_size import lightest_pruning

    found: list[Entrant] = []
    tried: list[tuple[int, ...]] = []
    no_room: UsageError | None = None
    with bar("estimating", 3 + len(_ORDERS) * len(_TIMES)) as advance:
        vocabulary = _most_frequent(texts, most)
        advance()
        read = Sentences.of(map(vocabulary.ids, _sentences(texts)))
        advance()
        counts = count_ngrams(read, vocabulary, max(_ORDERS))
        advance()
        for times, order in product(_TIMES, _ORDERS):
            try:
                pruning = lightest_pruning(counts, order, times * size)
            except UsageError as error:
                no_room = error
                continue
            if pruning in tried:
                continue  # the whole model is no larger
            tried.append(pruning)
            model = estimate(counts, pruning)
            entrant = Entrant(
                name=f"Kneser-Ney {order}-gram" + f", {times} x" * (times > 1),
                model=model,
                bytes=model.bytes,
                note=f"of the text given, {len(vocabulary):,} words, pruned by counts of "
                f"{' '.join(map(str, pruning))}",
            )
            found.append(entrant)
            advance()
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


def _peer_entrants(folder: Path | None) -> Iterator[Entrant]:
    if folder is None:
        return
    files = sorted(folder.glob("*.pt"))
    if not files:
        raise UsageError(f"--peers {folder}: holds no .pt file, expected a folder of trained peers")
    with needing("torch", "PyTorch", "--peers needs"):
        from karussell.training.peer_model import open_peer
    for path in files:
        model = open_peer(path)
        note = f"{model.card.kind}, float32, {len(model.vocabulary):,} words"
        yield Entrant(name=path.stem, model=model, bytes=path.stat().st_size, note=note)
