"""Which words people are known to write, in a byte and a quarter for each of them."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

try:
    # What hashlib takes it from, had without OpenSSL.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

from msgspec import Struct

from karussell.correction.carried import carried

KNOWN_WORDS = Path(__file__).parent / "packaged" / "known-words.bin"
"""The file that the package carries, made by ``python -m recipes.known_words``."""
OTHERS = ""
"""Under this name stand the words of all languages that have no packaged model."""
LANGUAGES = ("en", "de", "fr", "es", OTHERS)
"""The languages whose words are told apart."""

# Slots for each word: with a fifth more than words, and some, building succeeds nearly always.
_ROOM = 1.23
_SPARE = 32
_HEADER = 8


class KnownWords(Struct, frozen=True):
    """A set of words that is never wrong about one of its own, and one time in 256 about others.

    It is an xor filter (Graf and Lemire 2020): three bytes of a table, found by a hash of the word,
    give a fourth together, its fingerprint.

    Attributes:
        salt: A number that the hash starts from.
        table: Three blocks of bytes, alike in length.
    """

    salt: int
    table: bytes

    @classmethod
    def of(cls, words: Iterable[str]) -> "KnownWords":
        """The filter of different words."""
        listed = sorted(set(words))
        block = int(_ROOM * len(listed) + _SPARE) // 3 + 1
        salt = 0
        while (table := _build([_places(word, salt, block) for word in listed], block)) is None:
            salt += 1
        return cls(salt, bytes(table))

    @classmethod
    def read(cls, data: bytes) -> "KnownWords":
        """The filter in the bytes that ``write`` gave.

        Raises:
            ValueError: If it has not three blocks of like length.
        """
        if len(data) <= _HEADER or (len(data) - _HEADER) % 3:
            raise ValueError(f"{len(data)} bytes are no filter of words")
        return cls(int.from_bytes(data[:_HEADER], "little"), data[_HEADER:])

    def write(self) -> bytes:
        """The bytes of a file."""
        return self.salt.to_bytes(_HEADER, "little") + self.table

    def __contains__(self, word: str) -> bool:
        first, second, third, sign = _places(word, self.salt, len(self.table) // 3)
        table = self.table
        return table[first] ^ table[second] ^ table[third] == sign

    def knows(self, language: str, word: str) -> bool:
        """Whether a folded word is one of a language's.

        Args:
            language: One of ``LANGUAGES``.
            word: A folded word.
        """
        return known_as(language, word) in self

    def elsewhere(self, language: str, word: str) -> bool:
        """Whether a folded word is one of any language but this one."""
        return any(known_as(other, word) in self for other in LANGUAGES if other != language)


def known_as(language: str, word: str) -> str:
    """Under what a word of a language stands in a filter of several."""
    return f"{language}:{word}"


@cache
def packaged_words() -> KnownWords:
    """The filter that the package carries."""
    with carried(KNOWN_WORDS) as data:
        return KnownWords.read(data)


def _places(word: str, salt: int, block: int) -> tuple[int, int, int, int]:
    """A word's place in each block, and its fingerprint."""
    found = blake2b(word.encode(), digest_size=16, salt=salt.to_bytes(_HEADER, "little")).digest()
    number = int.from_bytes(found, "little")
    return (
        (number & 0xFFFFFFFF) % block,
        block + (number >> 32 & 0xFFFFFFFF) % block,
        2 * block + (number >> 64 & 0xFFFFFFFF) % block,
        number >> 96 & 0xFF,
    )


def _build(entries: list[tuple[int, int, int, int]], block: int) -> bytearray | None:
    """The table in which each entry's bytes give its fingerprint; None if the hash is unlucky."""
    numbers = [0] * (3 * block)  # of a place: the exclusive or of those who use it
    users = [0] * (3 * block)
    for number, places in enumerate(entries):
        for place in places[:3]:
            numbers[place] ^= number
            users[place] += 1
    table = bytearray(3 * block)
    order = list(_peeled(entries, numbers, users))
    if len(order) < len(entries):
        return None
    for number, place in reversed(order):
        first, second, third, sign = entries[number]
        table[place] = 0
        table[place] = sign ^ table[first] ^ table[second] ^ table[third]
    return table


def _peeled(
    entries: list[tuple[int, int, int, int]], numbers: list[int], users: list[int]
) -> Iterator[tuple[int, int]]:
    """The entries, each with a place that none after it uses."""
    alone = [place for place, count in enumerate(users) if count == 1]
    while alone:
        place = alone.pop()
        if users[place] != 1:
            continue
        number = numbers[place]
        yield number, place
        for other in entries[number][:3]:
            numbers[other] ^= number
            users[other] -= 1
            if users[other] == 1:
                alone.append(other)
