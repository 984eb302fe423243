"""The engines: each file does every task with one package, and imports it when it is asked to."""

from importlib import import_module

from karussell.bench.engines.prepared import STEPS_CHECKED, Answer, Prepared
from karussell.bench.task import PACKAGES, Entrant, Task

__all__ = ["STEPS_CHECKED", "Answer", "Prepared", "prepare"]


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """Make everything ready, at the best settings known, so that one call does the task once."""
    training = task.work in ("layer", "training", "softmax")
    package = PACKAGES[entrant.engine]
    if training and package in ("torch", "karussell"):
        home = "training"
    else:
        home = "ours" if package == "karussell" else f"with_{package}"
    module = import_module(f"karussell.bench.engines.{home}")
    prepared: Prepared = module.prepare(task, entrant)
    return prepared
