"""A model of words on disk and at run time, without torch."""

from typing import TYPE_CHECKING

from karussell.doors import door
from karussell.model.card import Card, Source, Training
from karussell.model.configuration import Configuration
from karussell.model.embedded import LANGUAGES, embedded_path
from karussell.model.layout import parameter_count, weight_shapes, weight_tensors
from karussell.model.network import LanguageModel, open_model
from karussell.model.packed import network_of
from karussell.model.rare import Casing, RareWords
from karussell.model.reader import SCORE_BYTES, STATE_BYTES, Reader
from karussell.model.stored import StoredModel, map_model_file

if TYPE_CHECKING:
    from karussell.model.packing import pack_weights
    from karussell.model.saved import read_model_file, save_contents, save_model

__all__ = [
    "LANGUAGES",
    "SCORE_BYTES",
    "STATE_BYTES",
    "Card",
    "Casing",
    "Configuration",
    "LanguageModel",
    "RareWords",
    "Reader",
    "Source",
    "StoredModel",
    "Training",
    "embedded_path",
    "map_model_file",
    "network_of",
    "open_model",
    "pack_weights",
    "parameter_count",
    "read_model_file",
    "save_contents",
    "save_model",
    "weight_shapes",
    "weight_tensors",
]

# Who opens a model needs nothing of what writes one.
__getattr__ = door(
    __name__,
    {
        "packing": ("pack_weights",),
        "saved": ("read_model_file", "save_contents", "save_model"),
    },
)
