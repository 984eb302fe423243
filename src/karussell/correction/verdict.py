r"""Whether a typed word is wrong, as a probability that keeps a promise.

$P(\text{wrong, and this is right} \mid \text{evidence})$ is what a small network makes of the
evidence and of the kind of word that was typed, since what is known about it decides how the rest
counts. The thresholds were measured, for each language: each is the one from which on so many words
in a thousand that were typed right would be changed.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from karussell.correction.alphabet import spelled_in_two
from karussell.correction.corrections import NEW_LETTER, Correction, log_literal
from karussell.correction.geometry import plain
from karussell.correction.known_words import KnownWords
from karussell.correction.learned import Kind, Parameters, Side, packaged_parameters
from karussell.correction.protection import Protection, Token
from karussell.decoder import Origin
from karussell.kernels import Lattice
from karussell.model import RareWords
from karussell.text import Vocabulary, fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The least ln P that is told apart.
_LEAST = -30.0
# What was typed without its marks is a slip of a word that is so many times as common: "dont" and
# "im", but not "ill" or "its"; and one that nobody is offered, of a word half so much as common.
_FAR_MORE, _MORE = 16, 8
# By how much, in ln, that word must be likelier where it is less than so many times as common, or
# too rare for the network: 20 times.
_LIKELIER = 3.0
_OWN = frozenset({Origin.TEXT, Origin.LEARNED})
# No more than so much, in ln, is known about how far the best word is above the next one.
_ALONE = 5.0
# How sure it is then that the marks are to be put in.
_TOLD = 0.999
# What the model has itself, so that nothing but the words around it tells a slip.
_WORDS = frozenset({Kind.NETWORK, Kind.RARE})
# By how much, in ln, another word is so much likelier that it is no doubt: 90 times.
_CLEAR = 4.5
# Where care is asked for so many times fewer words may be changed.
_MORE_CARE = 5
# The least ln P of a word behind another one from which it was run together: not "Sportfan".
_EXPECTED = -5.0
# Words of few letters have no plural, most of them: ``thes`` is a slip.
_SHORT = 3


class Verdict(NamedTuple):
    """What should stand in place of a typed word, and how sure that is.

    Attributes:
        correction: The best correction.
        probability: P(the word is wrong, and this is what was meant), 0..1.
        doubtful: Whether the typed word is likelier than the correction, or is one of the model's
            and not much less likely, or one of another language.
        margin: By how much likelier the correction is than the typed word, ln; infinite if it only
            puts in the marks that are usually left out.
    """

    correction: Correction
    probability: float
    doubtful: bool = False
    margin: float = math.inf


class Evidence(NamedTuple):
    """What is known about a word that may be wrong.

    Attributes:
        correction: The best correction.
        features: The values of ``FEATURES``.
        told: Whether it is a far more common word that lacks its marks, and nothing else.
        doubtful: As a verdict has it.
        margin: By how much likelier the correction is than the typed word, ln.
    """

    correction: Correction
    features: list[float]
    told: bool
    doubtful: bool
    margin: float


class Judge:
    """A calibrated opinion on words that were typed to their end.

    Args:
        language: A BCP 47 tag.
        vocabulary: The words of the model's network.
        known: Words that people are known to write; those of the package if None.
        parameters: What was learned; those of the package if None.
        counts: How often each word stood in the training text, (V,) or more; None if unknown:
            nothing is taken for a common slip then.
        rare: Words beside the vocabulary, and how often these stood there; None for none.
        spoken: The tags of other languages that are written beside it.
    """

    def __init__(
        self,
        language: str,
        vocabulary: Vocabulary,
        known: KnownWords | None = None,
        parameters: Parameters | None = None,
        counts: "Sequence[int] | NDArray[np.uint32] | None" = None,
        rare: RareWords | None = None,
        spoken: Iterable[str] = (),
    ) -> None:
        self._counts, self._rare = counts, rare
        self._protection = Protection(language, vocabulary, known, spoken)
        self._vocabulary = vocabulary
        self._parameters = parameters

    def protects(self, token: Token) -> bool:
        """Whether a word is left as it is, whatever it resembles: nothing needs to be searched."""
        return self._protection.covers(token)

    def knows(self, folded: str) -> bool:
        """Whether people are known to write a word in this language."""
        return self._protection.known.knows(self._protection.language, folded)

    def rewritten(self, token: Token) -> str:
        """What a word is wherever it stands: with a capital, or in two; "" if it is as it is."""
        return self._protection.rewritten(token)

    def verdict(
        self,
        token: Token,
        found: Sequence[Correction],
        lattice: Lattice,
        *,
        log_new: float,
        free: bool = False,
    ) -> Verdict | None:
        """What should stand in place of a word; None for nothing.

        Args:
            token: The word, where it stands.
            found: What ``corrections`` gave for it as a whole word, best first.
            lattice: What it was given.
            log_new: ln P(a word in no source).
            free: Whether it is known that the word is not protected.
        """
        evidence = self.evidence(token, found, lattice, log_new=log_new, free=free)
        if evidence is None:
            return None
        probability = self._side(token.tapped).network.probability(evidence.features)
        probability = max(probability, _TOLD * evidence.told)
        margin = math.inf if evidence.told else evidence.margin
        return Verdict(evidence.correction, probability, evidence.doubtful, margin)

    def evidence(
        self,
        token: Token,
        found: Sequence[Correction],
        lattice: Lattice,
        *,
        log_new: float,
        free: bool = False,
    ) -> Evidence | None:
        """What is known about a word; None where it stays, whatever that is.

        Args:
            token: The word, where it stands.
            found: As for ``verdict``.
            lattice: The same.
            log_new: The same.
            free: The same.
        """
        typed = fold(token.word)
        best = next((each for each in found if each.word != typed), None)
        own = next((each for each in found if each.word == typed), None)
        if best is None or (own is not None and own.source in _OWN):
            return None
        if len(best.word) == 1 < len(typed):  # that is rather short for something: "xq"
            return None
        if " " in best.word and not token.tapped and not self._are_two(typed, best):
            return None
        if _is_form(typed, best.word) or (not free and self.protects(token)):
            return None
        as_typed = max(log_literal(typed, lattice), _LEAST)
        log_own = max(log_new, _LEAST) + NEW_LETTER * len(typed) if own is None else own.log_prob
        margin = best.value - (log_own + as_typed)
        others = [each.value for each in found if each.word not in (typed, best.word)]
        foreign = self._protection.foreign_before(token.left)
        slip = self._is_common_slip(typed, own, best)
        # Where the words before would rather have it, it was meant: "had been wont", "bei Wahlen".
        usual = slip and best.log_prob > log_own
        rarer = margin >= _LIKELIER and self._is_rarer(typed, own, best)
        told = (usual or rarer) and not foreign and self._lacks_marks(typed, best.word)
        marks = not slip and self._lacks_marks(typed.replace("'", ""), best.word)
        kind = Kind.UNKNOWN if slip else self._kind(typed, own)
        features = [
            margin,
            max(best.log_channel, _LEAST),
            max(best.log_prob, _LEAST),
            min(_ALONE, best.value - max(others, default=-math.inf)),
            float(min(len(typed), 10)),
            as_typed,
            max(log_new if own is None else own.log_prob, _LEAST),
            best.posterior,
            float(len(best.word) - len(typed)),
            float(" " in best.word),
            float(marks),
            float(token.word[0].isupper()),
            float(foreign),
            float(best.word[0] == typed[0]),
            float(best.source == Origin.NETWORK),
            *(float(kind == each) for each in Kind),
        ]
        return Evidence(best, features, told, _is_doubtful(kind, margin, told=told), margin)

    def threshold(
        self,
        damage: float = 0.001,
        *,
        tapped: bool = False,
        doubtful: bool = False,
        careful: bool = False,
    ) -> float:
        """The probability from which on a word is changed.

        Args:
            damage: The part of the words typed right that may be changed; 0 changes none.
            tapped: Whether taps are told.
            doubtful: As a verdict has it.
            careful: Whether there is more doubt than a verdict knows of.
        """
        if careful:
            damage /= _MORE_CARE
        rates = (self._parameters or packaged_parameters()).damage
        values = self._side(tapped).of(self._protection.language, doubtful=doubtful)
        return next(
            (value for rate, value in zip(rates, values, strict=True) if rate <= damage), math.inf
        )

    def _side(self, tapped: bool) -> Side:
        parameters = self._parameters or packaged_parameters()
        return parameters.taps if tapped else parameters.letters

    def _is_common_slip(self, typed: str, own: Correction | None, best: Correction) -> bool:
        """Whether a word stands in the training text because people write the right one so.

        It is withheld and none that is known, or lacks the marks of a far more common word, as
        "dont" does. Its own probability says nothing then.
        """
        if self._counts is None:
            return False
        here, there = self._vocabulary.id(typed), self._vocabulary.id(best.word)
        unknown = self._vocabulary.unknown
        if here == unknown:
            return own is None and there != unknown and self._lacks_marks(typed, best.word)
        if own is None and not self._protection.known.knows(self._protection.language, typed):
            return True
        if there == unknown or not self._lacks_marks(typed, best.word):
            return False
        times = _MORE if own is None else _FAR_MORE
        return bool(self._counts[there] >= times * self._counts[here])

    def _are_two(self, typed: str, best: Correction) -> bool:
        """Whether a word is two that lack a space, and marks at most, the second one expected."""
        together = best.word.replace(" ", "")
        return best.log_second > _EXPECTED and self._lacks_marks(typed.replace("'", ""), together)

    def _lacks_marks(self, typed: str, word: str) -> bool:
        """Whether a word was typed without its apostrophe, or the marks on its letters."""
        in_two = spelled_in_two(word, self._protection.language)
        return typed in (word.replace("'", ""), _bare(word), in_two)

    def _is_rarer(self, typed: str, own: Correction | None, best: Correction) -> bool:
        """Whether a word of the model's is far rarer than another one of its network."""
        there = self._vocabulary.id(best.word)
        if own is None or self._counts is None or there == self._vocabulary.unknown:
            return False
        here = self._vocabulary.id(typed)
        rare = 0 if self._rare is None else self._rare.count(typed)
        count = rare if here == self._vocabulary.unknown else self._counts[here]
        return bool(0 < _MORE * count <= self._counts[there])

    def _kind(self, typed: str, own: Correction | None) -> Kind:
        if typed in self._vocabulary:
            return Kind.NETWORK
        if own is not None:
            return Kind.RARE
        known = self._protection.known
        if known.knows(self._protection.language, typed):
            return Kind.KNOWN
        return Kind.FOREIGN if known.elsewhere(self._protection.language, typed) else Kind.UNKNOWN


def _is_doubtful(kind: Kind, margin: float, *, told: bool) -> bool:
    """Whether more evidence is needed, by how much likelier the correction is, ln."""
    if kind in _WORDS:
        return margin < _CLEAR
    return not told and (margin < 0 or kind == Kind.FOREIGN)


def _is_form(typed: str, word: str) -> bool:
    """Whether one is the other's plural or possessive, or spoken so: ``hancocks``, ``workin``."""
    if typed.endswith("'s"):  # what somebody has is no plural: ``joystick's``
        return word in (typed[:-2], typed[:-2] + "s")
    plural = typed == word + "s" and len(word) > _SHORT and not word.endswith("s")
    return plural or (typed + "g" == word and word.endswith("ing"))


def _bare(word: str) -> str:
    """A word without the marks on its letters."""
    return word if word.isascii() else "".join(map(plain, word))
