"""One spelling for each text: NFC, straight apostrophes, and the lower-case form models read."""

from functools import lru_cache
from unicodedata import normalize

# U+2019 and U+02BC are typed for the apostrophe of "don't", accents by who misses its key; U+2018
# comes from careless quotes.
# Forms of one emoji are one: coloured or not, and of any skin tone.
_ALIKE = str.maketrans(
    {"\u2019": "'", "\u02bc": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "\ufe0f": None}
    | dict.fromkeys(map(chr, range(0x1F3FB, 0x1F400)))
)
_GENDERS = "\u200d\u2640", "\u200d\u2642"
# Where a capital I has no dot and its small letter neither, as in "Isparta" and "\u0131sparta".
_DOTLESS = ("tr", "az")


def normalise(text: str) -> str:
    """Text in NFC with every apostrophe written as ``'``, and emoji in their plainest form."""
    if text.isascii():
        return text.replace("`", "'")
    for gender in _GENDERS:
        text = text.replace(gender, "")
    # Forms first, since without them a mark may compose with the letter before.
    return normalize("NFC", text.translate(_ALIKE))


def fold(text: str, language: str = "") -> str:
    """Text as a model reads it: normalised and in lower case.

    A sigma is the same at the end of a word, and the dot of a capital I is dropped.

    Args:
        text: Any text.
        language: Its BCP 47 tag: in Turkish the small letter of I is dotless.

    >>> fold("See ANNA"), fold("\u0130zmir"), fold("ISPARTA", "tr")
    ('see anna', 'izmir', '\u0131sparta')
    """
    if language[:2] in _DOTLESS:
        text = normalize("NFC", text).replace("I", "\u0131")
    if text.isascii():
        return text.replace("`", "'").lower()
    return _folded_sign(text) if len(text) == 1 else _folded(text)


def _folded(text: str) -> str:
    lowered = normalise(text).lower()
    while "i\u0307" in lowered:
        lowered = lowered.replace("i\u0307", "i")
    # Once more after lowering, since a small letter may compose where its capital does not.
    return normalise(lowered).replace("\u03c2", "\u03c3")


# A text can have thousands of emoji. Only single characters are kept, which tell nothing.
_folded_sign = lru_cache(maxsize=1024)(_folded)
