"""All that was found inside a model, and sentences to show it on."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from karussell.lab.inside.features import features
from karussell.lab.inside.findings import Census, Chosen, Finding, Search
from karussell.lab.inside.lexicon import Lexicon
from karussell.lab.inside.reading import Reading, Sentence
from karussell.lab.inside.swaps import swap
from karussell.lab.inside.times import gate_words, half_lives, lasts
from karussell.model import LanguageModel

Tell = Callable[[int, int], None]
"""Told how many features were looked for, and of how many."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell held while a sentence was read.

    Attributes:
        words: The sentence's words.
        held: What the cell held after each of them, in standard deviations from its mean; more
            for a yes.
        kept: How far its forget gate was open at each.
    """

    words: tuple[str, ...]
    held: tuple[float, ...]
    kept: tuple[float, ...]


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """What the blocks of a model remember.

    Attributes:
        model: The model's name.
        texts: How many words of each text were read.
        sentences: How many sentences they are.
        half_lives: Of all blocks, in words: the tenth of them that forgets first, half of them,
            nine tenths.
        findings: The best block for each feature, the clearest first.
        census: Of how many cells one can say what they remember.
        gallery: By feature, for the clearest finding of each kind, sentences of ours that show it:
            a yes, and perhaps a no.
    """

    model: str
    texts: dict[str, int]
    sentences: int
    half_lives: tuple[float, float, float]
    findings: tuple[Finding, ...]
    census: Census
    gallery: dict[str, tuple[Shown, ...]]

    @property
    def sure(self) -> tuple[Finding, ...]:
        """The findings that are no chance."""
        return tuple(finding for finding in self.findings if finding.sure)


def look_inside(
    model: LanguageModel,
    sentences: Sequence[Sentence],
    words: Lexicon,
    *,
    seed: int = 1,
    tell: Tell = lambda done, of: None,
) -> Inside:
    """Find what the blocks of a model remember while it reads sentences.

    Args:
        model: The model.
        sentences: Of the texts that it reads, in order.
        words: Those of their language that are looked for.
        seed: What the shuffles are drawn from.
        tell: Told how it goes.

    Raises:
        UsageError: If the model is a plain RNN, which has no gates.
        TextError: If there is no sentence.
    """
    reading = Reading.of(model, sentences)
    search = Search(reading, features(sentences, words, model.vocabulary), seed)
    lives = half_lives(reading)
    findings = []
    for done, feature in enumerate(search.features):
        tell(done, len(search.features))
        findings.append(_finding(model, reading, search.best(feature), lives))
    findings.sort(key=lambda finding: -_strength(finding))
    texts: dict[str, int] = {}
    for sentence in sentences:
        texts[sentence.source] = texts.get(sentence.source, 0) + len(sentence.words)
    inside = Inside(
        model=model.card.name,
        texts=texts,
        sentences=len(sentences),
        half_lives=tuple(np.quantile(lives, (0.1, 0.5, 0.9)).round(2).tolist()),
        findings=tuple(findings),
        census=search.census(),
        gallery={},
    )
    return msgspec.structs.replace(inside, gallery=_gallery(model, reading, inside, words))


def _strength(finding: Finding) -> float:
    """Areas and correlations on one scale from 0 to 1."""
    return finding.score if finding.is_number else 2 * finding.score - 1


def _finding(model: LanguageModel, reading: Reading, chosen: Chosen, lives: np.ndarray) -> Finding:
    block, cell = divmod(chosen.cell, reading.cells_per_block)
    layer, number = divmod(block, reading.blocks_per_layer)
    second = reading.halves()[1]
    held_out = [
        sentence
        for sentence, begin in zip(reading.sentences, reading.begins, strict=False)
        if second[begin]
    ]
    return Finding(
        feature=chosen.feature.name,
        kind=chosen.feature.kind,
        is_number=chosen.feature.is_number,
        layer=layer + 1,
        block=number + 1,
        cell=cell + 1,
        sign=chosen.sign,
        words=chosen.words,
        yes=chosen.yes,
        half_life=float(lives[block]),
        lasts=lasts(reading, chosen.cell),
        gates=gate_words(reading, block),
        swapped=swap(
            model,
            chosen.feature,
            held_out,
            cell=chosen.cell,
            sign=chosen.sign,
            deviation=float(reading.cell[:, chosen.cell].std()),
        ),
        **chosen.scores,
    )


def _gallery(
    model: LanguageModel, reading: Reading, inside: Inside, words: Lexicon
) -> dict[str, tuple[Shown, ...]]:
    found: dict[str, tuple[Shown, ...]] = {}
    kinds = set[str]()
    # What was just read is no memory, and comes last.
    for finding in sorted(inside.sure, key=lambda finding: finding.kind == "just read"):
        examples = words.examples.get(finding.feature, ())
        if finding.kind in kinds or not examples:
            continue
        kinds.add(finding.kind)
        block = (finding.layer - 1) * reading.blocks_per_layer + finding.block - 1
        values = reading.cell[:, block * reading.cells_per_block + finding.cell - 1]
        mean, deviation = float(values.mean()), float(values.std())
        found[finding.feature] = tuple(
            _shown(model, sentence.split(), finding, mean, deviation) for sentence in examples
        )
    return found


def _shown(
    model: LanguageModel, words: Sequence[str], finding: Finding, mean: float, deviation: float
) -> Shown:
    trace = model.trace(model.vocabulary.ids(words))[finding.layer - 1]
    size = model.configuration.cells_per_block
    held = trace.cell[:, 0, (finding.block - 1) * size + finding.cell - 1]
    held = finding.sign * (held - mean) / max(deviation, 1e-6)
    kept = trace.forget_gate[:, 0, finding.block - 1]
    return Shown(
        words=tuple(words),
        held=tuple(held.round(3).tolist()),
        kept=tuple(kept.round(3).tolist()),
    )
