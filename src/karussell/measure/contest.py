"""Several entrants on the same texts, by the same rules, in turn, and what follows from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.keyboard import Languages
from karussell.measure.board import RULES, Board, Estimate, Row, Standing
from karussell.measure.bootstrap import interval, resampled_sums
from karussell.measure.documents import documents
from karussell.measure.evaluation import Evaluation
from karussell.measure.keystrokes import LISTS, SLOTS
from karussell.measure.languages import LanguagesMeter
from karussell.measure.meter import (
    ListMeter,
    Meter,
    ModelMeter,
    Suggester,
    WordModel,
    keyboard_channel,
)
from karussell.measure.tally import Tally
from karussell.model import RareWords
from karussell.text import LetterModel

# Lines that an entrant measures before it is the next one's turn.
_TURN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """Who takes part.

    Attributes:
        name: What people call it.
        model: What is measured, or None if it gives lists of suggestions alone.
        rare: Words that the model suggests beside its vocabulary.
        suggester: What gives them; None if there is a model.
        languages: Models of several languages, of which ``model`` is the first; None for one.
        bytes: What it takes on disk, if known.
        note: What is to be known about it.
    """

    name: str
    model: WordModel[Any] | None = None
    rare: RareWords | None = None
    suggester: Suggester | None = None
    languages: Languages | None = None
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
    if entrant.languages is not None:
        return LanguagesMeter(entrant.languages, letters)
    if entrant.model is not None:
        channel = keyboard_channel(entrant.model)
        return ModelMeter(entrant.model, entrant.rare, letters, channel)
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
    sums = np.stack([_per_document(tally, document) for tally in tallies])
    whole, drawn = _ratios(sums.sum(axis=1, keepdims=True)), _ratios(resampled_sums(sums))
    rows = []
    for place, (entrant, evaluation) in enumerate(zip(entrants, evaluations, strict=True)):
        figures = _estimates(whole[place], drawn[place], number)
        leads = _estimates(_lead(whole[0], whole[place]), _lead(drawn[0], drawn[place]), number)
        rows.append(_row(entrant, evaluation, figures, leads if place else [None] * len(leads)))
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
    """Savings, recall at 1 and bits per character from sums, (..., 3)."""
    characters, words, keys, right, bits = np.moveaxis(sums, -1, 0)
    return np.stack([1 - keys / characters, right / words, bits / characters], axis=-1)


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
