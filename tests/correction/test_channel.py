"""What may have been meant by keys and taps, as arcs and their probabilities."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.correction import Channel, Geometry, Odds

_KEYS = Geometry.named("qwerty").keys
_ENGLISH = Channel(Geometry.named("qwerty"), "en")
_TYPED = st.text("abcdefghijklmnopqrstuvwxyz'é -1`", min_size=1, max_size=12)


@given(typed=_TYPED, tapped=st.lists(st.booleans(), max_size=12))
def test_arcs_are_a_lattice_in_order_with_the_letter_itself_first(
    typed: str, tapped: list[bool]
) -> None:
    taps = [_KEYS.get(letter) if tap else None for letter, tap in zip(typed, tapped, strict=False)]
    lattice = _ENGLISH.lattice(typed, taps)
    assert lattice.length == len(typed)
    assert len(lattice.missing) == len(typed) + 1
    assert [begin for begin, *_ in lattice.arcs] == sorted(begin for begin, *_ in lattice.arcs)
    firsts: dict[int, str] = {}
    for begin, end, text, log_prob in lattice.arcs:
        assert 0 <= begin <= end <= len(typed)
        assert len(text) <= 3
        assert text or end > begin
        assert log_prob <= 0
        firsts.setdefault(begin, text)
    assert all(firsts.get(at) == letter for at, letter in enumerate(typed) if letter != " ")


def _reads(typed: str, tap: tuple[float, float] | None = None) -> dict[str, float]:
    lattice = _ENGLISH.lattice(typed, None if tap is None else [tap])
    return {text: log_prob for _, end, text, log_prob in lattice.arcs if end == 1}


def test_a_key_nearby_is_a_likelier_slip_than_one_far_away() -> None:
    reads = _reads("g")
    assert reads["g"] == 0
    assert reads["f"] > reads["p"] > -math.inf


def test_a_digit_is_never_one_too_many() -> None:
    for typed in ("8h", "h8", "h8h", "88h"):
        arcs = _ENGLISH.lattice(typed).arcs
        assert "h" in [typed[begin:end] for begin, end, text, _ in arcs if not text]
        assert "8" not in [typed[begin:end] for begin, end, text, _ in arcs if not text]


def test_letters_read_from_a_tap_share_one() -> None:
    for tap in [(4.7, 1.6), (0.0, 0.0), (5.0, 3.0), (9.9, 2.9)]:
        reads = _reads("g", tap)
        plain = sum(math.exp(reads[letter]) for letter in _KEYS if letter in reads)
        # But for what a spelling mistake adds.
        assert 0.1 < plain < 1.01


def test_a_tap_spreads_equally_far_on_both_axes_in_millimetres() -> None:
    x, y = _KEYS["g"]
    away = 0.35
    across = _reads("g", (x + away, y))
    down = _reads("g", (x, y - away / 1.4))
    # Beside "g" lies "h", above it "t" and "y": what is left for "g" may differ, its density not.
    assert across["g"] - across["h"] == pytest.approx((1 - 2 * away) / (2 * 0.3**2), abs=0.05)
    assert down["g"] > across["g"]


def test_a_wider_thumb_is_less_sure() -> None:
    geometry = Geometry.named("qwerty")
    tap = [(4.8, 1.5)]
    sure, unsure = (
        {
            text: log_prob
            for _, end, text, log_prob in Channel(geometry, "en", taps=Odds(sigma=sigma))
            .lattice("g", tap)
            .arcs
            if end == 1
        }
        for sigma in (0.2, 0.4)
    )
    assert sure["g"] > unsure["g"]
    assert unsure["h"] > sure.get("h", -math.inf)


def test_a_tap_low_on_the_keyboard_may_have_been_a_space() -> None:
    def slip(tap: tuple[float, float] | None) -> float:
        spaces = _ENGLISH.spaces("abc", [None, tap, None])
        return max((each.log_prob for each in spaces if each.end > each.begin), default=-math.inf)

    assert slip((5.5, 2.9)) > slip((5.5, 2.5)) > slip((5.5, 1.5))
    assert slip((5.5, 2.99)) > slip((9.5, 2.99))


def test_taps_belong_to_the_last_letters() -> None:
    lattice = _ENGLISH.lattice("abg", [(5.5, 1.5)])
    at_end = {
        text: log_prob for begin, end, text, log_prob in lattice.arcs if (begin, end) == (2, 3)
    }
    assert at_end["h"] > -1
    untapped = [arc[3] for arc in lattice.arcs if arc[:3] == (0, 1, "a")]
    assert untapped == [0]


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [("fr", "e", "é"), ("es", "n", "ñ"), ("de", "u", "ü"), ("de", "s", "ß"), ("fr", "é", "e")],
)
def test_accents_cost_little(language: str, typed: str, meant: str) -> None:
    channel = Channel(Geometry.of_language(language), language)
    reads = {text: log_prob for _, end, text, log_prob in channel.lattice(typed).arcs if end == 1}
    assert -5 < reads[meant] < 0


def test_an_unknown_language_and_script_have_arcs_too() -> None:
    channel = Channel(Geometry.of_keys({"א": (0.5, 0.5), "ב": (1.5, 0.5)}), "he")
    reads = {text: log_prob for _, end, text, log_prob in channel.lattice("א").arcs if end == 1}
    assert reads["א"] == 0
    assert reads["ב"] > -8
    assert Channel(Geometry.named("qwerty"), "../etc").lattice("a").length == 1


def test_what_was_meant_by_letters_between_others_is_read_once_for_all_fields() -> None:
    channel = Channel(Geometry.named("qwerty"), "en")
    lines = ["definat", "recieve", "tomorow", "becuase"]
    for line in lines:
        for end in range(1, len(line) + 1):
            channel.lattice(line[:end])
    read = channel.read
    for end in range(1, 8):  # of many fields at once, each a letter further
        for line in lines:
            channel.lattice(line[:end])
    assert channel.read == read


@given(typed=_TYPED, tapped=st.booleans())
def test_a_lattice_knows_what_it_costs_to_have_meant_its_letters(typed: str, tapped: bool) -> None:
    lattice = _ENGLISH.lattice(typed, [_KEYS.get(letter) for letter in typed] if tapped else None)
    costs = {arc[:3]: arc[3] for arc in lattice.arcs}
    each = [costs.get((at, at + 1, letter), -math.inf) for at, letter in enumerate(typed)]
    assert (lattice.typed, lattice.literal) == (typed, sum(each))
