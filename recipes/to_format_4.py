"""Bring the packaged models from format 3 to format 4: ``python -m recipes.to_format_4``.

Only the card changes; not a byte of the tensors does.
"""

import json
from pathlib import Path

import msgspec
import numpy as np
from safetensors.numpy import load

import karussell.model
from karussell.model import Card, map_model_file, read_model_file
from karussell.model.stored import _checked_model
from karussell.store import FORMAT, save

_MODEL = Path(karussell.model.__file__).parent


def convert(old: Path, new: Path) -> None:
    """Write a file of format 3 again in format 4."""
    data = old.read_bytes()
    length = int.from_bytes(data[:8], "little")
    seal = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["karussell"])
    card = msgspec.convert({**seal["card"], "format": FORMAT, "kind": "words"}, Card)
    new.parent.mkdir(exist_ok=True)
    save(new, card, load(data), _checked_model)
    start = 8 + int.from_bytes(new.read_bytes()[:8], "little")
    assert new.read_bytes()[start:] == data[8 + length :]
    whole, mapped = read_model_file(new), map_model_file(new)
    assert whole.card == mapped.card == card
    assert all(np.array_equal(each, load(data)[name]) for name, each in whole.tensors.items())


if __name__ == "__main__":
    for path in sorted(_MODEL.glob("*.karussell")):
        convert(path, _MODEL / "packaged" / path.name)
        path.unlink()
        print(path.name)
