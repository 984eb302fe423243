"""Our keyboard among the correctors, asked as it is by a text field."""

from collections.abc import Sequence

from karussell.correction import Tap
from karussell.keyboard import DAMAGE, SEPARATORS, Context, Field, Predictor
from karussell.measure.typing.corrector import Answer, Rival

_SHOWN = 3
# The damage at which everything is told that might be changed.
_ALL = 1.0
# What the keyboard changes as it comes has a score from here on, whatever its probability.
_SURE = 1.0


class OurKeyboard:
    """A predictor's suggestions for a word typed to its end, and what it would change.

    The score is the probability that it is sure enough of, and 1 more where it keeps its promise.

    Args:
        predictor: It is asked and taught nothing.
        layout: Where the keys are.
        damage: Its promise.
    """

    def __init__(self, predictor: Predictor, layout: str, damage: float = DAMAGE) -> None:
        self._predictor = predictor
        self._careful = Field(layout=layout, damage=damage)
        self._bold = Field(layout=layout, damage=_ALL)

    def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
        """Ask before the separator is typed."""
        tapped = tuple(taps) if any(tap is not None for tap in taps) else ()
        context = Context(left=left + typed, taps=tapped)
        shown = self._predictor.suggestions(context, _SHOWN, field=self._careful)
        sure = self._predictor.autocorrect(context, field=self._careful)
        # What a space would put there is the one that is marked.
        words = tuple(dict.fromkeys(each.text for each in (*([sure] if sure else []), *shown)))
        if not after.isspace() and after not in SEPARATORS:
            return Answer(words=words[:_SHOWN])
        found = sure or self._predictor.autocorrect(context, field=self._bold)
        if found is None:
            return Answer(words=words[:_SHOWN])
        score = found.probability + (_SURE if sure else 0.0)
        return Answer(words=words[:_SHOWN], change=found.text, score=score)

    def type(self, left: str, string: str) -> str:
        """What stands there when a string was typed on real keys, and a space behind it."""
        session = self._predictor.session(left)
        session.type(string + " ")
        return session.text[len(left) :].removesuffix(" ")


def our_keyboard(predictor: Predictor, layout: str) -> Rival:
    """The keyboard on a layout, as it comes."""
    return Rival(
        name=f"Karussell {predictor.model.card.name}",
        corrector=OurKeyboard(predictor, layout),
        threshold=_SURE,
        note="as it comes, nothing learned; it knows where the keys are, and was hit",
    )
