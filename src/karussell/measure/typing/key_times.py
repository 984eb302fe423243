"""How long a key takes while a careless thumb types."""

import time
from collections.abc import Callable, Sequence

from karussell.keyboard import Predictor
from karussell.measure.typing.taps import Segment, in_words


def measure_key_times(
    predictor: Predictor,
    lines: Sequence[Sequence[Segment]],
    layout: str | None,
    *,
    asks: bool = False,
    on_line: Callable[[], None] | None = None,
) -> tuple[list[float], list[float]]:
    """The seconds of each key and its strip: of letters, and of separators, which may correct.

    Args:
        predictor: It is taught nothing that stays.
        lines: What is typed, each line into a field of its own.
        layout: Where the keys are; None for real keys, which have no place.
        asks: Whether it is asked at each key what a space would put in, as the page does.
        on_line: Called after each line.
    """
    letters: list[float] = []
    separators: list[float] = []
    for line in lines:
        session = predictor.session(layout=layout)
        session.strip()
        for segment in line:
            taps = [*((key.character, key.tap) for key in segment.keys), (segment.after, None)]
            for character, tap in taps:
                begin = time.perf_counter()
                session.type(character, () if layout is None else (tap,))
                strip = session.strip()
                if asks:
                    strip.correct()
                seconds = time.perf_counter() - begin
                (letters if in_words(character) else separators).append(seconds)
        if on_line is not None:
            on_line()
    return letters, separators
