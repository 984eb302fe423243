"""A model of words in a file: what it holds, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from karussell.files import AnyPath
from karussell.model.card import Card
from karussell.model.lexicon import check_withheld, decode_rare, decode_vocabulary, encode_words
from karussell.model.rare import RareWords
from karussell.store import Stored, load
from karussell.text import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class StoredModel(Stored[Card], frozen=True, kw_only=True):
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
    ) -> StoredModel:
        """The same network with other casing, rare words and withheld ids.

        Args:
            vocabulary: The words that it has.
            rare: Words beside them.
            withheld: Ascending ids of words.
        """
        ids = withheld.astype("uint32")
        tensors = {**self.tensors, "withheld": ids, **encode_words(vocabulary, rare)}
        return replace(self, vocabulary=vocabulary, rare=rare, views=tensors)

    def without(self, places: Sequence[int]) -> StoredModel:
        """The same network without some of its words, bit for bit the same for all the others.

        They are to it as if it had never seen them: read as UNKNOWN, never predicted.

        Args:
            places: The ids of the words.
        """
        import numpy as np

        from karussell.model.packing import pack_weights, unpack_weights

        gone = np.unique(np.asarray(places, np.int64))
        kept = np.setdiff1d(np.arange(len(self.vocabulary)), gone)
        sizes, form = self.card.configuration, self.card.number_format
        weights = unpack_weights(sizes, form, self.tensors)
        for name in ("embedding.weight", "embedding.weight.scale", "output.bias"):
            if name in weights:
                weights[name] = np.delete(weights[name], gone, axis=0)
        counts = np.delete(self.counts, gone)
        counts[-1] += self.counts[gone].sum()
        sizes = replace(sizes, vocabulary_size=len(kept))
        vocabulary = Vocabulary(
            [self.vocabulary.word(place) for place in kept],
            [self.vocabulary.casing[place] for place in kept],
        )
        rare = self.rare.with_new(int(self.counts[gone].sum()))
        tensors = {
            **pack_weights(sizes, form, weights),
            "withheld": np.flatnonzero(np.isin(kept, self.withheld)).astype(np.uint32),
            "counts": counts,
            **encode_words(vocabulary, rare),
        }
        card = replace(self.card, configuration=sizes)
        return replace(self, card=card, vocabulary=vocabulary, rare=rare, views=tensors)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All its weights in float32: what ``save_model`` takes.

        Raises:
            ModelFileError: If the file was cut since it was opened.
        """
        from karussell.model.packing import in_float32, unpack_weights

        sizes = self.card.configuration
        weights = in_float32(sizes, unpack_weights(sizes, self.card.number_format, self.tensors))
        self.check_uncut()
        return weights


def map_model_file(path: AnyPath) -> StoredModel:
    """Open a model file where it lies, shared with all who use it, and check what could do harm.

    The card, the shapes, the words and all other small tensors are read and checked. The large ones
    stay in the file, unread: whatever numbers stand there, only scores depend on them.

    Raises:
        ModelFileError: As ``read_model_file`` does, but for damage in the large tensors.
    """
    return load(path, Card, model_of, mapped=True)


def model_of(stored: Stored[Card]) -> StoredModel:
    """The model that the tensors of a file are, whose words are safe to search and to show."""
    views, size = stored.views, stored.card.configuration.vocabulary_size
    vocabulary = decode_vocabulary(views["vocabulary"], views["casing"], size)
    rare = decode_rare(views["rare.levels"], views["rare.casing"], views["rare"])
    check_withheld(views["withheld"], size)
    return StoredModel(
        path=stored.path,
        card=stored.card,
        views=views,
        mapped=stored.mapped,
        vocabulary=vocabulary,
        rare=rare,
    )
