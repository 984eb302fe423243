"""Whether a typed word is wrong, and what is promised about it."""

import math

import numpy as np
import pytest

from karussell.correction import (
    FEATURES,
    Channel,
    Geometry,
    Judge,
    Kind,
    KnownWords,
    Parameters,
    Scale,
    Token,
    Verdict,
    corrections,
    known_as,
)
from karussell.correction.verdict import packaged_parameters
from karussell.decoder import Origin, own_source
from karussell.decoder.sources import Source
from karussell.text import Vocabulary

_WORDS = sorted(
    ["form", "from", "people", "said", "the", "then", "to", "quick", "fix", "jumbo", "lazy", "vow"]
)
_VOCABULARY = Vocabulary(_WORDS)
_KNOWN = KnownWords.of([known_as("en", "thx"), known_as("de", "thee")])
_LIKELY = {"the": -1.5, "people": -3.0, "from": -3.0, "form": -5.0}


def _sources() -> list[Source]:
    scores = np.array([_LIKELY.get(word, -6.0) for word in _WORDS], np.float32)
    display = _VOCABULARY.display
    return [Source(origin=Origin.NETWORK, vocabulary=_VOCABULARY, display=display, scores=scores)]


def _verdict(
    word: str, *, judge: Judge | None = None, own: str = "", left: str = "said "
) -> Verdict | None:
    judge = judge or Judge("en", _VOCABULARY, _KNOWN)
    lattice = Channel(Geometry.named("qwerty"), "en").lattice(word.lower())
    sources = _sources()
    if own:
        sources.append(own_source(Origin.LEARNED, {own: own}, -9.0))
    found = corrections(sources, word.lower(), lattice, 5, whole=True, log_new=-9.0)
    return judge.verdict(Token(word=word, left=left), found, lattice, log_new=-9.0)


def test_a_slip_of_a_common_word_is_surely_wrong_and_a_known_word_is_not() -> None:
    slip = _verdict("peopel")
    assert slip is not None
    assert slip.correction.word == "people"
    judge = Judge("en", _VOCABULARY, _KNOWN)
    assert slip.probability > judge.threshold(0.001)
    known = _verdict("said")
    assert known is None or known.probability < judge.threshold(0.001)


@pytest.mark.parametrize("word", ["Kaitoo", "h2o", "iPhnoe", "TEH"])
def test_what_is_protected_has_no_verdict(word: str) -> None:
    assert _verdict(word) is None


def test_what_the_writer_uses_has_no_verdict() -> None:
    assert _verdict("peopel") is not None
    assert _verdict("peopel", own="peopel") is None


def test_what_is_known_about_a_word_decides_how_the_rest_counts() -> None:
    def only(kind: Kind) -> Judge:
        scales = {
            each: Scale(5.0 if each == kind else -5.0, (0.0,) * len(FEATURES)) for each in Kind
        }
        parameters = Parameters(
            letters=scales, taps=scales, damage=(0.01,), letters_thresholds=(0.5,),
            taps_thresholds=(0.4,),
        )  # fmt: skip
        return Judge("en", _VOCABULARY, _KNOWN, parameters)

    words = {
        Kind.NETWORK: "form", Kind.KNOWN: "thx", Kind.FOREIGN: "thee", Kind.UNKNOWN: "peopel",
    }  # fmt: skip
    for kind, word in words.items():
        for other in words:
            verdict = _verdict(word, judge=only(other))
            assert verdict is not None
            assert (verdict.probability > 0.5) == (kind == other), (word, other)


@pytest.mark.parametrize("word", ["quicks", "jumbos", "peoples"])
def test_a_plural_of_a_known_word_is_no_slip_of_it(word: str) -> None:
    assert _verdict(word) is None


def test_a_word_in_no_list_needs_a_correction_that_is_much_likelier() -> None:
    # One letter of three is wrong, and the word is rare: a new one is as likely.
    assert _verdict("voz") is None
    assert _verdict("quivk") is not None


def test_less_damage_takes_more_evidence_and_none_changes_nothing() -> None:
    judge = Judge("en", _VOCABULARY)
    for tapped in (False, True):
        thresholds = [judge.threshold(rate, tapped=tapped) for rate in (0.01, 0.003, 0.001, 0.0003)]
        assert thresholds == sorted(thresholds)
        assert judge.threshold(0.0, tapped=tapped) == math.inf
        assert judge.threshold(1.0, tapped=tapped) == judge.threshold(0.02, tapped=tapped)


def test_what_was_learned_is_whole() -> None:
    parameters = packaged_parameters()
    for scales in (parameters.letters, parameters.taps):
        assert set(scales) == set(Kind)
        assert all(len(scale.weights) == len(FEATURES) for scale in scales.values())
        assert all(np.isfinite([scale.bias, *scale.weights]).all() for scale in scales.values())
    assert list(parameters.damage) == sorted(parameters.damage, reverse=True)
