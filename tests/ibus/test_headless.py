"""The engine behind a real IBus daemon, without a screen."""

from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from tests.ibus.desktop import SYSTEM, Desktop, Program, desktop, needed, until

_PROGRAM = "tests/ibus/programs/headless.py"
_TELLS, _MUTE = 0x2F, 0x0F


@pytest.fixture(scope="module")
def here() -> Iterator[Desktop]:
    needed()
    with desktop() as made:
        yield made


@pytest.fixture(scope="module")
def program(here: Desktop) -> Program:
    started = here.start(SYSTEM, _PROGRAM)
    started.until(lambda state: state["what"] == "opened")
    return started


def _open(program: Program, capabilities: int, purpose: int = 0, hints: int = 0) -> None:
    program.state = {}
    order = {"name": "a", "capabilities": capabilities, "purpose": purpose, "hints": hints}
    program.order(do="open", **order)
    program.until(lambda state: state["what"] == "opened")


def _opened(here: Desktop) -> str:
    """What was opened in the browser."""
    until((here.folder / "opened").exists, "no page was opened")
    return (here.folder / "opened").read_text().strip()


@pytest.mark.parametrize("capabilities", [_TELLS, _MUTE])
def test_a_sentence_with_picks_and_a_correction_ends_right(
    program: Program, capabilities: int
) -> None:
    _open(program, capabilities)
    program.type("See you tom")
    program.offers("tomorrow")
    program.key("\t")
    program.stands("See you tomorrow ")
    program.type(", teh ")
    program.stands("See you tomorrow, the ")
    program.key("\b")
    program.stands("See you tomorrow, teh ")
    program.type("tomo")
    program.offers("tomo")
    program.key("1")
    program.stands("See you tomorrow, teh tomorrow ")


@pytest.mark.parametrize("purpose", [8, 9, 10])
@pytest.mark.parametrize("capabilities", [_TELLS, _MUTE])
def test_secrets_are_left_alone(program: Program, capabilities: int, purpose: int) -> None:
    _open(program, capabilities, purpose)
    program.type("see teh ")
    program.stands("see teh ")
    assert program.state["offered"] == []


def test_each_field_is_asked_for_its_text_when_it_and_when_the_engine_comes(
    program: Program,
) -> None:
    """Else some programs never begin to tell it."""
    _open(program, _TELLS)
    program.until(lambda state: state["asked"] >= 2)


def test_a_word_that_is_held_stays_when_the_focus_goes(program: Program) -> None:
    _open(program, _MUTE)
    program.type("see yo")
    program.stands("see yo")
    program.order(do="leave")
    program.until(lambda state: state["what"] == "left")
    program.pause(0.3)
    assert program.state["text"] == "see yo"


def test_the_menu_opens_the_page_of_the_server_that_the_keys_go_to(
    here: Desktop, program: Program
) -> None:
    _open(program, _TELLS)
    program.type("see tom")
    program.offers("tom")
    server = (here.folder / "run/server.pid").read_text()
    program.order(do="menu", name="page")
    link = _opened(here)
    assert link.startswith("http://127.0.0.1:")
    with urlopen(link, timeout=600) as page:
        assert page.status == 200
    assert (here.folder / "run/server.pid").read_text() == server


def test_a_killed_server_loses_no_key_and_comes_back(here: Desktop, program: Program) -> None:
    _open(program, _TELLS)
    program.type("see yo")
    here.kill_server()
    program.type("u at the end ")
    program.stands("see you at the end ")
    program.type("tom")
    program.offers("tom")
    program.key("\t")
    program.until(lambda state: state["text"].endswith(" end tomorrow "))
