"""`karussell lab inside`: what each block of a model remembers."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from karussell.cli.lab.options import Folder, Quick, Seed
from karussell.cli.options import AsJSON, Language, Model, Plot
from karussell.errors import counted

if TYPE_CHECKING:
    from karussell.lab import Finding, Inside, Sentence
    from karussell.model import LanguageModel

_Texts = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[TEXT]...",
        help="Texts to read, UTF-8, plain, .gz or .xz; without one, three short ones of ours. More "
        "text finds more.",
    ),
]
_Words = Annotated[int, typer.Option(min=100, help="Read this many words of each TEXT at most.")]
_QUICK_WORDS = 1_000
_OPENING = 3
_CLEAR = "four fifths"


def inside(
    texts: _Texts = None,
    language: Language = "en",
    model: Model = None,
    words: _Words = 4_000,
    quick: Quick = False,
    seed: Seed = 1,
    folder: Folder = None,
    plot: Plot = None,
    as_json: AsJSON = False,
) -> str:
    """Find what each memory block of a keyboard's model remembers while it reads.

    Blocks are chosen on the first half of each text and tested on the second, at words of the same
    place in their sentences. Then the words that a block is said to remember are changed, and the
    sentences read again: did it move as told?
    """
    from karussell.cli.printing import print_json
    from karussell.cli.whole import check_models
    from karussell.files import check_outputs
    from karussell.model import embedded_path, open_model

    path = model or embedded_path(language)
    check_outputs([plot], [path, *(texts or [])])
    check_models([path])
    opened = open_model(path)
    sentences = _sentences(texts or [], opened.card.language, _QUICK_WORDS if quick else words)
    found = _kept(opened, sentences, seed, folder)
    if plot is not None:
        from karussell.cli.lab.gallery import draw

        draw(plot, found)
    if as_json:
        print_json(found)
    else:
        _print(found)
        if plot is not None:
            print(plot)
    clear = sum(finding.clear for finding in found.findings)
    named = sum(found.census.named.values())
    return (
        f"{clear} of {len(found.findings)} features stand clearly in one block; "
        f"{named} of {found.census.cells} cells have a name"
    )


def _sentences(texts: Iterable[Path], language: str, most: int) -> "list[Sentence]":
    from karussell.cli.texts import text_name
    from karussell.lab import own_texts, sentences_of
    from karussell.text import STANDARD_INPUT, read_lines

    texts = list(texts)
    if not texts:
        return own_texts(language)
    found = []
    for text in texts:
        name = "standard input" if text == STANDARD_INPUT else text_name(text)
        rest = most
        for sentence in sentences_of(name, read_lines(text), language):
            found.append(sentence.first(rest))
            rest -= len(found[-1].words)
            if rest <= 0:
                break
    return found


def _kept(
    model: "LanguageModel", sentences: "Sequence[Sentence]", seed: int, folder: Path | None
) -> "Inside":
    """What was found before, if a folder has it; otherwise what is found now, which it keeps."""
    from karussell.cli import progress
    from karussell.lab import Inside, keep, lexicon, look_inside, read_kept

    words = lexicon(model.card.language)
    state = model.start()
    asked = hashlib.sha256(msgspec.json.encode([words, seed]) + state.cell.tobytes())
    for sentence in sentences:
        asked.update(msgspec.json.encode([sentence.source, sentence.words, sentence.asks]))
    path = None if folder is None else folder / "inside.json"
    if folder is not None and path is not None:
        folder.mkdir(parents=True, exist_ok=True)
        kept = read_kept(path, dict[str, Inside]) or {}
        if (before := kept.get(asked.hexdigest())) is not None:
            return before
    with progress.counted("looking inside", 100) as tell:
        found = look_inside(
            model,
            sentences,
            words,
            seed=seed,
            tell=lambda done, of: tell(100 * done // of, f"{done} of {of}"),
        )
    if path is not None:
        keep(path, {asked.hexdigest(): found})
    return found


def _print(found: "Inside") -> None:
    from karussell.cli.printing import console, new_table, print_whole, say

    memories = [each for each in found.sure if each.kind != "just read"]
    read = [each for each in found.sure if each.kind == "just read"]
    screen = console()
    for title, findings in (("remembered", memories), ("just read", read)):
        if not findings:
            continue
        table = new_table(
            title, "block", "score", "last word", "all cells", "half-life", "as told", "opened by",
            faint="all cells",
        )  # fmt: skip
        table.columns[-1].justify = "left"
        for each in findings:
            table.add_row(*_row(each))
        print_whole(table, screen)
        screen.print()
    total, named = found.census.cells, found.census.named
    words = sum(found.texts.values())
    first, half, most = found.half_lives
    say(
        f"{counted(words, 'word')} in {counted(found.sentences, 'sentence')} of "
        f"{', '.join(found.texts)}. Score: of "
        "how many pairs of words, at the same place in their sentences, the block tells the yes "
        "from the no (r: a correlation), in the half of the texts where it was not chosen; beside "
        "it what the last word alone tells, and all cells together. As told: in how many sentences "
        "it moved to the right side, three words after its word was changed."
    )
    if not found.sure:
        say("No block could be told to remember anything. More text finds more.")
    missed = [each.feature for each in found.findings if not each.sure]
    if missed:
        say(f"No single block knows for sure: {'; '.join(missed)}.")
    say(
        f"{sum(named.values())} of {total} cells have a name: they tell what they were chosen for "
        f"in {_CLEAR} of pairs, or r >= 0.6"
        + (f" ({', '.join(f'{kind} {count}' for kind, count in named.items())})" if named else "")
        + f"; by chance {found.census.by_chance}. Half of what a block holds is forgotten after "
        f"{half:.1f} words; a tenth of them forget faster than in {first:.1f}, a tenth hold it "
        f"longer than {most:.1f}."
    )


def _row(each: "Finding") -> tuple[str, ...]:
    place = str(each.block)
    if each.layer > 1:
        place = f"layer {each.layer}, {place}"
    if each.cell > 1:
        place += f", cell {each.cell}"
    opens = list(each.gates["wrote"].open)[:_OPENING]
    return (
        each.feature,
        place,
        *(
            f"{'r ' if each.is_number else ''}{score:.2f}"
            for score in (each.score, each.last_word, each.all_cells)
        ),
        f"{each.half_life:.1f}",
        "" if each.swapped is None else f"{each.swapped.as_told:.0%}",
        ", ".join(opens),
    )
