"""What is left alone, and what is sure to be wrong, in JavaScript as in Python."""

import math
import random
from typing import Any

import numpy as np
import pytest

from karussell.correction import (
    Channel,
    Correction,
    Geometry,
    Judge,
    Judges,
    Token,
    corrections,
)
from karussell.decoder import Origin, Source, model_sources, own_source
from karussell.keyboard import Doubts
from karussell.keyboard.slips import Slips
from karussell.model import LanguageModel, embedded_path, open_model
from karussell.text import fold
from tests.twin.correction.mistakes import mistyped, tapped
from tests.twin.correction.test_channel import close
from tests.twin.node import Twin

_MODULE = "./correction/meant.mjs"
_SIGNS = (
    *(
        "",
        " ",
        "\n",
        "\t",
        "\x1c",
        "(",
        "so,",
        "so...",
        "so.",
        "so\u2014",
        '"',
        "see \u201c",
        "co-",
    ),
    *(
        "www.",
        "lea@",
        "a/",
        "#",
        "~/",
        "\u201eWas?\u201c ",
        "\u00bfqu\u00e9",
        "x=",
        "..",
        "....",
        "?!",
    ),
    *("i see the", "i see the ", "ich habe keine ", "je ne suis ", "foo\nich habe ", "d'", "(tea,"),
    *(
        "." * 500 + "~",
        "," * 500 + "=",
        "\U00010428 ",
        "caf\u00e9,",
        "na\u00efve: ",
        "1,5",
        "don't!",
    ),
)
_FORMS = (
    *("teh", "Teh", "TEH", "tEh", "h2o", "mp3", "soooo", "hahaha", "jajajaj", "x", "I", "i"),
    *("alot", "Alot", "ALOT", "inthe", "garnicht", "Garnicht", "i'm", "porfavor"),
    *("im", "i'm", "I'm", "i'll", "rock'", "'tis", "zeit", "keine", "\u043f\u0440\u0438"),
    *("stra\u00dfe", "\u00c9t\u00e9", "dont", "na\u0131ve", "\u01c5ep", "e\u0301te", "tea"),
    *("iPhone", "McDonald", "\u0130zmir", "a\u0301b", "\u4f60\u597d", "Jonh", "Monday"),
    *("monday", "\u00f1and\u00fa", "\U00010428\U00010429"),
)
_RIGHT = (" ", "", ".", "-", "/", "s", "\u00e9", "1", ")", "@", "\u2019", "'s", "\U00010428")


@pytest.fixture(scope="module")
def models() -> list[LanguageModel]:
    return [open_model(embedded_path(tag)) for tag in ("en", "de")]


def _tell(twin: Twin, models: list[LanguageModel]) -> None:
    told = [
        {
            "language": model.card.language,
            "words": model.vocabulary.words,
            "casing": model.vocabulary.casing,
            "rare": model.rare.vocabulary.words,
            "counts": model.counts.tolist(),
        }
        for model in models
    ]
    twin(_MODULE, "tellModels", [[told]])


@pytest.fixture(params=[("en",), ("de",), ("en", "de")], ids="-".join)
def spoken(
    request: pytest.FixtureRequest, models: list[LanguageModel], twin: Twin
) -> list[LanguageModel]:
    chosen = [model for model in models if model.card.language in request.param]
    _tell(twin, chosen)
    return chosen


def _said(token: Token) -> dict[str, object]:
    return {
        "word": token.word,
        "left": token.left,
        "right": token.right,
        "startsSentence": token.starts_sentence,
        "tapped": token.tapped,
    }


def test_what_is_protected_is_the_same(twin: Twin, spoken: list[LanguageModel]) -> None:
    dice = random.Random(4)
    tokens = [Token(word=form, left=left) for form in _FORMS for left in _SIGNS]
    tokens += [
        Token(
            word=dice.choice(_FORMS),
            left=dice.choice(_SIGNS) + dice.choice(_SIGNS),
            right=dice.choice(_RIGHT),
            starts_sentence=dice.random() < 0.3,
            tapped=dice.random() < 0.5,
        )
        for _ in range(1500)
    ]
    judges, tag = Judges(spoken), spoken[0].card.language
    told = twin(_MODULE, "protects", [[_said(token), tag] for token in tokens])
    expected = [[judges.protects(each, tag), judges.rewritten(each, tag)] for each in tokens]
    wrong = [each for each, *both in zip(tokens, told, expected, strict=True) if both[0] != both[1]]
    assert wrong == []


def _sources(model: LanguageModel, dice: random.Random) -> list[Source]:
    """The words of a model as often as they are, and some of a writer's own."""
    counts = model.counts.astype(np.float64) + 0.5
    log_probs = np.log(counts / counts.sum()).astype(np.float32)
    sources = model_sources(model.vocabulary, log_probs, model.rare, model.card.language)
    own = {word: word for word in ("peopel", "karussell", "teh") if dice.random() < 0.3}
    return [*sources, own_source(Origin.LEARNED, own, -8.0)] if own else sources


def _found(each: Correction) -> dict[str, object]:
    return {
        "text": each.text,
        "word": each.word,
        "source": each.source,
        "logChannel": each.log_channel,
        "logProb": each.log_prob,
        "posterior": each.posterior,
        "exact": each.exact,
        "language": each.language,
        "logSecond": each.log_second,
    }


def test_verdicts_are_the_same(twin: Twin, spoken: list[LanguageModel]) -> None:
    dice, tags = random.Random(5), [model.card.language for model in spoken]
    layout = "qwertz" if tags[0] == "de" else "qwerty"
    geometry = Geometry.named(layout)
    channel, judges = Channel(geometry, *tags), Judges(spoken)
    model = spoken[0]
    judge = Judge(tags[0], model.vocabulary, counts=model.counts, spoken=tags)
    sources = {each.card.language: _sources(each, dice) for each in spoken}
    cases, expected = [], []
    typed = [*_FORMS, *mistyped(model.vocabulary, dice, 150)]
    for word in typed:
        folded, taps = fold(word), tapped(geometry, fold(word), dice)
        lattice = channel.lattice(folded, taps)
        language = dice.choice(tags)
        log_new = dice.choice((-6.0, -9.0, -40.0, -math.inf))
        found = corrections(
            sources[language], folded, lattice, 5, whole=True, log_new=log_new
        ) if folded else []  # fmt: skip
        token = Token(
            word=word,
            left=dice.choice(("", "said ", "ich habe keine ", "i see ")),
            starts_sentence=dice.random() < 0.5,
            tapped=bool(taps),
        )
        share = dice.random()
        shares = (
            dict(zip(tags, (share, 1 - share), strict=False)) if len(tags) > 1 else {tags[0]: 1}
        )
        damage = dice.choice((0.02, 0.001, 0.0003, 0.0))
        there = {"logNew": max(log_new, -1e300), "shares": shares, "damage": damage}
        cases.append([layout, _said(token), list(map(_found, found)), taps, there])
        expected.append(
            (
                judge.evidence(token, found, lattice, log_new=log_new),
                judge.verdict(token, found, lattice, log_new=log_new),
                judges.verdict(
                    token, found, lattice, log_new=log_new, shares=shares, damage=damage
                ),
            )
        )
    assert sum(first is not None for first, *_ in expected) > 40
    for word, ours, theirs in zip(typed, expected, twin(_MODULE, "verdict", cases), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert (one is None) == (other is None), word
            if one is not None:
                fields = {**one._asdict(), "correction": one.correction.text}
                other["correction"] = other["correction"]["text"]
                assert close([_sayable(each) for each in fields.values()], list(other.values())), (
                    word
                )


def _sayable(value: Any) -> Any:
    return "Infinity" if value == math.inf else value


def test_slips_and_doubts_are_the_same(twin: Twin, models: list[LanguageModel]) -> None:
    english, dice = models[0], random.Random(6)
    _tell(twin, [english])
    slips = Slips(english.vocabulary)
    words = [*_FORMS, *mistyped(english.vocabulary, dice, 300), "a" * 25, "", "qqqq", "\U00010428a"]
    told = twin(_MODULE, "looksLikeOne", [[word, fold(word)] for word in words])
    assert told == [slips.looks_like_one(word, fold(word)) for word in words]
    for count in (20, 600):
        pairs = [(word, fold(word)) for word in mistyped(english.vocabulary, dice, count)]
        assert twin(_MODULE, "among", [[pairs]]) == [sorted(slips.among(pairs))]
    sources = _sources(english, random.Random(1))[:1]
    for word in ("there", "theer", "qx", "becuase", "th"):
        begun: list[tuple[str, float | None]] = [
            (word[:end], None) for end in range(1, len(word) + 1)
        ]
        begun += [(word + "s", -3.5), (word + "xyz", None)]
        doubts = Doubts(sources)
        expected = [doubts.about(text, mass) for text, mass in begun]
        assert twin(_MODULE, "doubts", [[sources[0].scores.tolist(), begun]]) == [expected]
