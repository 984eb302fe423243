"""The words that may have been meant, in JavaScript as in Python."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from karussell.correction import Channel, Correction, Geometry, corrections, followed_by
from karussell.decoder import Origin, Source, model_sources, own_source
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.text import fold
from tests.twin.correction.mistakes import mistyped, tapped
from tests.twin.correction.test_channel import close
from tests.twin.node import Twin

_MODULE = "./correction/meant.mjs"
_LAYOUTS = {"en": "qwerty", "de": "qwertz", "fr": "azerty"}
_OTHERS = (
    *("alot", "ofthe", "inthe", "thequick", "helloworld", "tobnight", "i", "a", "xq", "dont", "o"),
    *("thismorning", "seeyou", "theer", "definately", "aaaaaaa", "\U00010428", "caf\u00e9", "ich"),
    *("abcdefghijklmnopqrstuvwxyzabcdef", "abcdefghijklmnopqrstuvwxyzabcdefgh", "peopel", "ist"),
)


def _after(model: LanguageModel, dice: random.Random) -> list[Source]:
    """The words of a model, some of them withheld, and perhaps some of a writer's own."""
    counts = model.counts.astype(np.float64) + 0.5
    noise = np.random.default_rng(dice.randrange(1000)).normal(0, 1.5, counts.size)
    log_probs = (np.log(counts / counts.sum()) + noise).astype(np.float32)
    log_probs[[dice.randrange(counts.size - 1) for _ in range(300)]] = -np.inf
    own = {word: word for word in ("Peopel", "karussell", "teh") if dice.random() < 0.5}
    sources = model_sources(model.vocabulary, log_probs, model.rare, model.card.language)
    if not own:
        return sources
    written = {fold(word): word for word in own}
    return [*sources, own_source(Origin.LEARNED, written, -8.0)]


def _told(source: Source) -> dict[str, Any]:
    words = source.vocabulary.words
    return {
        "origin": source.origin,
        "words": words,
        "casing": [source.display(each) for each in range(len(words))],
        "scores": [score if score > -np.inf else "-Infinity" for score in source.scores.tolist()],
        "offset": source.offset,
        "fromFirst": source.from_first,
        "own": source.own,
        "language": source.language,
    }


def _fields(found: Correction) -> list[object]:
    return [
        *(found.text, found.word, str(found.source), found.log_channel, found.log_prob),
        *(found.posterior, found.exact, found.language, found.log_second),
    ]


def _is_near(ours: Sequence[Correction], theirs: Sequence[dict[str, Any]]) -> bool:
    return close([_fields(each) for each in ours], [list(each.values()) for each in theirs], 1e-6)


@pytest.mark.parametrize("tag", _LAYOUTS)
def test_words_that_were_meant_are_the_same(twin: Twin, tag: str) -> None:
    dice, model, layout = random.Random(7), open_model(embedded_path(tag)), _LAYOUTS[tag]
    geometry = Geometry.named(layout)
    channel = Channel(geometry, tag)
    here = {"": _after(model, dice), "*": _after(model, dice)}
    told = [[after, list(map(_told, sources))] for after, sources in here.items()]
    twin(_MODULE, "tellSources", [[told]])
    typed = [fold(word) for word in [*_OTHERS, *mistyped(model.vocabulary, dice, 200)]]
    cases, expected = [], []
    for word in typed:
        taps, whole = tapped(geometry, word, dice), dice.random() < 0.5
        two, right, limit = dice.random() < 0.7, dice.random() < 0.3, dice.choice((1, 3, 5, 8))
        following = [model.vocabulary.word(dice.randrange(500))] if right else []
        log_new = dice.choice((-6.0, -9.0, -40.0))
        expected.append(
            corrections(
                here[""],
                word,
                channel.lattice(word, taps),
                limit,
                whole=whole,
                spaces=channel.spaces(word, taps) if two else (),
                after=(lambda _: here["*"]) if two else None,
                following=followed_by(lambda _: here["*"], following),
                log_new=log_new,
            )
        )
        wish: dict[str, object] = {"limit": limit, "whole": whole, "two": two}
        wish |= {"following": following, "logNew": log_new}
        cases.append([layout, [tag], word, taps, wish])
    assert sum(any(" " in each.word for each in listed) for listed in expected) > 5
    answers = twin(_MODULE, "meantBy", cases)
    wrong = [
        (word, ours, theirs)
        for word, ours, theirs in zip(typed, expected, answers, strict=True)
        if not _is_near(ours, theirs)
    ]
    assert wrong == []
