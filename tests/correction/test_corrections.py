"""What was meant, in a language of a few words, equally probable where nothing else is said."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.correction import Channel, Correction, Geometry, corrections, followed_by
from karussell.decoder import Origin, Source, own_source
from karussell.text import Vocabulary

_ENGLISH = Channel(Geometry.named("qwerty"), "en")


def _sources(words: Mapping[str, float]) -> list[Source]:
    vocabulary = Vocabulary(sorted(words))
    scores = np.array([words[word] for word in vocabulary.words], np.float32)
    return [Source(Origin.NETWORK, vocabulary, vocabulary.display, scores, from_first=True)]


def _found(
    typed: str,
    words: Sequence[str],
    *,
    channel: Channel = _ENGLISH,
    whole: bool = True,
    after: Sequence[str] | None = None,
    taps: Sequence[tuple[float, float] | None] | None = None,
) -> list[Correction]:
    sources = _sources(dict.fromkeys(words, -3.0))
    return corrections(
        sources,
        typed,
        channel.lattice(typed, taps),
        3,
        whole=whole,
        spaces=channel.spaces(typed, taps),
        after=None if after is None else lambda _: _sources(dict.fromkeys(after, -1.0)),
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hiuse", "house"),  # a neighbour
        ("hoouse", "house"),  # twice
        ("hosue", "house"),  # swapped
        ("hose", "house"),  # one missing
        ("houjse", "house"),  # one too many
        ("hapy", "happy"),  # one of two
        ("dont", "don't"),
        ("can`t", "can't"),
        ("don\u00b4t", "don't"),
        ("cafe", "café"),
        ("definately", "definitely"),
        ("recieve", "receive"),
    ],
)
def test_each_kind_of_error_finds_the_word_that_was_meant(typed: str, meant: str) -> None:
    words = ["café", "can't", "definitely", "don't", "happy", "house", "receive", "zebra"]
    first = _found(typed, words)[0]
    assert (first.word, first.exact) == (meant, False)
    assert first.log_channel < 0


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("es", "manana", "mañana"),
        ("es", "nino", "niño"),
        ("es", "aser", "hacer"),
        ("es", "tubo", "tuvo"),
        ("fr", "ecole", "école"),
        ("fr", "cest", "c'est"),
        ("fr", "mange", "mangé"),
        ("de", "fur", "für"),
        ("de", "fuer", "für"),
        ("de", "gros", "groß"),
        ("de", "strasse", "straße"),
        ("de", "gruesse", "grüße"),
        ("fr", "coeur", "cœur"),
    ],
)
def test_letters_without_their_accents_are_found_in_each_language(
    language: str, typed: str, meant: str
) -> None:
    channel = Channel(Geometry.of_language(language), language)
    words = [
        "c'est",
        "cœur",
        "für",
        "groß",
        "grüße",
        "hacer",
        "mangé",
        "mañana",
        "niño",
        "straße",
        "tuvo",
        "école",
    ]
    assert _found(typed, words, channel=channel)[0].word == meant


def test_a_prefix_with_an_error_goes_on_to_the_word() -> None:
    words = ["definitely", "zebra"]
    assert _found("definat", words, whole=False)[0].word == "definitely"
    assert not _found("zebrad", ["definitely"], whole=False)


def test_what_was_typed_right_comes_before_what_costs_an_error() -> None:
    found = _found("hose", ["hose", "house", "nose"])
    assert found[0].word == "hose"
    assert found[0].exact
    assert found[0].log_channel == 0


@pytest.mark.parametrize("typed", ["thisis", "thisnis", "thisbis", "thisbus"])
def test_two_words_are_found_where_a_space_was_left_out_or_slipped(typed: str) -> None:
    first = _found(typed, ["is", "this", "zebra"], after=["is"])[0]
    assert (first.word, first.text) == ("this is", "this is")


@pytest.mark.parametrize("typed", ["compu er", "co puter", "comp uter"])
def test_a_space_inside_a_word_may_have_been_one_of_its_letters_or_none(typed: str) -> None:
    taps = [Geometry.named("qwerty").keys.get(letter, (7.5, 3.02)) for letter in typed]
    words = ["comp", "computer", "co", "zebra"]
    if typed != "compu er":  # t lies far from the bar
        assert _found(typed, words)[0].word == "computer"
    if typed == "co puter":
        assert _found(typed, words, taps=taps)[0].word == "computer"


def test_two_words_are_found_once_however_the_space_was_lost() -> None:
    found = _found("thisnis", ["is", "this", "nis"], after=["is"])
    assert [each.word for each in found].count("this is") == 1


def test_two_words_while_the_second_is_being_typed() -> None:
    found = _found("ofth", ["of", "the", "zebra"], whole=False, after=["the", "this"])
    assert found[0].word == "of the"


def test_two_words_typed_right_stay_two() -> None:
    first = _found("this is", ["is", "this", "thistle"], after=["is"])[0]
    assert (first.word, first.log_channel) == ("this is", 0)


def test_a_letter_away_from_the_space_bar_is_no_space() -> None:
    spaces = _ENGLISH.spaces("thisbpis")
    assert [space.begin for space in spaces if space.begin < space.end] == [4]


def test_a_word_that_can_not_be_offered_is_never_found() -> None:
    sources = _sources({"fudge": -math.inf, "judge": -9.0})
    found = corrections(sources, "fydge", _ENGLISH.lattice("fydge"), 3, whole=True)
    assert [each.word for each in found] == ["judge"]


def test_own_words_are_meant_too() -> None:
    own = own_source(Origin.LEARNED, {"frobnicate": "Frobnicate"}, -8.0)
    sources = [*_sources({"zebra": -1.0}), own]
    found = corrections(sources, "frobnivate", _ENGLISH.lattice("frobnivate"), 3, whole=True)
    assert [(each.text, each.source) for each in found] == [("Frobnicate", Origin.LEARNED)]


def test_the_word_behind_decides_between_two() -> None:
    sources = _sources({"house": -3.0, "horse": -3.0})

    def after(words: str) -> list[Source]:
        return _sources({"gallops": -1.0 if words == "horse" else -9.0})

    lattice = _ENGLISH.lattice("hoise")
    found = corrections(
        sources, "hoise", lattice, 2, whole=True, following=followed_by(after, ["gallops"])
    )
    assert [each.word for each in found] == ["horse", "house"]


def test_the_word_behind_is_asked_for_once_however_many_letters_are_typed() -> None:
    sources, asked = _sources({"house": -3.0, "horse": -3.0, "hose": -4.0}), []

    def after(words: str) -> list[Source]:
        asked.append(words)
        return _sources({"gallops": -1.0})

    following = followed_by(after, ["gallops"])
    for typed in ("ho", "hou", "hous", "house"):
        lattice = _ENGLISH.lattice(typed)
        assert corrections(sources, typed, lattice, 3, whole=False, following=following)
    assert sorted(asked) == ["horse", "hose", "house"]


@pytest.mark.parametrize("following", [-1.0, -9.0, -20.0])
@pytest.mark.parametrize("whole", [True, False])
def test_a_word_behind_that_follows_all_alike_changes_no_probability(
    following: float, whole: bool
) -> None:
    words = ["house", "horse", "hose", "noise", "poise", "hoist", "hoisted", "moist", "voice"]
    sources = _sources(dict.fromkeys(words, -3.0))

    def found(behind: list[str]) -> list[Correction]:
        return corrections(
            sources,
            "hoise",
            _ENGLISH.lattice("hoise"),
            2,
            whole=whole,
            following=followed_by(lambda _: _sources({"gallops": following}), behind),
            log_new=-6.0,
        )

    alone, behind = found([]), found(["gallops"])
    assert [each.word for each in behind] == [each.word for each in alone]
    assert [each.posterior for each in behind] == pytest.approx([each.posterior for each in alone])


def test_a_tap_between_two_keys_may_be_either() -> None:
    words = ["bat", "bar"]
    taps = [Geometry.named("qwerty").keys["b"], Geometry.named("qwerty").keys["a"], (4.02, 0.5)]
    found = _found("bat", words, taps=taps)
    assert {each.word for each in found} == {"bat", "bar"}
    assert abs(found[0].log_channel - found[1].log_channel) < 1
    sure = _found("bat", words, taps=[*taps[:2], (4.5, 0.5)])
    assert sure[0].word == "bat"
    assert sure[0].posterior > 0.99


@given(typed=st.text("abehmnostuyz'é", min_size=1, max_size=12), whole=st.booleans())
def test_posteriors_never_share_more_than_one(typed: str, whole: bool) -> None:
    found = _found(typed, ["bat", "bath", "don't", "most", "this", "to", "zebra"], whole=whole)
    assert sum(each.posterior for each in found) <= 1 + 1e-6
    values = [each.value for each in found]
    assert values == sorted(values, reverse=True)


def test_a_literal_that_no_source_has_keeps_its_share() -> None:
    sources = _sources({"lesson": -8.0})
    lattice = _ENGLISH.lattice("leszon")
    sure = corrections(sources, "leszon", lattice, 1, whole=True)
    doubt = corrections(sources, "leszon", lattice, 1, whole=True, log_new=-1.0)
    assert sure[0].posterior == pytest.approx(1)
    assert doubt[0].posterior < sure[0].posterior


def test_what_is_too_long_or_nothing_at_all_is_not_corrected() -> None:
    long = "frobnicate" * 4
    assert [each.word for each in _found(long, [long, "zebra"], after=["zebra"])] == [long]
    assert not _found(long + "s", [long, "zebra"], after=["zebra"])
    assert not _found("", ["zebra"], after=["zebra"])
    assert not _found("\u00e9" * 100_000, ["zebra"], after=["zebra"], whole=False)
