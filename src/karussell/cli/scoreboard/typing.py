"""`karussell scoreboard --typing`: what correction mends and spoils, ours beside its rivals."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from karussell.cli.progress import bar
from karussell.cli.scoreboard.grid import Sheet
from karussell.cli.scoreboard.typing_tables import typing_grids, typing_notes
from karussell.cli.texts import read_text, text_name
from karussell.correction import Geometry
from karussell.keyboard import Predictor
from karussell.measure import (
    CARELESS,
    Contest,
    Course,
    Doubtful,
    Noise,
    Rival,
    dictionaries_among,
    harmless_sets,
    held_out,
    installed_rivals,
    measure_calm,
    our_keyboard,
    read_misspellings,
    read_mistakes,
    slips_among,
)
from karussell.text import fold

# Half of them would be no less sure of the milliseconds.
_CALM_LINES = 400


class Wishes(NamedTuple):
    """What the options ask for; their help says what each means."""

    pairs: Sequence[Path]
    all_pairs: bool
    foreign: Sequence[Path]
    also: Sequence[Path]
    layouts: Sequence[str]
    sigmas: Sequence[float]
    seed: int
    limit: int | None
    busy: bool


def typing_sheet(files: Sequence[Path], path: Path, wishes: Wishes) -> Sheet:
    """Measure typing with a model and some texts.

    Raises:
        KarussellError: If one of the files cannot be read.
    """
    with Predictor.open(path) as predictor:
        rivals = list(installed_rivals(predictor.language))
        course = _course(files, predictor, rivals, wishes)

        def of_layout(layout: str) -> list[Rival]:
            return [our_keyboard(predictor, layout), *rivals]

        contest = Contest(of_layout, course)
        lines = course.lines[:_CALM_LINES]
        with bar("measuring", contest.steps() + 3 * len(lines)) as advance:
            board = contest.board(advance)
            with _busy() if wishes.busy else nullcontext():
                calm = measure_calm(
                    predictor,
                    lines,
                    layout=course.layouts[0],
                    noise=course.noises[0],
                    seed=course.seed,
                    on_line=advance,
                )
    board = msgspec.structs.replace(board, calm=calm)

    def draw(plot: Path) -> None:
        from karussell.cli.scoreboard.typing_picture import draw

        draw(plot, board)

    return Sheet(board, list(typing_grids(board)), typing_notes(board), board.rules, draw)


def _course(
    files: Sequence[Path], predictor: Predictor, rivals: Sequence[Rival], wishes: Wishes
) -> Course:
    language = predictor.language
    lines = [line for file in files for line in read_text(file, wishes.limit)]
    also = [line for file in wishes.also for line in read_text(file, None)]
    foreign = [read_text(file, None) for file in wishes.foreign]
    lists = {text_name(file).removesuffix(".tsv"): read_mistakes(file) for file in wishes.pairs}
    words, rare = predictor.model.vocabulary, predictor.model.rare.vocabulary

    def known(word: str) -> bool:
        return fold(word) in words or fold(word) in rare

    dictionaries = dictionaries_among(rivals)
    # The first is the most careful one.
    dictionary = next(iter(dictionaries), known)
    misspellings = chain.from_iterable(map(read_misspellings, wishes.pairs))
    slips = slips_among(misspellings, language, dictionary)
    return Course(
        language=language,
        lines=lines,
        noises=[*(Noise(sigma=sigma) for sigma in wishes.sigmas), CARELESS],
        layouts=wishes.layouts or [_usual_layout(language)],
        mistakes={
            name: [each for each in listed if wishes.all_pairs or held_out(each)]
            for name, listed in lists.items()
        },
        harmless=harmless_sets(
            [*lines, *also],
            foreign,
            dictionary=dictionary,
            vocabulary=known,
            slips=slips,
            seed=wishes.seed,
        ),
        slips=slips,
        doubtful=Doubtful([known, *dictionaries]),
        seed=wishes.seed,
    )


@contextmanager
def _busy() -> Iterator[None]:
    """Another process at work meanwhile."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
        try:
            yield
        finally:
            other.kill()


def _usual_layout(language: str) -> str:
    """The name of the layout where a language is written."""
    usual = Geometry.of_language(language).keys
    return next(name for name in Geometry.NAMES if Geometry.named(name).keys == usual)
