"""`karussell evaluate`: the command and its tables."""

from karussell.cli.evaluate.command import evaluate

__all__ = ["evaluate"]
