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
        name, equals, files = option.partition("=")
        path, colon, words = files.rpartition(":")
        if not (name and equals and path and colon and words):
            raise UsageError(
                f"--kenlm {option}: expected NAME=MODEL:WORDS, for example kn3=kn3.bin:words.txt"
            )
        for file in (Path(path), Path(words)):
            if not file.is_file():
                raise UsageError(f"--kenlm {name}: {file}: no such file")
        yield kenlm_entrant(name, Path(path), Path(words))


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
        with needing("torch", "PyTorch", "--peer needs"):
            from karussell.peers import open_peer
        for path in files:
            model = open_peer(path)
            yield peer_entrant(path.stem, model, model.card.kind, path.stat().st_size, ours)
