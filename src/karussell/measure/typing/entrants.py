"""Who takes part in the measures of typing: each rival that is installed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from karussell.measure.baselines import open_presage
from karussell.measure.typing.corrector import Knowing, Rival
from karussell.measure.typing.odd_words import BARE_CONTRACTIONS
from karussell.measure.typing.rivals import PresageCompletions, open_hunspell, open_symspell


def installed_rivals(language: str) -> Iterator[Rival]:
    """Hunspell, SymSpell and Presage, each as far as it is installed and has the language."""
    hunspell = open_hunspell(language)
    if hunspell is not None:
        yield Rival(
            name="Hunspell",
            corrector=hunspell,
            threshold=1.0,
            note="its library and dictionary; an unknown word is changed to the first suggestion",
        )
    symspell = open_symspell(language)
    if symspell is not None:
        yield Rival(
            name="SymSpell",
            corrector=symspell,
            threshold=0.0,
            note="symspellpy with its own 82,765 words and pairs of words, distance 2; an unknown "
            "word is changed to the nearest, most frequent one, or to two",
        )
    presage = open_presage() if language.partition("-")[0] in ("en", "und") else None
    if presage is not None:
        yield Rival(
            name="Presage",
            corrector=PresageCompletions(presage),
            threshold=1.0,
            note="it completes words and corrects none",
        )


def slips_among(
    misspellings: Iterable[str], language: str, dictionary: Callable[[str], bool]
) -> Collection[str]:
    """What is a mistake wherever it stands: of some lists, and contractions run together."""
    found = {each for each in misspellings if not dictionary(each)}
    return found | BARE_CONTRACTIONS if language.partition("-")[0] == "en" else found


class Doubtful:
    """Words that nobody who takes part knows: they may be right or wrong.

    Args:
        dictionaries: Whether each has a word, as it is written.
    """

    def __init__(self, dictionaries: Sequence[Callable[[str], bool]]) -> None:
        def known(word: str) -> bool:
            forms = (word, word.title(), word.upper())
            return any(knows(form) for knows in dictionaries for form in forms)

        self._known = lru_cache(1 << 16)(known)

    def __contains__(self, word: object) -> bool:
        text = str(word)
        return text.replace("'", "").isalpha() and not self._known(text)


def dictionaries_among(rivals: Iterable[Rival]) -> list[Callable[[str], bool]]:
    """The lists of words of those who have one."""
    return [rival.corrector.knows for rival in rivals if isinstance(rival.corrector, Knowing)]
