"""Gathering: from messages to the sentences that are learned, nothing private among them."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from karussell.errors import UsageError, shown
from karussell.history import Entry, Sentence
from karussell.imports.formats import Export
from karussell.imports.message import same_name
from karussell.imports.private import CUT, Private, without_private
from karussell.keyboard import Languages, taught

# Letters that a wrong encoding lost, and what they were written together with.
_LOST = re.compile("[^\\s]{0,60}\ufffd[^\\s]{0,60}")
# As much of what was written before tells in which language one goes on.
_BEFORE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Writers:
    """Who wrote the messages of a file.

    Attributes:
        counts: How many messages each wrote, the most first.
        aliases: Another name of each who has one.
        own: How many are said to be their owner's.
    """

    counts: Counter[str] = field(default_factory=Counter)
    aliases: dict[str, str] = field(default_factory=dict)
    own: int = 0

    @classmethod
    def of(cls, export: Export, on_message: Callable[[], None] | None = None) -> "Writers":
        """Those of a file, which is read once for it.

        Args:
            export: The file.
            on_message: Called after each message.

        Raises:
            TextError: If the file is broken.
        """
        counts: Counter[str] = Counter()
        aliases: dict[str, str] = {}
        own = 0
        for message in export.messages():
            counts[message.author] += 1
            if message.alias:
                aliases[message.author] = message.alias
            own += message.own
            if on_message is not None:
                on_message()
        return cls(counts=Counter(dict(counts.most_common())), aliases=aliases, own=own)

    def has(self, names: Collection[str]) -> bool:
        """Whether one of some names, in the form of ``same_name``, is among them."""
        return any(
            same_name(author) in names or same_name(self.aliases.get(author, "")) in names
            for author in self.counts
            if author
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a file teaches.

    Attributes:
        sentences: The sentences that were written, the oldest first.
        private: What was left out of them.
        messages: How many messages they are of.
        is_timed: Whether the file says when they were written.
    """

    sentences: tuple[Sentence, ...] = ()
    private: tuple[Private, ...] = ()
    messages: int = 0
    is_timed: bool = True

    @property
    def words(self) -> int:
        """How many words the sentences have."""
        return sum(len(sentence.words) for sentence in self.sentences)


def gathered(
    export: Export,
    languages: Languages,
    *,
    names: Collection[str] = (),
    app: str | None = None,
    on_message: Callable[[], None] | None = None,
) -> Gathered:
    """What one person wrote in a file.

    Args:
        export: The file.
        languages: The models; with several, each sentence is of the one that is believed there.
        names: The person's, in the form of ``same_name``; none for those messages that are said
            to be their owner's.
        app: What is said to have been written in; None for what the file comes from.
        on_message: Called after each message, whoever wrote it.

    Raises:
        TextError: If the file is broken.
    """
    found: list[Sentence] = []
    private: list[Private] = []
    messages, timed, before = 0, False, ""
    for message in export.messages():
        if message.is_by(names) if names else message.own:
            text, left_out = without_private(_LOST.sub(CUT, message.text))
            private += left_out
            messages += 1
            timed = timed or message.time is not None
            time = export.source.modified if message.time is None else message.time
            for tag, part in languages.spoken(text, before):
                found += taught(part, language=tag, time=time, before="", app=app or export.app)
            before = f"{before}{text}\n"[-_BEFORE:]
        if on_message is not None:
            on_message()
    found.sort(key=lambda sentence: sentence.time)
    return Gathered(
        sentences=tuple(found), private=tuple(private), messages=messages, is_timed=timed
    )


def as_kept(gathered: Gathered, entries: Iterable[Entry]) -> tuple[list[Sentence], int]:
    """The sentences of a file, those that were learned of it before as they were kept then.

    The same words at the same time in the same application are the same sentence, as often as they
    stand there; where a file has no times, whenever they were learned.

    Returns:
        The sentences, and how many of them are new.
    """
    kept: defaultdict[tuple[object, ...], list[Sentence]] = defaultdict(list)

    def key(sentence: Sentence) -> tuple[object, ...]:
        time = sentence.time if gathered.is_timed else None
        return sentence.words, sentence.app, time

    for entry in entries:
        if isinstance(entry, Sentence):
            kept[key(entry)].append(entry)
    found, new = [], 0
    for sentence in gathered.sentences:
        same = kept.get(key(sentence))
        new += not same
        found.append(same.pop() if same else sentence)
    return found, new


def chosen(writers: Writers, names: Collection[str], name: str) -> Collection[str]:
    """The names by which messages of a file are the person's; none for its owner's marks.

    Args:
        writers: Who wrote in it.
        names: What the person is called, in the form of ``same_name``.
        name: What the file is called.

    Raises:
        UsageError: Which lists the writers, if it cannot be known who of them the person is.
    """
    if writers.has(names):
        return names
    if writers.own or not writers.counts:
        return ()
    raise UsageError(who_are_you(name, writers, unknown=bool(names)))


def who_are_you(name: str, writers: Writers, *, unknown: bool = False) -> str:
    """The question who of a file's writers a person is.

    Args:
        name: What the file is called.
        writers: Who wrote in it.
        unknown: Whether a name was given that none of them has.
    """
    who = "no message is by a name that was given;" if unknown else "who of its writers are you?"
    return f"{name}: {who} say --from NAME, one of: {', '.join(listed_writers(writers))}"


# So many writers are named in a line.
_MOST_NAMED = 20


def listed_writers(writers: Writers) -> list[str]:
    """Who wrote in a file and how much, the most first."""
    found = []
    for author, count in writers.counts.most_common(_MOST_NAMED):
        alias = writers.aliases.get(author)
        name = f"{shown(author, 40)} <{shown(alias, 40)}>" if alias else shown(author)
        found.append(f"{name} ({count:,})")
    if len(writers.counts) > _MOST_NAMED:
        found.append(f"and {len(writers.counts) - _MOST_NAMED:,} more")
    return found
