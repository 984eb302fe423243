"""What a writer wrote before tells the same in both languages."""

import math
import random
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import numpy as np
import pytest

from karussell.decoder import Source, model_sources
from karussell.model import LanguageModel, RareWords
from karussell.personal import Personal, Settings, Taught
from karussell.personal.habits import always, mix
from karussell.personal.stream import Stream
from karussell.text import Vocabulary
from tests.twin.node import Twin

_MODULE = "./personal/personal.mjs"
_OWN = ("Bofi", "zoom", "McKay", "na\u00efve", "\U0001f44d", "o'clock", "ZOOM", "bofi", "Zebra")
_KNOWN = ("See", "you", "tea", "the", "to", "Anna", "anna", "I", "i'm", "tearoom", "gehen", "Tee")


def _model(language: str, words: list[str], rare: list[str], seed: int) -> LanguageModel:
    """As much of a model as a mixture asks for, which is not sure, but not always the same."""
    chance = np.random.default_rng(seed)
    counts = chance.integers(0, 5000, len(words) + 1).astype(np.uint32)
    casing = ["I" if word == "i" else word.capitalize() if word == "anna" else "" for word in words]
    return cast(
        LanguageModel,
        SimpleNamespace(
            vocabulary=Vocabulary(words, casing),
            counts=counts,
            card=SimpleNamespace(language=language),
            rare=RareWords.of_counts(
                rare, [word.capitalize() for word in rare], range(9, 9 + len(rare)), 60
            ),
        ),
    )


_ENGLISH = _model(
    "en", sorted({"a", "at", "anna", "i", "i'm", "see", "tea", "the", "to", "you"}), ["zebra"], 1
)
_GERMAN = _model("de", sorted({"gehen", "ich", "tee", "the", "wir", "zu"}), ["zebra", "zoom"], 2)
_FILLED = _model(  # as many words as are looked up one by one
    "en", sorted({f"w{number}" for number in range(2000)} | {"see", "the", "you"}), ["tearoom"], 3
)
_SEVERAL = [([_ENGLISH], 40), ([_ENGLISH, _GERMAN], 40), ([_FILLED], 5)]


def _tables(model: LanguageModel) -> list[list[float]]:
    scores = [np.cos(np.arange(len(model.counts)) * 0.7 + at) * 3 for at in range(3)]
    return [
        (each - np.log(np.exp(each).sum())).astype(np.float32).astype(float).tolist()
        for each in scores
    ]


def _base(models: Sequence[LanguageModel]) -> Callable[[Sequence[str]], list[Source]]:
    tables = [np.array(_tables(model), np.float32) for model in models]

    def after(words: Sequence[str]) -> list[Source]:
        return [
            source
            for model, table in zip(models, tables, strict=True)
            for source in model_sources(
                model.vocabulary, table[len(words) % 3], model.rare, model.card.language
            )
        ]

    return after


def _told_base(models: Sequence[LanguageModel]) -> dict[str, object]:
    return {
        "models": [
            {
                "words": model.vocabulary.words,
                "casing": model.vocabulary.casing,
                "counts": model.counts.tolist(),
                "rare": model.rare.vocabulary.words,
                "rareCasing": [model.rare.display(at) for at in range(len(model.rare.vocabulary))],
                "logShares": model.rare.log_shares.astype(float).tolist(),
                "language": model.card.language,
            }
            for model in models
        ],
        "tables": [_tables(model) for model in models],
    }


def _taught(chance: random.Random, *, time: int) -> Taught:
    words = tuple(chance.choice(_OWN + _KNOWN) for _ in range(chance.randint(1, 8)))
    sure = frozenset(place for place in range(len(words)) if chance.random() < 0.1)
    return Taught(words, chance.choice(("en", "en-GB", "de", "")), time, sure)


def _told(taught: Taught) -> list[object]:
    return [list(taught.words), taught.language, taught.time, sorted(taught.sure)]


def _steps(chance: random.Random, personal: Personal) -> list[dict[str, object]]:
    """Sentences learned, dropped and written otherwise; both personals follow."""
    steps: list[dict[str, object]] = []
    for number in range(chance.randint(1, 60)):
        size, kind = len(personal.sentences), chance.random()
        if kind < 0.1 and size:
            gone = sorted(chance.sample(range(size), chance.randint(1, size)))
            instead = {
                place: _written_otherwise(personal.sentences[place])
                for place in range(size)
                if place not in gone and chance.random() < 0.2
            }
            personal.drop(gone, instead)
            told = [[place, _told(each)] for place, each in instead.items()]
            steps.append({"drop": gone, "instead": told})
        elif kind < 0.2:
            personal.mixed(personal._base(["see"]), ["see"])  # so that something is kept in mind
            steps.append({"ask": ["see"]})
        else:
            personal.add(taught := _taught(chance, time=1000 + number))
            steps.append({"add": _told(taught)})
    return steps


def _written_otherwise(taught: Taught) -> Taught:
    return taught._replace(words=(taught.words[0].swapcase(), *taught.words[1:]))


def _places(chance: random.Random) -> list[dict[str, object]]:
    folded = ["see", "you", "bofi", "the", "mckay", "never", "zoom", "tearoom"]
    return [
        {"words": chance.choices(folded, k=words), "why": chance.sample(folded, 3)}
        for words in (0, 1, 2, 4)
    ]


def _answer(personal: Personal, base: Any, words: list[str], why: list[str]) -> dict[str, Any]:
    mixed = personal.mixed(base(words), words)
    return {
        "sources": [
            {
                "origin": source.origin.value,
                "fromFirst": source.from_first,
                "own": source.own,
                "words": list(source.vocabulary.words),
                "shown": [source.display(at) for at in range(len(source.vocabulary))],
                "scores": np.asarray(source.scores).astype(float).tolist(),
                "offset": source.offset,
            }
            for source in mixed
        ],
        "reasons": [
            {
                "word": reason.word,
                "parts": [part._asdict() | {"after": list(part.after)} for part in reason.parts],
            }
            for reason in (personal.why(word, base(words), words) for word in why)
        ],
        "knows": [personal.knows(word) for word in why],
        "holding": personal.holding(why),
    }


def _near(told: Any, known: Any, where: str = "") -> None:
    """Compare answers; scores were reckoned in float32 by Python."""
    if isinstance(known, dict):
        assert told.keys() == known.keys(), where
        for key in known:
            _near(told[key], known[key], f"{where}.{key}")
    elif isinstance(known, list):
        assert len(told) == len(known), where
        if known and isinstance(known[0], float):
            told = [-math.inf if each == "-Infinity" else each for each in told]
            np.testing.assert_allclose(told, known, rtol=2e-6, atol=2e-6, err_msg=where)
            return
        for number, (one, other) in enumerate(zip(told, known, strict=True)):
            _near(one, other, f"{where}[{number}]")
    elif isinstance(known, float):
        assert told == pytest.approx(known, rel=1e-6, abs=1e-7), where
    else:
        assert told == known, where


@pytest.mark.parametrize(("models", "times"), _SEVERAL, ids=["one", "two", "many words"])
def test_what_was_learned_and_forgotten_tells_the_same(
    twin: Twin, models: list[LanguageModel], times: int
) -> None:
    chance, base = random.Random(len(models)), _base(models)
    cases, answers = [], []
    for _ in range(times):
        personal = Personal(base, models=models)
        steps, places = _steps(chance, personal), _places(chance)
        cases.append([_told_base(models), steps, places])
        answers.append(
            {
                "sentences": [_said(each) for each in personal.sentences],
                "answers": [_answer(personal, base, **place) for place in places],  # type: ignore[arg-type]
            }
        )
    for told, known in zip(twin(_MODULE, "follow", cases), answers, strict=True):
        _near(told, known)


def _said(taught: Taught) -> dict[str, object]:
    return taught._asdict() | {"words": list(taught.words), "sure": sorted(taught.sure)}


def test_what_was_dropped_leaves_not_one_bit(twin: Twin) -> None:
    chance, cases = random.Random(7), []
    for _ in range(30):
        sentences = [_taught(chance, time=number) for number in range(chance.randint(2, 20))]
        gone = sorted(chance.sample(range(len(sentences)), len(sentences) // 2))
        places, told = _places(chance), [_told(each) for each in sentences]
        left = [each for at, each in enumerate(told) if at not in gone]
        learned: list[dict[str, object]] = [{"add": each} for each in told]
        dropped = [*learned, {"ask": ["see"]}, {"drop": gone, "instead": []}]
        never = [{"add": each} for each in left]
        several = dropped, never, [*learned, {"rebuild": left}]
        cases += [[_told_base([_ENGLISH]), steps, places] for steps in several]
    told_all = twin(_MODULE, "follow", cases)
    for told_dropped, told_never, told_rebuilt in zip(*[iter(told_all)] * 3, strict=True):
        assert told_dropped == told_never == told_rebuilt


def test_habits_are_the_same_numbers(twin: Twin) -> None:
    chance, cases = random.Random(5), []
    contexts: list[list[str]] = [[], ["see"], ["see", "you", "tea"], ["never"], ["bofi", "never"]]
    for size in (0, 1, 2, 30, 400):
        sentences = [_taught(chance, time=number) for number in range(size)]
        cases += [(sentences, list(words), -chance.random() * 9) for words in contexts]
    sent = [[[_told(each) for each in some], words, log] for some, words, log in cases]
    for (some, words, log_most), told in zip(cases, twin(_MODULE, "habits", sent), strict=True):
        stream = Stream(some)
        written = always(stream.tokens, np.array(stream.counts, float), Settings())
        mixed = mix(stream.tokens, stream.numbers(words), written, log_most, Settings())
        for name in ("tokens", "counts", "times"):
            assert told[name] == list(getattr(stream, name))
        assert (told["known"], told["forms"]) == (stream.words, stream.forms)
        for got, known in (
            (told["written"]["shares"], written.shares),
            (told["written"]["features"], written.features),
            (told["kept"], mixed.kept),
            (told["always"], mixed.always),
        ):
            np.testing.assert_allclose(got, known, rtol=1e-9)
        assert told["numbers"] == mixed.numbers.tolist()
        assert told["places"] == [places.tolist() for places in mixed.places]
        for got, known in (told["habits"], mixed.habits), (told["shares"], mixed.shares):
            np.testing.assert_allclose(got, known.tolist(), rtol=1e-9)


def test_settings_are_the_same(twin: Twin) -> None:
    (told,) = twin(_MODULE, "settings", [[]])
    known = msgspec.to_builtins(Settings())
    known["habits"] = [
        habit | {"gate": list(habit["gate"]), "lately": list(habit["lately"])}
        for habit in known["habits"]
    ]
    assert told == known
