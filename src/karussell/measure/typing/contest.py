"""All correctors on the same taps, mistakes and texts, in turn."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from karussell.correction import Geometry
from karussell.measure.typing.board import (
    RULES,
    Entry,
    Harmless,
    MistakeStanding,
    TapStanding,
    TypingBoard,
)
from karussell.measure.typing.corrector import Rival, Typing
from karussell.measure.typing.figures import curve, figures
from karussell.measure.typing.mistakes import Item, Mistake, Weights, put_into
from karussell.measure.typing.taps import Key, Noise, Segment, segments, type_lines
from karussell.measure.typing.typist import Outcome, type_segments, type_string
from karussell.text import fold

# Lines, mistakes or items that a corrector is asked about before it is the next one's turn.
_TURN = 20
_EXAMPLES = 12
_AT_THE_END = "\n"

_Thing = TypeVar("_Thing")
_Found = TypeVar("_Found")

Advance = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is typed.

    Attributes:
        language: Of the texts.
        lines: The texts, one message a line, as they were written.
        noises: How the writers of simulated taps type.
        layouts: Where they type.
        mistakes: Lists of mistakes, by name.
        weights: How often a mistake is met.
        harmless: Sets of what must not be changed, by name.
        slips: Words that are misspelled in the texts themselves.
        doubtful: Words of which nobody knows whether they are right.
        seed: Of every choice.
        most: How many mistakes of a list at most.
    """

    language: str
    lines: Sequence[str]
    noises: Sequence[Noise]
    layouts: Sequence[str]
    mistakes: Mapping[str, Sequence[Mistake]]
    weights: Sequence[Weights] = ("words", "pairs")
    harmless: Mapping[str, Sequence[Item]]
    slips: Container[str] = ()
    doubtful: Container[str] = ()
    seed: int = 1
    most: int = 3000


Outcomes = list[list[Outcome]]


class Contest:
    """All correctors on one course.

    Args:
        rivals: For each layout those who take part, ours first.
        course: What is typed.
    """

    def __init__(self, rivals: Callable[[str], Sequence[Rival]], course: Course) -> None:
        self._course = course
        self._advance: Advance = _nothing
        self._rivals = {layout: rivals(layout) for layout in course.layouts}
        self._main = self._rivals[course.layouts[0]]
        self._written: list[Outcomes] = []

    def board(self, advance: Advance | None = None) -> TypingBoard:
        """Measure all that there is to measure.

        Args:
            advance: Called after each line or item and corrector.
        """
        course, self._advance = self._course, advance or _nothing
        self._written = self._typed_as_written()
        taps = [self._taps(layout, noise) for layout in course.layouts for noise in course.noises]
        mistakes = [
            self._mistakes(name, listed, weights)
            for name, listed in course.mistakes.items()
            for weights in course.weights
        ]
        return TypingBoard(
            rules=RULES,
            language=course.language,
            notes={rival.name: rival.note for rival in self._main},
            taps=tuple(taps),
            mistakes=tuple(mistakes),
            harmless=(
                *(self._harmless(name, items) for name, items in course.harmless.items()),
                *self._as_written(),
            ),
        )

    def steps(self) -> int:
        """How often ``advance`` is called by ``board``, about."""
        course = self._course
        lines = len(course.lines)
        runs = 1 + 2 * len(course.layouts) * len(course.noises)
        mistakes = len(course.mistakes) * len(course.weights) * min(course.most, lines)
        harmless = sum(map(len, course.harmless.values()))
        return len(self._main) * (lines * runs + mistakes + harmless)

    def _taps(self, layout: str, noise: Noise) -> TapStanding:
        course, geometry = self._course, Geometry.named(layout)
        inside = Noise(sigma=noise.sigma, inside=True)
        rivals = self._rivals[layout]
        wrong = self._typed(rivals, type_lines(course.lines, geometry, noise, course.seed))
        right = self._typed(rivals, type_lines(course.lines, geometry, inside, course.seed))
        return TapStanding(
            layout=layout,
            sigma=noise.sigma,
            careless=noise != Noise(sigma=noise.sigma),
            entries=self._entries(rivals, wrong, right),
        )

    def _mistakes(self, name: str, listed: Sequence[Mistake], weights: Weights) -> MistakeStanding:
        course = self._course
        items = put_into(course.lines, listed, seed=course.seed, limit=course.most, weights=weights)
        rivals = self._main
        wrong = self._in_turn(rivals, items, lambda rival, item: list(_one_word(rival, item)))
        return MistakeStanding(
            name=name, weights=weights, entries=self._entries(rivals, wrong, self._written)
        )

    def _entries(
        self, rivals: Sequence[Rival], wrong: Sequence[Outcomes], right: Sequence[Outcomes]
    ) -> tuple[Entry, ...]:
        return tuple(
            Entry(
                name=rival.name,
                figures=figures(
                    slipped,
                    rival.threshold,
                    self._course.slips,
                    clean=clean,
                    doubtful=self._course.doubtful,
                ),
                curve=tuple(curve(slipped, clean, self._course.slips, self._course.doubtful)),
            )
            for rival, slipped, clean in zip(rivals, wrong, right, strict=True)
        )

    def _harmless(self, name: str, items: Sequence[Item]) -> Harmless:
        changed = self._in_turn(self._main, items, _changed)
        examples = [
            f"{item.typed} -> {into}"
            for item, into in zip(items, changed[0], strict=True)
            if into is not None
        ]
        return Harmless(
            name=name,
            items=len(items),
            changed={
                rival.name: sum(into is not None for into in of_one)
                for rival, of_one in zip(self._main, changed, strict=True)
            },
            examples=tuple(examples[:_EXAMPLES]),
        )

    def _typed_as_written(self) -> list[Outcomes]:
        lines = [_by_keys(line + _AT_THE_END) for line in self._course.lines]
        return self._typed(self._main, lines)

    def _as_written(self) -> Iterator[Harmless]:
        """The texts themselves, by real keys and with their capitals: all words, and the sure."""
        course, main = self._course, self._main
        for name, doubtful in (
            ("the texts, words that one knows", course.doubtful),
            ("the texts, every word", ()),
        ):
            made = [
                figures(right, rival.threshold, course.slips, doubtful=doubtful)
                for rival, right in zip(main, self._written, strict=True)
            ]
            threshold = main[0].threshold
            changed = [
                f"{outcome.typed} -> {outcome.committed(threshold)}"
                for line in self._written[0]
                for outcome in line
                if fold(outcome.committed(threshold)) != fold(outcome.typed)
                and fold(outcome.typed) not in course.slips
                and fold(outcome.typed) not in doubtful
            ]
            damaged = {rival.name: each.damaged for rival, each in zip(main, made, strict=True)}
            yield Harmless(
                name=name,
                items=made[0].right,
                changed=damaged,
                examples=tuple(changed[:_EXAMPLES]),
            )

    def _typed(self, rivals: Sequence[Rival], lines: Sequence[Sequence[Segment]]) -> list[Outcomes]:
        return self._in_turn(
            rivals,
            lines,
            lambda rival, line: list(type_segments(rival.corrector, line, rival.threshold)),
        )

    def _in_turn(
        self,
        rivals: Sequence[Rival],
        things: Sequence[_Thing],
        ask: Callable[[Rival, _Thing], _Found],
    ) -> list[list[_Found]]:
        """What each found about all things; a machine that is busy for a while slows all alike."""
        found: list[list[_Found]] = [[] for _ in rivals]
        for at in range(0, len(things), _TURN):
            for rival, of_one in zip(rivals, found, strict=True):
                for thing in things[at : at + _TURN]:
                    of_one.append(ask(rival, thing))
                    self._advance()
        return found


def _nothing() -> None:
    pass


def _by_keys(text: str) -> list[Segment]:
    """A text typed right, on real keys."""
    return list(segments(text, [Key(each, None, at) for at, each in enumerate(text)]))


def _one_word(rival: Rival, item: Item) -> Iterator[Outcome]:
    """A word in its sentence, typed by real keys, and a space behind it."""
    keys = tuple(Key(character, None, at) for at, character in enumerate(item.typed))
    segment = Segment(item.meant, keys, " ")
    yield from type_segments(rival.corrector, [segment], rival.threshold, item.left)


def _changed(rival: Rival, item: Item) -> str | None:
    """What an item was changed into; None if it was not."""
    if isinstance(rival.corrector, Typing):
        found = rival.corrector.type(item.left, item.typed)
    else:
        found = type_string(rival.corrector, item.typed, rival.threshold, item.left)
    return None if fold(found) == fold(item.typed) else found
