r"""What a keyboard and the service behind it say to each other, one JSON object at a time.

One text field holds one conversation, over whatever line: the page's is the WebSocket ``/typing``,
whose frames are these objects. Each message has a `type` and a `number` that grows; each gets one
reply with its number, in order. The first is a greeting, which tells the version of the protocol:

    {"type": "hello", "number": 0, "version": 1}
    {"type": "welcome", "number": 0, "version": 1, "language": "en",
     "capabilities": ["accept", "ask", "forget", "learn", "reset", "revert"],
     "rules": {"takes_space": "!\"),.:;?]}”…", "wants_space": "!,.:;?…"}}

After every change of the text or the caret the keyboard asks what could come. `left` and `right`
are the text before and after the caret, at most 4,000 characters each (the page sends the nearest
1,000 to 2,000 and 200):

    {"type": "ask", "number": 7, "left": "see you to", "right": ""}
    {"type": "answer", "number": 7, "starts_sentence": false, "digit_goes_on": false,
     "suggestions": [
        {"text": "tomorrow", "kind": "completion", "source": "network", "probability": 0.31,
         "edit": {"delete_left": 2, "insert": "tomorrow "}}]}

A keyboard drops every answer but that to its newest question. Suggestions come best first, at most
three. Asking teaches nothing. A pick deletes `delete_left` grapheme clusters to the left of the
caret and puts `insert` there; it is told by the number of its answer and its place in it, for a
picked word is learned, and so is a line that the writer has finished:

    {"type": "accept", "number": 8, "answer": 7, "place": 0}
    {"type": "done", "number": 8, "changed": false}
    {"type": "learn", "number": 12, "text": "see you tomorrow at Tomasz's"}
    {"type": "done", "number": 12, "changed": true}

`changed` says whether what is known of the writer is other than before. What one message taught is
taken back with `{"type": "revert", "number": 13, "message": 12}`, all uses of a word with
`{"type": "forget", "number": 14, "word": "Tomasz's"}`. Another text begins with
`{"type": "reset", "number": 15}`: no earlier answer can be accepted and no message reverted.

What cannot be done is told in one line; `number` is null if the message could not be read:

    {"type": "failure", "number": 7, "error": "no greeting came first; say hello in version 1"}

Unknown fields, missing fields and wrong types are errors; in a greeting unknown fields are not, so
that the keyboard of a later version is told which version this is. A binary frame closes the
socket (1003), a frame of more than 64 KiB too (1009).
"""

from typing import Annotated

import msgspec

from karussell.keyboard import Suggestion

VERSION = 1

CONTEXT_LIMIT = 4000
"""Characters on each side of the caret: a page of text, far more than a sentence's context."""

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]  # what a JavaScript number holds exactly
_Text = Annotated[str, msgspec.Meta(max_length=CONTEXT_LIMIT)]


class _Message(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=str.lower
):
    number: _Number


class Hello(_Message, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The keyboard says which version of this protocol it speaks."""

    version: int


class Ask(_Message, frozen=True, kw_only=True):
    """What could come at this caret?"""

    left: _Text
    right: _Text = ""


class Accept(_Message, frozen=True, kw_only=True):
    """The writer picked a suggestion of the last answer; the keyboard has made its edit."""

    answer: _Number
    place: _Number


class Learn(_Message, frozen=True, kw_only=True):
    """The writer finished this text."""

    text: _Text


class Revert(_Message, frozen=True, kw_only=True):
    """Take back what one accept or learn taught: the writer undid it."""

    message: _Number


class Forget(_Message, frozen=True, kw_only=True):
    """Offer a learned word no longer."""

    word: _Text


class Reset(_Message, frozen=True, kw_only=True):
    """Another text begins."""


Message = Hello | Ask | Accept | Learn | Revert | Forget | Reset

CAPABILITIES = ("accept", "ask", "forget", "learn", "reset", "revert")
"""What can be asked for after the greeting."""


class _Reply(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower):
    number: int


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How words and signs stand together.

    Attributes:
        takes_space: Signs that, typed right behind a pick, take the place of its space.
        wants_space: Signs behind which a pick brings the space that is missing.
    """

    takes_space: str
    wants_space: str


class Welcome(_Reply, frozen=True, kw_only=True):
    """What the service is, and the rules that a keyboard needs to write by itself."""

    version: int
    language: str
    capabilities: tuple[str, ...]
    rules: Rules


class Answer(_Reply, frozen=True, kw_only=True):
    """What could come, best first.

    Attributes:
        suggestions: At most three.
        starts_sentence: Whether a letter typed now is the first of a sentence.
        digit_goes_on: Whether a digit typed now would go on with a number or a name.
    """

    suggestions: list[Suggestion]
    starts_sentence: bool
    digit_goes_on: bool


class Done(_Reply, frozen=True, kw_only=True):
    """It was done; whether what is known of the writer is other than before."""

    changed: bool


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """Why the message with this number was not obeyed."""

    number: int | None
    error: str


Reply = Welcome | Answer | Done | Failure
