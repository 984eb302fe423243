"""Judges of several languages: a word is judged by its own, and never taken for another's."""

from collections.abc import Mapping, Sequence

from karussell.correction.corrections import Correction
from karussell.correction.protection import Token
from karussell.correction.verdict import Judge, Verdict
from karussell.kernels import Lattice
from karussell.model import LanguageModel
from karussell.text import Vocabulary, fold

# A language is not written where P(language) is lower.
_UNLIKELY = 0.05


class Judges:
    """One judge for each language that is written.

    Args:
        models: The models of the languages, the first first.
    """

    def __init__(self, models: Sequence[LanguageModel]) -> None:
        self._first = models[0].card.language
        self._judges: dict[str, Judge] = {}
        self._lists: dict[str, list[Vocabulary]] = {}
        for model in models:
            tag = model.card.language
            self._lists.setdefault(tag, []).extend((model.vocabulary, model.rare.vocabulary))
            if tag not in self._judges:
                spoken = {other.card.language for other in models}
                self._judges[tag] = Judge(tag, model.vocabulary, counts=model.counts, spoken=spoken)

    def lacks_capital(self, token: Token, believed: str) -> bool:
        """Whether a word is small that its language writes with a capital wherever it stands.

        Args:
            token: The word, where it stands.
            believed: The language that is written there, probably.
        """
        return self._judges[believed].lacks_capital(token)

    def protects(self, token: Token, believed: str) -> bool:
        """Whether a word is left as it is, whatever it resembles: nothing needs to be searched."""
        return self._judges[believed].protects(token)

    def verdict(
        self,
        token: Token,
        found: Sequence[Correction],
        lattice: Lattice,
        *,
        log_new: float,
        shares: Mapping[str, float],
        damage: float,
    ) -> Verdict | None:
        """What should stand in place of a word, by the judge of its language; None for nothing.

        A word that is known in another language that may be written there is left as it is.

        Args:
            token: The word, where it stands.
            found: What ``corrections`` gave for it as a whole word, best first.
            lattice: What it was given.
            log_new: ln P(a word in no source).
            shares: P(language) where the word stands, by tag.
            damage: The part of the words typed right that may be changed; 0 changes none.
        """
        typed = fold(token.word)
        best = next((each for each in found if each.word != typed), None)
        if best is None:
            return None
        language = best.language or self._first
        others = (tag for tag in self._judges if tag != language)
        if any(shares[tag] > _UNLIKELY and self._has(tag, typed) for tag in others):
            return None
        judge = self._judges[language]
        verdict = judge.verdict(token, found, lattice, log_new=log_new)
        if verdict is None:
            return None
        least = judge.threshold(damage, tapped=token.tapped, doubtful=verdict.doubtful)
        return None if verdict.probability < least else verdict

    def _has(self, tag: str, word: str) -> bool:
        """Whether a folded word is known in a language."""
        return any(word in each for each in self._lists[tag]) or self._judges[tag].knows(word)
