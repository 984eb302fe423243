"""How a suggestion is written, given what was typed and where."""

import re

from karussell.text import fold

# Below this many, a capital is the start of a word and not of a shout.
_ALL_CAPS_LETTERS = 2
# Signs that are shown as text unless the sign behind them asks for the emoji.
_PLAIN_SIGNS = re.compile("[\u2600-\u27bf]")
_AS_EMOJI = "\ufe0f"


def cased(display: str, prefix: str, *, starts_sentence: bool) -> str:
    """The form of a word that follows the writer's own.

    Args:
        display: How the word is usually written inside a sentence.
        prefix: What was typed of it, as it was typed.
        starts_sentence: Whether the word is the first of its sentence.

    >>> cased("tea", "", starts_sentence=True), cased("tea", "TE", starts_sentence=False)
    ('Tea', 'TEA')
    >>> cased("iPhone", "ip", starts_sentence=True)
    'iPhone'
    """
    if _PLAIN_SIGNS.fullmatch(display):
        return display + _AS_EMOJI
    if prefix.isupper() and sum(letter.isalpha() for letter in prefix) >= _ALL_CAPS_LETTERS:
        return _if_same(display.upper(), display)
    if (starts_sentence or prefix[:1].isupper()) and display == fold(display):
        return _if_same(display[:1].upper() + display[1:], display)
    return display


def _if_same(form: str, display: str) -> str:
    """The form, unless capitals change the letters themselves, as they do with ß and SS."""
    return form if fold(form) == fold(display) else display
