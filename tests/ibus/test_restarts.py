"""The server goes in the middle of a text, and another one comes."""

import pytest

from karussell.keyboard import Predictor
from tests.ibus.writing import KINDS, Writer, key


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_server_loses_no_key_and_comes_back(english: Predictor, kind: str) -> None:
    writer = Writer(english, kind)
    writer.type("see y")
    writer.press(key("o"))
    writer.kill_server()
    writer.type("u teh ", slowly=False)
    writer.type("end to")
    assert writer.text == "see you teh end to"
    assert not writer.offered()
    writer.start_server()
    writer.rest()
    writer.type("m")
    assert "tomorrow" in writer.offered()
    writer.type("\t")
    assert writer.text.startswith("see you teh end tom")


@pytest.mark.parametrize("kind", ["gtk3", "gtk4", "qt"])
@pytest.mark.parametrize("comes", ["before", "after", "never"])
def test_a_correction_is_taken_back_though_the_server_went(
    english: Predictor, kind: str, comes: str
) -> None:
    writer = Writer(english, kind)
    writer.type("see teh ")
    assert writer.text == "see the "
    writer.kill_server()
    if comes == "before":
        writer.start_server()
        writer.rest()
    writer.type("\b")
    assert writer.text == "see teh "
    if comes == "after":
        writer.start_server()
        writer.rest()
    writer.type("\b ")
    assert writer.text == "see teh "  # the server that came does not know that it was put back


@pytest.mark.parametrize("kind", KINDS)
def test_lines_that_are_finished_while_the_server_is_away_are_told_the_next_one(
    english: Predictor, kind: str
) -> None:
    writer = Writer(english, kind)
    writer.type("see you tom")
    writer.kill_server()
    writer.type("orrow.\nSee Tobermory. At ho")
    writer.session.unfocus()
    writer.start_server()
    writer.rest()
    assert writer.lessons("learn") == [{"text": "see you tomorrow."}, {"text": "See Tobermory."}]
    assert len(english.memory.since(-1, 0)[2]) >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_words_that_are_wanted_as_typed_stay_so_though_the_server_went(
    english: Predictor, kind: str
) -> None:
    writer = Writer(english, kind)
    writer.type("come wiht \bme. See teh")
    assert writer.text == "come wiht me. See teh"
    writer.press(key("0", alt=True))
    writer.rest()
    assert writer.text == "come wiht me. See teh "
    for _ in range(2):
        writer.kill_server()
        writer.start_server()
        writer.rest()
        writer.type("me. Come wiht me. See teh ")
    writer.type("me. Come thsi ")
    again = "me. Come wiht me. See teh "
    assert writer.text == f"come wiht me. See teh {again}{again}me. Come this "


def test_what_is_written_in_the_field_for_good_is_not_taken_back(english: Predictor) -> None:
    writer = Writer(english, "chromium")
    writer.type("see teh ")
    writer.kill_server()
    writer.start_server()
    writer.type("\b")
    assert writer.text == "see the"
