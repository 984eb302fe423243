"""What is read around the cursors of text fields, and kept: a letter more reads nothing again."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache

from karussell.correction import Judges, followed_by
from karussell.decoder import Source
from karussell.keyboard.context import Context, Field
from karussell.keyboard.doubts import Doubts
from karussell.keyboard.habits import NOTHING, Habits
from karussell.keyboard.hearing import Heard
from karussell.keyboard.languages import Expected, Languages
from karussell.keyboard.own_words import KnownWords
from karussell.keyboard.place import LONGEST, following, typed_rest
from karussell.keyboard.reading import Reading
from karussell.locks import SharedLock
from karussell.writing import style_of

# Kept of one field, and of one among many: where its caret is, and a word before.
_OF_ONE, _OF_MANY = 4, 2
_MANY = 32
# In all, for each model: a reading takes about 100 kB of each.
_MOST = 640


class Lately:
    """The last readings of each field, the least recently used dropped first.

    Without them, fields that are typed in at once would take each other's place, and each letter
    would cost those before it once more.

    Args:
        models: How many models there are.
    """

    def __init__(self, models: int) -> None:
        self._most = _MOST // models
        self._of: OrderedDict[int | None, tuple[Reading, ...]] = OrderedDict()
        self._count = 0
        self._lock = SharedLock()

    def __len__(self) -> int:
        return self._count

    def of(self, number: int | None) -> Iterator[Reading]:
        """The readings of the field with this number, the last one first."""
        return iter(self._of.get(number, ()))

    def add(self, number: int | None, read: Reading) -> None:
        """Keep a reading of a field."""
        with self._lock:
            before = self._of.pop(number, ())
            most = _OF_ONE if len(self._of) < _MANY else _OF_MANY
            self._of[number] = (read, *before[: most - 1])
            self._count += len(self._of[number]) - len(before)
            while self._count > self._most:
                _, dropped = self._of.popitem(last=False)
                self._count -= len(dropped)

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self._of.clear()
            self._count = 0


class Readings:
    """Reads around the cursors of all text fields.

    Args:
        languages: The models.
        known: What words there are.
        habits: What the writer taught.
    """

    def __init__(self, languages: Languages, known: KnownWords, habits: Habits) -> None:
        self._languages, self._known, self._habits = languages, known, habits
        self._judges = Judges(languages.models)
        self._lately = Lately(len(languages.models))

    def clear(self) -> None:
        """Drop what was read."""
        self._lately.clear()

    def at(self, context: Context, prefix: str, field: Field) -> Reading:
        """What stands around a word, and what may come there.

        Args:
            context: The text around the cursor.
            prefix: What was typed of the word.
            field: The field where it stands.
        """
        left, right = context.left, context.right[:LONGEST]
        before = left.removesuffix(prefix)
        learned = self._habits.now() if field.recalls else NOTHING
        for read in self._lately.of(field.number):
            if read.is_of(before, right, learned, field, bool(prefix)):
                return read
        languages, in_text = self._languages, self._known.in_text(before)
        at = languages.at(left, field.language)
        used = in_text.withheld | learned.withheld

        def expected(heard: Heard) -> Expected:
            named = at.place.named and heard is at.heard
            return languages.expected(heard, at.only, used, named=named)

        next_word = expected(at.heard)
        here = self._known.source(
            in_text, lambda word: learned.uses(word) > 0 or word in field.meant, next_word.log_new
        )

        @lru_cache(2)  # as many as one search asks for, and the next one again
        def after(more: str) -> list[Source]:
            words = (*at.place.words, *more.split())
            return learned.mixed(expected(languages.heard(at, words)).sources, words, here)

        sources = learned.mixed(next_word.sources, at.place.words, here)
        read = Reading(
            before=before,
            right=right,
            learned=learned,
            where=field,
            place=at.place._replace(style=style_of(before, languages.is_acronym, right)),
            base=lambda: expected(at.heard).sources,
            sources=sources,
            doubts=Doubts(sources),
            after=after,
            following=followed_by(after, following(right[len(typed_rest(right)) :], at.language)),
            log_new=next_word.log_new,
            channel=languages.channel(field.layout),
            judges=self._judges,
            language=at.language,
            shares=languages.by_tag(next_word.shares),
        )
        self._lately.add(field.number, read)
        return read
