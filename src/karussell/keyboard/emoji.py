"""Emoji by their names: what may be meant by ":smi"."""

import re
from functools import cache
from unicodedata import normalize

from karussell.text import fold, unicode_pattern
from karussell.writing import toned

# What is typed of a name: ":smi", ":thumbs_u", ":+1", ":smile:".
_QUERY = re.compile(r"(?<!\S):([\w+-]{2,}):?\Z")
_ALIASES, _NAMES = range(2)


def emoji_query(left: str) -> str:
    """What was typed of an emoji's name behind its colon, "" for none.

    >>> emoji_query("so happy :smi"), emoji_query("note:smi"), emoji_query(":D")
    (':smi', '', '')
    """
    found = _QUERY.search(left[-64:])
    return found[0] if found and not found[1].isdigit() else ""


def find_emoji(query: str, language: str, tone: str, limit: int) -> list[str]:
    """The emoji whose names have words that start as a query does, best first.

    Args:
        query: What was typed, with its colon.
        language: BCP 47 tag of the language of the names; English ones are found, too.
        tone: A skin tone for those that take one, "" for none.
        limit: How many at most.
    """
    asked = _plain(query, language)
    found = []
    for emoji, age, names in _named(language[:2]):
        ranks = [rank for rank in (_rank(asked, kind, name) for kind, name in names) if rank]
        if ranks:
            best = min(ranks)
            found.append((best[0], age, best[1], emoji))
    return [toned(emoji, tone) for _, _, _, emoji in sorted(found)[:limit]]


def _rank(asked: str, kind: int, name: str) -> tuple[int, int] | None:
    """How well a name fits, None if it does not; and its length."""
    if name == asked:
        return 0, len(name)
    if name.startswith(asked):
        return 1 + kind, len(name)
    return (1 + _NAMES, len(name)) if f" {asked}" in name else None


def _plain(name: str, language: str) -> str:
    """A name without colons, marks and ligatures, words parted by spaces."""
    letters = normalize("NFD", fold(name.strip(":"), language).replace("\u0153", "oe"))
    return unicode_pattern(r"\p{M}").sub("", letters).replace("_", " ").replace("-", " ")


def named_emoji(language: str) -> list[tuple[str, float, list[tuple[int, str]]]]:
    """All emoji, how new each is, and its names with their kinds, as they are searched.

    Args:
        language: BCP 47 tag of the language of the names; English ones are among them, too.
    """
    return _named(language[:2])


@cache
def _named(language: str) -> list[tuple[str, float, list[tuple[int, str]]]]:
    """All emoji, how new each is, and its names."""
    # Here, since its tables take a tenth of a second and are seldom asked for.
    import emoji

    if language in emoji.LANGUAGES:
        emoji.config.load_language(language)
    found = []
    for sign, data in emoji.EMOJI_DATA.items():
        if data["status"] != emoji.STATUS["fully_qualified"] or re.search(
            "[\U0001f3fb-\U0001f3ff]", sign
        ):
            continue
        listed = [(_ALIASES, alias) for alias in data.get("alias", ())]
        listed += [(_NAMES, data[tag]) for tag in dict.fromkeys((language, "en")) if tag in data]
        names = [(kind, _plain(name, language)) for kind, name in listed]
        found.append((sign, float(data["E"]), names))
    return found
