"""The man pages: `python -m karussell.cli.manual FOLDER` writes them."""

from pathlib import Path

import typer

from karussell.cli.main import app
from karussell.cli.pages import pages
from karussell.errors import UsageError
from karussell.files import reason_of, write_whole


def write_pages(folder: Path) -> list[Path]:
    """Write all pages.

    Args:
        folder: Where they go; it is made.

    Returns:
        The files.

    Raises:
        UsageError: It cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages(typer.main.get_command(app)).items():
            write_whole(folder / name, text.encode())
            written.append(folder / name)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({reason_of(error)})") from None
    return written


__all__ = ["write_pages"]
