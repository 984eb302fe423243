"""How a suggestion is written, given what was typed and where."""

import re

from karussell.text import fold
from karussell.writing import Shout, Style, toned

# Below this many, a capital is the start of a word and not of a shout.
_ALL_CAPS_LETTERS = 2
# Signs that are shown as text unless the sign behind them asks for the emoji.
_PLAIN_SIGNS = re.compile("[\u2600-\u27bf]")
_AS_EMOJI = "\ufe0f"
_DIGIT = re.compile(r"\d")
_STRAIGHT, _CURLY = "'", "\u2019"
_PLAIN = Style()


def cased(
    display: str,
    prefix: str,
    *,
    starts_sentence: bool,
    style: Style = _PLAIN,
    language: str = "",
) -> str:
    """The form of a word that follows the writer's own.

    Args:
        display: How the word is usually written inside a sentence.
        prefix: What was typed of it, as it was typed.
        starts_sentence: Whether the word is the first of its sentence.
        style: How the writer has written so far.
        language: BCP 47 tag, for the capitals of i.

    >>> cased("tea", "", starts_sentence=True), cased("tea", "TE", starts_sentence=False)
    ('Tea', 'TEA')
    >>> cased("iPhone", "ip", starts_sentence=True)
    'iPhone'
    >>> cased("tea", "", starts_sentence=False, style=Style(shout=Shout.YES))
    'TEA'
    """
    if not display.isascii():
        if _PLAIN_SIGNS.fullmatch(display):
            display += _AS_EMOJI
        if style.tone and not display[:1].isalnum():
            return toned(display, style.tone)
    form = display
    if starts_sentence or style.shout or prefix != prefix.lower():
        form = _capitals(display, prefix, starts_sentence, style, language)
    if _STRAIGHT in form:
        curly = _CURLY in prefix or (style.apostrophe == _CURLY and _STRAIGHT not in prefix)
        return form.replace(_STRAIGHT, _CURLY) if curly else form
    return form


def _capitals(display: str, prefix: str, starts_sentence: bool, style: Style, language: str) -> str:
    if _shouts(display, prefix, style):
        return _upper(display, prefix, style, language)
    # A word with a digit is no word of a sentence: "mp3".
    capital = prefix[:1].isupper() or (starts_sentence and not _DIGIT.search(display))
    if capital and display == fold(display, language):
        return _kept(prefix, _capital(display, language), language)
    return _kept(prefix, display, language)


def _shouts(display: str, prefix: str, style: Style) -> bool:
    if not prefix:
        return style.shout is Shout.YES
    if not prefix.isupper():
        return False
    if style.shout:
        return True
    return not display.startswith(prefix) and _letters(prefix) >= _ALL_CAPS_LETTERS


def _letters(prefix: str) -> int:
    return len(prefix) if prefix.isalpha() else sum(letter.isalpha() for letter in prefix)


def _kept(prefix: str, form: str, language: str) -> str:
    """The form, with the capitals that were typed inside it."""
    inner = prefix[1:]
    if inner == inner.lower() or form.startswith(prefix):
        return form
    same = fold(form[: len(prefix)], language) == fold(prefix, language)
    written = prefix.replace(_CURLY, _STRAIGHT) + form[len(prefix) :]
    return written if same and fold(written, language) == fold(form, language) else form


def _upper(display: str, prefix: str, style: Style, language: str) -> str:
    """The word in capitals, unless they change the letters themselves, as they do with ß and SS."""
    text = _dotted(display, language)
    if style.sharp_s or style.shout or "\u1e9e" in prefix:
        text = text.replace("\u00df", "\u1e9e")
    return _if_same(text.upper(), display, language)


def _capital(display: str, language: str) -> str:
    length = 2 if language[:2] == "nl" and display.startswith("ij") else 1
    first = _dotted(display[:length], language).upper()
    return _if_same(first + display[length:], display, language)


def _dotted(text: str, language: str) -> str:
    return text.replace("i", "\u0130") if language[:2] in ("tr", "az") else text


def _if_same(form: str, display: str, language: str) -> str:
    return form if fold(form, language) == fold(display, language) else display
