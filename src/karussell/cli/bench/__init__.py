"""`karussell bench`: the command, its tables and its picture."""

from karussell.cli.bench.command import bench

__all__ = ["bench"]
