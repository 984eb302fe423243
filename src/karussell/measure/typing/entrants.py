"""Who takes part in the measures of typing: each rival that is installed."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache

from karussell.measure.baselines import open_presage
from karussell.measure.typing.corrector import Rival
from karussell.measure.typing.mistakes import Mistake
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


def dictionary_of(language: str) -> Callable[[str], bool] | None:
    """Whether Hunspell's dictionary has a word; None if there is none of the language."""
    hunspell = open_hunspell(language)
    return None if hunspell is None else hunspell.knows


def slips_among(
    mistakes: Iterable[Mistake], language: str, dictionary: Callable[[str], bool]
) -> Collection[str]:
    """What is a mistake wherever it stands: of some lists, and contractions run together."""
    found = {mistake.typed for mistake in mistakes if not dictionary(mistake.typed)}
    return found | BARE_CONTRACTIONS if language.partition("-")[0] == "en" else found


class Doubtful:
    """Words of which nobody knows whether they are right, as a container.

    Args:
        dictionary: Whether a word is right; capitals matter.
    """

    def __init__(self, dictionary: Callable[[str], bool]) -> None:
        self._known = lru_cache(1 << 16)(
            lambda word: any(map(dictionary, (word, word.title(), word.upper())))
        )

    def __contains__(self, word: object) -> bool:
        text = str(word)
        return text.replace("'", "").isalpha() and not self._known(text)
