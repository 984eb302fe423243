"""What the scoreboard found, as it is printed, drawn and written."""

import msgspec

from karussell.measure.evaluation import Latency

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
