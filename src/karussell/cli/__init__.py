"""The command line: one file a command, and the only place that prints.

What recipes and the lab use of it is loaded when it is asked for.
"""

from karussell.cli.main import main

__all__ = ["main", "options", "pictures", "progress", "times"]
