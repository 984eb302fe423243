"""What a model file says about itself: JSON, of which nothing is taken on trust."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from karussell.errors import ModelFileError
from karussell.store.tensor import Tensor

FORMAT = 4
"""The version of the file format, one for all kinds of model: no other is written or read."""

LARGEST_CARD = 64 * 2**10
"""Bytes a card may have: far more than any honest one needs."""

OPENED_BY = {"words": "open_model", "tokens": "SequenceModel.open", "series": "SeriesModel.open"}
"""What opens each kind of model."""

# Control characters (but tab and newline) and those that turn the direction of writing: a card is
# printed in terminals, which obey them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class ModelCard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every model says about itself; the tag of a card is the kind of its model.

    Attributes:
        format: The version of the file format.
        scores: What was measured, by name.
    """

    format: int = FORMAT
    scores: dict[str, float] = {}

    def layout(self) -> dict[str, Tensor]:
        """The exact tensors of the file in their order there, those that are mapped first."""
        raise NotImplementedError


Card = TypeVar("Card", bound=ModelCard)


class _Head(Struct):
    """What has to be known before the rest of a card is looked at."""

    format: Annotated[int, Meta(ge=0)]
    kind: str = ""


def encode_card(card: ModelCard) -> str:
    """The card as JSON.

    Raises:
        ModelFileError: If reading it again would fail or give another card.
    """
    text = msgspec.json.encode(card).decode()
    if decode_card(text, type(card)) != card:
        raise ModelFileError("the card does not survive being written; expected finite scores")
    return text


def decode_card(text: str, expected: type[Card]) -> Card:
    """The card in a file's metadata.

    Raises:
        ModelFileError: If it is no card of this format and kind; names the field.
    """
    check_kind(text, str(expected.__struct_config__.tag))
    with reading("the card cannot be read"):
        card = msgspec.json.decode(text, type=expected, strict=True)
    for value in _strings(msgspec.to_builtins(card)):
        if unprintable := _UNPRINTABLE.search(value):
            raise ModelFileError(
                f"the card contains the control character U+{ord(unprintable[0]):04X}, "
                "expected plain text"
            )
    return card


def check_kind(text: str, expected: str | None = None) -> str:
    """The kind of model that a card is of, once its version is known to be ours.

    Raises:
        ModelFileError: If it is of another version, or of another kind than expected.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_CARD:
        raise ModelFileError(f"the card has {size} bytes, expected at most {LARGEST_CARD}")
    found = parse_json(text, "the card")
    with reading("the card cannot be read"):
        head = msgspec.convert(found, _Head)
    if head.format != FORMAT:
        made, then = "an older", "train the model again"
        if head.format > FORMAT:
            made, then = "a newer", "upgrade with `pip install --upgrade karussell`"
        raise ModelFileError(
            f"was made by {made} version of Karussell (the card's format is {head.format}, "
            f"expected {FORMAT}); {then}"
        )
    if head.kind not in OPENED_BY:
        raise ModelFileError(
            f"holds a model of {head.kind[:40]!a}, expected one of {', '.join(OPENED_BY)}"
        )
    if expected not in (None, head.kind):
        raise ModelFileError(f"holds a model of {head.kind}; open it with {OPENED_BY[head.kind]}")
    return head.kind


@contextlib.contextmanager
def reading(complaint: str) -> Iterator[None]:
    """What is not as it should be meanwhile is a complaint about the file.

    Raises:
        ModelFileError: If something is not.
    """
    try:
        yield
    except (msgspec.DecodeError, UnicodeError) as error:
        # It may quote the file, which may hold anything.
        raise ModelFileError(f"{complaint}: {ascii(str(error))[:200]}") from None


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
