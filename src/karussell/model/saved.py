"""Model files of words, written, and read with a look at each word and weight."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.files import AnyPath, path_of
from karussell.kernels import NumberFormat
from karussell.model.card import Card
from karussell.model.layout import WHOLE_WEIGHTS, groups, weight_tensors
from karussell.model.lexicon import check_words, encode_words
from karussell.model.packing import pack_group, pack_weights, unpack_group
from karussell.model.rare import RareWords
from karussell.model.stored import StoredModel, model_of
from karussell.store import WEIGHTS, Stored, check_values, checked, load, save, saving
from karussell.text import Vocabulary


def read_model_file(path: AnyPath) -> StoredModel:
    """Read a model file into memory and check everything in it.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, of another version, or lies about
            its contents; names the file, the tensor, what was found and what was expected.
    """
    return load(path, Card, _checked_model, mapped=False)


def save_model(
    path: AnyPath,
    *,
    card: Card,
    weights: Mapping[str, NDArray[np.float32]],
    vocabulary: Vocabulary,
    counts: NDArray[np.uint32],
    rare: RareWords | None = None,
    withheld: Sequence[int] | NDArray[np.uint32] = (),
    number_format: NumberFormat = "int8",
) -> None:
    """Write a model file, whole or not at all: an older file stays until the new one is safe.

    Args:
        path: The file, usually ``NAME.karussell``.
        card: What the file says about itself; its ``number_format`` is set to what is written.
        weights: Every weight named by ``weight_shapes(card.configuration)``, float32.
        vocabulary: The V words.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).
        rare: More words, too rare for the network; none if not given.
        withheld: The ids of words never suggested unless the writer used them, in any order.
        number_format: "int8" stores matrices in a quarter of the space, each weight off by at most
            half a 127th of its row's largest.

    Raises:
        ModelFileError: If a weight is missing, unknown, not finite, or has another shape or dtype
            than the configuration says, or if the file cannot be written.
    """
    path = path_of(path)
    card, sizes = msgspec.structs.replace(card, number_format=number_format), card.configuration
    with saving(path):
        if len(vocabulary) != sizes.vocabulary_size:
            raise ModelFileError(
                f"the vocabulary has {len(vocabulary)} words, expected {sizes.vocabulary_size}"
            )
        card.layout()  # refuses rows that cannot be packed
        tensors = {
            **pack_weights(sizes, number_format, checked(weights, weight_tensors(sizes))),
            "withheld": np.unique(np.asarray(withheld, np.uint32)),
            "counts": counts,
            **encode_words(vocabulary, rare or RareWords.none()),
        }
    save(path, card, tensors, _checked_model)


def save_contents(path: AnyPath, stored: StoredModel) -> None:
    """Write what a model file holds, its weights as they are: under another card, for example.

    Raises:
        ModelFileError: If the tensors are not what the card says, or the file cannot be written.
    """
    save(path, stored.card, stored.tensors, _checked_model)


def _checked_model(stored: Stored[Card]) -> StoredModel:
    """The same after a look at each word and weight."""
    model, tensors = model_of(stored), stored.tensors
    check_words(model.vocabulary, model.rare)
    sizes, number_format = stored.card.configuration, stored.card.number_format
    # One after the other, for they are as large as the file.
    for group in groups(sizes):
        weights = unpack_group(group, number_format, tensors)
        for name, array in weights.items():
            if array.ndim == 2:
                check_values(name, array, WHOLE_WEIGHTS if number_format == "int8" else WEIGHTS)
        # Whatever else the writer would have written otherwise.
        for name, array in pack_group(group, number_format, weights).items():
            if not np.array_equal(array, tensors[name]):
                raise ModelFileError(
                    f"{name!r} is not packed as its weights are, expected it to be"
                )
    return model
