"""A language model on disk and at run time, without torch."""

from karussell.blocks import State
from karussell.model.card import (
    Card,
    Configuration,
    NumberFormat,
    Source,
    Training,
    parse_json,
)
from karussell.model.contents import Contents
from karussell.model.embedded import LANGUAGES, embedded_path
from karussell.model.file import (
    StoredModel,
    map_model_file,
    read_model_file,
    save_contents,
    save_model,
)
from karussell.model.layout import parameter_count, weight_shapes
from karussell.model.network import LanguageModel, open_model
from karussell.model.rare import Casing, RareWords
from karussell.model.reader import Reader

__all__ = [
    "LANGUAGES",
    "Card",
    "Casing",
    "Configuration",
    "Contents",
    "LanguageModel",
    "NumberFormat",
    "RareWords",
    "Reader",
    "Source",
    "State",
    "StoredModel",
    "Training",
    "embedded_path",
    "map_model_file",
    "open_model",
    "parameter_count",
    "parse_json",
    "read_model_file",
    "save_contents",
    "save_model",
    "weight_shapes",
]
