"""What a key does behind a picked word: the space that the pick brought comes and goes."""

from typing import NamedTuple
from unicodedata import category

from karussell.writing.rules import Rules

_APOSTROPHES = frozenset("'\u2019")
# Behind one of these, a letter or a digit, two spaces are a full stop.
_ENDS = frozenset(")]}\"'\u201d\u2019\u00bb%")
_NO_BREAK = frozenset("\u00a0\u202f")


class Typed(NamedTuple):
    """What a key does.

    Attributes:
        delete_left: Characters to delete left of the cursor; each is a grapheme cluster.
        insert: What to put in their place.
        pending: What the next key is to be told: " " if the last character is a space that a pick
            brought, the signs that took it away, "" for nothing.
    """

    delete_left: int
    insert: str
    pending: str


def typed(rules: Rules, left: str, text: str, pending: str = "", *, double_space: bool) -> Typed:
    r"""What typing a text does at a cursor.

    Args:
        rules: The language's.
        left: The text left of the cursor, at least its last line.
        text: What was typed: one character, or several at once.
        pending: What the key before left; " " right behind a pick that brought its space.
        double_space: Whether two spaces behind a word are a full stop.

    >>> english = Rules.of_language("en")
    >>> typed(english, "see you tomorrow ", "!", " ", double_space=True)
    Typed(delete_left=1, insert='!', pending='')
    >>> typed(Rules.of_language("fr"), "es-tu prêt ", "?", " ", double_space=True).insert
    '\u202f?'
    """
    if len(text) == 1:
        return _key(rules, left, text, pending, double_space)
    after, position = left, 0
    while position < len(text) and pending:
        one = _key(rules, after, text[position], pending, double_space=False)
        after = after[: len(after) - one.delete_left] + one.insert
        pending, position = one.pending, position + 1
    after += text[position:]
    kept = 0
    for old, new in zip(left, after, strict=False):
        if old != new:
            break
        kept += 1
    return Typed(len(left) - kept, after[kept:], pending)


def _key(rules: Rules, left: str, key: str, pending: str, double_space: bool) -> Typed:
    if pending == " ":
        return _behind_space(rules, left, key)
    if pending and (found := _behind_signs(rules, left, key, pending)):
        return found
    if key == " ":
        if left and rules.after.get(left[-2:-1]) == left[-1:]:
            return Typed(0, "", "")  # the sign brought it
        full_stop = double_space and left[-1:] == " " and _ends_word(left[-2:-1])
        return Typed(1, ". ", "") if full_stop else Typed(0, " ", "")
    if _closes_apart(rules, left, key):
        return Typed(0, rules.before[key] + key, "")
    return Typed(0, key + rules.after.get(key, ""), "")


def _behind_space(rules: Rules, left: str, key: str) -> Typed:
    if key == " ":
        return Typed(0, "", "")  # it is there already
    if not rules.closes(key, left):
        return Typed(0, key + rules.after.get(key, ""), "")
    goes_on = key in _APOSTROPHES or any(signs.startswith(key) for signs in rules.returns)
    return Typed(1, rules.before.get(key, "") + key, key if goes_on else "")


def _behind_signs(rules: Rules, left: str, key: str, pending: str) -> Typed | None:
    """What a key does behind signs that took the space, None if what it does elsewhere."""
    signs = pending + (" " if key == "\n" else key)
    letter = pending[0] in _APOSTROPHES and key.isalpha()
    joins = letter and (
        rules.contractions is None
        or any(each.startswith(signs[1:].lower()) for each in rules.contractions)
    )
    if signs in rules.returns or (letter and not joins):
        gap = rules.before.get(pending[0], "")
        taken = gap + pending if left.endswith(gap + pending) else pending
        return Typed(len(taken), f" {pending}{key}", "")
    if joins or any(each.startswith(signs) for each in rules.returns):
        return Typed(0, key, signs)
    return None


def _ends_word(sign: str) -> bool:
    return sign != "" and (sign in _ENDS or category(sign)[0] in "LMN")


def _closes_apart(rules: Rules, left: str, key: str) -> bool:
    """Whether a quote closes one whose words were set apart from it."""
    if key not in rules.before or left[-1:].isspace():
        return False
    line = left.rpartition("\n")[2]
    opened = rules.opened(key, line)
    return opened >= 0 and line[opened + 1 : opened + 2] in _NO_BREAK
