"""A keyboard that speaks the protocol, without a line."""

import json
from typing import Any

from karussell.keyboard import Predictor
from karussell.service import VERSION, Conversation


class Keyboard:
    """A keyboard that speaks, and numbers what it says."""

    def __init__(self, predictor: Predictor, **told: object) -> None:
        self._conversation = Conversation(predictor)
        self.number = -1
        self.welcome = self.say("hello", version=VERSION, **told)

    def say(self, type: str, **fields: object) -> dict[str, Any]:
        self.number += 1
        message = {"type": type, "number": self.number, **fields}
        reply: dict[str, Any] = json.loads(self._conversation.reply(json.dumps(message)))
        assert reply["number"] in (self.number, None)
        return reply

    def offered(self, left: str, right: str = "", start: int = 0) -> list[str]:
        slots = self.say("ask", left=left, right=right, start=start)["slots"]
        return [each["text"] for each in slots if each]

    def type(self, text: str) -> None:
        """Ask after every letter, as a page does."""
        for end in range(len(text) + 1):
            self.offered(text[:end])

    def pick(self, left: str, word: str) -> dict[str, Any]:
        place = self.offered(left).index(word)
        return self.say("accept", answer=self.number, place=place)
