"""Options that several commands share: what means the same has one name, one letter and one help.

What a command is about is its argument: a text, texts, or a model. All else are options. A file
that will be written is looked at before any work begins.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from karussell.errors import UsageError, needing

_PICTURES = (".png", ".svg")


def no_stream(path: Path | None) -> Path | None:
    """Refuse ``-`` as what is written: the texts that are read know it as a stream.

    Raises:
        UsageError: If it is ``-``.
    """
    if path == Path("-"):
        raise UsageError("-: standard output takes no file; choose the name of one to write")
    return path


def folder_of(option: str) -> Callable[[str], Path]:
    """A reader of the folder that an option names, there or not.

    An empty name would be where the user stands, and a file could not become one.
    """

    def folder(value: str) -> Path:
        if not value.strip():
            raise UsageError(f"{option} {value!r}: is empty, expected a folder (. for this one)")
        path = Path(value)
        if path.exists() and not path.is_dir():
            raise UsageError(f"{option} {value}: is a file, expected a folder")
        return path

    return folder


def _writable(path: Path | None) -> Path | None:
    """Refuse a file that could not be written in the end.

    Raises:
        UsageError: If its folder is not there, it is one, or it is ``-``.
    """
    no_stream(path)
    if path is not None:
        if not path.parent.is_dir():
            raise UsageError(f"{path}: cannot be written (no such folder: {path.parent})")
        if path.is_dir():
            raise UsageError(f"{path}: cannot be written (it is a folder)")
    return path


def listed(languages: str) -> tuple[str, ...]:
    """The tags in the value of ``--language``: "en,de".

    Raises:
        UsageError: If there is nothing before or behind a comma.
    """
    tags = tuple(tag.strip() for tag in languages.split(","))
    if not all(tags):
        raise UsageError(f"language {languages!r}: expected a tag, or several as in en,de")
    return tags


def drawable(path: Path | None) -> Path | None:
    """Refuse a picture that could not be drawn in the end.

    Raises:
        UsageError: If it cannot be written, is no picture, or matplotlib is not installed.
    """
    if path is not None:
        with needing("pictures need"):
            import matplotlib  # noqa: F401  # to know that it is here
        if path.suffix.lower() not in _PICTURES:
            expected = " or ".join(_PICTURES)
            raise UsageError(f"{path}: not a picture; choose a name that ends in {expected}")
    return _writable(path)


Model = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="A .karussell file; by default the language's own model."),
]
ModelFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[MODEL]", help="A .karussell file; by default the language's own model."
    ),
]
MemoryKey = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="FILE",
        help="The key of an encrypted memory: its file, or the word keyring for the system's; a "
        "new memory gets one made.",
    ),
]
MemoryFolder = Annotated[
    Path | None,
    typer.Option(
        "--memory",
        metavar="FOLDER",
        parser=folder_of("--memory"),
        help="Where what is learned is kept; by default your own folder.",
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Nothing older than this: 2026-11-01, yesterday, 7d (days), 2h."
    ),
]
App = Annotated[str | None, typer.Option(help="What was written in this application or site.")]
Language = Annotated[
    str, typer.Option("--language", "-l", help="The packaged model to use: en, de, es or fr.")
]
Models = Annotated[
    list[Path] | None,
    typer.Option(
        "--model",
        "-m",
        help="A .karussell file; by default the language's own model. Repeatable: several are "
        "used at once.",
    ),
]
Languages = Annotated[
    str,
    typer.Option(
        "--language",
        "-l",
        help="The packaged models to use: en, de, es or fr; several at once as en,de, the one "
        "that is written most first.",
    ),
]
Offensive = Annotated[
    bool,
    typer.Option("--offensive", help="Suggest coarse words even before they were typed once."),
]
Texts = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Text to measure on, UTF-8, plain, .gz or .xz, a message a line, such as a chat "
        "export; blank lines part conversations.",
    ),
]
Lines = Annotated[
    int | None,
    typer.Option("--limit", "-n", min=1, help="Read this many lines of each FILE at most."),
]
AsJSON = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", callback=_writable, help="The file to write.")
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace the file if it is there already.")
]
Plot = Annotated[
    Path | None,
    typer.Option("--plot", callback=drawable, help="Draw a picture into this .png or .svg file."),
]
Markdown = Annotated[
    Path | None,
    typer.Option("--markdown", callback=_writable, help="Write the tables into this file, too."),
]
