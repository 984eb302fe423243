"""What abbreviations stand for: models learned from text that was cut at each full stop.

Of what comes behind "p.m." or "Prof." they saw next to nothing, and a lot behind "pm" and
"professor".
"""

from collections.abc import Sequence
from functools import cache

# Folded words, and what is read in their place: of what was tried, that behind which a packaged
# model finds the words of training texts most probable. Never more words than there were.
_STANDS_FOR = {
    "de": "am di=am dienstag|am do=am donnerstag|am fr=am freitag|am mi=am mittwoch|"
    "am mo=am montag|am sa=am samstag|bspw=beispielsweise|bzw=oder|ca=circa|d h=das heißt|"
    "evtl=eventuell|fr=frau|ggf=eventuell|hr=herr|i d r=in der regel|inkl=inklusive|"
    "prof=professor|sog=sogenannte|st=sankt|u a=unter anderem|v a=vor allem|"
    "z b=beispielsweise|z t=zum teil",
    "en": "a k a=aka|a m=pm|approx=approximately|b c=bc|capt=captain|col=colonel|d c=dc|e g=eg|"
    "i e=ie|lt=lieutenant|m d=md|p m=pm|ph d=phd|prof=professor|rev=father|"
    "u k=uk|u s=united states|w r t=regarding",
    "es": "d=don|dña=doña|dr=doctor|dra=doctora|ee uu=estados unidos|p ej=por ejemplo|"
    "prof=profesor|profa=profesora|sr=señor|sra=señora|sres=señores|srta=señorita|"
    "ud=usted|uds=ustedes|vd=usted|vds=ustedes",
    "fr": "m=monsieur|p ex=par exemple",
}

# Words behind which a number of a day or a century is one, and what it is read as: of the ordinals
# that behind which months are most probable.
_DAYS = {"de": ("am im vom zum", "zwanzigsten")}
_MOST_DAYS = 31

STANDING_FOR = tuple(sorted(_STANDS_FOR))
"""The languages of which something is known here."""

Words = tuple[str, ...]


@cache
def stands_for(tag: str) -> dict[Words, Words]:
    """Abbreviations of the language with a BCP 47 tag, folded, and what they are read as."""
    language = tag.partition("-")[0].lower()
    both = [pair.split("=") for pair in _STANDS_FOR.get(language, "").split("|") if pair]
    known = {tuple(short.split()): tuple(full.split()) for short, full in both}
    before, ordinal = _DAYS.get(language, ("", ""))
    for word in before.split():
        known |= {(word, str(day)): (word, ordinal) for day in range(1, _MOST_DAYS + 1)}
    return known


def abbreviation(words: Sequence[str], tag: str) -> tuple[int, Words] | None:
    """The abbreviation that ends a sentence so far: how many words it is, and what it stands for.

    >>> abbreviation(["at", "5", "p", "m"], "en")
    (2, ('pm',))
    """
    return _ending(words, tag) if words and words[-1] in _last_words(tag) else None


def _ending(words: Sequence[str], tag: str) -> tuple[int, Words] | None:
    known, most = stands_for(tag), _most_words(tag)
    for count in range(min(most, len(words)), 0, -1):
        if full := known.get(tuple(words[len(words) - count :])):
            return count, full
    return None


def spelled_out(words: Sequence[str], tag: str) -> Sequence[str]:
    """Folded words, with what abbreviations stand for in their places.

    >>> spelled_out(["at", "5", "p", "m", "in", "the", "u", "k"], "en")
    ['at', '5', 'pm', 'in', 'the', 'uk']
    """
    lasts = _last_words(tag)
    if lasts.isdisjoint(words):
        return words
    most, found = _most_words(tag), list[str]()
    begins: list[int] = []
    for place, word in enumerate(words):
        begins.append(len(found))
        if word in lasts and (short := _ending(words[max(0, place + 1 - most) : place + 1], tag)):
            count, full = short
            del found[begins[place + 1 - count] :]
            found += full
        else:
            found.append(word)
    return found


@cache
def _most_words(tag: str) -> int:
    return max(map(len, stands_for(tag)), default=0)


@cache
def _last_words(tag: str) -> frozenset[str]:
    return frozenset(short[-1] for short in stands_for(tag))
