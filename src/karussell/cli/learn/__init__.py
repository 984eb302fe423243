"""`karussell learn`: what the command does, who is asked, and what it reports."""

from karussell.cli.learn.command import learn

__all__ = ["learn"]
