"""What a model file holds, checked: the tensors that its card promises, and its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.kernels.packing import DEEPEST_INT8, Rows
from karussell.model.card import Card
from karussell.model.container import Bytes, Container, read_container, write_container
from karussell.model.layout import (
    ALIGNMENT,
    WEIGHTS,
    WHOLE_WEIGHTS,
    Range,
    Tensor,
    scale_name,
    tensors,
    tensors_of_format_1,
    weight_shapes,
)
from karussell.model.lexicon import (
    check_withheld,
    check_words,
    decode_rare,
    decode_vocabulary,
    encode_rare,
    encode_vocabulary,
)
from karussell.model.packed import in_float32, pack_weights, unpack_weights
from karussell.model.rare import RareWords
from karussell.text import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a model file holds.

    Attributes:
        card: What it says about itself.
        tensors: Its weights as stored, by name: matrices packed, biases as they are.
        vocabulary: Its words.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).
        rare: More words, of which the network knows only that one of them comes.
        withheld: The ids of words never suggested unless the writer used them, ascending, uint32.
    """

    card: Card
    tensors: Mapping[str, NDArray[Any]]
    vocabulary: Vocabulary
    counts: NDArray[np.uint32]
    rare: RareWords
    withheld: NDArray[np.uint32]

    def matrices(self) -> dict[str, Rows]:
        """Its matrices unpacked, as they are stored, by name."""
        return self.unpacked()[0]

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All its weights in float32: what ``save_model`` takes."""
        matrices, biases = self.unpacked()
        return {**{name: in_float32(rows) for name, rows in matrices.items()}, **biases}

    def unpacked(self) -> tuple[dict[str, Rows], dict[str, NDArray[Any]]]:
        """Its matrices as they are stored, and its biases."""
        card = self.card
        return unpack_weights(card.configuration, card.number_format, self.tensors)


def decode_contents(data: Bytes, *, whole: bool) -> Contents:
    """What the bytes of a model file hold.

    The card, shapes and small tensors are checked always, and copied, so that no later change of
    the file touches what control and memory depend on. The large tensors stay where they are.

    Args:
        data: The bytes, begun on a cache line.
        whole: Look at the large tensors, and at each word, too. Files of format 1 are always read
            whole.

    Raises:
        ModelFileError: If the bytes are damaged, no model file, or lie about what they hold.
    """
    container = read_container(data)
    card = container.card
    _check_depth(card)
    if card.format == 1:
        return _decode_format_1(container)
    expected = tensors(card.configuration, card.number_format, card.format)
    _check_described(container, expected)
    _check_order(container, expected)
    found = _copy_small(container, expected)
    if whole:
        container.check_whole()
    for name, tensor in expected.items():
        if not tensor.mapped:
            _check_values(name, found[name], tensor.range)
    contents = _contents(card, found)
    if whole:
        check_words(contents.vocabulary, contents.rare)
        _check_packed(contents)
    return contents


def encode_contents(contents: Contents) -> bytes:
    """The bytes of a model file in the present format; the same for the same contents.

    Raises:
        ModelFileError: If a tensor is missing, unknown, or not what the card says.
    """
    card = contents.card
    expected = tensors(card.configuration, card.number_format)
    words, casing = encode_vocabulary(contents.vocabulary)
    found = {
        **contents.tensors,
        "withheld": contents.withheld,
        "counts": contents.counts,
        **encode_rare(contents.rare),
        "casing": casing,
        "vocabulary": words,
    }
    _check_names(found, expected)
    first_small = next(name for name, tensor in expected.items() if not tensor.mapped)
    for name, tensor in expected.items():
        _check_kind(name, found[name].dtype, found[name].shape, tensor)
    return write_container(card, {name: found[name] for name in expected}, first_small)


def stored_weights(
    card: Card, weights: Mapping[str, NDArray[np.float32]]
) -> dict[str, NDArray[Any]]:
    """Weights as they are stored: checked, then quantised if the card says so, and packed.

    Raises:
        ModelFileError: If a weight is missing, unknown, not finite, or has another shape or dtype
            than the configuration says.
    """
    _check_depth(card)
    shapes = weight_shapes(card.configuration)
    if extra := sorted(weights.keys() - shapes.keys()):
        raise ModelFileError(f"{extra[0]!r} is unknown, expected {', '.join(shapes)}")
    for name, shape in shapes.items():
        if name not in weights:
            raise ModelFileError(f"{name!r} is missing")
        weight = weights[name]
        _check_kind(name, weight.dtype, weight.shape, Tensor(dtype="float32", shape=shape))
        _check_values(name, weight, WEIGHTS)
    matrices = {name: Rows(weight=weight) for name, weight in weights.items() if weight.ndim == 2}
    biases = {name: weight for name, weight in weights.items() if weight.ndim == 1}
    return pack_weights(card.configuration, card.number_format, matrices, biases)


def _decode_format_1(container: Container) -> Contents:
    """What a file of format 1 holds, all of it checked, in the form of today."""
    card = container.card
    expected = tensors_of_format_1(card.configuration, card.number_format)
    _check_described(container, expected)
    found = {name: container.tensor(name).copy() for name in expected}
    container.check_whole()
    for name, tensor in expected.items():
        _check_values(name, found[name], tensor.range)
    shapes = weight_shapes(card.configuration)
    matrices = {
        name: Rows(weight=found[name], scale=found.get(scale_name(name)))
        for name, shape in shapes.items()
        if len(shape) == 2
    }
    biases = {name: found[name] for name, shape in shapes.items() if len(shape) == 1}
    packed = pack_weights(card.configuration, card.number_format, matrices, biases)
    words = {name: found[name] for name in ("counts", "casing", "vocabulary")}
    contents = _contents(card, {**packed, **words})
    check_words(contents.vocabulary, contents.rare)
    return contents


def _check_packed(contents: Contents) -> None:
    """Refuse weights out of range, and whatever else the writer would have written otherwise."""
    card = contents.card
    allowed = WHOLE_WEIGHTS if card.number_format == "int8" else WEIGHTS
    matrices, biases = contents.unpacked()
    for name, rows in matrices.items():
        _check_values(name, rows.weight, allowed)
    packed = pack_weights(card.configuration, card.number_format, matrices, biases)
    for name, array in packed.items():
        if not np.array_equal(array, contents.tensors[name]):
            raise ModelFileError(f"{name!r} is not packed as its weights are, expected it to be")


def _contents(card: Card, found: dict[str, NDArray[Any]]) -> Contents:
    """The contents whose tensors are these: the words are taken out of them, the weights stay."""
    size = card.configuration.vocabulary_size
    vocabulary = decode_vocabulary(found.pop("vocabulary"), found.pop("casing"), size)
    counts = found.pop("counts")
    rare, withheld = RareWords.none(), np.zeros(0, np.uint32)
    if card.format > 2:
        rare = decode_rare(found.pop("rare.levels"), found.pop("rare.casing"), found.pop("rare"))
        withheld = found.pop("withheld")
        check_withheld(withheld, size)
    return Contents(
        card=card,
        tensors=found,
        vocabulary=vocabulary,
        counts=counts,
        rare=rare,
        withheld=withheld,
    )


def _check_depth(card: Card) -> None:
    deepest = max(card.configuration.embedding_size, card.configuration.hidden_size)
    if card.number_format == "int8" and deepest > DEEPEST_INT8:
        raise ModelFileError(
            f"has rows of {deepest} numbers, expected at most {DEEPEST_INT8} in int8; use float32"
        )


def _check_described(container: Container, expected: Mapping[str, Tensor]) -> None:
    described = container.described
    _check_names(described, expected)
    for name, tensor in expected.items():
        _check_kind(name, described[name].kind, described[name].shape, tensor)


def _check_names(found: Mapping[str, Any], expected: Mapping[str, Tensor]) -> None:
    if missing := sorted(expected.keys() - found.keys()):
        raise ModelFileError(f"{missing[0]!r} is missing")
    if extra := sorted(found.keys() - expected.keys()):
        raise ModelFileError(f"{extra[0][:40]!a} is unknown, expected no such tensor")


def _check_kind(name: str, dtype: np.dtype[Any], shape: tuple[int, ...], expected: Tensor) -> None:
    if dtype.name != expected.dtype:
        raise ModelFileError(f"{name!r} holds {dtype.name}, expected {expected.dtype}")
    if expected.shape == (None,):
        if len(shape) == 1:
            return
        raise ModelFileError(f"{name!r} has shape {shape}, expected one dimension")
    if shape != expected.shape:
        raise ModelFileError(f"{name!r} has shape {shape}, expected {expected.shape}")


def _check_order(container: Container, expected: Mapping[str, Tensor]) -> None:
    """Refuse another order than the one that leaves nothing in the header to damage."""
    for name, right in zip(container.described, expected, strict=True):
        if name != right:
            raise ModelFileError(f"{name!r} lies where {right!r} is expected")
    if container.start % ALIGNMENT:
        raise ModelFileError(
            f"its tensors begin at byte {container.start}, expected a multiple of {ALIGNMENT}"
        )


def _copy_small(container: Container, expected: Mapping[str, Tensor]) -> dict[str, NDArray[Any]]:
    """The tensors, the small ones in memory of their own and with the digest that the seal says."""
    first = next(name for name, tensor in expected.items() if not tensor.mapped)
    begin = container.described[first].data_offsets[0]
    small = container.body[begin:].copy()
    container.check_small(small)
    small.flags.writeable = False
    found: dict[str, NDArray[Any]] = {}
    for name, tensor in expected.items():
        if tensor.mapped:
            found[name] = container.tensor(name)
        else:
            at, end = (place - begin for place in container.described[name].data_offsets)
            kind = container.described[name].kind
            found[name] = small[at:end].view(kind).reshape(container.described[name].shape)
    return found


def _check_values(name: str, array: NDArray[Any], allowed: Range | None) -> None:
    if allowed is None:
        return
    smallest, largest = array.min(), array.max()
    # Written so that NaN, of which nothing is true, is refused as well.
    if not allowed.least <= smallest <= largest <= allowed.most:
        raise ModelFileError(
            f"{name!r} ranges from {smallest:g} to {largest:g}, expected {allowed.expected}"
        )
