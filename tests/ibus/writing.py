"""A person at a program of each kind, with the engine's session and the real keyboard behind it.

What a program or the server has not come to yet waits in `inbox` and `asked`; `rest` lets both
catch up, as they do between the keys of somebody who types slowly.
"""

import json
from collections.abc import Callable
from typing import Any

from karussell.ibus.keys import Key
from karussell.ibus.messages import Answer, Question, read_answer
from karussell.ibus.session import Session
from karussell.keyboard import Predictor
from karussell.service import Conversation

PREEDIT, FOCUS, SURROUNDING = 1, 8, 32
KINDS = {"gtk3": 0xA9, "gtk4": 0xA9, "qt": 0x29, "chromium": 0x9}
"""Programs and what they say that they can do."""

NAMES = {" ": "space", "\n": "Return", "\b": "BackSpace", "\t": "Tab", "\x1b": "Escape"}


def key(sign: str, *, alt: bool = False) -> Key:
    """The key that writes a sign."""
    name = NAMES.get(sign, sign)
    return Key(name, "" if sign in "\n\b\t\x1b" or alt else sign, alt=alt)


class Writer:
    """Types into one field."""

    def __init__(
        self, predictor: Predictor | None, kind: str = "gtk3", *, client: str = "gtk3-im:letters"
    ) -> None:
        self.kind = kind
        self.left = self.right = ""
        self.held = ""
        self.shown: Answer | None = None
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.inbox: list[Callable[[], None]] = []
        self.asked: list[Callable[[], None]] = []
        self.deletions = 0
        self.covers = self.overdue = False
        self._predictor = predictor
        self._conversation: Conversation | None = None
        self._number = -1
        self._line = 0
        self._lazy = False
        self.session = Session(self, self)
        if predictor is not None:
            self.start_server()
        self.session.allow(KINDS[kind])
        self.session.focus(client)
        self.session.allow(KINDS[kind])

    # What the session does with the field: it arrives there later.

    def commit(self, text: str) -> None:
        self.inbox.append(lambda: self._insert(text))

    def delete(self, left: int, right: int) -> None:
        self.deletions += 1
        self.inbox.append(lambda: self._delete(left, right))

    def preedit(self, text: str) -> None:
        self.inbox.append(lambda: setattr(self, "held", text))

    def show(self, answer: Answer | None) -> None:
        self.shown = answer

    def later(self) -> None:
        self.overdue = True

    # What the session says to the server.

    def ask(self, question: Question) -> None:
        self.told.append(("ask", question._asdict()))
        self._drop_questions()
        conversation = self._conversation

        def reply() -> None:
            if conversation is not None and conversation is self._conversation:
                told = self._request("ask", **question._asdict())
                self.session.answer(read_answer(question, told))

        reply.question = question  # type: ignore[attr-defined]
        self.asked.append(reply)

    def answered(self) -> Answer:
        """The server's answer to the last question, which the session has yet to hear."""
        question: Question = self.asked.pop().question  # type: ignore[attr-defined]
        return read_answer(question, self._request("ask", **question._asdict()))

    def tell(self, type: str, **fields: Any) -> object:
        self.told.append((type, fields))
        self._drop_questions()
        ticket: dict[str, int] = {}
        line = self._line

        def send() -> None:
            given = dict(fields)
            if type in ("accept", "correct") and line != self._line:
                return
            if type == "revert":
                if fields["message"].get("line") != self._line:
                    return  # as karussell.ibus.line does
                given["message"] = fields["message"]["number"]
            ticket.update(number=self._request(type, **given)["number"], line=self._line)

        self.asked.append(send)
        return ticket

    def describe(self, **fields: Any) -> None:
        self.tell("reset")
        damage = fields.pop("damage")
        self.tell("field", **fields)
        self.tell("boldness", damage=damage)

    def _request(self, type: str, **fields: Any) -> dict[str, Any]:
        self._number += 1
        message = json.dumps({"type": type, "number": self._number, **fields})
        assert self._conversation is not None
        reply: dict[str, Any] = json.loads(self._conversation.reply(message))
        assert reply["type"] != "failure", reply
        return reply

    def start_server(self) -> None:
        assert self._predictor is not None
        self._conversation = Conversation(self._predictor)
        self._number = -1
        welcome = self._request("hello", version=3)
        self.session.welcome(welcome)

    def kill_server(self) -> None:
        self._conversation = None
        self._line += 1
        self._drop_questions()
        self.session.gone()

    def _drop_questions(self) -> None:
        """What else there is to say waits for the next server, as in karussell.ibus.line."""
        self.asked = [each for each in self.asked if not hasattr(each, "question")]

    # What the person does.

    @property
    def text(self) -> str:
        return self.left + self.held + self.right

    def press(self, pressed: Key) -> bool:
        """Press a key; what follows is on its way."""
        if self._lazy:
            self._report()
        used = self.session.key(pressed)
        if not used:
            self.inbox.append(lambda: self._do(pressed))
        return used

    def type(self, text: str, *, slowly: bool = True) -> None:
        for sign in text:
            self.press(key(sign))
            if slowly:
                self.rest()
        if not slowly:
            self.rest()

    def rest(self) -> None:
        """Both catch up, and what waited longest is given up."""
        self._catch_up()
        if self.kind == "gtk4":
            self._report()  # the key is let go
            self._catch_up()
        if self.overdue:
            self.overdue = False
            self.session.overdue()
            self._catch_up()

    def _catch_up(self) -> None:
        while self.inbox or (self.asked and self._conversation is not None):
            self.arrive()
            self.reply()

    def arrive(self) -> None:
        """The program does what was sent to it."""
        while self.inbox:
            self.inbox.pop(0)()

    def reply(self) -> None:
        """The server answers."""
        while self.asked and self._conversation is not None:
            self.asked.pop(0)()

    def offered(self) -> list[str]:
        return [word.text for word in self.shown.words.values()] if self.shown else []

    def lessons(self, *types: str) -> list[dict[str, Any]]:
        return [fields for type, fields in self.told if type in types]

    def place(self, left: str, right: str = "") -> None:
        """Click into the text: the program tells so, at the next key at the latest."""
        self.session.reset()
        self.left, self.right, self.held = left, right, ""
        self._lazy = True

    # What the program does.

    def _do(self, pressed: Key) -> None:
        if pressed.name == "BackSpace":
            self.left = self.left[:-1]
            self._lazy = True
        elif pressed.name == "Return":
            self._insert("\n")
        elif pressed.text:
            self._insert(pressed.text)

    def _insert(self, text: str) -> None:
        self.left += text
        self._changed()

    def _delete(self, left: int, right: int) -> None:
        assert len(self.left) >= left
        assert len(self.right) >= right
        self.left, self.right = self.left[: len(self.left) - left], self.right[right:]
        self._changed()

    def _changed(self) -> None:
        if self.kind in ("gtk3", "qt"):
            self._report()

    def _report(self) -> None:
        self._lazy = False
        if self.kind == "chromium":
            return
        text = self.left + self.right
        if self.covers:
            text = "\u25cf" * len(text)
        self.session.report(text, len(self.left), len(self.left))
