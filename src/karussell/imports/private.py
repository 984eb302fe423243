"""Private things in a text: what nobody wants to see offered, found by what it looks like."""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Kind(StrEnum):
    """What is left out of what is learned."""

    CODE = "code"
    KEY = "key"
    LINK = "link"
    ADDRESS = "e-mail address"
    ACCOUNT = "account or card number"
    TELEPHONE = "telephone number"
    PASSWORD = "password"
    ONE_TIME = "one-time code"
    NUMBER = "number"
    HANDLE = "handle"


class Private(NamedTuple):
    """Something that is left out.

    Attributes:
        kind: What it looks like.
        text: What it is.
    """

    kind: Kind
    text: str


# Letters of a token: printable ASCII and accented ones, so that no script without spaces is one.
_T = r"[!-~\u00c0-\u024f]"
# All repetitions have ends, so that no text takes longer than its length.
_LETTERS = r"[\w.%+-]"
_SECRET_WORDS = (
    "password|passwort|passwörter|kennwort|passcode|passphrase|pass word|pwd|pin|puk|tan|otp|"
    "contraseña|clave|mot de passe|mdp|senha|wachtwoord|parola|hasło|lösenord|пароль|код|"
    "secret|token|api key|api-key|seed phrase|cvv|cvc"
)
_CODE_WORDS = "code|código|codigo|codice|kod|verification|bestätigungscode|sicherheitscode"
_PREFIXES = "AKIA|ASIA|AIza|gh[pousr]_|github_pat_|glpat-|xox[abp]-|[spr]k[-_]|eyJ|ya29\\."
_IS = r"(?:\s?[:=]\s?|\s(?:is|ist|lautet|war|was|es|est|é|è|:|=)\s:?\s?)"


def _looks_secret(token: str) -> bool:
    """Whether a word has letters of so many kinds as passwords have, and words seldom do."""
    core = token.strip(".,;:!?()[]\"'")
    if len(core) < 6 or core.isalpha():
        return False
    inner = core[1:]
    kinds = (
        any(map(str.islower, core)),
        any(map(str.isupper, inner)),
        any(map(str.isdigit, inner)),
        bool(re.search(r"[#$%^&*+=~@!?_|\\<>]", core[1:-1])),
    )
    return sum(kinds) >= 3 or bool(len(core) >= 8 and re.search(r"[^\W\d_]\d+[^\W\d_]", core))


def _looks_random(token: str) -> bool:
    """Whether a long token is drawn by a machine: Base64, hexadecimal, names of keys."""
    digits = sum(map(str.isdigit, token))
    if re.fullmatch(r"[0-9a-fA-F-]{16,}", token):
        return digits >= 3
    changes = sum(a.islower() and b.isupper() for a, b in pairwise(token))
    return (digits >= 2 and not token.islower()) or changes >= 4 or token.endswith("=")


_EMOTICON = re.compile(r"[:;=]'?-?[()DPpOo3/|*\[\]]+|<3")


_STATEMENT = re.compile(
    r"\s*(?:[$#>]\s(?:sudo|cd|git|pip|npm|apt|ls|cat|curl|ssh|docker|make)\b|sudo\s|#!/|#include\b|"
    r"(?:def|function)\s\w+\(|(?:const|let|var)\s\w+\s*=|class\s\w+[^.?!]{0,80}[{:]\s*$|"
    r"(?:public|private|static)\s\w+\s\w+.{0,80}[({;]|import\s[\w.]+(?:\sas\s\w+|;)?\s*$|"
    r"from\s[\w.]+\simport\s|SELECT\s.{1,200}\sFROM\s)"
)


def _looks_coded(line: str) -> bool:
    """Whether a line is program code."""
    plain = _EMOTICON.sub("", line)
    signs = len(re.findall(r"[{}\[\]=$|&\\`]|\w\(|;\s*$|\w; \w+ ?[<>=+]|::|->|\)[;{:.]", plain))
    letters = sum(map(str.isalpha, line))
    if signs >= 4 and signs * 5 >= letters:
        return True
    return bool(_STATEMENT.match(line))


class _Rule(NamedTuple):
    kind: Kind
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] | None = None
    group: int | str = 0


def _rule(kind: Kind, pattern: str, holds: Callable[[str], bool] | None = None) -> _Rule:
    compiled = re.compile(pattern, re.IGNORECASE)
    return _Rule(kind, compiled, holds, "it" if "it" in compiled.groupindex else 0)


# In this order: what an earlier rule takes is not looked at by a later one.
_RULES = (
    _rule(Kind.CODE, r"`[^`]{1,400}`"),
    _rule(Kind.KEY, r"\bssh-(?:rsa|ed25519|dss)\s\S+"),
    _rule(Kind.LINK, rf"\b(?:[a-z][a-z0-9+.-]{{1,20}}://|www\.|mailto:){_T}+"),
    _rule(Kind.ADDRESS, rf"{_LETTERS}{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+"),
    _rule(
        Kind.LINK,
        r"\b(?:[\w-]{1,63}\.){1,6}(?:com|org|net|de|fr|es|uk|io|eu|ch|at|it|me|ly|info|app|dev)"
        rf"(?:/{_T}*|\b(?!\.\w))",
    ),
    _rule(Kind.ACCOUNT, r"\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?\b"),
    _rule(Kind.ACCOUNT, r"\b\d(?:[ -]?\d){12,18}\b"),
    _rule(
        Kind.NUMBER,
        r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,3}(?:\.\d{1,3}){3})\b",
    ),
    _rule(Kind.TELEPHONE, r"(?:\+|\b00|\(0|\(\d{2,4}\)|\b0)\d?(?:[ /().-]{0,2}\d){5,14}\b"),
    _rule(Kind.PASSWORD, rf"\b(?:{_SECRET_WORDS})\b{_IS}[\"'“„«]?(?P<it>{_T}{{3,80}})"),
    _rule(Kind.PASSWORD, rf"\b(?:{_SECRET_WORDS})\b\s(?P<it>(?=\D{{0,30}}\d){_T}{{3,80}})"),
    _rule(
        Kind.ONE_TIME,
        rf"\b(?:{_CODE_WORDS})\b(?:{_IS}|\s)[\"'“„«]?(?P<it>(?=\S{{0,12}}\d)[\w-]{{4,12}})",
    ),
    _rule(Kind.ONE_TIME, r"(?<![\w.,])(?:[a-z]-)?\d{3}[ -]\d{3}(?![\w.,]\d|\d|[ -]\d)"),
    _rule(
        Kind.ONE_TIME,
        r"(?P<it>\b\d{4,8})(?=\W+(?:is|ist|es|est)\s(?:your|dein|ihr|tu|su|votre|ton)\b)",
    ),
    _rule(Kind.KEY, rf"\b(?:{_PREFIXES})[\w.-]{{8,200}}"),
    _rule(Kind.KEY, r"[\w+/=-]{16,200}", _looks_random),
    _rule(Kind.KEY, r"[!-~]{60,200}"),
    _rule(Kind.TELEPHONE, r"\b\d(?:[ /().-]{0,2}\d){7,14}\b"),
    _rule(Kind.NUMBER, rf"{_T}{{0,40}}\d{{4,}}{_T}{{0,40}}"),
    _rule(Kind.PASSWORD, rf"(?<!\S){_T}{{6,60}}(?!\S)", _looks_secret),
    _rule(Kind.HANDLE, r"(?<![\w.])[@#]\w{1,60}"),
)
# A text without any of these has nothing of the kind, apart from passwords told as such.
_SIGNS = re.compile(
    rf"[\d@#`:/=]|~~~|-----|www\.|\w\.\w|\S{{20}}|\b(?:{_SECRET_WORDS})\b", re.IGNORECASE
)
_BEGINS = {
    "```": ("```", Kind.CODE),
    "~~~": ("~~~", Kind.CODE),
    "-----BEGIN ": ("-----END ", Kind.KEY),
}
_BLOCKS = dict(_BEGINS.values())
_PIECE = 2000
# Where something was left out: a sentence ends there, and no word is learned across.
CUT = "\n"


def without_private(text: str) -> tuple[str, list[Private]]:
    r"""A text in which what is private is cut out, each a line's end, and what that was.

    >>> without_private("Call me at 0176 1234567 or anna@example.org")[0].split("\n")
    ['Call me at ', ' or ', '']
    """
    found: list[Private] = []
    if not _SIGNS.search(text):
        return text, found
    return CUT.join(_line(line, found) for line in _outside(text, found)), found


def _outside(text: str, found: list[Private]) -> Iterator[str]:
    """The lines that stand in no block of code and no key, long ones in pieces."""
    block: list[str] = []
    end = ""
    for line in text.split("\n"):
        start = line.strip()
        if end:
            block.append(line)
            if start.startswith(end) or start.endswith(end):
                found.append(Private(_BLOCKS[end], "\n".join(block)))
                block, end = [], ""
            continue
        for begin, (kind_end, _) in _BEGINS.items():
            if start.startswith(begin):
                block, end = [line], kind_end
        if end:
            whole = start.removeprefix(end)
            if whole != start and end in whole:  # "```x```" on one line
                found.append(Private(_BLOCKS[end], start))
                block, end = [], ""
            yield ""
        elif len(line) <= _PIECE:
            yield line
        else:
            yield from _pieces(line)
    if block:
        found.append(Private(_BLOCKS[end], "\n".join(block)))


def _pieces(line: str) -> Iterator[str]:
    """A long line in pieces of words, so that no pattern takes long for it."""
    start = 0
    while start < len(line):
        end = line.rfind(" ", start + _PIECE // 2, start + _PIECE) + 1 or start + _PIECE
        yield line[start:end]
        start = end


def _line(line: str, found: list[Private]) -> str:
    if not _SIGNS.search(line):
        return line
    for rule in _RULES:
        line = _cut(line, rule, found)
    kept = line.split(CUT)
    for number, piece in enumerate(kept):
        if _looks_coded(piece):
            found.append(Private(Kind.CODE, piece.strip()))
            kept[number] = ""
    return CUT.join(kept)


def _cut(text: str, rule: _Rule, found: list[Private]) -> str:
    pieces, start = [], 0
    for match in rule.pattern.finditer(text):
        item = match[rule.group]
        if rule.holds is not None and not rule.holds(item):
            continue
        found.append(Private(rule.kind, item.strip()))
        begin, end = match.span(rule.group)
        pieces += [text[start:begin], CUT]
        start = end
    return "".join([*pieces, text[start:]])
