"""One spelling for each text: NFC, straight apostrophes, and the lower-case form models read."""

from unicodedata import normalize

# U+2019 and U+02BC are typed for the apostrophe of "don't"; U+2018 comes from careless quotes.
# Forms of one emoji are one: coloured or not, and of any skin tone.
_ALIKE = str.maketrans(
    {"\u2019": "'", "\u02bc": "'", "\u2018": "'", "\ufe0f": None}
    | dict.fromkeys(map(chr, range(0x1F3FB, 0x1F400)))
)
_GENDERS = "\u200d\u2640", "\u200d\u2642"


def normalise(text: str) -> str:
    """Text in NFC with every apostrophe written as ``'``, and emoji in their plainest form."""
    if text.isascii():
        return text
    for gender in _GENDERS:
        text = text.replace(gender, "")
    # Forms first, since without them a mark may compose with the letter before.
    return normalize("NFC", text.translate(_ALIKE))


def fold(text: str) -> str:
    """Text as a model reads it: normalised and in lower case."""
    if text.isascii():
        return text.lower()
    # Once more after lowering, since a small letter may compose where its capital does not.
    return normalise(normalise(text).lower())
