"""The scoreboard: several entrants on the same texts, by the same rules, word by word in turn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.measure.bootstrap import interval, resampled_sums
from karussell.measure.documents import documents
from karussell.measure.evaluation import Evaluation, Latency
from karussell.measure.keystrokes import LISTS, SLOTS
from karussell.measure.letters import LetterModel
from karussell.measure.meter import ListMeter, Meter, ModelMeter, Suggester, WordModel
from karussell.measure.tally import Tally

RULES = (
    "Savings are 1 - keys with suggestions / keys without. Three suggestions where nothing else is "
    "said; a pick is one key and brings its space.",
    "The list is shown before the first letter; an unknown word costs all its letters and the "
    "space.",
    "Case is folded and punctuation not counted; emoji and emoticons are read as context, but not "
    "counted.",
    "Each line is a message of its own, read sentence by sentence.",
    "Unknown words are spelled by one letter model for all, of our vocabulary's words.",
    "Intervals hold 95 % of 1,000 paired bootstrap draws of documents: parted by blank lines, or "
    "runs of 20 lines.",
)
"""What was declared before measuring, for people."""

# Lines that an entrant measures before it is the next one's turn.
_TURN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """Who takes part.

    Attributes:
        name: What people call it.
        model: What is measured, or None if it gives lists of suggestions alone.
        suggester: What gives them; None if there is a model.
        bytes: What it takes on disk, if known.
        note: What is to be known about it.
    """

    name: str
    model: WordModel[Any] | None = None
    suggester: Suggester | None = None
    bytes: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is measured on.

    Attributes:
        name: What people call it.
        lines: Its messages.
    """

    name: str
    lines: Sequence[str]


class Estimate(msgspec.Struct, frozen=True):
    """A figure and its 95 % interval, whose ends are None if there was one document only."""

    value: float
    low: float | None
    high: float | None


class Row(msgspec.Struct, frozen=True):
    """The figures of one entrant; None where it gives no probabilities.

    Attributes:
        name: Who.
        bytes: What it takes on disk, if known.
        note: What is to be known about it.
        keystroke_savings: With three suggestions.
        keystroke_savings_at_1: With one.
        keystroke_savings_at_5: With five.
        keystroke_savings_ceiling: If every word were picked before its first letter.
        keystroke_savings_share: Savings with three over this ceiling.
        recall_at_1: Part of the words that were the first suggestion before their first letter.
        recall_at_3: Part of the words that were among three.
        bits_per_character: Bits of the whole text per letter or space.
        unknown_rate: Part of the words that are not in its vocabulary.
        latency_ms: Milliseconds a word's suggestions took.
        savings_lead: Our savings with three minus this entrant's; None for ours.
        recall_lead: Our recall at 1 minus this entrant's.
        bits_lead: This entrant's bits per character minus ours: above 0 we need fewer.
    """

    name: str
    bytes: int | None
    note: str
    keystroke_savings: Estimate
    keystroke_savings_at_1: float
    keystroke_savings_at_5: float
    keystroke_savings_ceiling: float
    keystroke_savings_share: float
    recall_at_1: Estimate
    recall_at_3: float
    bits_per_character: Estimate | None
    unknown_rate: float | None
    latency_ms: Latency
    savings_lead: Estimate | None
    recall_lead: Estimate | None
    bits_lead: Estimate | None


class Standing(msgspec.Struct, frozen=True):
    """How all stand on one text, or on all together.

    Attributes:
        name: The text's.
        lines: Messages.
        words: Words that were counted.
        documents: Documents with words, from which the intervals are made.
        rows: Of every entrant, ours first.
    """

    name: str
    lines: int
    words: int
    documents: int
    rows: tuple[Row, ...]


class Board(msgspec.Struct, frozen=True):
    """All that was measured.

    Attributes:
        rules: What was declared before.
        together: On all texts as one.
        texts: On each.
    """

    rules: tuple[str, ...]
    together: Standing
    texts: tuple[Standing, ...]


def compare(
    entrants: Sequence[Entrant],
    texts: Sequence[Text],
    *,
    on_line: Callable[[], None] | None = None,
) -> Board:
    """Measure all entrants on all texts.

    They take turns every few lines, so that a machine that is busy for a while slows all alike.

    Args:
        entrants: Ours first; it must have a model.
        texts: Each with one word at least.
        on_line: Called after each line and entrant.

    Raises:
        TextError: If a text has no words.
    """
    ours = entrants[0].model
    assert ours is not None, "the first entrant is ours"
    # One for all: with a speller of its own each, the bits would compare spellers, too. Ours knows
    # a few of the words that it spells for those with a smaller vocabulary, to their advantage.
    letters = LetterModel(ours.vocabulary)
    meters = [_meter(entrant, letters) for entrant in entrants]
    tallies = [_in_turn(meters, text.lines, on_line) for text in texts]
    parts = [documents(text.lines) for text in texts]
    standings = tuple(
        _standing(text.name, entrants, measured, part)
        for text, measured, part in zip(texts, tallies, parts, strict=True)
    )
    whole = [Tally.joined(of_one) for of_one in zip(*tallies, strict=True)]
    together = _standing("all together", entrants, whole, np.concatenate(list(_shifted(parts))))
    return Board(rules=RULES, together=together, texts=standings)


def _meter(entrant: Entrant, letters: LetterModel) -> Meter:
    if entrant.model is not None:
        return ModelMeter(entrant.model, letters)
    assert entrant.suggester is not None, f"{entrant.name} has neither a model nor lists"
    return ListMeter(entrant.suggester)


def _in_turn(
    meters: Sequence[Meter], lines: Sequence[str], on_line: Callable[[], None] | None
) -> list[Tally]:
    """What each measured on a text."""
    turns: list[list[Tally]] = [[] for _ in meters]
    for at in range(0, len(lines), _TURN):
        for meter, tallies in zip(meters, turns, strict=True):
            tallies.append(meter.measure(lines[at : at + _TURN], on_line=on_line))
    return [Tally.joined(tallies) for tallies in turns]


def _shifted(parts: Sequence[NDArray[np.int64]]) -> Iterator[NDArray[np.int64]]:
    """The document numbers of several texts, made different."""
    first = 0
    for part in parts:
        yield part + first
        first += int(part.max(initial=-1)) + 1


def _standing(
    name: str,
    entrants: Sequence[Entrant],
    tallies: Sequence[Tally],
    part: NDArray[np.int64],
) -> Standing:
    evaluations = [Evaluation.of(tally) for tally in tallies]
    # Documents without words are none.
    _, document = np.unique(part[tallies[0].measured["line"]], return_inverse=True)
    number = int(document.max()) + 1
    sums = [_per_document(tally, document) for tally in tallies]
    whole = [each.sum(axis=0, keepdims=True) for each in sums]
    drawn = np.split(resampled_sums(np.concatenate(sums, axis=1)), len(sums), axis=1)
    estimates = [
        [
            _estimates(_ratios(whole[place]), _ratios(drawn[place]), number),
            _estimates(
                _lead(_ratios(whole[0]), _ratios(whole[place])),
                _lead(_ratios(drawn[0]), _ratios(drawn[place])),
                number,
            ),
        ]
        for place in range(len(entrants))
    ]
    rows = [
        _row(entrant, evaluation, figures, leads if place else [None] * len(leads))
        for place, (entrant, evaluation, (figures, leads)) in enumerate(
            zip(entrants, evaluations, estimates, strict=True)
        )
    ]
    return Standing(
        name=name,
        lines=tallies[0].lines,
        words=len(document),
        documents=number,
        rows=tuple(rows),
    )


def _per_document(tally: Tally, document: NDArray[np.int64]) -> NDArray[np.float64]:
    """Characters, words, keys, words right at once, and bits of each document, (D, 5)."""
    measured = tally.measured
    columns = (
        measured["letters"] + 1,
        np.ones(len(measured)),
        measured["keys"][:, LISTS.index(SLOTS)],
        measured["rank"] == 0,
        measured["bits"],
    )
    return np.stack([np.bincount(document, weights=column) for column in columns], axis=1)


def _ratios(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Savings, recall at 1 and bits per character from sums, (draws, 3)."""
    characters, words, keys, right, bits = sums.T
    return np.stack([1 - keys / characters, right / words, bits / characters], axis=1)


def _lead(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far we are ahead: of bits fewer are better."""
    ahead: NDArray[np.float64] = (ours - theirs) * np.array([1.0, 1.0, -1.0])
    return ahead


def _estimates(
    whole: NDArray[np.float64], drawn: NDArray[np.float64], number: int
) -> list[Estimate | None]:
    """Each figure with its interval; None if it has no value."""
    found: list[Estimate | None] = []
    for value, draws in zip(whole[0].tolist(), drawn.T, strict=True):
        low, high = interval(draws) if number > 1 else (None, None)
        found.append(None if np.isnan(value) else Estimate(value=value, low=low, high=high))
    return found


def _row(
    entrant: Entrant,
    evaluation: Evaluation,
    figures: Sequence[Estimate | None],
    leads: Sequence[Estimate | None],
) -> Row:
    savings, recall, bits = figures
    savings_lead, recall_lead, bits_lead = leads
    assert savings is not None
    assert recall is not None
    return Row(
        name=entrant.name,
        bytes=entrant.bytes,
        note=entrant.note,
        keystroke_savings=savings,
        keystroke_savings_at_1=evaluation.keystroke_savings_at_1,
        keystroke_savings_at_5=evaluation.keystroke_savings_at_5,
        keystroke_savings_ceiling=evaluation.keystroke_savings_ceiling,
        keystroke_savings_share=evaluation.keystroke_savings_share,
        recall_at_1=recall,
        recall_at_3=evaluation.recall_at_3,
        bits_per_character=bits,
        unknown_rate=None if entrant.model is None else evaluation.unknown_rate,
        latency_ms=evaluation.latency_ms,
        savings_lead=savings_lead,
        recall_lead=recall_lead,
        bits_lead=bits_lead,
    )
