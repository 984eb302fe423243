"""Words that were typed, right and wrong, with what there is to judge them by."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from zlib import crc32

import numpy as np

from karussell.correction import (
    Channel,
    Correction,
    Geometry,
    Judge,
    Tap,
    Token,
    corrections,
    plain,
)
from karussell.decoder import Source, model_sources
from karussell.kernels import Lattice
from karussell.measure import CARELESS, Item, Noise, in_words, segments, type_text, word_places
from karussell.model import LanguageModel, Reader
from karussell.text import fold, last_sentence, words

_FOUND = 5
# One in so many of the words that stand before another is typed without the space between.
_TOGETHER = 7
CAREFUL = Noise(sigma=0.29, inside=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that was typed, and the evidence on it.

    Attributes:
        features: As ``karussell.correction.FEATURES`` has them.
        right: Whether it was typed as it was meant.
        found: Whether the best correction is what was meant.
        certain: Whether what was meant is known to be a word.
        doubtful: As a verdict has it.
    """

    features: list[float]
    right: bool
    found: bool
    certain: bool = True
    doubtful: bool = False


class Asker:
    """Asks about typed words as a keyboard does.

    Args:
        model: The model.
        language: What is written.
        layout: Where the keys are; the language's usual layout if None.
        common: Words that are known to be right; of texts, others may be slips of their writers.
    """

    def __init__(
        self,
        model: LanguageModel,
        language: str,
        layout: str | None = None,
        common: Container[str] | None = None,
    ) -> None:
        self._common = common
        usual = Geometry.of_language(language)
        self.geometry = usual if layout is None else Geometry.named(layout)
        self.judge = Judge(language, model.vocabulary, counts=model.counts)
        self._model = model
        self._reader = Reader(model)
        self._channel = Channel(self.geometry, language)

    def search(
        self, left: str, word: str, taps: Sequence[Tap | None], right: str
    ) -> tuple[Token, list[Correction], Lattice, float] | None:
        """What ``Judge.verdict`` takes; None for a word that is never touched."""
        before = words(last_sentence(left))
        token = Token(
            word=word, left=left, right=right, starts_sentence=not before, tapped=any(taps)
        )
        if self.judge.protects(token) or self.judge.rewritten(token):
            return None
        typed = fold(word)
        lattice = self._channel.lattice(typed, taps)
        log_new = self._log_probs(before)[-1] + self._model.rare.log_new
        found = corrections(
            self._sources(before),
            typed,
            lattice,
            _FOUND,
            whole=True,
            spaces=self._channel.spaces(typed, taps),
            after=lambda said: self._sources([*before, *said.split()]),
            log_new=float(log_new),
        )
        return token, found, lattice, float(log_new)

    def ask(
        self, left: str, word: str, taps: Sequence[Tap | None], right: str, meant: str
    ) -> Asked | None:
        """The evidence on a word; None for one that stays, whatever it is."""
        searched = self.search(left, word, taps, right)
        if searched is None:
            return None
        token, found, lattice, log_new = searched
        evidence = self.judge.evidence(token, found, lattice, log_new=log_new)
        if evidence is None:
            return None
        right, best = fold(meant), evidence.correction.word
        certain = self._common is None or right in self._common
        return Asked(
            evidence.features, fold(word) == right, best == right, certain, evidence.doubtful
        )

    def _log_probs(self, before: Sequence[str]) -> np.ndarray:
        shown = self._reader.log_probs(self._model.vocabulary.ids(before)).copy()
        shown[self._model.withheld] = -np.inf
        return shown

    def _sources(self, before: Sequence[str]) -> Sequence[Source]:
        return model_sources(self._model.vocabulary, self._log_probs(before), self._model.rare)


def typed_letters(
    asker: Asker,
    line: str,
    mistakes: Mapping[str, Sequence[str]],
    random: np.random.Generator,
    skip: Callable[[str], bool],
) -> Iterator[Asked | None]:
    """Each word of a line typed right, then with a mistake; None where nothing is asked.

    Some are typed together with the next one, too.
    """
    places = list(word_places(line))
    for place, following in zip_longest(places, places[1:]):
        word, left = line[place], line[: place.start]
        right = line[place.stop : place.stop + 1] or " "
        if skip(fold(word)):
            continue
        yield asker.ask(left, word, (), right, word)
        wrong = _mistaken(fold(word), mistakes, asker.geometry, random)
        if wrong != fold(word):
            typed = wrong[:1].upper() + wrong[1:] if word[0].isupper() else wrong
            yield asker.ask(left, typed, (), right, word)
        if following is None or line[place.stop : following.start] != " ":
            continue
        both = line[place.start : following.stop]
        if crc32(both.encode()) % _TOGETHER == 0 and not skip(fold(line[following])):
            right = line[following.stop : following.stop + 1] or " "
            yield asker.ask(left, both.replace(" ", ""), (), right, both)


def typed_taps(
    asker: Asker,
    line: str,
    noise: Noise,
    random: np.random.Generator,
    skip: Callable[[str], bool],
) -> Iterator[Asked | None]:
    """Each word of a line tapped, where no separator was lost or came in."""
    left = ""
    for segment in segments(line, type_text(line, asker.geometry, noise, random)):
        typed = segment.typed
        one = bool(typed) and all(map(in_words, typed))
        if one and not skip(fold(segment.meant)):
            taps = [key.tap for key in segment.keys]
            yield asker.ask(left, typed, taps, segment.after or " ", segment.meant)
        left += segment.meant + segment.after


def typed_alone(asker: Asker, items: Iterable[Item]) -> Iterator[Asked | None]:
    """Words that are right as they are, each behind what stands before it."""
    for item in items:
        yield asker.ask(item.left, item.typed, (), " ", item.typed)


def careful_and_careless() -> tuple[Noise, ...]:
    """How a line is tapped: without a slip, with slips of the thumb, and with all kinds."""
    return CAREFUL, Noise(sigma=0.29), Noise(sigma=0.32), CARELESS


def held_out_lines(data: Path, language: str, everyday: Sequence[str]) -> list[Path]:
    """The held-out texts that no score of a packaged model is measured on."""
    names = {f"{language}_{name}.txt.xz" for name in everyday}
    return [
        path
        for path in sorted((data / "dev").glob(f"{language}_*.txt.xz"))
        if path.name not in names
    ]


def _mistaken(
    word: str,
    mistakes: Mapping[str, Sequence[str]],
    geometry: Geometry,
    random: np.random.Generator,
) -> str:
    """A word with one mistake: a known misspelling, its marks left out, or a slip."""
    if (known := mistakes.get(word)) and random.random() < 0.5:
        return known[int(random.integers(len(known)))]
    bare = "".join(map(plain, word.replace("'", "")))
    if bare != word and random.random() < 0.4:
        return bare
    place = int(random.integers(len(word)))
    letter, kind = word[place], random.random()
    if kind < 0.35:
        near = geometry.neighbours(letter)
        typed = near[int(random.integers(len(near)))] if near else letter
        return word[:place] + typed + word[place + 1 :]
    if kind < 0.6:
        return word[:place] + word[place + 1 :] or word
    if kind < 0.8:
        return word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    if kind < 0.9:
        return word[:place] + letter + word[place:]
    near = geometry.neighbours(letter)
    return word[:place] + (near[0] if near else letter) + word[place:]
