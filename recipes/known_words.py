"""Make the filter of words that people are known to write, of all languages in one file.

    python -m recipes.known_words DATA [--out known-words.bin]

All words that stand three times in the texts of a language count, English ones that stand twice;
not those English ones that are more probably slips of others. DATA is the folder of the recipes.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from karussell.correction import KNOWN_WORDS, LANGUAGES, OTHERS, KnownWords, known_as
from karussell.text import fold
from karussell.training import TextSource, count_source
from recipes.refine import counted_text
from recipes.slips import SlipTest

_OTHERS = ("it", "pt", "nl", "sv", "pl", "tr")
_USES = {"en": 2}
_MORE_USES = 3
_SLIP = 0.5
_LONGEST = 25


def known_words(data: Path) -> Iterator[str]:
    """What the filter holds."""
    text, _ = counted_text("en", data)
    counts = _counts("en", data)
    listed = [word for word, count in counts.items() if _is_known("en", word, count)]
    found = SlipTest.read().probabilities(text, listed)
    for word in listed:
        if found.get(word, (0.0, ""))[0] <= _SLIP:
            yield known_as("en", word)
    for language in (*LANGUAGES, *_OTHERS):
        if language not in ("en", OTHERS):
            name = language if language in LANGUAGES else OTHERS
            for word, count in _counts(language, data).items():
                if _is_known(language, word, count):
                    yield known_as(name, word)


def _counts(language: str, data: Path) -> Counter[str]:
    folded: Counter[str] = Counter()
    for path in sorted(data.glob(f"{language}_*.txt.xz")):
        starts, insides, _ = count_source(TextSource(path=path), lambda _: None)
        for counts in (starts, insides):
            for word, count in counts.items():
                folded[fold(word)] += count
    return folded


def _is_known(language: str, word: str, count: int) -> bool:
    letters = word.replace("'", "").isalpha() and 1 < len(word) <= _LONGEST
    return letters and count >= _USES.get(language, _MORE_USES)


def main(arguments: list[str] | None = None) -> None:
    """Write the filter."""
    parser = argparse.ArgumentParser(prog="python -m recipes.known_words", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", "-o", type=Path, default=KNOWN_WORDS)
    options = parser.parse_args(arguments)
    data = KnownWords.of(known_words(options.data)).write()
    options.out.write_bytes(data)
    print(f"{options.out}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
