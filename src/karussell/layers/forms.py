"""Blocks as text, which an operator of torch can be told and a saved program can hold."""

from functools import lru_cache
from typing import Any

import msgspec

from karussell.kernels import Block


def name_of(block: Block) -> str:
    """A block as text: its choices that are not the usual ones, as JSON."""
    usual = Block()
    own: dict[str, Any] = {
        name: value
        for name in Block.__dataclass_fields__
        if (value := getattr(block, name)) != getattr(usual, name)
    }
    return msgspec.json.encode(own, enc_hook=float).decode()  # of NumPy's numbers, too


@lru_cache
def block_of(name: str) -> Block:
    """The block of such a text."""
    return msgspec.json.decode(name, type=Block)
