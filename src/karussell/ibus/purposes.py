"""What a field is for, as IBus tells it, and which fields nobody looks into."""

# IBus.InputPurpose; digits, numbers and telephones are secrets as they are in the page.
_OPEN = {0: "text", 1: "text", 5: "url", 6: "email", 7: "name"}
TERMINAL = 10
_NO_SPELLCHECK = 1 << 1
_PRIVATE = 1 << 11
_HIDDEN = 1 << 12  # of later versions of IBus
# What entries show instead of a password.
_BULLETS = frozenset("\u25cf\u2022\u25e6\u26ab\u2b24*\u00b7\u2027\u2219")
# Programs whose windows are terminals, and tell no purpose.
_TERMINALS = frozenset(
    (
        *("alacritty", "foot", "ghostty", "gnome-terminal-server", "guake", "kgx", "kitty"),
        *("konsole", "lxterminal", "mate-terminal", "ptyxis", "qterminal", "rxvt", "st", "tilix"),
        *("terminator", "urxvt", "wezterm-gui", "xfce4-terminal", "xterm", "yakuake"),
    )
)


def purpose_name(purpose: int, hints: int) -> str | None:
    """The protocol's name of a purpose, None where nothing is read, offered or learned.

    >>> purpose_name(0, 0), purpose_name(6, 0), purpose_name(8, 0), purpose_name(0, 2048)
    ('text', 'email', None, None)
    """
    return None if hints & (_PRIVATE | _HIDDEN) else _OPEN.get(purpose)


def wants_corrections(hints: int) -> bool:
    """Whether what is typed may be changed unasked."""
    return not hints & _NO_SPELLCHECK


def is_covered(text: str) -> bool:
    """Whether a text is nothing but the signs that stand for a secret.

    >>> is_covered("\u25cf\u25cf"), is_covered(""), is_covered("see")
    (True, False, False)
    """
    return bool(text) and set(text) <= _BULLETS


def program_of(client: str) -> str | None:
    """The program behind the name of an input context, None where it does not tell.

    >>> program_of("gtk3-im:gedit"), program_of("gtk4-im:(24157)"), program_of("xim")
    ('gedit', None, None)
    """
    name = client.partition(":")[2].rpartition("/")[2]
    return None if not name or name.startswith("(") else name[:200]


def is_terminal(client: str) -> bool:
    """Whether a program writes what is typed into a terminal, as far as its name tells.

    XIM tells neither a purpose nor a text: what is typed through it may be a password.
    """
    return client.partition(":")[0] == "xim" or program_of(client) in _TERMINALS
