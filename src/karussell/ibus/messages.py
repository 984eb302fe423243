"""What a session and the server say to each other, as a session sees it."""

from typing import Any, NamedTuple, Protocol

from karussell.ibus.clusters import width_left, width_right
from karussell.writing import Rules

_LEFT, _RIGHT = 1000, 200  # characters that the server is told

Place = int | str
"""Of a word in the window: 0 to 2, or "literal" for what was typed."""


class Question(NamedTuple):
    """What could come between two texts? `start` is how many characters stand before `left`."""

    left: str
    right: str
    start: int = 0


class Change(NamedTuple):
    """What a word of an answer does to the text: it goes from `start` in, and `right` go behind."""

    text: str
    start: int
    right: int
    insert: str


class Answer(NamedTuple):
    """What could come.

    Attributes:
        question: What it answers.
        number: By which the server knows it.
        words: What can be picked, by place.
        best: The place of the most probable one.
        correction: What a sign that ends the word now would put in its place.
        digit_goes_on: Whether a digit would go on with what stands before the caret.
        language: Whose rules of writing apply, "" for the only one.
    """

    question: Question
    number: int
    words: dict[Place, Change]
    best: Place | None
    correction: Change | None
    digit_goes_on: bool
    language: str


class Server(Protocol):
    """The line to the server. Nothing waits for it."""

    def ask(self, question: Question) -> None:
        """Ask what could come; a question that was not sent yet is dropped for a newer one."""

    def tell(self, type: str, **fields: Any) -> object:
        """Tell something; what it is called when it is reverted."""

    def describe(self, **fields: Any) -> None:
        """Begin a text in another field; it is told at each greeting, too."""


def question_at(left: str, right: str) -> Question:
    """What could come between two texts, of which the server is told what it needs."""
    start = max(0, len(left) - _LEFT)
    return Question(left[start:], right[:_RIGHT], start)


def read_answer(question: Question, reply: dict[str, Any]) -> Answer:
    """What the reply to a question offers."""
    words: dict[Place, Change] = {
        place: _change(question, slot) for place, slot in enumerate(reply["slots"]) if slot
    }
    if reply["literal"]:
        words["literal"] = _change(question, reply["literal"])
    corrected = reply["autocorrect"]
    return Answer(
        question=question,
        number=reply["number"],
        words=words,
        best=reply["best"],
        correction=_change(question, corrected) if corrected else None,
        digit_goes_on=reply["digit_goes_on"],
        language=reply.get("language", ""),
    )


def read_rules(told: dict[str, Any]) -> Rules:
    """The rules of writing of a language, as the server tells them."""
    joined = told["contractions"]
    return Rules(
        language=told["language"],
        takes_space=told["takes_space"],
        pairs=tuple(told["pairs"]),
        before=told["before"],
        after=told["after"],
        returns=tuple(told["returns"]),
        contractions=None if joined is None else tuple(joined),
    )


def _change(question: Question, suggestion: dict[str, Any]) -> Change:
    edit, (left, right, start) = suggestion["edit"], question
    width = width_left(left, edit["delete_left"])
    behind = width_right(right, edit["delete_right"])
    return Change(suggestion["text"], start + len(left) - width, behind, edit["insert"])
