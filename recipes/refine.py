"""Refine the words of a packaged model: nothing private, no slips, no capitals of titles alone.

    python -m recipes.refine en DATA [--model english.karussell] [--out english.karussell]

The weights stay as they are. Words that tell of one person leave, as if they had never been read.
Rare words that look like slips of others leave, such words of the network are withheld: offered to
those alone who use them. DATA is the folder of the recipe.
"""

import argparse
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import numpy as np

from karussell.model import (
    Casing,
    RareWords,
    StoredModel,
    embedded_path,
    read_model_file,
    save_contents,
)
from karussell.text import Vocabulary, fold, is_private
from karussell.training import (
    CAPITAL_NOUNS,
    TextSource,
    add_counts,
    count_source,
    titled_words,
)
from recipes import RECIPES
from recipes.private import private_words
from recipes.slips import (
    SlipTest,
    Text,
    is_learned,
    read_frequencies,
    read_misspellings,
    slip_rates,
)

# From these probabilities on a rare word leaves and a word of the network is withheld. Where only
# edited texts are read, slips are rare, and few of what looks like one are.
_LEAVES, _WITHHELD = 0.3, 0.36
_LEAVES_EDITED = 0.8
# A network's word is no slip if so many of a million words elsewhere are it; contractions without
# their apostrophe are frequent everywhere.
_TOO_FREQUENT = 1.4e-6
_CONTRACTION, _TIMES = 0.12, 15
_NONE = (0.0, "")


def counted_text(language: str, data: Path) -> tuple[Text, frozenset[str]]:
    """The words of a recipe's text, and those that have a capital only in names and titles."""
    capitals: Counter[str] = Counter()
    insides: Counter[str] = Counter()
    sources: list[Counter[str]] = []
    parts = []
    for file in RECIPES[language].files(data):
        source = TextSource.parse(file)
        nouns = language in CAPITAL_NOUNS
        starts, inside, running = count_source(source, lambda _: None, nouns=nouns)
        parts.append((inside, running))
        folded: Counter[str] = Counter()
        for counts in (starts, inside):
            weighted: Counter[str] = Counter()
            add_counts(weighted, counts, source.passes)
            for word, count in weighted.items():
                folded[fold(word)] += count
        sources.append(folded)
        for word, count in inside.items():
            insides[fold(word)] += count
            if word != fold(word):
                capitals[fold(word)] += count
    frequencies = read_frequencies(data, language)
    rates: list[float] = []
    if language == "en":
        known = filter(is_learned, read_misspellings(data))
        rates = slip_rates(sources, (word for word in known if frequencies.get(word, 0) < 3e-6))
    text = Text(sources, frequencies, capitals, insides, rates)
    return text, titled_words(*zip(*parts, strict=True))


def refined(stored: StoredModel, text: Text, titled: frozenset[str]) -> StoredModel:
    """A model without slips, its words in the casing of running text."""
    test = SlipTest.read()
    words, rare = stored.vocabulary.words, stored.rare.vocabulary.words
    found = test.probabilities(text, [*words, *rare])
    leaves = _LEAVES if text.slip_rates else _LEAVES_EDITED
    slips = [place for place, word in enumerate(rare) if found.get(word, _NONE)[0] > leaves]
    withheld = [
        place
        for place, word in enumerate(words if text.slip_rates else ())
        if _is_withheld(text, word, *found.get(word, _NONE))
    ]
    pairs = zip(words, stored.vocabulary.casing, strict=True)
    kinds = zip(rare, stored.rare.casing, strict=True)
    casing = [Casing.LOWER if word in titled else Casing(kind) for word, kind in kinds]
    recased = RareWords.of_levels(stored.rare.vocabulary, bytes(casing), stored.rare.levels)
    return stored.with_words(
        Vocabulary(words, ["" if word in titled else form for word, form in pairs]),
        recased.without(slips),
        np.union1d(stored.withheld, np.array(withheld, np.uint32)),
    )


def without_private(stored: StoredModel, private: Collection[str]) -> StoredModel:
    """A model without private words: those, and all that look it."""

    def places(vocabulary: Vocabulary) -> list[int]:
        named = enumerate(vocabulary.words)
        return [place for place, word in named if word in private or is_private(word)]

    rare = stored.rare.without(places(stored.rare.vocabulary))
    fewer = stored.with_words(stored.vocabulary, rare, stored.withheld)
    return fewer.without(places(stored.vocabulary))


def refine(language: str, data: Path, model: Path, out: Path) -> StoredModel:
    """Write what ``without_private`` and ``refined`` make of the model in a file."""
    private = private_words(language, RECIPES[language].files(data), data)
    text, titled = counted_text(language, data)
    stored = refined(without_private(read_model_file(model), private), text, titled)
    save_contents(out, stored)
    return stored


def _is_withheld(text: Text, word: str, probability: float, right: str) -> bool:
    frequent = text.frequencies.get(word, 0.0)
    if right.replace("'", "") == word != right:
        return probability > _CONTRACTION and text.frequencies.get(right, 0) > _TIMES * frequent
    return probability > _WITHHELD and frequent < _TOO_FREQUENT


def main(arguments: list[str] | None = None) -> None:
    """Refine the packaged model of a language, or the one in a file, where it lies."""
    parser = argparse.ArgumentParser(prog="python -m recipes.refine", description=__doc__)
    parser.add_argument("language", choices=RECIPES)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--out", "-o", type=Path)
    options = parser.parse_args(arguments)
    model = options.model or embedded_path(options.language)
    before = read_model_file(model)
    after = refine(options.language, options.data, model, options.out or model)
    left = len(before.rare.vocabulary) - len(after.rare.vocabulary)
    words = len(before.vocabulary) - len(after.vocabulary)
    more = len(after.withheld) - len(before.withheld)
    print(f"{words} words and {left} rare ones left, {more} more are withheld")


if __name__ == "__main__":
    main()
