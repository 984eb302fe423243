"""How torchrun says what a process is to it; it is known without torch."""

import os


def is_started() -> bool:
    """Whether torchrun has started this process."""
    return "TORCHELASTIC_RUN_ID" in os.environ


def local_rank() -> int:
    """Which process of its machine this is."""
    return int(os.environ.get("LOCAL_RANK", "0")) if is_started() else 0


def rank_of() -> tuple[int, int]:
    """Which process this is, and of how many, as torchrun has it; (0, 1) if it did not start it."""
    if not is_started():
        return 0, 1
    return int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))


def node_of() -> str:
    """Which of torchrun's machines this is."""
    return os.environ.get("GROUP_RANK", "")
