"""What stands in an exported text and was not typed as words: links, addresses, long numbers."""

import re

# What messengers write before each message of an exported chat: "[12.03.24, 10:11:09] Anna: ",
# "12/03/2024, 10:11 - Anna: ", and time and name in angle brackets, as chats of programs have it.
_STAMP = re.compile(
    r"^\u200e?\[?\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?"
    r"(?:[ \u202f][AaPp]\.?[Mm]\.?)?\]?(?: -)? (?:[^:\n]{1,40}: ?|.*$)"
)
# What an export puts where a picture was, in angle brackets: "<Media omitted>"; and markup.
_MARKUP = re.compile(r"<[/!]?[A-Za-z][^<>\n]{0,200}>")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Possessive: a megabyte without a space costs no more than one with many.
_ADDRESS = re.compile(
    r"(?<!\S)@*+[^\s@]++@[^\s.]*+(?:\.(?!\w)[^\s.]*+)*+\.(?=\w)\S*+|(?<!\S)[@#]\w+"
)
# Seven digits, or nine that are parted: numbers of telephones, cards and accounts, which no one
# wants to see suggested.
_LONG_NUMBER = re.compile(r"\d{7,}|\+?\d(?:[ /().-]{0,2}\d){8,}")
_PARTS = (_MARKUP, _LINK, _ADDRESS, _LONG_NUMBER)


def clean(line: str) -> str:
    """A line without what its writer did not type as words.

    >>> clean("12/03/2024, 10:11 - Anna: see https://example.com, call 0176 1234567")
    'see   call  '
    """
    if line[:1] in "[\u200e0123456789":
        line = _STAMP.sub("", line)
    if any(sign in line for sign in "<@#:.+0123456789"):
        for part in _PARTS:
            line = part.sub(" ", line)
    return line
