"""A model of words in a file: what it holds, checked, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.files import AnyPath, path_of
from karussell.kernels import NumberFormat
from karussell.model.card import Card
from karussell.model.layout import WHOLE_WEIGHTS, groups, weight_tensors
from karussell.model.lexicon import (
    check_withheld,
    check_words,
    decode_rare,
    decode_vocabulary,
    encode_words,
)
from karussell.model.packed import (
    in_float32,
    pack_group,
    pack_weights,
    unpack_group,
    unpack_weights,
)
from karussell.model.rare import RareWords
from karussell.store import WEIGHTS, Stored, check_values, checked, load, save, saving
from karussell.text import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel(Stored[Card]):
    """What the file of a model of words holds, checked.

    Attributes:
        vocabulary: Its words.
        rare: More words, of which the network knows only that one of them comes.
    """

    vocabulary: Vocabulary
    rare: RareWords

    @property
    def counts(self) -> NDArray[np.uint32]:
        """How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,)."""
        return self.tensors["counts"]

    @property
    def withheld(self) -> NDArray[np.uint32]:
        """The ids of words never suggested unless the writer used them, ascending, uint32."""
        return self.tensors["withheld"]

    def with_words(
        self, vocabulary: Vocabulary, rare: RareWords, withheld: NDArray[np.uint32]
    ) -> "StoredModel":
        """The same network with other casing, rare words and withheld ids.

        Args:
            vocabulary: The words that it has.
            rare: Words beside them.
            withheld: Ascending ids of words.
        """
        ids = withheld.astype(np.uint32)
        tensors = {**self.tensors, "withheld": ids, **encode_words(vocabulary, rare)}
        return replace(self, vocabulary=vocabulary, rare=rare, tensors=tensors)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All its weights in float32: what ``save_model`` takes.

        Raises:
            ModelFileError: If the file was cut since it was opened.
        """
        sizes = self.card.configuration
        weights = in_float32(sizes, unpack_weights(sizes, self.card.number_format, self.tensors))
        self.check_uncut()
        return weights


def read_model_file(path: AnyPath) -> StoredModel:
    """Read a model file into memory and check everything in it.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, of another version, or lies about
            its contents; names the file, the tensor, what was found and what was expected.
    """
    return load(path, Card, _checked_model, mapped=False)


def map_model_file(path: AnyPath) -> StoredModel:
    """Open a model file where it lies, shared with all who use it, and check what could do harm.

    The card, the shapes, the words and all other small tensors are read and checked. The large ones
    stay in the file, unread: whatever numbers stand there, only scores depend on them.

    Raises:
        ModelFileError: As ``read_model_file`` does, but for damage in the large tensors.
    """
    return load(path, Card, _model, mapped=True)


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


def _model(stored: Stored[Card]) -> StoredModel:
    """The model that the tensors of a file are, whose words are safe to search and to show."""
    tensors, size = stored.tensors, stored.card.configuration.vocabulary_size
    vocabulary = decode_vocabulary(tensors["vocabulary"], tensors["casing"], size)
    rare = decode_rare(tensors["rare.levels"], tensors["rare.casing"], tensors["rare"])
    check_withheld(tensors["withheld"], size)
    return StoredModel(
        path=stored.path,
        card=stored.card,
        tensors=tensors,
        mapped=stored.mapped,
        vocabulary=vocabulary,
        rare=rare,
    )


def _checked_model(stored: Stored[Card]) -> StoredModel:
    """The same after a look at each word and weight."""
    model = _model(stored)
    check_words(model.vocabulary, model.rare)
    sizes, number_format = stored.card.configuration, stored.card.number_format
    # One after the other, for they are as large as the file.
    for group in groups(sizes):
        weights = unpack_group(group, number_format, stored.tensors)
        for name, array in weights.items():
            if array.ndim == 2:
                check_values(name, array, WHOLE_WEIGHTS if number_format == "int8" else WEIGHTS)
        # Whatever else the writer would have written otherwise.
        for name, array in pack_group(group, number_format, weights).items():
            if not np.array_equal(array, stored.tensors[name]):
                raise ModelFileError(
                    f"{name!r} is not packed as its weights are, expected it to be"
                )
    return model
