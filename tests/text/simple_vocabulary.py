"""The vocabulary without a thought of memory: strings, a dictionary, bisection."""

from bisect import bisect_left

from karussell.text import UNKNOWN


class SimpleVocabulary:
    def __init__(self, words: list[str], casing: list[str]) -> None:
        self.words, self.casing = tuple(words), tuple(casing)
        self._ids = {word: position for position, word in enumerate(words)}

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def id(self, word: str) -> int:
        return self._ids.get(word, len(self.words))

    def word(self, word_id: int) -> str:
        return self.words[word_id] if 0 <= word_id < len(self.words) else UNKNOWN

    def display(self, word_id: int) -> str:
        return self.casing[word_id] or self.words[word_id]

    def prefix(self, prefix: str) -> tuple[int, int]:
        first = bisect_left(self.words, prefix)
        if not prefix:
            return 0, len(self.words)
        last = first
        while last < len(self.words) and self.words[last].startswith(prefix):
            last += 1
        return first, last
