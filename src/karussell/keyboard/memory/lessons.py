"""What a finished text teaches: its sentences, without what is nobody's business."""

import re
from collections.abc import Collection, Iterator, Sequence
from sys import intern

from karussell.history import Sentence, is_language
from karussell.text import fold, last_sentence, sentences, written_words

# Four digits in a row, and six in groups: cards, telephones, accounts, codes.
_DIGITS = re.compile(r"\d{4,}")
_GROUPED = re.compile(r"\d{1,3}(?:(?:_|[^\w\n,]){1,3}\d{1,3})+")
_LEAST_GROUPED = 6
# Dates, amounts and times are groups of digits, too, and nobody's secret.
_PLAIN = re.compile(
    r"""
    (?<!\d)(?<!\d[-./])(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\1\d\d(?![-./]?\d)
    | (?<!\d)(?<!\d[.,:])\d{1,2}[:h]\d\d(?::\d\d)?(?!:?\d)
    | (?<!\d)(?<!\d[.,])\d{1,3}(?:(?:[.,'\u2019\u00a0\u202f]\d{3})+(?:[.,]\d\d?)?|[.,]\d\d?)
      (?![.,]?\d)
    | (?<!\d)(?<!\d[ ])\d{1,3}(?:[ ]\d{3})+(?:[.,]\d\d?)?
      (?=\s?(?:[€$£¥]|eur|dollar|dólar|pound|pfund|franc|franken|peso))
    """,
    re.VERBOSE | re.IGNORECASE,
)
HIDDEN = "\ufffc"
"""What stands in a text for a letter that nobody is to know, as for an object that is no text."""
_HIDDEN = re.compile(f"{HIDDEN}+")
MOST_LETTERS = 60
"""Longer runs of letters are no words: a key that was held, a sequence of genes."""
# Words before one that tell whether all is in capitals.
_SHOUT = 16


def tag(language: str) -> str:
    """The tag of a language as it is kept: "en-US" for "en_US"; "" for a name that is none."""
    found = language.replace("_", "-")
    return found if is_language(found) else ""


def taught(
    text: str,
    *,
    language: str,
    time: int,
    before: str | None = None,
    meant: bool | Collection[str] = False,
    app: str | None = None,
) -> list[Sentence]:
    """The sentences of a text, in order.

    A sentence ends before four or more digits in a row, six in groups that are no date, time or
    amount, and before what is ``HIDDEN``, and another begins behind them.

    Args:
        text: The text.
        language: The tag of its language.
        time: When it was finished, in UNIX seconds.
        before: What stands before it, for the sentence that goes on; None if nobody knows: the
            capital of a single word may be its own then.
        meant: The folded words that are known to be no slips; True for all.
        app: The application it was written in.
    """
    found = []
    for forms in _runs(text, language, before):
        places = tuple(
            place
            for place, form in enumerate(forms)
            if meant is True or (meant and fold(form, language) in meant)
        )
        found.append(
            # One string of all uses of a word, of which there may be many thousands.
            Sentence(
                words=tuple(map(intern, forms)),
                language=language,
                time=time,
                app=app,
                meant=places,
            )
        )
    return found


def is_anybodys(typed: str) -> bool:
    """Whether a typed word holds nothing that is never kept, such as a number of four digits."""
    return len(typed) <= MOST_LETTERS and not _numbers(typed)


def _numbers(text: str) -> list[tuple[int, int]]:
    """Where numbers stand that are never kept, and what is hidden."""
    found = [match.span() for match in _DIGITS.finditer(text)]
    found += [match.span() for match in _HIDDEN.finditer(text)]
    # As many marks in their place, so that all else stays where it is.
    plain = _PLAIN.sub(lambda match: "," * len(match[0]), text)
    found += [
        match.span()
        for match in _GROUPED.finditer(plain)
        if sum(map(str.isdigit, match[0])) >= _LEAST_GROUPED
    ]
    return sorted(found)


def _stretches(text: str) -> Iterator[str]:
    """What stands before each of those, and behind the last; nothing written together with one."""
    end = 0
    for first, last in _numbers(text):
        if last <= end:
            continue
        before = text[end:first]
        if before.strip() and not before[-1].isspace():
            before = before[: -len(before.split()[-1])]
        yield before
        behind = text[last : last + 1]
        end = last if not behind or behind.isspace() else last + len(text[last:].split(None, 1)[0])
    yield text[end:]


def _runs(text: str, language: str, before: str | None) -> Iterator[list[str]]:
    """The words of each stretch without a number, as they would stand inside a sentence."""
    so_far = written_words(last_sentence(before, language)) if before else []
    for line in text.split("\n"):
        for sentence in sentences(line, language):
            for number, stretch in enumerate(_stretches(sentence)):
                if number:
                    so_far.append("0")  # a number stands there, or something that is hidden
                words: list[str] = []
                for written in written_words(stretch):
                    if len(written) > MOST_LETTERS:
                        if words:
                            yield words
                        words = []
                    else:
                        words.append(inside(written, so_far, language))
                    so_far.append(written)
                if before is None and len(words) == 1 and text.strip() == so_far[-1]:
                    words = [_calm(so_far[-1], language)]
                if words:
                    yield words
            so_far = []


def inside(form: str, before: Sequence[str], language: str) -> str:
    """A word as it would be written inside a sentence.

    Its capital at the start of a sentence, and its capitals among words that are all in capitals,
    are not its own.

    Args:
        form: The word as it is written.
        before: The words of its sentence so far, as they are written.
        language: The tag of its language.
    """
    word = fold(form, language)
    if form == word or (language[:2] == "en" and word.partition("'")[0] == "i"):
        return form  # in English the writer is large wherever they stand: "I", "I'm"
    if form.isupper() and len(form) > 1:
        near = before[-_SHOUT:]
        shouted = all(each.isupper() for each in near if each.isalpha() and len(each) > 1)
        return word if shouted else form
    at_start = not any(each[:1].isalnum() for each in before)
    return word if at_start and form[1:] == fold(form[1:], language) else form


def _calm(form: str, language: str) -> str:
    return fold(form, language) if form.isupper() else form
