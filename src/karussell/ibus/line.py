"""The line to the server, on a thread of its own: whoever types never waits for it."""

import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from karussell.client import Client, RequestFailed
from karussell.ibus.messages import Answer, Question, read_answer

_REST = (
    300.0  # seconds without a message after which the line is let go, so that the server can rest
)
_RETRY = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds between tries to reach a server that has gone
_TRIES = 12
_MOST = 200  # messages that wait while there is no server
_ANSWERED = ("accept", "correct")  # what tells of an answer: only who gave it knows that


class Listener(Protocol):
    """Who hears what the server says."""

    def welcome(self, reply: dict[str, Any]) -> None:
        """The server is there."""

    def gone(self) -> None:
        """It is not."""

    def answer(self, answer: Answer) -> None:
        """What could come."""

    def failed(self) -> None:
        """A question has no answer."""


class _Message:
    """What is told, of which field, to which line, and by which number the server knows it."""

    def __init__(self, type: str, fields: dict[str, Any], field: dict[str, Any], line: int):
        self.type, self.fields, self.field, self.line = type, fields, field, line
        self.number: int | None = None


class Line:
    """A conversation with the server, which is reached and started when there is something to say.

    Args:
        deliver: Runs a function in the loop of the listener.
        command: Starts the server; none where somebody else does.
        path: The server's socket; None for that of this person.
    """

    def __init__(
        self,
        deliver: Callable[[Callable[[], None]], object],
        command: Sequence[str] = (),
        path: str | None = None,
    ) -> None:
        self._deliver, self._command, self._path = deliver, command, path
        self._listener: Listener | None = None
        self._field: dict[str, Any] = {}
        self._messages: deque[_Message] = deque()
        self._question: Question | None = None
        self._more = threading.Condition()
        self._wanted = self._closed = False
        self._line = self._heard = 0  # the last one, and that of which the listener knows
        self._end = threading.Event()
        self._started: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="karussell line", daemon=True)

    def listen(self, listener: Listener) -> None:
        """Begin to tell somebody what the server says."""
        self._listener = listener
        self._thread.start()

    def ask(self, question: Question) -> None:
        """Ask what could come; a question that was not sent yet is dropped for a newer one."""
        with self._more:
            self._question = question
            self._more.notify()

    def tell(self, type: str, **fields: Any) -> object:
        """Tell something; what it is called when it is reverted."""
        message = _Message(type, fields, self._field, self._heard)
        with self._more:
            self._question = None  # the text has changed
            self._messages.append(message)
            if len(self._messages) > _MOST:
                self._messages.popleft()
            self._more.notify()
        return message

    def describe(self, **fields: Any) -> None:
        """Begin a text in another field; it is told at each greeting, too."""
        damage = fields.pop("damage")
        self._field = {**fields, "damage": damage}
        self.tell("reset")
        self.tell("field", **fields)
        self.tell("boldness", damage=damage)
        self.wake()

    def wake(self) -> None:
        """Reach the server: somebody is about to type."""
        with self._more:
            self._wanted = True
            self._more.notify()

    def close(self) -> None:
        """Let the line go."""
        with self._more:
            self._closed = True
            self._more.notify()
        self._end.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        tries = 0
        while not self._closed:
            with self._more:
                self._more.wait_for(lambda: self._wanted or self._closed)
            if self._closed:
                return
            try:
                with Client(path=self._path) as client:
                    reply = client.request("hello", **self._first_field())
                    tries = 0
                    self._line += 1
                    self._welcome(reply, self._line)
                    self._talk(client)
            except OSError:
                tries += 1
                self._start()
            except RequestFailed:
                tries += 1
                with self._more:
                    if self._messages:
                        self._messages.popleft()  # of a field that no server takes
            self._say(lambda listener: listener.gone())
            with self._more:
                self._question = None
            if tries > _TRIES:
                self._wanted, tries = False, 0  # until somebody types again
            elif tries:
                self._end.wait(_RETRY[min(tries, len(_RETRY)) - 1])

    def _first_field(self) -> dict[str, Any]:
        """What the first message that waits was told of; those that follow tell of others."""
        with self._more:
            return self._messages[0].field if self._messages else self._field

    def _welcome(self, reply: dict[str, Any], line: int) -> None:
        def heard(listener: Listener) -> None:
            self._heard = line
            listener.welcome(reply)

        self._say(heard)

    def _talk(self, client: Client) -> None:
        """Say what there is to say, until there is nothing for long."""
        while True:
            with self._more:
                self._more.wait_for(
                    lambda: self._messages or self._question or self._closed, timeout=_REST
                )
                if self._closed:
                    return
                message = self._messages.popleft() if self._messages else None
                question = None
                if message is None:
                    question, self._question = self._question, None
            if message is not None:
                self._send(client, message)
            elif question is not None:
                self._send_question(client, question)
            else:
                self._wanted = False
                return

    def _send(self, client: Client, message: _Message) -> None:
        fields = dict(message.fields)
        if message.type in _ANSWERED and message.line != self._line:
            return
        if message.type == "revert":
            taught = fields["message"]
            if taught.number is None or taught.line != self._line:
                return  # it never came to the server, or to one that is gone
            fields["message"] = taught.number
        try:
            message.number = client.request(message.type, **fields)["number"]
            message.line = self._line
        except RequestFailed:
            pass
        except OSError:
            with self._more:
                self._messages.appendleft(message)
            raise

    def _send_question(self, client: Client, question: Question) -> None:
        try:
            reply = client.request("ask", **question._asdict())
        except RequestFailed:
            self._say(lambda listener: listener.failed())
            return
        answer = read_answer(question, reply)
        self._say(lambda listener: listener.answer(answer))

    def _say(self, what: Callable[[Listener], None]) -> None:
        listener = self._listener
        if listener is not None:
            self._deliver(lambda: what(listener))

    def _start(self) -> None:
        """Start the server, unless one that was started is on its way."""
        if self._started is not None and self._started.poll() is None:
            return
        if not self._command:
            return
        quiet = subprocess.DEVNULL
        with suppress(OSError):
            self._started = subprocess.Popen(
                self._command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
            )
