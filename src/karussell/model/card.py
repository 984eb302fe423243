"""The card of a model: what it is, where it came from, and how well it does."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from karussell.errors import ModelFileError
from karussell.kernels import Block

FORMAT = 3
"""The version of the file format this package writes, and the newest it reads."""

OLDEST_FORMAT = 1
"""The oldest version it reads."""

LARGEST_CARD = 64 * 2**10
"""Bytes a card may have: far more than any honest one needs."""

NumberFormat = Literal["int8", "bfloat16", "float32"]

# Far beyond any model of words, and small enough that no product of two overflows 64 bits.
_Size = Annotated[int, Meta(ge=1, le=2**24)]
_Layers = Annotated[int, Meta(ge=1, le=64)]
# Control characters (but tab and newline) and those that turn the direction of writing: a card is
# printed in terminals, which obey them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Configuration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sizes of a language model.

    Attributes:
        cell: The recurrent layer: memory blocks, or the plain RNN.
        layers: Recurrent layers, L.
        embedding_size: Numbers per word, E.
        hidden_size: Memory cells per layer, H.
        cells_per_block: Memory cells sharing one set of gates, S; 1 for a plain RNN.
        coupled_gates: Whether the input gate is what the forget gate leaves, and has no weights.
        vocabulary_size: Words that can be predicted, V.
    """

    cell: Literal["lstm", "rnn"]
    layers: _Layers
    embedding_size: _Size
    hidden_size: _Size
    cells_per_block: _Size = 1
    coupled_gates: bool = False
    vocabulary_size: _Size

    def __post_init__(self) -> None:
        """Refuse sizes that do not go together.

        Raises:
            ValueError: Naming the size and what was expected.
        """
        if self.hidden_size % self.cells_per_block:
            raise ValueError(
                f"hidden_size {self.hidden_size} is no multiple of cells_per_block "
                f"{self.cells_per_block}"
            )
        if self.cell == "rnn" and self.cells_per_block != 1:
            raise ValueError(f"cells_per_block is {self.cells_per_block}, expected 1 for an rnn")
        if self.cell == "rnn" and self.coupled_gates:
            raise ValueError("coupled_gates is true, expected false for an rnn")

    @property
    def block(self) -> Block:
        """What the memory blocks are made of."""
        return Block(cells=self.cells_per_block, coupled=self.coupled_gates)

    @property
    def gate_rows(self) -> int:
        """Rows of a layer's weights, G: H and one a gate of each block, or H for a plain RNN."""
        if self.cell == "rnn":
            return self.hidden_size
        return self.block.gate_rows(self.hidden_size)


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


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model file says about itself.

    Attributes:
        format: The version of the file format.
        name: The model's name.
        language: BCP 47 tag, such as "en".
        licence: SPDX expression or a name.
        sources: The texts it was trained on.
        configuration: Its sizes.
        training: How it was trained.
        scores: What was measured, by name.
        notes: Anything a user should know.
        number_format: How its matrices are stored.
    """

    format: int = FORMAT
    name: str
    language: str
    licence: str
    sources: tuple[Source, ...]
    configuration: Configuration
    training: Training
    scores: dict[str, float] = {}
    notes: str = ""
    number_format: NumberFormat = "int8"


def encode_card(card: Card) -> str:
    """The card as JSON.

    Raises:
        ModelFileError: If reading it again would fail or give another card.
    """
    text = msgspec.json.encode(card).decode()
    if decode_card(text) != card:
        raise ModelFileError("the card does not survive being written; expected finite scores")
    return text


def decode_card(text: str) -> Card:
    """The card in a file's metadata.

    Raises:
        ModelFileError: If it is no card of a format this package reads; names the field.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_CARD:
        raise ModelFileError(f"the card has {size} bytes, expected at most {LARGEST_CARD}")
    found = parse_json(text, "the card")
    version = found.get("format") if isinstance(found, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise ModelFileError(
            f"was made by a newer version of Karussell (format {version}, this one reads up to "
            f"{FORMAT}); upgrade with `pip install --upgrade karussell`"
        )
    try:
        card = msgspec.json.decode(text, type=Card, strict=True)
    except (msgspec.DecodeError, UnicodeError) as error:
        # It may quote the card, which may hold anything.
        raise ModelFileError(f"the card cannot be read: {ascii(str(error))[:200]}") from None
    if not OLDEST_FORMAT <= card.format <= FORMAT:
        raise ModelFileError(
            f"the card's format is {card.format}, expected {OLDEST_FORMAT} to {FORMAT}"
        )
    for value in _strings(msgspec.to_builtins(card)):
        if unprintable := _UNPRINTABLE.search(value):
            raise ModelFileError(
                f"the card contains the control character U+{ord(unprintable[0]):04X}, "
                "expected plain text"
            )
    return card


def parse_json(text: str, what: str) -> Any:
    """JSON in which no object names a key twice.

    Raises:
        ModelFileError: If the text is no such JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise ModelFileError(f"{what} is nested too deeply") from None
    except ValueError as error:  # no JSON, or a number of thousands of digits
        raise ModelFileError(f"{what} is not valid JSON ({str(error)[:80]})") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ModelFileError(f"the key {twice[:40]!a} stands twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ModelFileError(f"{name} is no JSON number")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
