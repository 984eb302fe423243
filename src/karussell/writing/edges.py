"""What may come behind a text: a word, a space and a word, or no word at all."""

import re
from typing import NamedTuple
from unicodedata import category

from karussell.writing.rules import Rules

# Punctuation behind which a word brings the space that is missing.
_WANTS_SPACE = frozenset(".,;:!?\u2026%\u3002\uff01\uff1f\u3001\uff0c\u061f\u060c\u0964")
_CLOSING = frozenset(")]}")
# Directly behind these no new word comes.
_BARE = frozenset("/\\_@#&+=~<>|^*`\u00a7$\u20ac\u00a3\u00a5")
_CURRENCY = frozenset("$\u20ac\u00a3\u00a5\u20b9")
_INSIDE_NUMBERS = frozenset(".,:/-\u2013+#*")
# What stands before a word or an address without being of it.
_OPENING = "\"'([{\u00ab\u2039\u201c\u2018\u201e\u201a\u00bf\u00a1<*"
_EMOTICON = re.compile(r"(?:[:;=8]['\-^]?[)(\[\]DdPpOo3/|*]+|<3|[xX]D|\^\^)\Z")
# Addresses, paths, handles, names with signs inside: words in them are no words of a sentence.
_CODE = re.compile(
    r"[#@/\\~$]|--|\.{1,2}/|www\.|https?:|ftp:|mailto:|[A-Za-z]:\\|\S*(?:[@_\\]|://|/\S*/)",
    re.IGNORECASE,
)
# What stands before the letters of an emoji's name: ":", ":thumbs_", or all of it: ":wave:".
_NAME = re.compile(r":(?:[^\W\d]\w*[_:-]|[+-])?")
_GOES_ON = re.compile(r"[\w'\u2019-]*?(?:[@_\\]|://|\.\w|:\d|(?<=\d)[,/]\d)")
_SCHEMES = frozenset(("http", "https", "ftp", "mailto", "file", "tel"))
_REACH = 200


class Edge(NamedTuple):
    """What may come behind a text.

    Attributes:
        word: Whether a new word may come before its first letter is typed.
        letters: Whether letters typed here begin a word.
        digits: Whether digits typed here may begin a word, such as "3rd".
        wants_space: Whether a new word brings a space with it.
        searches: Whether letters typed here name an emoji: ":smile".
    """

    word: bool = True
    letters: bool = True
    digits: bool = True
    wants_space: bool = False
    searches: bool = False


_FREE = Edge()
_NOTHING = Edge(word=False, letters=False, digits=False)


def edge_of(rules: Rules, before: str) -> Edge:
    """What may come behind a text.

    Args:
        rules: The rules of the language.
        before: The text left of the cursor, without the word being typed.

    >>> english = Rules.of_language("en")
    >>> edge_of(english, "see you,").wants_space, edge_of(english, "see john@").letters
    (True, False)
    """
    last = before[-1:]
    if not last or last == "\n":
        return _FREE
    if last.isspace():
        return Edge(digits=not _ends_in_number(before.rstrip()))
    chunk = before[-_REACH:].split()[-1]
    if _EMOTICON.fullmatch(chunk) or _is_emoji(last):
        return Edge(wants_space=True)
    chunk = chunk.lstrip(_OPENING)
    if _NAME.fullmatch(chunk):
        return Edge(word=False, letters=False, digits=False, searches=True)
    if _CODE.match(chunk):
        return _NOTHING
    return _behind_sign(rules, before, chunk, last)


def _behind_sign(rules: Rules, before: str, chunk: str, last: str) -> Edge:
    stem = chunk[:-1]
    if last in _INSIDE_NUMBERS and category(stem[-1:] or " ")[0] == "N":
        return Edge(word=False, letters=last in "-/", digits=False)
    if last in _BARE:
        amount = stem or before[:-1].rstrip(" \u00a0\u202f")
        if last in _CURRENCY and category(amount[-1:] or " ")[0] == "N":
            return Edge(wants_space=True)
        return Edge(word=False, letters=last in "/*", digits=False)
    if last == ":" and (stem.lower() in _SCHEMES or len(stem) == 1):
        return _NOTHING  # "https:", "C:"
    if last == "." and stem[-1:].isalnum():
        # Letters directly behind it go on with "e.g." or with an address.
        return Edge(
            word=len(stem.rpartition(".")[2]) > 1, letters=False, digits=False, wants_space=True
        )
    if last in _WANTS_SPACE:
        return Edge(digits=False, wants_space=True)
    if last in _CLOSING:
        return Edge(wants_space=True)
    return Edge(wants_space=rules.closes(last, before[:-1]) and last not in "-'\u2019")


def _ends_in_number(text: str) -> bool:
    """Whether a text ends in a number of two digits or more, which may go on behind a space."""
    chunk = text[-_REACH:].split()[-1:]
    digits = sum(category(sign)[0] == "N" for sign in chunk[0]) if chunk else 0
    return digits >= 2 and not any(map(str.isalpha, chunk[0]))


def _is_emoji(sign: str) -> bool:
    """Whether a sign ends an emoji: a picture, its colour, its skin tone, the frame of a key."""
    if sign in "\ufe0f\u20e3" or "\U0001f1e6" <= sign <= "\U0001faff":
        return True
    return "\u2300" <= sign <= "\u27bf" or "\u2b00" <= sign <= "\u2bff"


def goes_on(right: str) -> bool:
    """Whether what stands right of a word is more of an address, a number or a name in a program.

    >>> goes_on("@example.com"), goes_on("ple.com"), goes_on(". Then"), goes_on("-known")
    (True, True, False, False)
    """
    return bool(_GOES_ON.match(right[:_REACH]))


def space_before(rules: Rules, left: str, right: str) -> str:
    """The space that a word brings behind it.

    Args:
        rules: The rules of the language.
        left: The text up to the word's end, or at least its last line.
        right: What stands right of it.

    >>> space_before(Rules.of_language("en"), "tomorrow", " then")
    ''
    >>> space_before(Rules.of_language("fr"), "prêt", "?")
    '\u202f'
    """
    following = right[:1]
    if following.isspace():
        return ""
    if not following or _EMOTICON.match(right.split()[0]) or not rules.closes(following, left):
        return " "
    return rules.before.get(following, "")
