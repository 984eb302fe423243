"""The service for programs that want no line: one question, one answer, nothing between them.

What is asked and answered is typed, so that the document of this interface is made from the types.
"""

import msgspec

from karussell.keyboard import (
    Context,
    Field,
    LearnedWord,
    Pair,
    Predictor,
    Purpose,
    Suggestion,
    from_word,
)
from karussell.service import protocol
from karussell.service.protocol import (
    CONTEXT_LIMIT,
    VERSION,
    _App,
    _Damage,
    _Layout,
    _Length,
    _Limit,
    _Number,
    _Tag,
    _Text,
)

API_VERSION = 1


class _Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Suggest(_Asked, frozen=True, kw_only=True):
    """What could come at this caret?

    Attributes:
        left: The text before it, at least its sentence so far.
        right: The text behind it.
        taps: Where its last characters were hit, as in an `ask` of the protocol.
        layout: Where the keys are, as in a `hello` of the protocol.
        damage: How many of the correct words may be changed by mistake; null to correct nothing.
        purpose: What is written in the field.
        app: The application or site.
        language: The tag of the language that the writer fixed, null for what the words tell.
    """

    left: _Text
    right: _Text = ""
    taps: tuple[tuple[_Length, _Length] | None, ...] = ()
    layout: _Layout = None
    damage: _Damage | msgspec.UnsetType = msgspec.UNSET
    purpose: Purpose = Purpose.TEXT
    app: _App = None
    language: _Tag = None


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """What could come.

    Attributes:
        literal: What was typed, null where there is no need for it.
        slots: Three places, null where one is empty.
        best: The place of the most probable one, null for none.
        autocorrect: What a space typed now should put in place of the typed word, null for nothing.
        language: The tag of the language whose rules of writing apply here.
    """

    literal: Suggestion | None
    slots: tuple[Suggestion | None, ...]
    best: int | None
    autocorrect: Suggestion | None
    language: str


class Learn(_Asked, frozen=True, kw_only=True):
    """The writer finished this text.

    Attributes:
        text: The text, from its first word to its last.
        purpose: What was written in; fields of secrets, numbers and addresses teach nothing.
        app: The application or site it was written in.
        language: The tag of the language that the writer fixed, null for what the words tell.
    """

    text: _Text
    purpose: Purpose = Purpose.TEXT
    app: _App = None
    language: _Tag = None


class Taught(msgspec.Struct, frozen=True, kw_only=True):
    """Whether what is known of the writer is other than before."""

    changed: bool


class Forget(_Asked, frozen=True, kw_only=True):
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


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries were forgotten, and the copies found afterwards in so many files."""

    entries: int
    copies: int
    files: int


class Learned(_Asked, frozen=True, kw_only=True):
    """What is known of the writer?

    Attributes:
        word: How the words begin.
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


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the writer: a page of words, corrections kept, corrections undone."""

    words: tuple[LearnedWord, ...]
    repairs: tuple[Pair, ...]
    rejections: tuple[Pair, ...]
    total: int
    sentences: int
    apps: tuple[str, ...]
    bytes: int


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """That the server is there, and what it is.

    Attributes:
        version: Of Karussell.
        api: Of this interface.
        protocol: Of the one of lines.
        languages: The tags of its models.
        keeps: Whether what is learned outlives it.
        notice: What the writer must know of that, null for nothing.
    """

    version: str
    api: int
    protocol: int
    languages: tuple[str, ...]
    keeps: bool
    notice: str | None


def suggest(predictor: Predictor, asked: Suggest) -> Suggestions:
    """What could come at a caret.

    Raises:
        KarussellError: There is no such language or layout here.
    """
    left = from_word(asked.left) if len(asked.left) == CONTEXT_LIMIT else asked.left
    damage = predictor.damage if asked.damage is msgspec.UNSET else asked.damage
    field = Field(
        layout=asked.layout,
        damage=damage,
        purpose=asked.purpose,
        app=asked.app,
        language=asked.language,
    )
    context = Context(left=left, right=asked.right, taps=asked.taps)
    language = predictor.language_at(context, field=field)
    strip = predictor.strip(context, field=field)
    return Suggestions(
        literal=strip.literal,
        slots=strip.slots,
        best=strip.best,
        autocorrect=strip.autocorrect,
        language=language,
    )


def learn(predictor: Predictor, asked: Learn) -> Taught:
    """Learn a finished text.

    Raises:
        KarussellError: There is no such language here.
    """
    predictor.languages.index(asked.language)
    field = Field(purpose=asked.purpose, app=asked.app, language=asked.language)
    return Taught(changed=bool(predictor.learn(asked.text, field=field)))


def forget(predictor: Predictor, asked: Forget) -> Forgotten:
    """Forget, as if it had never been written.

    Raises:
        KarussellError: Nothing is told that could be forgotten, or what cannot have been written.
    """
    found = predictor.memory.forget(
        asked.word,
        since=asked.since,
        until=asked.until,
        app=asked.app,
        everything=asked.everything,
    )
    return Forgotten(entries=found.entries, copies=found.copies, files=found.files)


def learned(predictor: Predictor, asked: Learned | protocol.Learned) -> Known:
    """A page of what is known, whether asked for on a line or without one.

    Raises:
        KarussellError: The time has not been yet.
    """
    known = predictor.recall(asked.word, since=asked.since, app=asked.app)
    page = slice(asked.offset, asked.offset + asked.limit)
    return Known(
        words=known.words[page],
        repairs=known.repairs[: asked.limit],
        rejections=known.rejections[: asked.limit],
        total=len(known.words),
        sentences=known.sentences,
        apps=known.apps,
        bytes=predictor.memory.bytes,
    )


def health(predictor: Predictor) -> Health:
    """That all is well."""
    from importlib.metadata import version  # it brings much, and few ask

    return Health(
        version=version("karussell"),
        api=API_VERSION,
        protocol=VERSION,
        languages=tuple(dict.fromkeys(predictor.languages.tags)),
        keeps=predictor.memory.keeps,
        notice=predictor.memory.notice,
    )
