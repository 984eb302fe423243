"""Words of a text that stand mostly in what is told of accounts: names of users, codes."""

from collections import Counter
from pathlib import Path

from karussell.text import clean, read_lines, words
from karussell.training import TextSource
from recipes.slips import read_frequencies

# A word is private if so many of its uses are, unless it is so frequent elsewhere.
_PART, _LEAST = 0.25, 2
_FREQUENT = 1e-6


def private_words(language: str, files: list[str], data: Path) -> list[str]:
    """The folded words of a text of which every fourth use is in what ``clean`` takes out.

    Args:
        language: A BCP 47 tag.
        files: The text, as a recipe names it.
        data: The folder of the recipes, with ``lexicon/``.
    """
    uses: Counter[str] = Counter()
    private: Counter[str] = Counter()
    for file in files:
        for line in read_lines(TextSource.parse(file).path):
            found = words(line)
            uses.update(found)
            cleaned = clean(line)
            # An address that has its sign was never learned from.
            if cleaned != line and "@" not in line:
                private.update(Counter(found) - Counter(words(cleaned)))
    elsewhere = read_frequencies(data, language)
    return sorted(
        word
        for word, count in private.items()
        if count >= max(_LEAST, _PART * uses[word]) and elsewhere.get(word, 0.0) < _FREQUENT
    )
