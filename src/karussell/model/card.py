"""The card of a model of words: what it is, where it came from, and how well it does."""

from typing import Annotated

from msgspec import Meta, Struct

from karussell.kernels import NumberFormat
from karussell.model.configuration import Configuration
from karussell.model.layout import network_tensors
from karussell.store import ModelCard, Tensor


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that a model was trained on."""

    name: str
    licence: str
    url: str = ""


class Training(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a model was trained.

    Attributes:
        command: The command that trains it again.
        seed: The seed of every random choice.
        words: Words read in all passes.
        seconds: How long it took.
        software: Names and versions.
    """

    command: str
    seed: int
    words: Annotated[int, Meta(ge=0)]
    seconds: Annotated[float, Meta(ge=0)]
    software: str


class Card(ModelCard, frozen=True, kw_only=True, tag="words"):
    """What the file of a model of words says about itself.

    Attributes:
        name: The model's name.
        language: BCP 47 tag, such as "en".
        licence: SPDX expression or a name.
        sources: The texts it was trained on.
        configuration: Its sizes.
        training: How it was trained.
        notes: Anything a user should know.
        number_format: How its matrices are stored.
    """

    name: str
    language: str
    licence: str
    sources: tuple[Source, ...]
    configuration: Configuration
    training: Training
    notes: str = ""
    number_format: NumberFormat = "int8"

    def layout(self) -> dict[str, Tensor]:
        """The tensors of its network, then its words.

        The vocabulary stands last, since the last byte of a word is not zero: so no file can be
        cut unnoticed.

        Raises:
            ModelFileError: If its rows are too long for its numbers.
        """
        data = Tensor(dtype="uint8", shape=(-1,))
        return {
            **network_tensors(self.configuration, self.number_format),
            "withheld": Tensor(dtype="uint32", shape=(-1,)),
            "counts": Tensor(dtype="uint32", shape=(self.configuration.vocabulary_size + 1,)),
            **dict.fromkeys(("rare.levels", "rare.casing", "rare", "casing", "vocabulary"), data),
        }
