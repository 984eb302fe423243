"""The rules of spaces and digits beside words, for whoever draws a keyboard."""

from unicodedata import category

WANTS_SPACE = frozenset(".,;:!?\u2026")
"""A suggestion after one of these brings the space that is missing."""

NO_SPACE_BEFORE = frozenset(".,;:!?)]}\u2026\u201d")
"""A suggestion brings no space where one of these follows."""

# What digits may follow as a word of their own, beside letters and white space.
_BEFORE_DIGITS = WANTS_SPACE | frozenset("'\u2019)")


def digit_goes_on(left: str) -> bool:
    """Whether a digit typed behind a text would go on with a number, a time, a price, a name.

    >>> digit_goes_on("room "), digit_goes_on("room 5 "), digit_goes_on("it costs $")
    (False, True, True)
    """
    last = left[-1:]
    if not last:
        return False
    if not (last.isspace() or last in _BEFORE_DIGITS or category(last)[0] in "LM"):
        return True
    number = left[:-1] if last.isspace() else left
    if number[-1:] in {".", ",", ":"}:
        number = number[:-1]
    return number != "" and category(number[-1])[0] == "N"
