"""The command line: one file a command, and the only place that prints."""

from karussell.cli.main import main

__all__ = ["main"]
