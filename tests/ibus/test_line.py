"""The line to a real server, which goes and comes."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from karussell.history import Sentence
from karussell.ibus.line import Line
from karussell.ibus.messages import Answer, Question
from karussell.keyboard import Predictor
from tests.web.serving import serving_programs

_PATIENCE = 600  # seconds that a busy machine may take
_FIELD: dict[str, Any] = {"purpose": "text", "app": "letters", "damage": 0.001}


class Heard:
    """What a listener hears, one after the other."""

    def __init__(self) -> None:
        self._said: queue.Queue[tuple[str, Any]] = queue.Queue()

    def welcome(self, reply: dict[str, Any]) -> None:
        self._said.put(("welcome", reply))

    def gone(self) -> None:
        self._said.put(("gone", None))

    def answer(self, answer: Answer) -> None:
        self._said.put(("answer", answer))

    def failed(self) -> None:
        self._said.put(("failed", None))

    def until(self, what: str) -> Any:
        """What is said with this, once it is."""
        while True:
            said, told = self._said.get(timeout=_PATIENCE)
            if said == what:
                return told


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def line(tmp_path: Path, heard: Heard) -> Iterator[Line]:
    loop = threading.Lock()

    def deliver(what: Callable[[], None]) -> None:
        with loop:
            what()

    found = Line(deliver, path=str(tmp_path / "karussell" / "keyboard.sock"))
    found.listen(heard)
    yield found
    found.close()


def learned(predictor: Predictor) -> list[str]:
    entries = predictor.memory.since(-1, 0)[2]
    return [" ".join(each.words) for each in entries if isinstance(each, Sentence)]


def comes_true(holds: Callable[[], bool]) -> None:
    last = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.01)


def test_what_was_finished_while_the_server_was_away_is_learned_of_the_next_one(
    english: Predictor, tmp_path: Path, line: Line, heard: Heard
) -> None:
    line.describe(**_FIELD)
    with serving_programs(english, tmp_path):
        heard.until("welcome")
        line.tell("learn", text="Gone.")
        comes_true(lambda: learned(english) == ["gone"])
    line.tell("learn", text="Away.")
    heard.until("gone")
    line.tell("learn", text="Known.")
    with serving_programs(english, tmp_path):
        heard.until("welcome")
        comes_true(lambda: learned(english)[-1] == "known")
    assert learned(english)[1] == "away"


def test_lines_that_were_finished_in_several_fields_are_learned_as_of_each(
    english: Predictor, tmp_path: Path, line: Line, heard: Heard
) -> None:
    line.describe(**_FIELD)
    with serving_programs(english, tmp_path):
        heard.until("welcome")
    line.ask(Question("see you", ""))
    heard.until("gone")
    line.tell("learn", text="Dear Ann.")
    line.describe(**{**_FIELD, "app": "notes"})
    line.tell("learn", text="Milk and bread.")
    with serving_programs(english, tmp_path):
        heard.until("welcome")
        comes_true(lambda: len(learned(english)) == 2)
    entries = english.memory.since(-1, 0)[2]
    found = [(" ".join(each.words), each.app) for each in entries if isinstance(each, Sentence)]
    assert found == [("dear Ann", "letters"), ("milk and bread", "notes")]


def test_a_field_that_no_server_takes_keeps_no_other_from_it(
    english: Predictor, tmp_path: Path, line: Line, heard: Heard
) -> None:
    with serving_programs(english, tmp_path):
        line.describe(**{**_FIELD, "app": "x" * 201})
        line.tell("learn", text="Lost.")
        line.describe(**_FIELD)
        line.tell("learn", text="Known.")
        heard.until("welcome")
        comes_true(lambda: learned(english) == ["known"])


def test_a_server_is_not_told_what_the_one_before_it_answered_or_learned(
    english: Predictor, tmp_path: Path, line: Line, heard: Heard
) -> None:
    told, picked = [], []
    for text in ("First.", "Second."):
        line.describe(**_FIELD)
        with serving_programs(english, tmp_path):
            heard.until("welcome")
            told.append(line.tell("learn", text=text))
            comes_true(lambda: len(learned(english)) == len(told))
            line.ask(Question("see you tom", ""))
            picked.append(heard.until("answer").number)
            if text == "Second.":
                assert picked[0] == picked[1]  # they count alike
                line.tell("revert", message=told[0])
                line.ask(Question("see you to", ""))
                heard.until("answer")
                assert learned(english) == ["first", "second"]
                line.tell("revert", message=told[1])
                comes_true(lambda: learned(english) == ["first"])
        line.ask(Question("see you", ""))
        heard.until("gone")
