"""What a model file holds, checked: the tensors that its card promises, and its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.model.card import Card
from karussell.model.container import Bytes, Container, read_container, write_container
from karussell.model.layout import ALIGNMENT, Tensor, is_padding, scale_name, tensors, weight_shapes
from karussell.model.lexicon import check_words, decode_vocabulary, encode_vocabulary
from karussell.model.quantise import LARGEST, quantise
from karussell.text import Vocabulary

# No trained weight comes near this; below it, no sum of products overflows float32.
_LARGEST_WEIGHT = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a model file holds.

    Attributes:
        card: What it says about itself.
        tensors: Its weights as stored, by name: float32, or int8 beside their ``.scale``.
        vocabulary: Its words.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).
    """

    card: Card
    tensors: Mapping[str, NDArray[Any]]
    vocabulary: Vocabulary
    counts: NDArray[np.uint32]


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
    aligned = card.format > 1
    expected = tensors(card.configuration, card.number_format)
    if not aligned:
        expected = {name: tensor for name, tensor in expected.items() if not is_padding(name)}
    _check_described(container, expected)
    if aligned:
        _check_order(container, expected)
        found = _copy_small(container, expected)
    else:
        found = {name: container.tensor(name).copy() for name in expected}
    if whole or not aligned:
        container.check_whole()
    for name, tensor in expected.items():
        if whole or not aligned or not tensor.mapped:
            _check_values(name, found[name])
    size = card.configuration.vocabulary_size
    vocabulary = decode_vocabulary(found.pop("vocabulary"), found.pop("casing"), size)
    if whole or not aligned:
        check_words(vocabulary)
    counts = found.pop("counts")
    weights = {name: array for name, array in found.items() if not is_padding(name)}
    return Contents(card=card, tensors=weights, vocabulary=vocabulary, counts=counts)


def encode_contents(contents: Contents) -> bytes:
    """The bytes of a model file in the present format; the same for the same contents.

    Raises:
        ModelFileError: If a tensor is missing, unknown, or not what the card says.
    """
    card = contents.card
    expected = tensors(card.configuration, card.number_format)
    words, casing = encode_vocabulary(contents.vocabulary)
    found = {**contents.tensors, "vocabulary": words, "casing": casing, "counts": contents.counts}
    for name, tensor in expected.items():
        if is_padding(name):
            found[name] = np.zeros(tensor.shape[0] or 0, np.uint8)
    _check_names(found, expected)
    first_small = next(name for name, tensor in expected.items() if not tensor.mapped)
    for name, tensor in expected.items():
        _check_kind(name, found[name].dtype, found[name].shape, tensor)
    return write_container(card, {name: found[name] for name in expected}, first_small)


def stored_weights(
    card: Card, weights: Mapping[str, NDArray[np.float32]]
) -> dict[str, NDArray[Any]]:
    """Weights as they are stored: checked, then quantised if the card says so.

    Raises:
        ModelFileError: If a weight is missing, unknown, not finite, or has another shape or dtype
            than the configuration says.
    """
    shapes = weight_shapes(card.configuration)
    if extra := sorted(weights.keys() - shapes.keys()):
        raise ModelFileError(f"{extra[0]!r} is unknown, expected {', '.join(shapes)}")
    stored: dict[str, NDArray[Any]] = {}
    for name, shape in shapes.items():
        if name not in weights:
            raise ModelFileError(f"{name!r} is missing")
        weight = weights[name]
        _check_kind(name, weight.dtype, weight.shape, Tensor(dtype="float32", shape=shape))
        _check_values(name, weight)
        if card.number_format == "int8" and weight.ndim == 2:
            stored[name], stored[scale_name(name)] = quantise(weight)
        else:
            stored[name] = weight
    return stored


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


def _check_values(name: str, array: NDArray[Any]) -> None:
    if array.dtype == np.int8:
        if array.min() < -LARGEST:
            raise ModelFileError(f"{name!r} holds -128, expected -127 to 127")
    elif array.dtype == np.float32:
        scale = name.endswith(".scale")
        most = _LARGEST_WEIGHT / LARGEST if scale else _LARGEST_WEIGHT
        smallest, largest = float(array.min()), float(array.max())
        # Written so that NaN, of which nothing is true, is refused as well.
        if scale and not 0 < smallest <= largest <= most:
            raise ModelFileError(
                f"{name!r} ranges from {smallest:g} to {largest:g}, expected positive scales up to "
                f"{most:g}"
            )
        if not -most <= smallest <= largest <= most:
            raise ModelFileError(
                f"{name!r} ranges from {smallest:g} to {largest:g}, expected finite weights "
                f"within {most:g}"
            )
