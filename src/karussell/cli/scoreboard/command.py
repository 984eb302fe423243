"""`karussell scoreboard`: our model beside its baselines, on the same text, by the same rules."""

from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import AsJSON, Language, Lines, Markdown, Model, Plot, Texts

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
    list[Path] | None,
    typer.Option(
        "--peer", "-p", metavar="PATH", help="A trained peer, or a folder of them. Repeatable."
    ),
]


def scoreboard(
    files: Texts,
    language: Language = "en",
    model: Model = None,
    train: _Train = None,
    kenlm: _KenLM = None,
    peer: _Peers = None,
    limit: Lines = None,
    plot: Plot = None,
    markdown: Markdown = None,
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
    from karussell.measure import Text, baseline_entrants, compare, our_entrant
    from karussell.model import embedded_path, open_model

    # All is read first: what is wrong with the last is told before the first is measured.
    texts = [Text(name=text_name(file), lines=read_text(file, limit)) for file in files]
    path = model or embedded_path(language)
    ours, size = open_model(path), path.stat().st_size
    # All files are looked at before anything is estimated, which takes a while.
    entrants = [
        our_entrant(ours, size),
        *kenlm_entrants(kenlm or ()),
        *peer_entrants(peer or (), ours),
        *baseline_entrants(ours, size, train or (), bar),
    ]
    steps = len(entrants) * sum(len(text.lines) for text in texts)
    with bar("measuring", steps) as advance:
        board = compare(entrants, texts, on_line=advance)
    if as_json:
        print_json(board)
    else:
        print_board(board)
    if markdown is not None:
        write_markdown(markdown, board)
    if plot is not None:
        from karussell.cli.scoreboard.picture import draw

        draw(plot, board)
