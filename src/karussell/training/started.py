"""How torchrun says what a process is to it; it is known without torch."""

import os


def rank_of() -> tuple[int, int]:
    """Which process this is, and of how many, as torchrun has it; (0, 1) if it did not start it."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return 0, 1
    return int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
