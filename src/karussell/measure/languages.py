"""Several languages in one text: how it is made, and what a keyboard of them saves on it."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter

import msgspec

from karussell.correction import Channel, Geometry
from karussell.decoder import candidates
from karussell.errors import TextError
from karussell.keyboard import Context, Languages, Predictor
from karussell.measure.keystrokes import SLOTS
from karussell.measure.meter import Meter, measured
from karussell.measure.tally import Measured, Tally
from karussell.measure.typing import word_places
from karussell.text import LetterModel, is_spelled

SHORTEST, LONGEST = 1, 10
"""Words of one language in a row, where somebody mixes two."""

# Changed words that are shown.
_EXAMPLES = 10


def switching(
    texts: Sequence[Sequence[str]], *, seed: int, shortest: int = SHORTEST, longest: int = LONGEST
) -> list[str]:
    """Lines that switch between languages every few words.

    Line n takes turns with the words of line n of each text, until one has no more; which is the
    first is drawn, and how many words come before the next.

    Args:
        texts: Lines in each language, two or more.
        seed: Of what is drawn.
        shortest: Words in a row at least.
        longest: At most.

    Raises:
        TextError: If there is one text only, or one without words.
    """
    if len(texts) < 2:
        raise TextError(f"{len(texts)} text, expected one in each of two languages or more")
    draw = random.Random(seed)
    found = []
    for lines in zip(*texts, strict=False):
        parts = [line.split() for line in lines]
        places = [0] * len(parts)
        turn, line = draw.randrange(len(parts)), list[str]()
        while places[turn] < len(parts[turn]):
            end = places[turn] + draw.randint(shortest, longest)
            line += parts[turn][places[turn] : end]
            places[turn] = end
            turn = (turn + 1) % len(parts)
        if line:
            found.append(" ".join(line))
    if not found:
        raise TextError("a text has no words, expected some in each language")
    return found


def turns(texts: Sequence[Sequence[str]]) -> list[str]:
    """Lines that switch between languages at each sentence: line n of each text, one after another.

    Args:
        texts: Lines in each language.
    """
    return [" ".join(map(_ended, lines)) for lines in zip(*texts, strict=False)]


class Harm(msgspec.Struct, frozen=True):
    """What a keyboard does to text that is right.

    Attributes:
        keyboard: Which one.
        text: What was typed.
        words: Words of it.
        changed: How many were changed unasked.
        examples: Some of them, with what was put there.
    """

    keyboard: str
    text: str
    words: int
    changed: int
    examples: tuple[tuple[str, str], ...]


def harm(
    predictor: Predictor,
    name: str,
    text: str,
    lines: Iterable[str],
    on_line: Callable[[], None] | None = None,
) -> Harm:
    """Type a text word by word as it stands, and see which words a space would change.

    Args:
        predictor: The keyboard; it is taught nothing.
        name: What people call it.
        text: What people call the text.
        lines: The text.
        on_line: Called after each line.
    """
    number, changes = 0, list[tuple[str, str]]()
    for line in lines:
        for place in word_places(line):
            number += 1
            found = predictor.autocorrect(Context(left=line[: place.stop]))
            if found is not None:
                changes.append((line[place], found.text))
        if on_line is not None:
            on_line()
    return Harm(name, text, number, len(changes), tuple(changes[:_EXAMPLES]))


def _ended(line: str) -> str:
    return line if line.rstrip()[-1:] in (*".!?\u2026",) else line.rstrip() + "."


class LanguagesMeter(Meter):
    """Measures texts with models of several languages at once, as the keyboard has them.

    Args:
        languages: The models.
        letters: What spells the words that none of them knows; made of the first one's words if
            None.
    """

    def __init__(self, languages: Languages, letters: LetterModel | None = None) -> None:
        self._languages = languages
        self._letters = letters or LetterModel(languages.models[0].vocabulary)
        tags = tuple(dict.fromkeys(languages.tags))
        self._channel = Channel(Geometry.of_language(tags[0]), *tags)
        # What was said before in which line.
        self._line, self._before = -1, languages.hearing.start()

    def measure(self, lines: Iterable[str], *, on_line: Callable[[], None] | None = None) -> Tally:
        """What each word of a text would have cost; each line is believed by its own words."""
        self._line = -1
        return super().measure(lines, on_line=on_line)

    def _sentence(self, line: int, sentence: list[str]) -> Iterator[Measured]:
        languages, hearing = self._languages, self._languages.hearing
        if line != self._line:
            self._line, self._before = line, hearing.start()
        for place, word in enumerate(sentence):
            begin = perf_counter()
            heard = hearing.hear(self._before, sentence[:place])
            if not is_spelled(word):
                continue
            sources, log_new, _ = languages.expected(heard)
            candidates(sources, "", SLOTS)
            seconds = perf_counter() - begin
            expected = sources, log_new
            yield measured(line, word, expected, seconds, self._letters, self._channel)
        self._before = hearing.ended(hearing.hear(self._before, sentence))
