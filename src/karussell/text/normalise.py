"""One spelling for each text: NFC, straight apostrophes, and the lower-case form models read."""

from unicodedata import normalize

# U+2019 and U+02BC are typed for the apostrophe of "don't"; U+2018 comes from careless quotes.
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u2018": "'"})


def normalise(text: str) -> str:
    """Text in NFC with every apostrophe written as ``'``."""
    if text.isascii():
        return text
    return normalize("NFC", text).translate(_APOSTROPHES)


def fold(text: str) -> str:
    """Text as a model reads it: normalised and in lower case."""
    if text.isascii():
        return text.lower()
    # Once more after lowering, since a small letter may compose where its capital does not.
    return normalise(normalise(text).lower())
