"""`karussell scoreboard`: the command, its tables and its picture."""

from karussell.cli.scoreboard.command import scoreboard

__all__ = ["scoreboard"]
