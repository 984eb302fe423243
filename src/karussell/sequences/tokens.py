"""What sequences are made of: anything hashable, each kind of thing with a number."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.errors import UsageError, counted
from karussell.sequences.stored_tokens import is_itself, of_stored, shown, stored


class Mark(Enum):
    """What may come in a sequence without being one of its tokens."""

    END = "the sequence ends"
    UNKNOWN = "a token that training never saw, or too seldom"

    def __repr__(self) -> str:
        return self.name


END = Mark.END
UNKNOWN = Mark.UNKNOWN


class Tokens:
    """The tokens of a model, each with an id; those that compare equal are one.

    ``end`` is the id of ``END``, ``unknown`` that of any other token, and ``start`` is read before
    each sequence.

    Args:
        tokens: All of them, none twice; ids count from zero in this order.
    """

    __slots__ = ("_ids", "_tokens", "end", "start", "unknown")

    def __init__(self, tokens: Iterable[Hashable]) -> None:
        self._tokens = tuple(tokens)
        self._ids = {token: number for number, token in enumerate(self._tokens)}
        if len(self._ids) != len(self._tokens):
            twice = next(token for token, count in Counter(self._tokens).items() if count > 1)
            raise UsageError(f"the token {shown(twice)} stands twice")
        self.end = len(self._tokens)
        self.unknown = self.end + 1
        self.start = self.end + 2

    def __reduce__(self) -> tuple[Any, ...]:
        """What makes them again, their ids by the hashes of another process."""
        return Tokens, (self._tokens,)

    def __len__(self) -> int:
        return len(self._tokens)

    def __iter__(self) -> Any:
        return iter(self._tokens)

    def __contains__(self, token: Hashable) -> bool:
        return token in self._ids

    @property
    def predicted(self) -> int:
        """How many different things can be predicted: the tokens and ``END``."""
        return self.end + 1

    def id(self, token: Hashable) -> int:
        """The id of a token, of ``END``, or of ``UNKNOWN``.

        Raises:
            UsageError: If it cannot be hashed.
        """
        try:
            found = self._ids.get(token)
        except TypeError:
            raise UsageError(
                f"the token {shown(token)} is a {type(token).__name__}, expected something "
                "hashable, such as a tuple"
            ) from None
        if found is None:
            return self.end if token is END else self.unknown
        return found

    def ids(self, sequence: Iterable[Hashable]) -> list[int]:
        """The ids of all tokens of a sequence.

        Raises:
            UsageError: If one of them cannot be hashed.
        """
        return [self.id(token) for token in sequence]

    def token(self, number: int) -> Hashable:
        """The token with an id, ``END`` or ``UNKNOWN``."""
        if number < self.end:
            return self._tokens[number]
        return END if number == self.end else UNKNOWN

    def stored(self) -> NDArray[np.uint8]:
        """The tokens as JSON, a tuple as an array of its parts.

        Raises:
            UsageError: If one of them would not be the same when it is read.
        """
        return np.frombuffer(stored(self._tokens), np.uint8)

    @classmethod
    def of_stored(cls, stored: NDArray[np.uint8]) -> "Tokens":
        """The tokens that ``stored`` gave.

        Raises:
            ModelFileError: If they are not what it gives.
        """
        return of_stored(stored.tobytes(), cls)


def count_tokens(sequences: Sequence[Sequence[Hashable]], most: int, least: int) -> Tokens:
    """The tokens of sequences, the commonest first.

    Args:
        sequences: What is counted.
        most: Tokens at most.
        least: How often a token must stand in them.

    Raises:
        UsageError: If a token cannot be hashed, is a mark, or none is common enough.
    """
    counts: Counter[Hashable] = Counter()
    for number, sequence in enumerate(sequences):
        try:
            counts.update(sequence)
        except TypeError:
            raise UsageError(
                f"sequence {number} holds something that is not hashable; make tuples of lists"
            ) from None
    for mark in Mark:
        if mark in counts:
            raise UsageError(f"a sequence holds {mark!r}, which is no token; leave it out")
    for token in counts:
        if not is_itself(token):
            raise UsageError(
                f"a sequence holds the token {shown(token)}, which is not equal to itself; give "
                "what is missing another name, such as None"
            )
    kept = [token for token, count in counts.most_common(most) if count >= least]
    if not kept:
        raise UsageError(
            f"none of {counted(len(counts), 'token')} stands {counted(least, 'time')} in the "
            "sequences; give more of them or lower least_count"
        )
    return Tokens(kept)
