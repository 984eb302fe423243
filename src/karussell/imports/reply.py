"""What somebody typed of a message of mail: not what they answer to, forward or sign with."""

import re
from collections.abc import Sequence

_SIGNATURE = re.compile(r"--\s?")
_QUOTED = re.compile(r"\s*(?:>|\|\s)")
# "-----Original Message-----" in any language, and Outlook's rule above what it quotes.
_SEPARATOR = re.compile(r"\s*(?:-{3,}\s?[^\W\d_][^-\n]{2,60}?\s?-{3,}|_{16,}|-{16,})\s*")
_BEGINS = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|"
    r"início da mensagem encaminhada|inizio messaggio inoltrato|begin doorgestuurd bericht)\s?:\s*",
    re.IGNORECASE,
)
# The header of a message that follows: who, and then when, to whom or about what.
_FROM = re.compile(r"\W*(?:from|von|de|da|van|fra|från|od|lähettäjä|от|gönderen)\W?\s?:\W*\S", re.I)
_MORE = re.compile(
    r"\W*(?:sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|kopie|envoyé|à|objet|"
    r"enviado(?: el)?|fecha|para|asunto|data|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|"
    r"skickat|till|ämne|sendt|til|emne|wysłano|do|temat|дата|кому|тема)\W?\s?:\W*\S",
    re.IGNORECASE,
)
_NEAR = 4
# "On 12 March 2024 Anna wrote:" in one line or two.
_WROTE = (
    "wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|escreveu|ha scritto|scrive|schreef|"
    "skrev|kirjoitti|napisał|napisał\\(a\\)|napsal|napísal|írta|написал|написав|yazd\u0131|έγραψε"
)
_ATTRIBUTION = re.compile(rf"(?:\b(?:{_WROTE})\b.{{0,120}}|\S.*\d.*):\s*", re.IGNORECASE)
_SURE_ATTRIBUTION = re.compile(
    rf"(?=.*(?:\d|@)).{{0,200}}\b(?:{_WROTE})\b.{{0,120}}:\s*", re.IGNORECASE
)
# How such a line begins if it goes on in the next.
_STARTS = re.compile(
    r"(?=.*\d)(?:on|am|le|el|il|op|em|den|dne|w dniu|\d|\w{2,10},? \d)\b", re.IGNORECASE
)
_LONGEST = 400
_SENT_FROM = re.compile(
    r"\s*(?:sent (?:from|via|with) (?:my |the )?\S|get outlook for|von meinem \S.* gesendet|"
    r"gesendet (?:von|mit) \S|diese nachricht wurde von meinem|envoyé (?:de|depuis|à partir de) "
    r"(?:mon )?\S|enviado (?:desde|do) (?:mi |meu )?\S|inviato da(?:l mio)? \S|"
    r"verzonden (?:vanaf|met) (?:mijn )?\S).{0,80}",
    re.IGNORECASE,
)


def own_lines(lines: Sequence[str]) -> list[str]:
    """The lines that the writer of a message typed.

    >>> own_lines(["Yes!", "", "On 12 March 2024 Ben wrote:", "> Tea?", "Anna", "-- ", "Tel. 12"])
    ['Yes!', '', 'Anna']
    """
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _SIGNATURE.fullmatch(line) or _ends_here(lines, number):
            break
        if _QUOTED.match(line):
            _drop_attribution(kept)
        else:
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _ends_here(lines: Sequence[str], number: int) -> bool:
    """Whether all from a line on is another's message, or a program's words."""
    line = lines[number]
    if _SEPARATOR.fullmatch(line) or _BEGINS.fullmatch(line):
        return True
    following = [each for each in lines[number + 1 : number + 1 + _NEAR] if each.strip()]
    if _FROM.match(line) and any(map(_MORE.match, following)):
        return True
    if _SENT_FROM.fullmatch(line):
        return True
    return _is_attribution(lines, number)


def _is_attribution(lines: Sequence[str], number: int) -> bool:
    """Whether a line, or it and the next, says whose words follow without any marks of a quote."""
    line, *rest = lines[number : number + 1 + _NEAR]
    if not _SURE_ATTRIBUTION.fullmatch(line[:_LONGEST]):
        joined = f"{line} {rest[0] if rest else ''}"[:_LONGEST]
        if not _STARTS.match(line) or not _SURE_ATTRIBUTION.fullmatch(joined):
            return False
        rest = rest[1:]
    following = [each for each in rest if each.strip()]
    return not following or not _QUOTED.match(following[0])


def _drop_attribution(kept: list[str]) -> None:
    """Take away who wrote what is quoted below, one line or two, and the blanks around it."""
    while kept and not kept[-1].strip():
        kept.pop()
    for number in (1, 2, 3):
        if _ATTRIBUTION.fullmatch(" ".join(kept[-number:])[:_LONGEST]):
            starts = [each for each in kept[-number:] if not each.strip()]
            if not starts:
                del kept[-number:]
            return
