"""Whether a typed word is wrong, and what is promised about it."""

import math

import numpy as np
import pytest

from karussell.correction import (
    ANY_LANGUAGE,
    FEATURES,
    Channel,
    Geometry,
    Judge,
    Kind,
    KnownWords,
    Network,
    Parameters,
    Side,
    Token,
    Verdict,
    corrections,
    known_as,
)
from karussell.correction.learned import packaged_parameters
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
        told = tuple(10.0 * (name == kind) for name in FEATURES)
        zeros, ones = (0.0,) * len(FEATURES), (1.0,) * len(FEATURES)
        network = Network(
            means=zeros, deviations=ones, hidden=(told,), hidden_bias=(0.0,), out=(1.0,),
            out_bias=-5.0,
        )  # fmt: skip
        side = Side(network, {ANY_LANGUAGE: (0.5,)})
        return Judge("en", _VOCABULARY, _KNOWN, Parameters(damage=(0.01,), letters=side, taps=side))

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
    judge = Judge("en", _VOCABULARY, _KNOWN)
    # One letter of three is wrong, and the word is rare: a new one is as likely.
    near, sure = _verdict("voz"), _verdict("quivk")
    assert near is not None
    assert sure is not None
    assert near.probability < sure.probability
    assert sure.probability > judge.threshold(0.001)


def test_less_damage_takes_more_evidence_and_none_changes_nothing() -> None:
    judge = Judge("en", _VOCABULARY)
    for tapped in (False, True):
        thresholds = [judge.threshold(rate, tapped=tapped) for rate in (0.01, 0.003, 0.001, 0.0003)]
        assert thresholds == sorted(thresholds)
        assert judge.threshold(0.0, tapped=tapped) == math.inf
        assert judge.threshold(1.0, tapped=tapped) == judge.threshold(0.02, tapped=tapped)


def test_words_of_the_model_and_likely_new_words_take_more_evidence_where_no_taps_are_told() -> (
    None
):
    judge = Judge("en", _VOCABULARY, _KNOWN)
    for word, doubtful in (("form", True), ("vox", True), ("peopel", False), ("quivk", False)):
        verdict = _verdict(word, judge=judge)
        assert verdict is not None
        assert verdict.doubtful == doubtful, word
    assert judge.threshold(0.001, doubtful=True) > judge.threshold(0.001)
    assert judge.threshold(0.001, tapped=True, doubtful=True) == judge.threshold(0.001, tapped=True)


def test_each_language_has_its_thresholds_and_any_other_the_most_careful() -> None:
    parameters = packaged_parameters()
    for side in (parameters.letters, parameters.taps):
        assert {"en", "de", "fr", "es"} <= set(side.thresholds)
        assert side.of("nl") == tuple(map(max, zip(*side.thresholds.values(), strict=True)))


def test_what_was_learned_is_whole() -> None:
    parameters = packaged_parameters()
    for side in (parameters.letters, parameters.taps):
        network = side.network
        assert len(network.means) == len(network.deviations) == len(FEATURES)
        assert all(len(weights) == len(FEATURES) for weights in network.hidden)
        assert np.isfinite(network.hidden).all()
        assert 0 <= network.probability([0.0] * len(FEATURES)) <= 1
        for values in (*side.thresholds.values(), *side.doubtful.values()):
            assert len(values) == len(parameters.damage)
            assert list(values) == sorted(values)
            assert values[0] >= 0.5
    assert list(parameters.damage) == sorted(parameters.damage, reverse=True)
    assert set(parameters.letters.doubtful) == set(parameters.letters.thresholds)
    assert not parameters.taps.doubtful


def test_a_single_letter_is_looked_at_where_it_was_tapped() -> None:
    judge = Judge("en", _VOCABULARY, _KNOWN)
    assert judge.protects(Token(word="u", left="said "))
    assert not judge.protects(Token(word="u", left="said ", tapped=True))
