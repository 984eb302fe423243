"""Which keys pick a word that is offered."""

from karussell.ibus.keys import Key
from karussell.ibus.messages import Answer, Place


def chosen(key: Key, shown: Answer | None, *, tab: bool) -> Place | None:
    """The place of the word that a key picks, None if it picks none.

    Tab picks the best one; Alt with a digit picks always, 0 what was typed; a digit alone picks
    where the server does not take it for one: behind letters that are no word. Elsewhere it is a
    digit.

    Args:
        key: The key.
        shown: What is offered.
        tab: Whether something was written here; else Tab goes on to the next field.
    """
    if shown is None or key.command:
        return None
    if key.name == "Tab":
        return shown.best if tab and not key.shift and not key.alt else None
    if key.digit is None:
        return None
    place: Place = key.digit - 1 if key.digit else "literal"
    plain = not shown.digit_goes_on and key.digit > 0
    return place if place in shown.words and (key.alt or plain) else None
