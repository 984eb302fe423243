"""`karussell scoreboard`: our model beside its baselines, on the same text, by the same rules."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.options import (
    AsJSON,
    Languages,
    Lines,
    Markdown,
    Models,
    Plot,
    Texts,
    listed,
)

if TYPE_CHECKING:
    from karussell.cli.scoreboard.grid import Sheet

# Near the spread at which four words in ten are typed wrong.
_SIGMA = 0.29

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


_Typing = Annotated[
    bool,
    typer.Option(
        "--typing",
        help="Measure correction: slips of the thumb, real mistakes, and what must not change.",
    ),
]
_Pairs = Annotated[
    list[Path] | None,
    typer.Option(
        "--pairs",
        metavar="LIST",
        help="With --typing: mistakes that people made, a line each with a tab and the right "
        "word. Repeatable.",
    ),
]
_AllPairs = Annotated[
    bool,
    typer.Option(
        "--all-pairs", help="Take all of them, not only the half that no model was trained with."
    ),
]
_Foreign = Annotated[
    list[Path] | None,
    typer.Option(
        "--foreign", metavar="TEXT", help="With --typing: text in another language. Repeatable."
    ),
]
_Also = Annotated[
    list[Path] | None,
    typer.Option(
        "--also",
        metavar="TEXT",
        help="With --typing: more text to find names, product words and the like in. Repeatable.",
    ),
]
_Layouts = Annotated[
    list[str] | None,
    typer.Option(
        "--layout",
        help="With --typing: where the keys are: qwerty, qwertz, azerty, dvorak or qwerty-es; by "
        "default the language's usual one. Repeatable.",
    ),
]
_Sigmas = Annotated[
    list[float] | None,
    typer.Option(
        "--sigma",
        min=0.0,
        max=2.0,
        help="With --typing: the spread of taps in key widths, by default 0.29. Repeatable.",
    ),
]
_Own = Annotated[
    bool,
    typer.Option(
        "--own",
        help="Measure learning: each text is a writer's, or has lines of a name, a tab, a message.",
    ),
]
_Base = Annotated[
    list[Path] | None,
    typer.Option(
        "--base",
        metavar="TEXT",
        help="With --own: text of others, read once all of a writer is learned. Repeatable.",
    ),
]
_Busy = Annotated[
    bool, typer.Option("--busy", help="With --typing: time keys while another process is at work.")
]
_Seed = Annotated[
    int, typer.Option("--seed", min=0, help="Of every slip, and of where text is mixed.")
]


def scoreboard(
    files: Texts,
    language: Languages = "en",
    model: Models = None,
    train: _Train = None,
    kenlm: _KenLM = None,
    peer: _Peers = None,
    typing: _Typing = False,
    pairs: _Pairs = None,
    all_pairs: _AllPairs = False,
    foreign: _Foreign = None,
    also: _Also = None,
    layout: _Layouts = None,
    sigma: _Sigmas = None,
    seed: _Seed = 1,
    busy: _Busy = False,
    own: _Own = False,
    base: _Base = None,
    limit: Lines = None,
    plot: Plot = None,
    markdown: Markdown = None,
    as_json: AsJSON = False,
) -> None:
    """Measure our model and its baselines on text that none of them saw, in turn, word by word.

    A unigram list always takes part, Presage if it is installed, Kneser-Ney models of the text
    given with --train. Figures have 95 % intervals, and so has our lead over each.

    With --typing it types instead: with slips of the thumb, with real mistakes, and right, beside
    Hunspell, SymSpell and Presage, each if it is installed. With --own it learns: each word of a
    writer is predicted, then its line is learned.

    With several languages, as --language en,de, and a text in each, it measures them together and
    alone, on each text, on both mixed, and what is changed in them that was right.
    """
    read = [*files, *(train or ()), *(pairs or ()), *(foreign or ()), *(also or ()), *(base or ())]
    path, *rest = paths = _checked(model, language, (plot, markdown), read, kenlm, peer)
    if rest:
        sheet = _of_several(files, paths, limit, seed, typing or own or train or kenlm or peer)
    elif typing:
        from karussell.cli.scoreboard.typing import Wishes, typing_sheet

        wishes = Wishes(
            pairs=pairs or (),
            all_pairs=all_pairs,
            foreign=foreign or (),
            also=also or (),
            layouts=layout or (),
            sigmas=sigma or (_SIGMA,),
            seed=seed,
            limit=limit,
            busy=busy,
        )
        sheet = typing_sheet(files, path, wishes)
    elif own:
        sheet = _sheet_of_learning(files, path, base, limit)
    else:
        sheet = _sheet_of_savings(files, path, train, kenlm, peer, limit)
    _show(sheet, as_json, markdown, plot)


def _checked(
    models: list[Path] | None,
    language: str,
    written: tuple[Path | None, ...],
    read: list[Path],
    kenlm: list[str] | None,
    peer: list[Path] | None,
) -> list[Path]:
    """The models, once it is sure that nothing that is read would be replaced."""
    from karussell.cli.scoreboard.rivals import rival_files
    from karussell.cli.whole import check_models
    from karussell.files import check_outputs
    from karussell.model import embedded_path

    paths = models or [embedded_path(tag) for tag in listed(language)]
    check_outputs(written, [*read, *paths, *rival_files(kenlm or (), peer or ())])
    check_models(paths)
    return paths


def _sheet_of_learning(
    files: list[Path], path: Path, base: list[Path] | None, limit: int | None
) -> "Sheet":
    from karussell.cli.scoreboard.own import own_sheet

    return own_sheet(files, path, base or (), limit)


def _sheet_of_savings(
    files: list[Path],
    path: Path,
    train: list[Path] | None,
    kenlm: list[str] | None,
    peer: list[Path] | None,
    limit: int | None,
) -> "Sheet":
    from karussell.cli.scoreboard.savings import savings_sheet

    return savings_sheet(files, path, train or (), kenlm or (), peer or (), limit)


def _of_several(
    files: list[Path], paths: list[Path], limit: int | None, seed: int, others: object
) -> "Sheet":
    from karussell.cli.scoreboard.languages import languages_sheet
    from karussell.errors import UsageError

    if others:
        raise UsageError(
            "--typing, --own, --train, --kenlm and --peer are for one language; leave them out, or "
            "give one --language or --model"
        )
    return languages_sheet(files, paths, limit, seed)


def _show(sheet: "Sheet", as_json: bool, markdown: Path | None, plot: Path | None) -> None:
    from karussell.cli.printing import print_json
    from karussell.cli.scoreboard.grid import print_grids, write_markdown

    if as_json:
        print_json(sheet.board)
    else:
        print_grids(sheet.grids, sheet.notes, sheet.rules)
    if markdown is not None:
        write_markdown(markdown, sheet.grids, sheet.notes, sheet.rules)
    if plot is not None:
        sheet.draw(plot)
