"""`karussell scoreboard`: our model beside its baselines, on the same text, by the same rules."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.options import AsJSON, Language, Model
from karussell.errors import UsageError, needing

if TYPE_CHECKING:
    from karussell.measure import Board

_Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Text to measure on, UTF-8, plain, .gz or .xz, a message a line, such as a chat "
        "export; blank lines part conversations.",
    ),
]
_Train = Annotated[
    list[Path] | None,
    typer.Option(
        "--train",
        metavar="TEXT",
        help="Text that Kneser-Ney models learn from, as large as ours and ten times as large. "
        "Repeatable.",
    ),
]
_KenLM = Annotated[
    list[str] | None,
    typer.Option(
        "--kenlm", metavar="NAME=MODEL:WORDS", help="A KenLM model and its word list. Repeatable."
    ),
]
_Peers = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="A folder of trained peers, each a .pt file.")
]
_Limit = Annotated[int | None, typer.Option(min=1, help="Read this many lines of each FILE.")]
_Plot = Annotated[Path | None, typer.Option(help="Draw a picture into this file (.png or .svg).")]
_Markdown = Annotated[Path | None, typer.Option(help="Write the tables into this file, too.")]


def scoreboard(
    files: _Files,
    language: Language = "en",
    model: Model = None,
    train: _Train = None,
    kenlm: _KenLM = None,
    peers: _Peers = None,
    limit: _Limit = None,
    plot: _Plot = None,
    markdown: _Markdown = None,
    as_json: AsJSON = False,
) -> None:
    """Measure our model and its baselines on text that none of them saw, in turn, word by word.

    A unigram list always takes part, Presage if it is installed, Kneser-Ney models of the text
    given with --train. Figures have 95 % intervals, and so has our lead over each.
    """
    from karussell.cli.printing import print_json
    from karussell.cli.progress import bar
    from karussell.cli.scoreboard.rivals import kenlm_entrants, peer_entrants
    from karussell.cli.scoreboard.tables import print_board, write_markdown
    from karussell.cli.texts import read_text, text_name
    from karussell.measure import Text, baselines, compare, our_entrant
    from karussell.model import embedded_path, open_model

    draw = _drawer(plot) if plot is not None else None
    for path in (plot, markdown):
        if path is not None:
            _check_folder(path)
    # All is read first: what is wrong with the last is told before the first is measured.
    texts = [Text(name=text_name(file), lines=read_text(file, limit)) for file in files]
    path = model or embedded_path(language)
    ours, size = open_model(path), path.stat().st_size
    # All files are looked at before anything is estimated, which takes a while.
    entrants = [our_entrant(ours, size), *kenlm_entrants(kenlm or ())]
    if peers is not None:
        entrants += peer_entrants(peers, ours)
    entrants += baselines(ours, size, train or (), bar)
    steps = len(entrants) * sum(len(text.lines) for text in texts)
    with bar("measuring", steps) as advance:
        board = compare(entrants, texts, on_line=advance)
    if as_json:
        print_json(board)
    else:
        print_board(board)
    if markdown is not None:
        write_markdown(markdown, board)
    if draw is not None and plot is not None:
        draw(plot, board)


def _check_folder(path: Path) -> None:
    """Refuse a file that could not be written in the end.

    Raises:
        UsageError: If its folder is not there.
    """
    if not path.parent.is_dir():
        raise UsageError(f"{path}: cannot be written (no such folder: {path.parent})")


def _drawer(path: Path) -> "Callable[[Path, Board], None]":
    """What draws the picture.

    Raises:
        UsageError: If matplotlib is not installed, or draws no such files.
    """
    with needing("matplotlib", "matplotlib", "pictures need"):
        from karussell.cli.scoreboard.picture import draw
    if path.suffix not in (".png", ".svg"):
        raise UsageError(f"{path}: not a picture; choose a name that ends in .png or .svg")
    return draw
