"""What a block might remember: features of a text, one value for each word, NaN where none is told.

All follow from the text alone, and none from the word just read or the two before it, unless it is
"just read": what is found is remembered.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from karussell.lab.inside.lexicon import Lexicon
from karussell.lab.inside.reading import Sentence

Kind = Literal[
    "position", "question", "quotation", "subject", "number", "tense", "said", "topic", "word",
    "just read",
]  # fmt: skip
Values = NDArray[np.float64]

AGO = 3
"""A word is remembered if so many were read after it."""
_MOST_WORDS = 12
_LEAST_SENTENCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something that a text tells at each word.

    Attributes:
        name: What it is: "words read"; or what holds if it is a yes: "a no was said".
        kind: What it is about.
        values: Its value at each of a sentence's words: a number, or 1 and 0 for yes and no; NaN
            where it has none.
        is_number: Whether it is a number, not a yes or no.
        of_position: Whether it is the position itself, which is taken out of all others.
        words: The words that make it a yes, if it hangs on words read before.
        others: The words that make it a no; if there are none, it is a no where none is read.
    """

    name: str
    kind: Kind
    values: Callable[[Sentence], Values]
    is_number: bool = False
    of_position: bool = False
    words: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()


def features(
    sentences: Sequence[Sentence], words: Lexicon, known: Container[str] | None = None
) -> list[Feature]:
    """What is looked for in the blocks that read these sentences.

    Args:
        sentences: The sentences.
        words: The words of their language.
        known: The model's words; without them no word is unknown.
    """
    return [
        Feature(
            name="words read",
            kind="position",
            values=lambda sentence: np.arange(1.0, len(sentence.words) + 1),
            is_number=True,
            of_position=True,
        ),
        Feature(
            name="words still to come",
            kind="position",
            values=lambda sentence: np.arange(len(sentence.words) - 1.0, -1, -1),
            is_number=True,
        ),
        *_of_signs(),
        *_of_words(words),
        *_of_texts(sentences),
        *_of_single_words(sentences),
        *_of_last_words(words, known),
    ]


def _of_signs() -> Iterator[Feature]:
    """What the writer's signs tell, which a model of words never reads."""
    yield Feature(
        name="the sentence will end with ?",
        kind="question",
        values=_whole(lambda sentence: sentence.asks),
    )
    for name, mark in (("quotation marks", "quoted"), ("brackets", "bracketed")):
        yield Feature(
            name=f"it is inside {name}",
            kind="quotation",
            values=_marked(mark),
        )


def _of_words(words: Lexicon) -> Iterator[Feature]:
    for name, opening in words.opening.items():
        yield Feature(
            name=f"the sentence began with {name}",
            kind="question",
            values=_whole(_opens(frozenset(opening))),
            words=frozenset(opening),
        )
    for name, those in words.subjects.items():
        others = [word for other in words.subjects.values() if other is not those for word in other]
        yield _latest(f"the last pronoun was {name}", "subject", those, others)
    if words.several and words.one:
        yield Feature(
            name="the last noun was plural",
            kind="number",
            values=lambda sentence: _latest_of(_numbers(sentence.words, words), AGO),
            words=frozenset(words.several),
            others=tuple(words.one),
        )
    if words.past and words.present:
        yield _latest("the last verb was past", "tense", words.past, words.present)
    for name, those in words.said.items():
        yield _said(f"{name} was said", "said", those)
    for name, those in words.topics.items():
        yield _said(f"{name} came up", "topic", those)


def _of_texts(sentences: Sequence[Sentence]) -> Iterator[Feature]:
    sources = list(dict.fromkeys(sentence.source for sentence in sentences))
    if len(sources) < 2:
        return
    for source in sources:
        yield Feature(
            name=f"the text is {source}",
            kind="topic",
            values=_whole(_is_from(source)),
        )


def _of_single_words(sentences: Sequence[Sentence]) -> Iterator[Feature]:
    """The commonest words that are often followed by others."""
    stand = Counter[str]()
    for sentence in sentences:
        stand.update(set(sentence.words[:-AGO]))
    for word, count in stand.most_common(_MOST_WORDS):
        if count >= _LEAST_SENTENCES:
            yield _said(f'"{word}" was said', "word", [word])


def _of_last_words(words: Lexicon, known: Container[str] | None) -> Iterator[Feature]:
    for name, those in words.classes.items():
        yield Feature(
            name=f"{name} was just read",
            kind="just read",
            values=_just(frozenset(those)),
        )
    if known is not None:
        yield Feature(
            name="a word it does not know was just read",
            kind="just read",
            values=lambda sentence: 1 - _each(sentence.words, known),
        )


def _marked(mark: str) -> Callable[[Sentence], Values]:
    return lambda sentence: np.array(getattr(sentence, mark), float)


def _opens(those: Container[str]) -> Callable[[Sentence], bool]:
    return lambda sentence: sentence.words[0] in those


def _is_from(source: str) -> Callable[[Sentence], bool]:
    return lambda sentence: sentence.source == source


def _just(those: Container[str]) -> Callable[[Sentence], Values]:
    return lambda sentence: _each(sentence.words, those)


def _whole(told: Callable[[Sentence], bool]) -> Callable[[Sentence], Values]:
    """What is told of a sentence as a whole; not of its first words, which are read by then."""

    def values(sentence: Sentence) -> Values:
        found = np.full(len(sentence.words), float(told(sentence)))
        found[:AGO] = np.nan
        return found

    return values


def _each(words: Iterable[str], those: Container[str]) -> Values:
    return np.array([word in those for word in words], float)


def _said(name: str, kind: Kind, those: Iterable[str]) -> Feature:
    """Whether a word was said some words ago, against never in the sentence."""
    wanted = frozenset(those)

    def values(sentence: Sentence) -> Values:
        found, last = np.zeros(len(sentence.words)), -1
        for at, word in enumerate(sentence.words):
            last = at if word in wanted else last
            if last >= 0:
                found[at] = 1 if at - last >= AGO else np.nan
        return found

    return Feature(name=name, kind=kind, values=values, words=wanted)


def _latest(name: str, kind: Kind, those: Sequence[str], others: Sequence[str]) -> Feature:
    """Whether the latest word of two sets was of the first, some words ago."""
    meaning = dict.fromkeys(others, 0.0) | dict.fromkeys(those, 1.0)
    return Feature(
        name=name,
        kind=kind,
        values=lambda sentence: _latest_of([meaning.get(word) for word in sentence.words], AGO),
        words=frozenset(those),
        others=tuple(others),
    )


def _latest_of(told: Iterable[float | None], ago: int) -> Values:
    """At each word what was told last, if that is some words ago."""
    found, last, value = [], -1, np.nan
    for at, each in enumerate(told):
        if each is not None:
            last, value = at, each
        found.append(value if at - last >= ago else np.nan)
    return np.array(found)


def _numbers(words: Sequence[str], lists: Lexicon) -> Iterator[float | None]:
    """For each word whether it tells that a noun is plural, 1, or singular, 0."""
    several, one, owners = map(frozenset, (lists.several, lists.one, lists.owners))
    ending, no_endings = lists.plural_ending, tuple(lists.not_plural_endings)
    before = ""
    for word in words:
        if word in several or word in one:
            yield float(word in several)
        elif ending and before in owners:
            yield float(word.endswith(ending) and not word.endswith(no_endings))
        else:
            yield None
        before = word
