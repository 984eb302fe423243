"""Whole conversations: both keyboards are told the same, and say the same.

By hand: ``KARUSSELL_LEVEL=baseline python -m tests.twin.keyboard.conversations 50``.
"""

import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

from karussell.model import embedded_path
from karussell.service import CONTEXT_LIMIT, told_to_twin
from karussell.text import graphemes
from tests.twin.keyboard.talking import Both, differences, hello
from tests.twin.node import Twin

_PATH = embedded_path("en")
_LINES = (
    *("see you tomorow at Tomasz's", "teh zorbo is not a flonk", "i beleive taht Quill knows"),
    *("thank you so much :smi", "send it to anna@example.com, ok", "What's 3rd? I dont know"),
    *(
        "WE ARE LATE AGAIN",
        "so na\u00efve \U0001f44d\U0001f3fd and \u201cquoted\u201d",
        "Zorbo came. Zorbo left",
    ),
)


class _Writer:
    """Somebody who types, picks, lets correct, undoes, and finishes lines.

    Args:
        say: Tells a message, and has the answer to it.
        chance: What they do.
    """

    def __init__(self, say: Callable[[dict[str, Any]], Any], chance: random.Random) -> None:
        self._say, self._chance = say, chance
        self._left = self._right = ""
        self._answer: dict[str, Any] = {}
        self._undoable: list[int] = []

    def write(self, line: str) -> None:
        """Write a line in one's own way, and finish it."""
        for key in line:
            self._type(key)
            if self._chance.random() < 0.15:
                self._pick()
            elif self._chance.random() < 0.03:
                self._left = self._left[:-1]
            elif self._chance.random() < 0.03:
                self._move()
            if self._undoable and self._chance.random() < 0.03:
                self._undoable.append(self._tell("revert", message=self._undoable.pop()))
        self._undoable.append(self._tell("learn", text=(self._left + self._right).strip()))
        self._describe()
        if self._chance.random() < 0.5:
            self._tell("reset")
            self._left, self._right, self._undoable = "", "", []
        else:
            self._left, self._right = self._left + self._right + "\n", ""

    def _tell(self, kind: str, **fields: Any) -> int:
        reply = self._say({"type": kind, **fields})
        return int(reply["number"])

    def _ask(self) -> None:
        self._answer = self._say(
            {"type": "ask", "left": self._left[-CONTEXT_LIMIT:], "right": self._right}
        )

    def _type(self, key: str) -> None:
        self._ask()
        correction = self._answer["autocorrect"]
        if self._chance.random() < 0.03:
            self._describe()
        if correction and key in " ,.?!" and self._chance.random() < 0.8:
            self._make(correction["edit"])
            self._undoable.append(self._tell("correct", answer=self._answer["number"]))
        self._left += key

    def _pick(self) -> None:
        self._ask()
        if self._chance.random() < 0.2:
            self._describe()
        if self._chance.random() < 0.2:
            self._tell("why", answer=self._answer["number"], place=self._chance.randrange(3))
        place: int | str = self._chance.choice((0, 1, 2, "literal"))
        offered = self._answer["literal"] if place == "literal" else self._answer["slots"][place]
        number = self._tell("accept", answer=self._answer["number"], place=place)
        if offered:
            self._make(offered["edit"])
            self._undoable.append(number)

    def _make(self, edit: dict[str, Any]) -> None:
        kept = graphemes(self._left)
        self._left = "".join(kept[: len(kept) - edit["delete_left"]]) + edit["insert"]
        self._right = "".join(graphemes(self._right)[edit["delete_right"] :])

    def _move(self) -> None:
        text = self._left + self._right
        place = max(0, len(self._left) - self._chance.randint(0, 6))
        self._left, self._right = text[:place], text[place:]

    def _describe(self) -> None:
        told = self._chance.choice(
            (
                {"type": "field", "private": True},
                {"type": "field", "private": False},
                {"type": "field", "app": "example.org", "purpose": "text"},
                {"type": "field", "purpose": "password"},
                {"type": "field", "purpose": "email", "language": "en-GB"},
                {"type": "field", "purpose": "name", "app": None},
                {"type": "boldness", "damage": self._chance.choice((0, None, 0.01, 0.001))},
                {"type": "layout", "layout": self._chance.choice(("qwerty", "azerty", None))},
                {"type": "learned", "word": self._chance.choice((None, "z", "tom"))},
                {"type": "forget", "word": self._chance.choice(("zorbo", "Quill", "the"))},
                {"type": "tally", "keys": 5, "letters": 9, "picks": 1},
                {"type": "saved"},
                {"type": "saving", "on": self._chance.random() < 0.5},
            )
        )
        reply = self._say(told)
        if reply["type"] == "forgotten" and self._chance.random() < 0.5:
            again = self._tell("revert", message=reply["number"])
            if self._chance.random() < 0.5:
                self._tell("revert", message=again)


def _untimed(value: Any) -> Any:
    """A reply without when something was, which may be a second later."""
    if isinstance(value, dict):
        return {
            name: _untimed(each) for name, each in value.items() if name not in ("last", "bytes")
        }
    return [_untimed(each) for each in value] if isinstance(value, list) else value


def _conversation(both: Both, seed: int) -> Iterator[tuple[Any, Any, Any]]:
    chance, line = random.Random(seed), f"line {seed}"
    messages: list[dict[str, Any]] = []
    replies: list[Any] = []

    def say(message: dict[str, Any]) -> Any:
        messages.append({**message, "number": len(messages)})
        replies.append(both.ours(messages[-1], line))
        return replies[-1]

    say(hello(layout=chance.choice(("qwerty", None))))
    writer = _Writer(say, chance)
    for written in chance.sample(_LINES, 4):
        writer.write(written)
    yield from zip(messages, replies, both.theirs(messages, line), strict=True)


def compared(both: Both, seed: int) -> Iterator[str]:
    """Where the replies of a conversation differ."""
    for message, ours, theirs in _conversation(both, seed):
        found = list(differences(_untimed(ours), _untimed(theirs)))
        if found and message["type"] != "hello":
            yield f"{json.dumps(message)}: {'; '.join(found)}"


def main() -> int:
    """Compare some conversations; how many replies differ."""
    twin = Twin(shutil.which("node") or "node")
    twin("twin/told.js", "tell", [[json.loads(told_to_twin())]])
    differing = 0
    for seed in range(int(sys.argv[1])):
        found = list(compared(Both(twin, _PATH), seed))
        differing += len(found)
        print(f"conversation {seed}: {len(found)} replies differ", *found[:5], sep="\n  ")
    twin.close()
    return differing


if __name__ == "__main__":
    sys.exit(min(main(), 1))
