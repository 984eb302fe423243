"""Our keyboard among the correctors, asked as it is by a text field."""

from collections.abc import Sequence

from karussell.correction import Tap
from karussell.keyboard import Context, Predictor
from karussell.measure.typing.corrector import Answer, Rival

_SHOWN = 3


class OurKeyboard:
    """A predictor's suggestions for a word typed to its end, and what it would change.

    Args:
        predictor: It is asked and taught nothing.
        layout: Where the keys are.
    """

    def __init__(self, predictor: Predictor, layout: str) -> None:
        self._predictor = predictor
        self._layout = layout

    def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
        """Ask before the separator is typed."""
        context = Context(left=left + typed)
        shown = self._predictor.suggestions(context, _SHOWN)
        return Answer(words=tuple(each.text for each in shown))


def our_keyboard(predictor: Predictor, layout: str) -> Rival:
    """The keyboard on a layout."""
    return Rival(
        name=f"Karussell {predictor.model.card.name}",
        corrector=OurKeyboard(predictor, layout),
        threshold=0.0,
        note="as it comes, nothing learned",
    )
