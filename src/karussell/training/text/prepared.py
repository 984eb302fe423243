"""A text prepared for training: word ids in a folder, and a plan of what a run on it is to be."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.errors import shown
from karussell.files import owners_alone, write_over
from karussell.model import RareWords, Source
from karussell.text import Vocabulary
from karussell.training.batches import Encoded
from karussell.training.checkpoint import damage_named
from karussell.training.settings import Labels, Settings
from karussell.training.text.casing import CAPITAL_NOUNS
from karussell.training.text.counting import build_vocabulary
from karussell.training.text.encoding import encode, read_encoded, read_sources
from karussell.training.text.offensive import offensive_words
from karussell.training.text.sources import TextSource

# So many sentences held out are kept as words.
_SENTENCES = 300
Stage = Callable[[str, float], None]


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run in a folder is about.

    Attributes:
        settings: Its choices, threads and all.
        labels: What the card of its model will say.
        sources: Its text files as ``PATH@PASSES``.
        words: The vocabulary, sorted.
        casing: How each word is usually written.
        rare_words: The words beside the vocabulary.
        rare_casing: Of each of those, as ``RareWords`` has it.
        rare_levels: Of their counts, as ``RareWords`` has them.
        device: Where it was last trained; it may go on anywhere.
    """

    settings: Settings
    labels: Labels
    sources: tuple[str, ...]
    words: tuple[str, ...]
    casing: tuple[str, ...]
    rare_words: tuple[str, ...]
    rare_casing: bytes
    rare_levels: bytes
    device: str = "cpu"

    @property
    def vocabulary(self) -> Vocabulary:
        """The words to be predicted."""
        return Vocabulary(self.words, self.casing)

    @property
    def rare(self) -> RareWords:
        """The words beside the vocabulary."""
        return RareWords.of_levels(Vocabulary(self.rare_words), self.rare_casing, self.rare_levels)


class PreparedText:
    """The text of a run, or of several, in a folder.

    Args:
        path: The folder; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._plan = path / "plan.json"
        self._counts = path / "counts.npy"
        self._held_out = path / "held-out.txt"

    @property
    def is_prepared(self) -> bool:
        """Whether all of it is there."""
        return self._plan.exists()

    def prepare(
        self, sources: Sequence[TextSource], settings: Settings, labels: Labels, tell: Stage
    ) -> None:
        """Read the text, count its words, and write them as ids. The plan comes last.

        Raises:
            TextError: If a source cannot be read.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        named = tuple(Source(name=each.name, licence="the user's own") for each in sources)
        labels = msgspec.structs.replace(labels, sources=labels.sources or named)
        nouns = labels.language.partition("-")[0] in CAPITAL_NOUNS
        tick = _ticker("reading the text", sum(_characters(each.path) for each in sources), tell)
        (starts, insides, titled), folded = read_sources(
            sources, self.path, seed=settings.seed, tick=tick, nouns=nouns
        )
        vocabulary, counts, rare = build_vocabulary(
            starts,
            insides,
            titled,
            size=settings.vocabulary_size,
            least_count=settings.least_count,
            rare_words=settings.rare_words,
        )
        # A coarse word is no completion; what the network knows of them is withheld.
        rare = rare.without(offensive_words(labels.language, rare.vocabulary.words))
        with open(self._counts, "wb", opener=owners_alone) as file:
            np.save(file, counts)
        self._write_held_out(folded)
        encode(self.path, folded, vocabulary)
        self.write_plan(
            Plan(
                settings=settings,
                labels=labels,
                sources=tuple(f"{shown(each.path, 999)}@{each.passes:g}" for each in sources),
                words=vocabulary.words,
                casing=vocabulary.casing,
                rare_words=rare.vocabulary.words,
                rare_casing=rare.casing,
                rare_levels=rare.levels,
            )
        )

    def write_plan(self, plan: Plan) -> None:
        """Write the plan, whole or not at all."""
        write_over(self._plan, msgspec.json.encode(plan))

    def read_plan(self) -> Plan:
        """The plan.

        Raises:
            TrainingError: If the folder was damaged.
        """
        with self._damage_named():
            plan = msgspec.json.decode(self._plan.read_bytes(), type=Plan)
            if not len(plan.vocabulary) or len(plan.rare.vocabulary) != len(plan.rare_casing):
                raise ValueError("it has no words")
            return plan

    def read_text(self) -> tuple[Encoded, NDArray[np.uint32]]:
        """The encoded text, and the words' counts (V+1,).

        Raises:
            TrainingError: If the folder was damaged.
        """
        with self._damage_named():
            with self._counts.open("rb") as file:
                counts = np.load(file)
            if counts.dtype != np.uint32 or counts.ndim != 1:
                raise ValueError(f"{self._counts.name} holds {counts.dtype} {counts.shape}")
            return read_encoded(self.path, len(counts)), counts

    def held_out(self) -> list[str]:
        """Some of the sentences held out, in lower case without punctuation."""
        if not self._held_out.exists():
            return []
        with self._damage_named():
            return self._held_out.read_text("utf-8").splitlines()

    def _write_held_out(self, folded: list[str]) -> None:
        """Keep some of the sentences held out as words, while ids are those of all words."""
        encoded = read_encoded(self.path, len(folded))
        numbers = encoded.held_out[:: max(1, len(encoded.held_out) // _SENTENCES)]
        places = [encoded.offsets[number : number + 2] for number in numbers]
        lines = [" ".join(folded[each] for each in encoded.ids[a:b]) for a, b in places]
        with open(self._held_out, "wb", opener=owners_alone) as file:
            file.write("\n".join(lines).encode())

    def _damage_named(self) -> contextlib.AbstractContextManager[None]:
        what = f"{self.path}: cannot be resumed"
        return damage_named(what, "delete the folder and start again")


def _characters(path: Path) -> int:
    """About how many characters a text holds, 0 if nobody knows; compressed, a third of them."""
    if not path.is_file():
        return 0
    return path.stat().st_size * (3 if path.suffix.lower() in {".gz", ".xz"} else 1)


def _ticker(name: str, size: int, tell: Stage) -> Callable[[int], None]:
    """A counter of characters that tells about each hundredth of the text."""
    done = 0
    told = 0.0

    def tick(characters: int) -> None:
        nonlocal done, told
        done += characters
        # Of a pipe nobody knows the end: its parts are megabytes.
        part = min(1.0, done / size) if size else done / 1e8
        if part >= told + 0.01:
            told = part
            tell(name, part if size else 0.0)

    return tick
