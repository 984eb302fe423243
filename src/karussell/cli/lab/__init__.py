"""`karussell lab`: the command and its tables."""

from karussell.cli.lab.command import lab

__all__ = ["lab"]
