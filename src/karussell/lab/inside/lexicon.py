"""What is looked for by words, language by language: which are pronouns, which say no."""

from pathlib import Path

import msgspec

_LISTS = Path(__file__).parent / "lists"


class Lexicon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of a language by what they do; all in lower case, as a model reads them.

    Attributes:
        subjects: Pronouns by person, of which a sentence's latest is its subject, more or less.
        several: Words before a plural.
        one: Words before a singular.
        owners: Words before a noun of either number.
        plural_ending: How plurals behind ``owners`` end; "" where endings do not tell.
        not_plural_endings: How words end that only look like it.
        past: Verbs in the past.
        present: Verbs in the present.
        said: Words whose having been said may matter, by what they are.
        topics: Words by what they tell of.
        opening: Words that open a question, by kind.
        classes: Common words by class.
        examples: Sentences to show findings on, by feature: a yes, and perhaps a no; ours, from no
            text.
    """

    subjects: dict[str, list[str]] = {}
    several: list[str] = []
    one: list[str] = []
    owners: list[str] = []
    plural_ending: str = ""
    not_plural_endings: list[str] = []
    past: list[str] = []
    present: list[str] = []
    said: dict[str, list[str]] = {}
    topics: dict[str, list[str]] = {}
    opening: dict[str, list[str]] = {}
    classes: dict[str, list[str]] = {}
    examples: dict[str, list[str]] = {}


def lexicon(language: str) -> Lexicon:
    """The words of a language; none where we have none."""
    path = _LISTS / f"{language[:2]}.json"
    return msgspec.json.decode(path.read_bytes(), type=Lexicon) if path.exists() else Lexicon()
