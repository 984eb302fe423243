"""The man pages: `python -m karussell.cli.manual FOLDER` writes them."""

from karussell.cli.manual.pages import write_pages

__all__ = ["write_pages"]
