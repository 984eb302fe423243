"""`karussell app`: the keyboard as an app that works offline, on any static host."""

from pathlib import Path
from typing import Annotated

import typer

from karussell.cli.options import Language
from karussell.errors import UsageError
from karussell.files import reason_of

_Out = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        metavar="FOLDER",
        help="The folder to write; one that was written so before is replaced.",
    ),
]


def app(out: _Out, language: Language = "en") -> None:
    """Write the page as an app that works offline: a folder for any static host.

    A browser that visited it once needs no network any more: model, rules and page lie in it, and
    what is learned stays there. Any sub-folder of any host serves it, without special headers.
    """
    from karussell.cli.printing import print_facts
    from karussell.web import write_app

    try:
        written = write_app(out, language)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({reason_of(error)})") from None
    size = sum(each.size for each in written.files)
    print_facts(
        [
            ("written", str(out)),
            ("files", f"{len(written.files):,}"),
            ("bytes", f"{size:,}"),
            ("version", written.version),
        ]
    )
