"""One spelling for each text: NFC, straight apostrophes, and the lower-case form models read."""

from unicodedata import normalize

# U+2019 and U+02BC are typed for the apostrophe of "don't"; U+2018 comes from careless quotes.
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u2018": "'"})
# Forms of one emoji are one word: coloured or not, of any skin tone, and of any gender.
_EMOJI_FORMS = str.maketrans(dict.fromkeys([0xFE0F, *range(0x1F3FB, 0x1F400)]))
_GENDERS = "\u200d\u2640", "\u200d\u2642"


def normalise(text: str) -> str:
    """Text in NFC with every apostrophe written as ``'``."""
    if text.isascii():
        return text
    return normalize("NFC", text).translate(_APOSTROPHES)


def fold(text: str) -> str:
    """Text as a model reads it: normalised, in lower case, emoji in their plainest form."""
    if text.isascii():
        return text.lower()
    text = text.translate(_EMOJI_FORMS)
    for gender in _GENDERS:
        text = text.replace(gender, "")
    # Once more after lowering, since a small letter may compose where its capital does not.
    return normalise(normalise(text).lower())
