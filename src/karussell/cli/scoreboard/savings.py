"""`karussell scoreboard` without `--typing`: what models save, and how surprised they are."""

from collections.abc import Sequence
from pathlib import Path

from karussell.cli.progress import bar
from karussell.cli.scoreboard.grid import Sheet
from karussell.cli.scoreboard.rivals import kenlm_entrants, peer_entrants
from karussell.cli.scoreboard.tables import board_grids, board_notes
from karussell.cli.texts import read_text, text_name
from karussell.measure import Text, baseline_entrants, compare, our_entrant
from karussell.model import open_model


def savings_sheet(
    files: Sequence[Path],
    path: Path,
    train: Sequence[Path],
    kenlm: Sequence[str],
    peer: Sequence[Path],
    limit: int | None,
) -> Sheet:
    """Measure a model and its baselines on some texts; the command's help says what each means.

    Raises:
        KarussellError: If one of the files cannot be read.
    """
    # All is read first: what is wrong with the last is told before the first is measured.
    texts = [Text(name=text_name(file), lines=read_text(file, limit)) for file in files]
    ours, size = open_model(path), path.stat().st_size
    # All files are looked at before anything is estimated, which takes a while.
    entrants = [
        our_entrant(ours, size),
        *kenlm_entrants(kenlm),
        *peer_entrants(peer, ours),
        *baseline_entrants(ours, size, train, bar),
    ]
    steps = len(entrants) * sum(len(text.lines) for text in texts)
    with bar("measuring", steps) as advance:
        board = compare(entrants, texts, on_line=advance)

    def draw(plot: Path) -> None:
        from karussell.cli.scoreboard.picture import draw

        draw(plot, board)

    return Sheet(board, list(board_grids(board)), board_notes(board), board.rules, draw)
