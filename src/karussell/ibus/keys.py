"""A key as the session knows it, whatever toolkit it came from."""

from typing import NamedTuple

_SHIFT, _CONTROL, _ALT = 1 << 0, 1 << 2, 1 << 3
_OTHERS = _CONTROL | 1 << 6 | 1 << 26 | 1 << 27 | 1 << 28  # Super, Hyper and Meta among them
_RELEASE = 1 << 30
# Keys that change what other keys do, and nothing in the text.
_MODIFIERS = ("Shift", "Control", "Alt", "Meta", "Super", "Hyper", "Caps_Lock", "Num_Lock", "ISO_")
_SAME = {"ISO_Left_Tab": "Tab", "ISO_Enter": "Return"}
_PAD = {f"KP_{digit}": str(digit) for digit in range(10)}


class Key(NamedTuple):
    """A key that was pressed.

    Attributes:
        name: As X calls it: "a", "space", "BackSpace".
        text: The character that it writes, "" for none.
        shift: Whether Shift was held.
        alt: Whether Alt was held.
        command: Whether another modifier made it a command.
    """

    name: str
    text: str = ""
    shift: bool = False
    alt: bool = False
    command: bool = False

    @property
    def digit(self) -> int | None:
        """The digit on it, 0 to 3, if it bears one that could pick."""
        name = _PAD.get(self.name, self.name)
        return int(name) if name in ("0", "1", "2", "3") else None


def key_of(name: str | None, sign: str, state: int) -> Key | None:
    """The key of an event, None if nothing was pressed that matters.

    Args:
        name: The name of its key symbol.
        sign: The character of the symbol, or something that cannot be shown.
        state: The modifiers, as X and IBus number them.

    >>> key_of("a", "a", 0).text, key_of("a", "a", 1 << 30), key_of("Shift_L", "", 0)
    ('a', None, None)
    """
    name = _SAME.get(name or "", name)
    if name is None or state & _RELEASE or name.startswith(_MODIFIERS):
        return None
    command, alt = bool(state & _OTHERS), bool(state & _ALT)
    text = sign if sign.isprintable() and not command and not alt else ""
    return Key(name, text, shift=bool(state & _SHIFT), alt=alt, command=command)
