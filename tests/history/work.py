"""A writer's day at a history, and what must be true of it at each moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from karussell.errors import HistoryError
from karussell.history import Entry, History, Repair, Sentence

_NAMES = ("mail", "signal", None)


@dataclass
class Known:
    """What was promised.

    Attributes:
        sure: Entries that are on the disk, by id.
        perhaps: Ids of those that may be on it or not, since something was not finished.
        gone: Texts of those that were forgotten, of which no byte may be left.
        adding: Whether entries come just now, whose ids nobody was told yet: the history's thread
            may commit them at any moment.
    """

    sure: dict[int, Entry] = field(default_factory=dict)
    perhaps: set[int] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    adding: bool = False

    def copy(self) -> "Known":
        return Known(dict(self.sure), set(self.perhaps), set(self.gone), self.adding)

    def check(self, history: History, folder: Path) -> None:
        """Fail if something was lost, came back or was left."""
        found = dict(history.entries())
        lost = {number: entry for number, entry in self.sure.items() if found.get(number) != entry}
        assert not lost
        assert self.adding or not found.keys() - self.sure.keys() - self.perhaps
        for path in folder.iterdir():
            self.check_bytes(path.read_bytes())

    def check_bytes(self, data: bytes) -> None:
        """Fail if something that was forgotten is in the bytes of a file."""
        assert not [text for text in self.gone if text.encode() in data]


def entry(random: Random, number: int) -> tuple[Entry, str]:
    """An entry with a word that no other has."""
    word = f"{random.choice('bdfgk')}{random.randrange(1 << 40):011x}q{number}"
    time = 1_700_000_000 + number
    if random.random() < 0.2:
        return Repair(typed=word, word="the", language="en", time=time), word
    words = [
        random.choice(("see", "you", "at", "the", "market")) for _ in range(random.randrange(9))
    ]
    words.insert(random.randrange(len(words) + 1), word)
    app = random.choice(_NAMES)
    return Sentence(words=tuple(words), language="en", time=time, app=app), word


def work(
    history: History,
    random: Random,
    steps: int,
    told: Callable[[Known], None],
    *,
    failing: bool = False,
) -> Known:
    """Add, commit, forget; what is promised is told whenever it changes."""
    known = Known()
    words: dict[int, str] = {}
    for number in range(steps):
        if known.sure and random.random() < 0.25:
            chosen = random.sample(sorted(known.sure), min(len(known.sure), random.randrange(1, 4)))
            taken = {each: known.sure.pop(each) for each in chosen}
            known.perhaps |= taken.keys()
            told(known.copy())
            try:
                proof = history.forget(chosen)
            except HistoryError:
                continue
            assert proof.copies == 0 or failing  # what is left then goes when it is opened again
            known.perhaps -= taken.keys()
            known.gone |= {words[each] for each in chosen}
        else:
            added = {}
            known.adding = True
            told(known.copy())
            for each in range(random.randrange(1, 6)):
                made, word = entry(random, 10 * number + each)
                identity = history.add(made)
                added[identity] = made
                words[identity] = word
            known.perhaps |= added.keys()
            known.adding = False
            told(known.copy())
            try:
                history.flush()
            except HistoryError:
                continue
            if history.keeps:
                known.perhaps -= added.keys()
                known.sure |= added
        told(known.copy())
    return known
