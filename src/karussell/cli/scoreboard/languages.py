"""`karussell scoreboard` with several languages: what they save together, and what they spoil."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from karussell.cli.progress import bar
from karussell.cli.scoreboard.grid import Grid, Sheet
from karussell.cli.scoreboard.tables import board_grids, board_notes
from karussell.cli.texts import read_text, text_name
from karussell.errors import UsageError, counted
from karussell.keyboard import Predictor
from karussell.measure import (
    Board,
    Harm,
    Text,
    compare,
    harm,
    languages_entrant,
    our_entrant,
    switching,
    turns,
)
from karussell.model import open_model


class LanguagesBoard(msgspec.Struct, frozen=True):
    """What was measured.

    Attributes:
        savings: What is saved by all languages together, and by each alone.
        harm: What each changes in text that is right.
    """

    savings: Board
    harm: tuple[Harm, ...]


def languages_sheet(
    files: Sequence[Path], paths: Sequence[Path], limit: int | None, seed: int
) -> Sheet:
    """Measure models of several languages together and alone, on text of each and on mixed text.

    Args:
        files: A text in each language, in the order of the models.
        paths: The models.
        limit: Lines of each text at most.
        seed: Of where the mixed text switches.

    Raises:
        KarussellError: If one of the files cannot be read, or there is not one for each model.
    """
    if len(files) != len(paths):
        raise UsageError(
            f"{counted(len(files), 'text')} for {counted(len(paths), 'language')}, expected one "
            "for each, in their order"
        )
    read = [read_text(file, limit) for file in files]
    texts = [
        Text(name=text_name(file), lines=lines) for file, lines in zip(files, read, strict=True)
    ]
    texts.append(Text(name="switching every 1 to 10 words", lines=switching(read, seed=seed)))
    texts.append(Text(name="switching at each sentence", lines=turns(read)))
    models = [open_model(path) for path in paths]
    sizes = [path.stat().st_size for path in paths]
    entrants = [
        languages_entrant(models, sum(sizes)),
        *(our_entrant(model, size) for model, size in zip(models, sizes, strict=True)),
    ]
    keyboards = {entrants[0].name: Predictor(models)}
    keyboards |= {model.card.language: Predictor(model) for model in models}
    lines = sum(len(text.lines) for text in texts)
    with bar("measuring", len(entrants) * lines + len(keyboards) * lines) as advance:
        board = compare(entrants, texts, on_line=advance)
        spoilt = tuple(
            harm(keyboard, name, text.name, text.lines, advance)
            for text in texts
            for name, keyboard in keyboards.items()
        )

    def draw(plot: Path) -> None:
        from karussell.cli.scoreboard.picture import draw

        draw(plot, board)

    grids = [*board_grids(board), _harm_grid(spoilt)]
    notes = [*board_notes(board), *_examples(spoilt, entrants[0].name)]
    return Sheet(LanguagesBoard(board, spoilt), grids, notes, board.rules, draw)


def _harm_grid(found: Sequence[Harm]) -> Grid:
    keyboards = list(dict.fromkeys(each.keyboard for each in found))
    rows = [
        (
            text,
            *(
                f"{each.changed} of {each.words:,}"
                for keyboard in keyboards
                for each in found
                if (each.text, each.keyboard) == (text, keyboard)
            ),
        )
        for text in dict.fromkeys(each.text for each in found)
    ]
    return Grid("right words that are changed unasked", ("", *keyboards), rows, ours=None)


def _examples(found: Sequence[Harm], keyboard: str) -> list[str]:
    """What the languages together changed, in short."""
    pairs = dict.fromkeys(
        pair for each in found if each.keyboard == keyboard for pair in each.examples
    )
    told = ", ".join(f"{typed} -> {word}" for typed, word in pairs)
    return [f"changed by {keyboard}: {told}"] if told else []
