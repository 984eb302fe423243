"""Judges of several languages: a word is judged by its own, and never taken for another's."""

from collections.abc import Mapping, Sequence

from karussell.correction.corrections import Correction
from karussell.correction.geometry import plain
from karussell.correction.protection import Token
from karussell.correction.verdict import Judge, Verdict
from karussell.kernels import Lattice
from karussell.model import LanguageModel
from karussell.text import Vocabulary, fold

# A language is not written where P(language) is lower.
_UNLIKELY = 0.05
# Where P(language) is lower, its model has hardly read the words before.
_AT_HOME = 0.97
# By how much, in ln, another word is so much likelier that this is no doubt either: 150 times.
_CLEAR = 5.0


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
                counts, rare = model.views["counts"], model.rare
                self._judges[tag] = Judge(
                    tag, model.vocabulary, counts=counts, rare=rare, spoken=spoken
                )

    def rewritten(self, token: Token, believed: str) -> str:
        """What a word is wherever it stands: with a capital, or in two; "" if it is as it is.

        Args:
            token: The word, where it stands.
            believed: The language that is written there, probably.
        """
        text, typed = self._judges[believed].rewritten(token), fold(token.word)
        others = [tag for tag in self._judges if tag != believed]
        two = len(text) > len(typed)
        return "" if two and any(self._has(tag, typed) for tag in others) else text

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
        believed: str = "",
    ) -> Verdict | None:
        """What should stand in place of a word, by the judge of its language; None for nothing.

        A word that is known in another language that may be written there is left as it is. So is
        one that was tapped, unless it is surer than else, that another model has, or its own where
        the text before it is of another language: what is usual there says little; and one told by
        letters alone that its own model has, if there is doubt.

        Args:
            token: The word, where it stands.
            found: What ``corrections`` gave for it as a whole word, best first.
            lattice: What it was given.
            log_new: ln P(a word in no source).
            shares: P(language) where the word stands, by tag.
            damage: The part of the words typed right that may be changed; 0 changes none.
            believed: A language of which it is known that it does not protect the word.
        """
        typed = fold(token.word)
        best = next((each for each in found if each.word != typed), None)
        if best is None:
            return None
        language = best.language or self._first
        others = [tag for tag in self._judges if tag != language]
        if any(shares[tag] > _UNLIKELY and self._has(tag, typed) for tag in others):
            return None
        if others and token.tapped and self._has_its_marks(typed, best.word):
            return None
        judge = self._judges[language]
        free = language == believed
        verdict = judge.verdict(token, found, lattice, log_new=log_new, free=free)
        if verdict is None:
            return None
        own = self._lists_hold(language, typed)
        if token.tapped:
            away = own and shares[language] < _AT_HOME
            careful = verdict.margin < _CLEAR and (
                away or any(self._lists_hold(tag, typed) for tag in others)
            )
        else:
            careful = verdict.doubtful and own
        least = judge.threshold(
            damage, tapped=token.tapped, doubtful=verdict.doubtful, careful=careful
        )
        return None if verdict.probability < least else verdict

    def _has(self, tag: str, word: str) -> bool:
        """Whether a folded word is known in a language."""
        return self._lists_hold(tag, word) or self._judges[tag].knows(word)

    def _has_its_marks(self, typed: str, best: str) -> bool:
        """Whether a word is known with the marks that it would lose: no finger slips to them."""
        bare = "".join(map(plain, typed))
        return typed != best == bare and any(self._lists_hold(tag, typed) for tag in self._judges)

    def _lists_hold(self, tag: str, word: str) -> bool:
        """Whether a model of a language has a folded word."""
        return any(word in each for each in self._lists[tag])
