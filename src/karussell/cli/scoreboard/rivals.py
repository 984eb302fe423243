"""The entrants that options of `karussell scoreboard` name: KenLM's models and trained peers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from karussell.errors import UsageError, needing
from karussell.measure import Entrant, kenlm_entrant, peer_entrant
from karussell.model import LanguageModel


def kenlm_entrants(options: Sequence[str]) -> Iterator[Entrant]:
    """The models of KenLM, each given as NAME=MODEL:WORDS.

    Raises:
        KarussellError: If one of them cannot be had.
    """
    for option in options:
        name, path, words = _parts(option)
        for file in (path, words):
            if not file.is_file():
                raise UsageError(f"--kenlm {name}: {file}: no such file")
        yield kenlm_entrant(name, path, words)


def rival_files(kenlm: Sequence[str], peer: Sequence[Path]) -> Iterator[Path]:
    """The files that rivals are read from.

    Raises:
        UsageError: If an option is none.
    """
    for option in kenlm:
        yield from _parts(option)[1:]
    for path in peer:
        yield from path.glob("*.pt") if path.is_dir() else [path]


def _parts(option: str) -> tuple[str, Path, Path]:
    """The name of a model of KenLM, its file, and that of its words."""
    name, equals, files = option.partition("=")
    path, colon, words = files.rpartition(":")
    if not (name and equals and path and colon and words):
        raise UsageError(
            f"--kenlm {option}: expected NAME=MODEL:WORDS, for example kn3=kn3.bin:words.txt"
        )
    return name, Path(path), Path(words)


def peer_entrants(options: Sequence[Path], ours: LanguageModel) -> Iterator[Entrant]:
    """Trained peers, each given as a file, or a folder of them.

    Raises:
        KarussellError: If there are none, or one of them cannot be read.
    """
    for option in options:
        files = sorted(option.glob("*.pt")) if option.is_dir() else [option]
        if not files:
            raise UsageError(
                f"--peer {option}: holds no .pt file, expected a folder of trained peers"
            )
        with needing("--peer needs"):
            from karussell.peers import open_peer
        for path in files:
            model = open_peer(path)
            yield peer_entrant(path.stem, model, model.card.kind, path.stat().st_size, ours)
