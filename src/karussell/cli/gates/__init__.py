"""`karussell gates`: the command, its map in the terminal and its picture."""

from karussell.cli.gates.command import gates

__all__ = ["gates"]
