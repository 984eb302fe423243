r"""What a keyboard and the service behind it say to each other, one JSON object at a time.

One text field holds one conversation, over whatever line: the page's is the WebSocket ``/typing``,
whose frames are these objects. Each message has a `type` and a `number`, greater than the last
message's; each gets one reply with its number, in order. The first is a greeting, which tells the
version of the protocol, and the layout of the keys if they are tapped: its name, or where the
centre of each key is; without one it is the usual layout of the language. `damage` is how many of
the correct words may be changed by mistake when words are corrected: 0.001, one in a thousand,
unless it is told, and nothing is corrected where it is null.

    {"type": "hello", "number": 0, "version": 2, "layout": "qwerty", "damage": 0.001}
    {"type": "welcome", "number": 0, "version": 2, "language": "en",
     "capabilities": ["accept", "ask", "boldness", "correct", "forget", "layout", "learn", "reset",
        "revert"],
     "separators": ".,;:!?…)]}\"“”",
     "rules": {"language": "en", "takes_space": ".,;:!?…)]}%/-'", "pairs": ["“”"],
        "before": {}, "after": {}, "returns": [":)", ":D "], "contractions": ["s", "t"]}}

Another layout is told by `{"type": "layout", "number": 2, "layout": {"a": [0.5, 0.5]}}`: x in key
widths, y in key heights, from the upper left corner of the first row of letters; another `damage`
by `{"type": "boldness", "number": 3, "damage": null}`. The `rules` say
how words and signs stand together, those of a language and more of them than here: see
``karussell.writing``.

After every change of the text or the caret the keyboard asks what could come. `left` and `right`
are the text before and after the caret, at most 4,000 characters each (the page sends the nearest
1,000 to 2,000 and 200), `start` is how many characters stand before `left` (0 if it is left out),
and `taps` tell where the last characters of `left` were hit, null for one that was not tapped:

    {"type": "ask", "number": 7, "left": "see you to", "right": "", "start": 0,
     "taps": [[4.6, 0.4], null]}
    {"type": "answer", "number": 7, "starts_sentence": false, "digit_goes_on": false,
     "literal": {"text": "to", "kind": "literal", "source": "typed", "probability": 1.0,
        "edit": {"delete_left": 2, "delete_right": 0, "insert": "to "}},
     "slots": [
        {"text": "tomorrow", "kind": "completion", "source": "network", "probability": 0.31,
         "edit": {"delete_left": 2, "delete_right": 0, "insert": "tomorrow "}},
        null, null],
     "best": 0, "autocorrect": null}

A keyboard drops every answer but that to its newest question. The same text gives the same answer,
however fast it was typed: a suggestion that is still offered after another letter stays in its
slot. `best` is the place of the most probable one. `literal` is what was typed, or, where the caret
touches a word that was corrected or picked, what was typed there before (of kind `restored`).
Asking teaches nothing. A pick deletes `delete_left` grapheme clusters to the left of the caret and
`delete_right` to the right of it, and puts `insert` there. It is told by the number of its answer
and its place in it, 0 to 2 or `"literal"`, for a picked word is learned, and so is a line that the
writer has finished:

    {"type": "accept", "number": 8, "answer": 7, "place": 0}
    {"type": "done", "number": 8, "changed": false}
    {"type": "learn", "number": 12, "text": "see you tomorrow at Tomasz's"}
    {"type": "done", "number": 12, "changed": true}

`changed` says whether what is known of the writer is other than before. Lines are told from their
first word to their last: half a word is none.

`autocorrect` is what white space or one of the `separators` typed now would put in place of the
typed word. The keyboard makes its edit, writes the sign behind it, and tells it:

    {"type": "correct", "number": 21, "answer": 20}

Only what the last answer offered can be accepted or corrected. When the writer undoes it, what the
message taught is taken back, and a correction is never made again:

    {"type": "revert", "number": 23, "message": 21}

A `revert` is undone by another one with its own number. All uses of a word are forgotten with
`{"type": "forget", "number": 24, "word": "Tomasz's"}`. Another text begins with
`{"type": "reset", "number": 25}`: no earlier answer can be accepted and no message reverted.

What cannot be done is told in one line; `number` is null if the message could not be read:

    {"type": "failure", "number": 7, "error": "no greeting came first; say hello in version 2"}

Unknown fields, missing fields and wrong types are errors; in a greeting unknown fields are not, so
that the keyboard of a later version is told which version this is. A binary frame closes the
socket (1003), a frame of more than 64 KiB too (1009).
"""

from typing import Annotated, Literal

import msgspec

from karussell.keyboard import Suggestion
from karussell.writing import Rules

VERSION = 2

CONTEXT_LIMIT = 4000
"""Characters on each side of the caret: a page of text, far more than a sentence's context."""

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]  # what a JavaScript number holds exactly
_Place = Annotated[int, msgspec.Meta(ge=0, le=2)]
_Text = Annotated[str, msgspec.Meta(max_length=CONTEXT_LIMIT)]


# Key widths and heights; no keyboard is larger.
_Length = Annotated[float, msgspec.Meta(ge=-100, le=100)]
_Layout = (
    Annotated[str, msgspec.Meta(max_length=40)]
    | Annotated[
        dict[Annotated[str, msgspec.Meta(max_length=8)], tuple[_Length, _Length]],
        msgspec.Meta(max_length=200),
    ]
    | None
)


_Damage = Annotated[float, msgspec.Meta(ge=0, le=1)] | None


class _Message(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=str.lower
):
    number: _Number


class Hello(_Message, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The keyboard says which version of this protocol it speaks, and where its keys are."""

    version: int
    layout: _Layout = None
    damage: _Damage | msgspec.UnsetType = msgspec.UNSET


class Boldness(_Message, frozen=True, kw_only=True):
    """How many of the correct words may be changed by mistake, from now on."""

    damage: _Damage


class Layout(_Message, frozen=True, kw_only=True):
    """The keys are elsewhere from now on."""

    layout: _Layout


class Ask(_Message, frozen=True, kw_only=True):
    """What could come at this caret?"""

    left: _Text
    right: _Text = ""
    start: _Number = 0
    taps: Annotated[
        tuple[tuple[_Length, _Length] | None, ...], msgspec.Meta(max_length=CONTEXT_LIMIT)
    ] = ()


class Accept(_Message, frozen=True, kw_only=True):
    """The writer picked a suggestion of the last answer; the keyboard has made its edit."""

    answer: _Number
    place: _Place | Literal["literal"]


class Correct(_Message, frozen=True, kw_only=True):
    """The keyboard has made the correction of the last answer."""

    answer: _Number


class Learn(_Message, frozen=True, kw_only=True):
    """The writer finished this text."""

    text: _Text


class Revert(_Message, frozen=True, kw_only=True):
    """The writer undid what one message told: an accept, a correct, a learn, a revert."""

    message: _Number


class Forget(_Message, frozen=True, kw_only=True):
    """Offer a learned word no longer."""

    word: _Text


class Reset(_Message, frozen=True, kw_only=True):
    """Another text begins."""


Message = Hello | Boldness | Layout | Ask | Accept | Correct | Learn | Revert | Forget | Reset

CAPABILITIES = (
    "accept",
    "ask",
    "boldness",
    "correct",
    "forget",
    "layout",
    "learn",
    "reset",
    "revert",
)
"""What can be asked for after the greeting."""


class _Reply(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower):
    number: int


class Welcome(_Reply, frozen=True, kw_only=True):
    """What the service is, and the rules that a keyboard needs to write by itself."""

    version: int
    language: str
    capabilities: tuple[str, ...]
    separators: str
    rules: Rules


class Answer(_Reply, frozen=True, kw_only=True):
    """What could come.

    Attributes:
        literal: What was typed, None where there is no need for it.
        slots: The suggestions in their places, None for an empty one.
        best: The place of the most probable one, None for none.
        autocorrect: What a space or punctuation typed now puts in place of the typed word.
        starts_sentence: Whether a letter typed now is the first of a sentence.
        digit_goes_on: Whether a digit typed now is one, and should pick nothing.
    """

    literal: Suggestion | None
    slots: tuple[Suggestion | None, ...]
    best: int | None
    autocorrect: Suggestion | None
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
