"""The one container of all models: safetensors with a card, read as if an enemy had written it.

Each kind of model brings a card, which says what tensors its file holds. The format on one page:
docs/reference/model-file.md.
"""

from karussell.store.card import ModelCard
from karussell.store.digest import fingerprint
from karussell.store.file import Stored, check_whole, kind_of, load, save, saving
from karussell.store.tensor import LARGEST_WEIGHT, WEIGHTS, Range, Tensor, check_values, checked

__all__ = [
    "LARGEST_WEIGHT",
    "WEIGHTS",
    "ModelCard",
    "Range",
    "Stored",
    "Tensor",
    "check_values",
    "check_whole",
    "checked",
    "fingerprint",
    "kind_of",
    "load",
    "save",
    "saving",
]
