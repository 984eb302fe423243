"""What the page and the server say to each other over the WebSocket ``/typing``.

One text field holds one socket. After every change of the text or the caret the page sends a
question, one JSON text frame::

    {"number": 7, "left": "see you to", "right": ""}

``left`` and ``right`` are the text before and after the caret, at most 4,000 characters each (the
page sends the nearest 1,000 and 200). ``number`` grows with every question; each gets one answer
with its number, and the page drops every answer but the newest question's::

    {"number": 7, "suggestions": [
        {"text": "tomorrow", "kind": "completion", "probability": 0.31,
         "edit": {"delete_left": 2, "insert": "tomorrow "}}]}

A pick deletes ``delete_left`` grapheme clusters to the left of the caret and puts ``insert`` there.
Suggestions come best first, at most three. Where none can be made, ``error`` says why in one line
and ``number`` is null if the question could not be read::

    {"number": 7, "error": "left: more than 4000 characters"}

Unknown fields, missing fields and wrong types are errors. A binary frame closes the socket (1003),
a frame of more than 64 KiB too (1009).
"""

from typing import Annotated

import msgspec

CONTEXT_LIMIT = 4000
"""Characters on each side of the caret: a page of text, far more than a sentence's context."""

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]  # what a JavaScript number holds exactly
_Text = Annotated[str, msgspec.Meta(max_length=CONTEXT_LIMIT)]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The page asks: what could come at this caret?"""

    number: _Number
    left: _Text
    right: _Text = ""


class OfferedEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What a pick does to the text: grapheme clusters to delete before the caret, then the text."""

    delete_left: int
    insert: str


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One suggestion on the strip."""

    text: str
    kind: str
    probability: float
    edit: OfferedEdit


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The suggestions for the question with this number, best first."""

    number: int
    suggestions: list[Offer]


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why the question with this number has no suggestions."""

    number: int | None
    error: str


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of ``POST /session``: the one-time code of the link in the terminal."""

    code: Annotated[str, msgspec.Meta(max_length=128)]
