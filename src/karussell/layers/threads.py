"""How many threads torch may use here: one in the child of a process that forked."""

import os
import sys

import torch

_forked = False


def most_threads() -> int:
    """As many threads as torch may be given in this process."""
    return 1 if _forked else sys.maxsize


def _in_child() -> None:
    """Let torch compute alone: OpenMP waits for ever for the threads that its parent had."""
    global _forked
    _forked = True
    torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
