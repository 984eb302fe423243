"""Words are picked before the answer about the text as it stands has come."""

import pytest

from karussell.keyboard import Predictor
from tests.ibus.writing import KINDS, Writer, key


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["tab", "number", "click"])
def test_a_pick_a_moment_too_early_picks_what_was_seen_or_nothing(
    english: Predictor, kind: str, how: str
) -> None:
    def pick() -> bool:
        if how == "click":
            return writer.session.pick(0)
        return writer.press(key("\t") if how == "tab" else key("1", alt=True))

    for typed, then in (("m", "see you tomorrow "), ("xyz", "see you toxyz")):
        writer = Writer(english, kind)
        writer.type("see you to")
        assert writer.offered()[0] == "tomorrow"
        for sign in typed:
            writer.press(key(sign))
        assert pick()
        writer.rest()
        assert writer.text == then
        assert len(writer.lessons("accept")) == (then == "see you tomorrow ")


def test_a_number_picks_no_word_that_is_gone_from_sight(english: Predictor) -> None:
    writer = Writer(english)
    writer.type("see you to")
    writer.press(key("\x1b"))
    assert not writer.press(key("1", alt=True))
    assert not writer.session.pick(0)
