"""What stands in an exported text and was not typed as words, and what nobody wants suggested.

Links and long numbers; addresses, also squashed and dictated ones; what is told of accounts.
"""

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
_ADDRESS = re.compile(r"(?<!\S)@*+[^\s@]++@\S*?\.\w\S*+|(?<!\S)[@#]\w+")
# Seven digits, or nine that are parted: numbers of telephones, cards and accounts, which no one
# wants to see suggested.
_LONG_NUMBER = re.compile(r"\d{7,}|\+?\d(?:[ /().-]{0,2}\d){8,}")
_PARTS = (_MARKUP, _LINK, _ADDRESS, _LONG_NUMBER)

_PROVIDERS = (
    "gmail|googlemail|gmial|gamil|hotmail|yahoo|outlook|icloud|proton|comcast|tonline|wanadoo|"
    "laposte"
)
_ENDS = "com|net|org|edu|info|de|fr|es|it|ch|at|in|couk|coin|cojp|comau|combr|commx"
# "anna 12 gmailcom", "annagmailcom", "anna.b at gmail dot com": what is left of an address whose
# signs were taken out, or that was told by telephone.
_JOINED = rf"\w{{0,40}}(?:(?:{_PROVIDERS})(?:{_ENDS})|(?:mail|aol|gmx)(?:com|net|org))"
_PARTED = (
    rf"\w{{0,40}}(?:{_PROVIDERS}|mail|aol|gmx) ?(?: dot |\.| )(?:com|net|org|co ?uk)"
    r"|\w{1,40}(?: dot \w{1,40}){0,3} at \w{1,40}(?: dot \w{2,10}){1,3}"
)
_SQUASHED = re.compile(
    rf"(?:\b[\w.]{{1,40}} )??(?:\b\d{{1,8}} )?\b{_JOINED}\b|\b(?:{_PARTED})\b", re.IGNORECASE
)
_SQUASHED_WORD = re.compile(_JOINED)
# A line without any of these has nothing of the kind; they are quicker to look for.
_MAIL_SIGNS = ("mail", "aol", "gmx", "gmial", "gamil", " dot ", *_PROVIDERS.split("|"))
_SECRET_SIGNS = (
    *("pass", "pin", "puk", "log", "user", "mail", "ssn", "number", "code", "iban", "cvv", "cvc"),
    *("kennwort", "geheim", "nummer", "leitzahl", "mot", "identif", "numéro", "contrase", "clave"),
    *("correo", "usuario", "código", "número", " no ", " id "),
)
_DIGIT = (
    r"(?:\d|zero|oh|one|two|three|four|five|six|seven|eight|nine|null|eins|zwei|zwo|drei|vier|fünf|"
    r"sechs|sieben|acht|neun|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|cero|uno|dos|tres|"
    r"cuatro|cinco|seis|siete|ocho|nueve)"
)
# Digits one by one are those of codes and numbers, in any language.
_SPELLED_OUT = re.compile(rf"\b(?:{_DIGIT}[ ,-]{{1,2}}){{3,40}}{_DIGIT}\b", re.IGNORECASE)
_SECRET = (
    r"(?:pass ?words?|pass ?codes?|pass ?phrases?|pins?|puk|log ?in|user ?(?:name|id)|e-?mail|ssn|"
    r"(?:social security|(?:credit |debit )?card|account|routing|phone|telephone|mobile|cell|"
    r"confirmation|booking|reservation|order|reference|tracking|member(?:ship)?|policy|licen[cs]e|"
    r"passport|employee|customer|invoice|ticket) (?:number|no|id)|"
    r"(?:security|access|verification|zip|postal|post|entry|door|gate) ?code|iban|cvv|cvc|"
    r"passwor[dt]|kennwort|geheimzahl|(?:telefon|handy|konto|karten|kunden|bestell)nummer|postleitzahl|"
    r"mot de passe|identifiant|code (?:secret|postal|confidentiel)|"
    r"numéro de (?:téléphone|carte|compte)|"
    r"contraseña|clave|usuario|correo(?: electrónico)?|código(?: postal| secreto)?|"
    r"número de (?:teléfono|tarjeta|cuenta))"
)
# What comes after "my pin is", to the end of the sentence.
_TOLD = re.compile(
    rf"(\b{_SECRET}(?: (?:number|code|id|address|adresse))?"
    r"(?:\s?[:=]| (?:is|was|ist|lautet|war|es|est)\b)) ?[^.!?\n]*(?:[.!?](?=\w)[^.!?\n]*)*",
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile(r"\d{4}")
_NUMBERED_NAME = re.compile(r"[^\W\d_]{4,}\d{2,}")


def clean(line: str) -> str:
    """A line without what its writer did not type as words, or told of accounts.

    >>> clean("12/03/2024, 10:11 - Anna: see https://example.com, call 0176 1234567")
    'see   call  '
    >>> clean("my pin is 4 7 1 1. write to anna 12 gmailcom")
    'my pin is. write to  '
    """
    if line[:1] in "[\u200e0123456789":
        line = _STAMP.sub("", line)
    if any(sign in line for sign in "<@#:.+0123456789"):
        for part in _PARTS:
            line = part.sub(" ", line)
    line = _SPELLED_OUT.sub(" ", line)
    lower = line.lower()
    if any(sign in lower for sign in _SECRET_SIGNS):
        line = _TOLD.sub(r"\1", line)
    if any(sign in lower for sign in _MAIL_SIGNS):
        line = _SQUASHED.sub(" ", line)
    return line


def is_private(word: str) -> bool:
    """Whether a folded word is a number, an address or a name that tells of one person.

    No model has such words: that is all with four digits, addresses without their signs, and names
    with a number, as in those of accounts.

    >>> is_private("1596"), is_private("annagmailcom"), is_private("mp3")
    (True, True, False)
    """
    return bool(
        _FOUR_DIGITS.search(word) or _SQUASHED_WORD.fullmatch(word) or _NUMBERED_NAME.match(word)
    )
