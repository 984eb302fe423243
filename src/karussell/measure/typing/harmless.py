"""Texts that are right as they are, and that a keyboard is tempted to change."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import count

import numpy as np

from karussell.measure.typing.mistakes import Item, word_places
from karussell.measure.typing.odd_words import CHAT_WORDS, DOMAINS, PRODUCTS
from karussell.text import fold

MOST = 1000
"""Items of a set, where there are so many."""

_CAMEL = re.compile(r"(?<![\w@#./-])[A-Za-z]*[a-z][A-Z][A-Za-z]*(?![\w@/-])")
_HYPHENATED = re.compile(r"(?<![\w@#./'-])[A-Za-z]+(?:-[A-Za-z]+)+(?![\w@/'-])")
_ENDS_SENTENCE = ".!?:\"'([{*\u2026"
# Fewer uses may be one person's slip of the finger.
_USES = 5
# In so many words another use is needed, for the slips of a crowd come again.
_WORDS_A_USE = 200_000
_TO_TYPE = "to type: "
# Words that make a thousand different codes.
_ENOUGH = 100


def names(lines: Sequence[str], *, seed: int, lower: bool = False) -> list[Item]:
    """Words that are written with a capital within sentences, and never without: each once.

    Args:
        lines: Texts.
        seed: Of the choice.
        lower: Whether they are typed without the capital, as many do.
    """
    small = {line[place] for line in lines for place in word_places(line)}
    found: dict[str, Item] = {}
    for line in lines:
        for place in word_places(line):
            word, before = line[place], line[: place.start].rstrip(" ")
            inside = before and before[-1] not in _ENDS_SENTENCE
            if inside and word.istitle() and len(word) > 2 and word.lower() not in small:
                left = line[: place.start]
                item = (
                    Item(left.lower(), word.lower(), word.lower())
                    if lower
                    else Item(left, word, word)
                )
                found.setdefault(word, item)
    return _chosen(found.values(), seed)


def products(lines: Sequence[str], *, seed: int) -> list[Item]:
    """Words with capitals inside, from texts, and from our own list."""
    found = {name: _alone(name, left="i use ") for name in PRODUCTS}
    for line in lines:
        for match in _CAMEL.finditer(line):
            found.setdefault(match[0], Item(line[: match.start()], match[0], match[0]))
    return _chosen(found.values(), seed)


def chat_words(
    lines: Sequence[str], known: Callable[[str], bool], slips: Collection[str], *, seed: int
) -> list[Item]:
    """Words of chats that no dictionary has, each once: of our own list, and from texts.

    From texts a word is taken that was used five times, or once in 200,000 words, is no known slip,
    and is no contraction without its apostrophe, which a keyboard should put there.

    Args:
        lines: Chats.
        known: Whether a dictionary has a word.
        slips: Misspellings that are known.
        seed: Of the choice.
    """
    places = [(line, place) for line in lines for place in word_places(line)]
    counts = Counter(line[place] for line, place in places)
    least = max(_USES, counts.total() // _WORDS_A_USE)
    found = {word: _alone(word) for word in CHAT_WORDS}
    wanted = {
        word
        for word, uses in counts.items()
        if uses >= least and word.islower() and word.isascii() and word.isalpha()
        and word not in slips and not known(word) and not known(word.title())
        and not any(known(f"{word[:at]}'{word[at:]}") for at in range(1, len(word)))
    }  # fmt: skip
    for line, place in places:
        if line[place] in wanted:
            found[line[place]] = Item(line[: place.start], line[place], line[place])
    return _chosen(found.values(), seed)


def rare_words(lines: Sequence[str], known: Callable[[str], bool], *, seed: int) -> list[Item]:
    """Words that stand once in the texts, and that a dictionary has."""
    places = [(line, place) for line in lines for place in word_places(line)]
    counts = Counter(fold(line[place]) for line, place in places)
    found = [
        Item(line[: place.start], line[place], line[place])
        for line, place in places
        if line[place].islower() and counts[line[place]] == 1 and known(line[place])
    ]
    return _chosen(found, seed)


def foreign_words(
    texts: Sequence[Sequence[str]], known: Callable[[str], bool], *, seed: int, alone: bool
) -> list[Item]:
    """Words of other languages that ours has not, as many from each, each once.

    Args:
        texts: The lines of each language.
        known: Whether ours has a word.
        seed: Of the choice.
        alone: Whether each stands alone, not behind the words before it.
    """
    found: list[Item] = []
    for number, lines in enumerate(texts):
        of_one: dict[str, Item] = {}
        for line in lines:
            for place in word_places(line):
                word = line[place]
                if word.islower() and len(word) > 1 and not known(word):
                    left = "" if alone else line[: place.start]
                    of_one.setdefault(word, Item(left, word, word))
        found += _chosen(of_one.values(), seed + number, -(-MOST // len(texts)))
    return found


def hyphenated(lines: Sequence[str], *, seed: int) -> list[Item]:
    """Words with hyphens, each once."""
    found: dict[str, Item] = {}
    for line in lines:
        for match in _HYPHENATED.finditer(line):
            found.setdefault(fold(match[0]), Item(line[: match.start()], match[0], match[0]))
    return _chosen(found.values(), seed)


def codes(words: Sequence[str], *, seed: int) -> list[Item]:
    """Addresses, paths, identifiers, numbers with letters, versions, and codes, made from words."""
    random = np.random.default_rng(seed)

    def word() -> str:
        return words[int(random.integers(len(words)))]

    def digits(number: int) -> str:
        return "".join(map(str, random.integers(0, 10, number)))

    def letters(number: int, alphabet: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> str:
        return "".join(alphabet[at] for at in random.integers(0, len(alphabet), number))

    def domain() -> str:
        return f"{word()}.{DOMAINS[random.integers(len(DOMAINS))]}"

    kinds: tuple[Callable[[], str], ...] = (
        lambda: f"https://{domain()}/{word()}",
        lambda: f"www.{domain()}",
        domain,
        lambda: f"{domain()}/{word()}-{word()}?id={digits(3)}",
        lambda: f"{word()}.{word()}@{domain()}",
        lambda: f"{word()}{digits(2)}@{domain()}",
        lambda: f"@{word()}_{word()}",
        lambda: f"#{word()}{word()}",
        lambda: f"{word()}_{word()}",
        lambda: f"~/{word()}/{word()}.txt",
        lambda: f"/{word()}/{word()}/{word()}",
        lambda: f"{word()}.{('py', 'js', 'md', 'json', 'pdf')[random.integers(5)]}",
        lambda: f"{letters(2)}{digits(3)}",
        lambda: f"{letters(3)}-{digits(4)}",
        lambda: f"{letters(1)}{digits(1)}{letters(1)} {digits(1)}{letters(1)}{digits(1)}",
        lambda: f"{word()}{digits(2)}",
        lambda: f"{letters(7, '0123456789abcdef')}",
        lambda: f"v{digits(1)}.{digits(2)}.{digits(1)}",
        lambda: f"--{word()}={word()}",
        lambda: f"{digits(2)}{('kg', 'km', 'mb', 'th', 'pm', 'x')[random.integers(6)]}",
    )
    found: dict[str, Item] = {}
    for turn in count():
        if len(found) == MOST:
            break
        code = kinds[turn % len(kinds)]()
        found[code] = _alone(code, left=_TO_TYPE)
    return list(found.values())


def _alone(word: str, *, left: str = "") -> Item:
    return Item(left, word, word)


def _chosen(items: Iterable[Item], seed: int, most: int = MOST) -> list[Item]:
    """So many of the items, any, in their order."""
    found = list(items)
    if len(found) <= most:
        return found
    kept = np.random.default_rng(seed).choice(len(found), most, replace=False)
    return [found[at] for at in np.sort(kept).tolist()]


def sets(
    lines: Sequence[str],
    foreign: Sequence[Sequence[str]],
    *,
    dictionary: Callable[[str], bool],
    vocabulary: Callable[[str], bool],
    slips: Collection[str],
    seed: int,
) -> dict[str, list[Item]]:
    """All sets that can be made of some texts.

    Args:
        lines: Texts in our language.
        foreign: Texts in others.
        dictionary: Whether a dictionary of our language has a word.
        vocabulary: Whether our model has one.
        slips: Misspellings.
        seed: Of every choice.
    """
    usual = sorted({fold(line[place]) for line in lines for place in word_places(line)})
    usual = [word for word in usual if word.isascii() and word.isalpha() and vocabulary(word)]

    def known(word: str) -> bool:
        return vocabulary(word) or dictionary(word)

    found = {
        "names": names(lines, seed=seed),
        "names in lower case": names(lines, seed=seed, lower=True),
        "product words": products(lines, seed=seed),
        "chat words": chat_words(lines, dictionary, slips, seed=seed),
        "foreign words alone": foreign_words(foreign, known, seed=seed, alone=True),
        "foreign words in phrases": foreign_words(foreign, known, seed=seed, alone=False),
        "codes and addresses": codes(usual, seed=seed) if len(usual) > _ENOUGH else [],
        "hyphenated words": hyphenated(lines, seed=seed),
        "rare words": rare_words(lines, dictionary, seed=seed),
    }
    return {name: items for name, items in found.items() if items}
