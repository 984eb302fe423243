r"""What a keyboard and the service behind it say to each other, one JSON object at a time.

One text field holds one conversation, over whatever line: the page's is the WebSocket ``/typing``,
whose frames are these objects; on that line the greeting also bears a `key`, which the service
hands over with the code of the link, and without which the line is closed (1008). Each message has
a `type` and a `number`, greater than the last message's; each gets one reply with its number, in
order. The first is a greeting, which tells the
version of the protocol, and the layout of the keys if they are tapped: its name, or where the
centre of each key is; without one it is the usual layout of the language. `damage` is how many of
the correct words may be changed by mistake when words are corrected: 0.001, one in a thousand,
unless it is told, and nothing is corrected where it is null.

    {"type": "hello", "number": 0, "version": 3, "layout": "qwerty", "damage": 0.001,
     "purpose": "text", "app": "example.org", "private": false, "language": null}
    {"type": "welcome", "number": 0, "version": 3, "language": "en", "languages": ["en"],
     "capabilities": ["accept", "ask", "boldness", "correct", "field", "forget", "inside", "layout",
        "learn", "learned", "reset", "revert", "saved", "saving", "tally", "weigh", "why"],
     "keeps": false, "notice": null,
     "separators": ".,;:!?…—)]}\"“”",
     "rules": {"language": "en", "takes_space": ".,;:!?…)]}%/-'", "pairs": ["“”"],
        "before": {}, "after": {}, "returns": [":)", ":D "], "contractions": ["s", "t"]}}

Another layout is told by `{"type": "layout", "number": 2, "layout": {"a": [0.5, 0.5]}}`: x in key
widths, y in key heights, from the upper left corner of the first row of letters; another `damage`
by `{"type": "boldness", "number": 3, "damage": null}`. The `rules` say
how words and signs stand together, those of a language and more of them than here: see
``karussell.writing``. Of several languages `rules_of` has those of each by its tag, and each answer
tells the `language` whose rules apply at the caret. `keeps` tells whether what is learned outlives
the service, and `notice` what the writer must know of that: a damaged store was set aside.

What is written in the field is told by its `purpose`: `text`, `name`, `address`, `url`, `email`,
`number`, `code`, `card`, `password` or `pin`. Of the first three the service learns; of addresses
on the web and of mail it learns nothing, corrects nothing and offers nothing that was learned; for
the other five it answers with nothing, and keeps nothing of the text. `app` is the application or
site, for whoever wants to forget what was written there; in a `private` field nothing is learned,
but what was learned before is offered. `language` is the tag of the one that the writer fixed, null
for what the words tell. Any of them may change; what was written before is learned, or is not, as
it was told then, as far as the service was asked about it:

    {"type": "field", "number": 4, "purpose": "password"}

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
     "best": 0, "autocorrect": null, "languages": {}}

A keyboard drops every answer but that to its newest question. The same text gives the same answer,
however fast it was typed: a suggestion that is still offered after another letter stays in its
slot. `best` is the place of the most probable one. `literal` is what was typed, or, where the caret
touches a word that was corrected or picked, what was typed there before (of kind `restored`).
Asking teaches nothing. A pick deletes `delete_left` grapheme clusters to the left of the caret and
`delete_right` to the right of it, and puts `insert` there. It is told by the number of its answer
and its place in it, 0 to 2 or `"literal"`. A line that the writer has finished is learned, and the
words in it that were picked are known to be no slips:

    {"type": "accept", "number": 8, "answer": 7, "place": 0}
    {"type": "done", "number": 8, "changed": false}
    {"type": "learn", "number": 12, "text": "see you tomorrow at Tomasz's"}
    {"type": "done", "number": 12, "changed": true}

`changed` says whether what is known of the writer is other than before. Lines are told from their
first word to their last: half a word is none. A letter that nobody is to know is told as U+FFFC.

`autocorrect` is what white space or one of the `separators` typed now would put in place of the
typed word. The keyboard makes its edit, writes the sign behind it, and tells it:

    {"type": "correct", "number": 21, "answer": 20}

Only what an answer about the text as it stands offered can be accepted or corrected, once. When the
writer undoes it, what the message taught is taken back, and a correction is never made again once
the line is finished:

    {"type": "revert", "number": 23, "message": 21}

A `revert` is undone by another one with its own number. Another text begins with
`{"type": "reset", "number": 25}`: no earlier answer can be accepted and no message reverted but a
`forget`, and picks in a text that was never finished are forgotten.

Why a word of an answer is offered, or what was typed is, is told part by part: which source
it comes from, what share of its probability that is, behind which of the writer's own words, and
how often and when (in UNIX seconds) they used it:

    {"type": "why", "number": 30, "answer": 29, "place": 0}
    {"type": "reason", "number": 30, "word": "Tomasz",
     "parts": [{"source": "habit", "language": "en", "share": 0.8, "after": ["dear"], "uses": 3,
        "last": 1764200000},
        {"source": "network", "language": "en", "share": 0.2, "after": [], "uses": 0,
         "last": null}]}

How far the model's blocks wrote, kept and read at each word of the sentence before the caret of an
answer, 0 to 1, is told of the last 24 words of it: for each layer the `mean` of all blocks at
each word, and that of up to eight `bands` of them, from those that forget most to those that keep
longest. A word that is not `known` is one and the same to the model as all such words. How much
each of these words weighs on a suggestion is ln P of it with the word minus ln P without it, those
that weigh most first; of a suggestion that is not `known` only that some new word comes. Neither is
kept or learned; a model without gates, and a field of secrets, are failures:

    {"type": "inside", "number": 33, "answer": 32}
    {"type": "gates", "number": 33, "language": "en", "words": ["see", "you"],
     "known": [true, true], "layers": [{
        "wrote": {"mean": [0.29, 0.35], "bands": [[0.41, 0.18], [0.5, 0.2]]},
        "kept": {"mean": [0.71, 0.65], "bands": [[0.59, 0.82], [0.5, 0.8]]},
        "read": {"mean": [0.09, 0.1], "bands": [[0.09, 0.08], [0.1, 0.1]]}}]}
    {"type": "weigh", "number": 34, "answer": 32, "place": 0}
    {"type": "weights", "number": 34, "word": "tomorrow", "language": "en", "log_prob": -2.31,
     "known": true, "words": [{"word": "see", "place": 0, "weight": 1.14},
        {"word": "you", "place": 1, "weight": -0.08}]}

What is known of the writer is shown page by page, and narrowed by the beginning of a word, a time
since when, or an application:

    {"type": "learned", "number": 31, "word": "tom", "since": null, "app": null, "offset": 0,
     "limit": 100}
    {"type": "memory", "number": 31, "words": [{"word": "Tomasz", "uses": 3, "last": 1764200000,
        "language": "en", "apps": ["example.org"]}],
     "repairs": [{"typed": "teh", "word": "the", "uses": 2, "last": 1764200000}],
     "rejections": [], "total": 1, "sentences": 3, "apps": ["example.org"], "bytes": 0}

It is forgotten as if it had never been written: all that was written with a word in it, in a span
of time, in an application, or everything; `copies` says how many copies of it are left in the files
of the store, and `files` how many of them were searched:

    {"type": "forget", "number": 32, "word": "Tomasz"}
    {"type": "forgotten", "number": 32, "entries": 3, "copies": 0, "files": 0}

In the same conversation a `revert` with its number brings it back, whatever texts were begun since,
and one with the number of that forgets it again. A word is one word, and a span has begun already:
what cannot have been written is an error. What the keyboard counted since
it told the last time is added to the sums of the day, unless the writer switched that off:

    {"type": "tally", "number": 40, "keys": 31, "letters": 57, "picks": 4, "corrected": 1,
     "undone": 0}
    {"type": "saved", "number": 41}
    {"type": "savings", "number": 41, "on": true, "days": [{"day": "2026-11-27", "keys": 31,
        "letters": 57, "picks": 4, "corrected": 1, "undone": 0}]}
    {"type": "saving", "number": 42, "on": false}

What cannot be done is told in one line; `number` is null if the message could not be read:

    {"type": "failure", "number": 7, "error": "no greeting came first; say hello in version 3"}

Unknown fields, missing fields and wrong types are errors; in a greeting unknown fields are not, so
that the keyboard of a later version is told which version this is. A binary frame closes the
socket (1003), a frame of more than 1 MiB too (1009).
"""

from typing import Annotated, Literal

import msgspec

from karussell.keyboard import Purpose

VERSION = 3

CONTEXT_LIMIT = 4000
"""Characters on each side of the caret: a page of text, far more than a sentence's context."""

MESSAGE_LIMIT = 64 * 1024
"""Bytes of a message in UTF-8; a longer one is refused, and the line goes on."""

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
_App = Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None
_Tag = Annotated[str, msgspec.Meta(max_length=40)] | None
_Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class _Message(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=str.lower
):
    number: _Number


class Hello(_Message, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The keyboard says which version of this protocol it speaks, and where its keys are."""

    version: int
    layout: _Layout = None
    damage: _Damage | msgspec.UnsetType = msgspec.UNSET
    purpose: Purpose = Purpose.TEXT
    app: _App = None
    private: bool = False
    language: _Tag = None


class Field(_Message, frozen=True, kw_only=True):
    """What is written in the field is something else from now on, as far as it is told."""

    purpose: Purpose | msgspec.UnsetType = msgspec.UNSET
    app: _App | msgspec.UnsetType = msgspec.UNSET
    private: bool | msgspec.UnsetType = msgspec.UNSET
    language: _Tag | msgspec.UnsetType = msgspec.UNSET


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
    """The writer picked a suggestion of an answer; the keyboard has made its edit."""

    answer: _Number
    place: _Place | Literal["literal"]


class Correct(_Message, frozen=True, kw_only=True):
    """The keyboard has made the correction of an answer."""

    answer: _Number


class Learn(_Message, frozen=True, kw_only=True):
    """The writer finished this text."""

    text: _Text


class Revert(_Message, frozen=True, kw_only=True):
    """The writer undid what one message told: an accept, a correct, a learn, a revert."""

    message: _Number


class Why(_Message, frozen=True, kw_only=True):
    """Why is this word of an answer offered?"""

    answer: _Number
    place: _Place | Literal["literal"]


class Inside(_Message, frozen=True, kw_only=True):
    """What did the model do while it read the sentence of an answer?"""

    answer: _Number


class Weigh(_Message, frozen=True, kw_only=True):
    """Which words of that sentence weigh most on a word of an answer?"""

    answer: _Number
    place: _Place | Literal["literal"]


class Learned(_Message, frozen=True, kw_only=True):
    """What is known of the writer?

    Attributes:
        word: How the words begin, folded or not; None for all.
        since: UNIX seconds: nothing older.
        app: Where it was written.
        offset: How many words to leave out.
        limit: How many words, repairs and rejections to tell at most.
    """

    word: _Text | None = None
    since: _Number | None = None
    app: _App = None
    offset: _Number = 0
    limit: _Limit = 100


class Forget(_Message, frozen=True, kw_only=True):
    """Be as if it had never been written: all of which everything that is told here holds.

    Attributes:
        word: What has this word in it, however it is written.
        since: UNIX seconds: nothing older.
        until: UNIX seconds: nothing younger.
        app: What was written there.
        everything: Whatever is known.
    """

    word: _Text | None = None
    since: _Number | None = None
    until: _Number | None = None
    app: _App = None
    everything: bool = False


class Tally(_Message, frozen=True, kw_only=True):
    """What was counted since the last tally.

    Attributes:
        keys: Keys that were pressed, picks among them.
        letters: Characters that were written with them.
        picks: Words that were picked.
        corrected: Words that were corrected unasked.
        undone: Corrections that were undone.
    """

    keys: _Count
    letters: _Count
    picks: _Count = 0
    corrected: _Count = 0
    undone: _Count = 0


class Saved(_Message, frozen=True, kw_only=True):
    """What was counted, day by day?"""


class Saving(_Message, frozen=True, kw_only=True):
    """Count, or count no longer."""

    on: bool


class Reset(_Message, frozen=True, kw_only=True):
    """Another text begins."""


Message = (
    Hello
    | Field
    | Boldness
    | Layout
    | Ask
    | Accept
    | Correct
    | Learn
    | Revert
    | Why
    | Inside
    | Weigh
    | Learned
    | Forget
    | Tally
    | Saved
    | Saving
    | Reset
)

CAPABILITIES = (
    "accept",
    "ask",
    "boldness",
    "correct",
    "field",
    "forget",
    "inside",
    "layout",
    "learn",
    "learned",
    "reset",
    "revert",
    "saved",
    "saving",
    "tally",
    "weigh",
    "why",
)
"""What can be asked for after the greeting."""
