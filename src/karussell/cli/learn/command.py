"""`karussell learn`: learn from what one has."""

import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from karussell.cli.options import AsJSON, Languages, MemoryFolder, MemoryKey, Models, listed
from karussell.errors import UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from karussell.cli.learn.lesson import Lesson
    from karussell.history import History

_FORMATS = "mbox, maildir, eml, whatsapp, signal, telegram, sms, markdown, text or karussell"
_Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Exported chats, mail, notes, folders of them, or what Karussell itself exported; "
        "plain, .gz, .xz or .zip; - for standard input.",
    ),
]
_Names = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="NAME",
        help="Who you are in them: a name or an address; give each, if there are several.",
    ),
]
_Format = Annotated[
    str | None,
    typer.Option(
        help=f"What the files are, if it does not follow from what is in them: {_FORMATS}."
    ),
]
_App = Annotated[
    str | None,
    typer.Option(help="What they are remembered to be from; by default what wrote them."),
]


def learn(
    files: _Files,
    names: _Names = None,
    format: _Format = None,
    app: _App = None,
    language: Languages = "en",
    model: Models = None,
    memory: MemoryFolder = None,
    key: MemoryKey = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Learn nothing, tell only what would be learned.")
    ] = False,
    show_left_out: Annotated[
        bool, typer.Option("--show-left-out", help="Print every private thing that is left out.")
    ] = False,
    as_json: AsJSON = False,
) -> None:
    """Learn your words from chats, mail and notes that you have: only what you wrote yourself.

    Links, addresses, numbers, passwords, keys and code are left out. A file that was learned
    before teaches nothing twice.
    """
    from karussell import keyboard
    from karussell.cli.learn.lesson import prepared, savings
    from karussell.cli.learn.report import print_report
    from karussell.cli.whole import check_models
    from karussell.imports import files_of, same_name
    from karussell.model import embedded_path, open_model

    tags = listed(language)
    languages = keyboard.Languages([open_model(path) for path in model or map(embedded_path, tags)])
    check_models(model, tags)
    for name in names or ():
        if not same_name(name):
            raise UsageError(f"--from {name!r}: is no name, expected a name or an address")
    lessons = prepared(
        _once([inner for path in files for inner in files_of(path)]),
        languages,
        names=frozenset(map(same_name, names or ())),
        format=format,
        app=app,
    )
    saved = savings(lessons, languages)
    new = _learned(lessons, memory, key, dry_run=dry_run)
    print_report(lessons, new, saved, dry_run=dry_run, show_left_out=show_left_out, as_json=as_json)


def _once(paths: "Sequence[Path]") -> list[Path]:
    """The files without those named before: what stands there twice is not saved twice."""
    found, seen = list[Path](), set[tuple[int, int]]()
    for path in paths:
        try:
            about = path.stat()
        except (OSError, ValueError):  # told when it is read
            found.append(path)
            continue
        file = (about.st_dev, about.st_ino)
        if str(path) == "-" or not stat.S_ISREG(about.st_mode) or file not in seen:
            found.append(path)
        if str(path) != "-":
            seen.add(file)
    return found


def _learned(
    lessons: "Sequence[Lesson]", memory: Path | None, key: str | None, *, dry_run: bool
) -> list[int]:
    """How much of each lesson is new, and kept from now on."""
    from karussell.cli.keeping import opened
    from karussell.history import usual_folder

    if dry_run and not (usual_folder() if memory is None else memory).is_dir():
        return [lesson.new(()) for lesson in lessons]
    with opened(memory, key) as history:
        if not (history.keeps or dry_run):
            why = (history.notice or "").partition(";")[0]
            raise UsageError(f"{why}; nothing was learned; name another folder with --memory")
        new = [_one_learned(history, lesson, dry_run=dry_run) for lesson in lessons]
        if history.notice:
            print("karussell:", shown(history.notice, 500), file=sys.stderr)
    return new


def _one_learned(history: "History", lesson: "Lesson", *, dry_run: bool) -> int:
    """How much of it is new; all of it is kept, or nothing."""
    entries = [entry for _, entry in history.entries()]
    return lesson.new(entries) if dry_run else history.restore(lesson.data(entries))
