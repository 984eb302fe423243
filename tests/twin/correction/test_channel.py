"""Keys, their errors and what was learned of words, in JavaScript as in Python."""

import json
import math
import random
from collections.abc import Sequence
from itertools import repeat
from typing import Any

import pytest

from karussell.correction import FEATURES, Channel, Geometry, Tap, plain
from karussell.correction.alphabet import accented, alphabet_of, in_two
from karussell.correction.known_words import LANGUAGES, packaged_words
from karussell.correction.learned import VERDICTS, packaged_parameters
from karussell.correction.spelling import spelling_of
from karussell.model import embedded_path, open_model
from tests.twin.node import Twin

_MODULE = "./correction/meant.mjs"
_TAGS = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "tr", "de-AT", "xx", "")
# Keys that no layout of a language has: far apart, of other scripts, beyond the first plane.
_STRANGE = {"a": (0.5, 0.5), "\u0436": (1.5, 0.5), "\U00010428": (2.5, 0.7), "'": (9.0, 3.0)}
_WORDS = (
    *("the", "hte", "teh", "dont", "its", "becuase", "definately", "alot", "a", "tomorow", "xq"),
    *("stra\u00dfe", "strasse", "\u00e4hnlich", "na\u00efve", "caf\u00e9", "ni\u00f1o", "\u00e0"),
    *(
        "isn`t",
        'isn"t',
        "wo;t",
        "o'clock",
        "in the",
        "i am",
        "  ",
        "'",
        "1st",
        "mp3",
        "hello world",
    ),
    *("\u0436\u0430", "\U00010428a\U00010428", "aaaa", "oo", "\u0142\u00f3d\u017a", "\u0131"),
    *("abcdefghijklmnopqrstuvwxyzabcdef", "abcdefghijklmnopqrstuvwxyzabcdefg", ""),
)


def close(one: Any, other: Any, by: float = 1e-9) -> bool:
    """Whether two answers are the same, numbers to 1e-9 or else."""
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(float(one), float(other), rel_tol=by, abs_tol=by)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(close, one, other, repeat(by)))
    return bool(one == other)


def _taps(geometry: Geometry, typed: str, dice: random.Random) -> list[Tap | None]:
    """Where the letters of a word were hit, about."""
    centres = [geometry.centre(letter) for letter in typed]
    return [
        None if centre is None or dice.random() < 0.1
        else (centre[0] + dice.gauss(0, 0.35), centre[1] + dice.gauss(0, 0.3))
        for centre in centres
    ]  # fmt: skip


@pytest.mark.parametrize("name", Geometry.NAMES)
def test_layouts_are_equal(twin: Twin, name: str) -> None:
    geometry = Geometry.named(name)
    assert twin(_MODULE, "names", [[]]) == [list(Geometry.NAMES)]
    keys, space = twin(_MODULE, "layout", [[name]])[0]
    assert [(letter, tuple(centre)) for letter, centre in keys] == list(geometry.keys.items())
    assert space == geometry.space._asdict()


@pytest.mark.parametrize("layout", [*Geometry.NAMES, _STRANGE], ids=[*Geometry.NAMES, "strange"])
def test_places_on_layouts_are_equal(twin: Twin, layout: Any) -> None:
    geometry = Geometry.named(layout) if isinstance(layout, str) else Geometry.of_keys(layout)
    dice = random.Random(1)
    letters = [*geometry.keys, *"\u00e9\u00df\u0131\u00e5 1.\u00d1"]
    cases = [
        (letter, dice.choice(letters), (dice.uniform(-2, 12), dice.uniform(-2, 5)))
        for letter in letters
    ]
    told = twin(_MODULE, "near", [[layout, *case] for case in cases])
    for (letter, other, tap), answer in zip(cases, told, strict=True):
        apart = geometry.distance(letter, other)
        expected = (
            geometry.nearest(tap),
            geometry.key_of(letter),
            geometry.centre(letter),
            apart if math.isfinite(apart) else "Infinity",
            geometry.neighbours(letter),
            geometry.above_space(letter),
        )
        assert close(expected, answer), letter


def test_a_layout_that_is_none_is_refused(twin: Twin) -> None:
    many = {chr(0x4E00 + place): (place, 0) for place in range(201)}
    cases = ["colemak", {}, {"ab": [0, 0]}, {"a": [0]}, {"": [0, 0]}, many]
    told = twin.refusals(_MODULE, "layout", [[case] for case in cases])
    assert all("expected" in answer for answer in told)
    assert "layout 'colemak', expected one of qwerty, qwertz" in told[0]


def test_letters_of_languages_are_equal(twin: Twin) -> None:
    for tag, (letters, forms, two) in zip(
        _TAGS, twin(_MODULE, "letters", [[tag] for tag in _TAGS]), strict=True
    ):
        assert letters == alphabet_of(tag)
        assert {letter: tuple(each) for letter, each in forms.items()} == accented(tag)
        assert two == in_two(tag)
    assert twin(_MODULE, "layoutOf", [[tag] for tag in _TAGS]) == [
        "".join(Geometry.of_language(tag).keys) for tag in _TAGS
    ]
    several = [*"aZ\u00e9\u00df\u0142\u0131\u0130\u1eed\uac00\U00010428\u0301", "\u0130"]
    assert twin(_MODULE, "plain", [[letter] for letter in several]) == list(map(plain, several))


def test_spellings_are_equal(twin: Twin) -> None:
    for tag in ("en", "en-GB", "de", "fr", "es", "sv"):
        spelling = spelling_of(tag)
        pieces = ["", "x", "q-", *spelling._meant]
        told = twin(_MODULE, "meant", [[tag, piece] for piece in pieces])
        assert [[tuple(each) for each in listed] for listed in told] == [
            spelling.meant(piece) for piece in pieces
        ]


def test_known_words_are_equal(twin: Twin) -> None:
    vocabulary = open_model(embedded_path("en")).vocabulary
    listed = [vocabulary.word(each) for each in range(0, len(vocabulary), 40)]
    words = [*listed, *_WORDS, *("x" * size for size in (119, 125, 126, 127, 300)), "\u00fcber"]
    cases = [(tag, word) for word in words for tag in LANGUAGES]
    known = packaged_words()
    told = twin(_MODULE, "known", [list(case) for case in cases])
    assert told == [[known.knows(*case), known.elsewhere(*case)] for case in cases]


def test_what_a_network_says_is_equal(twin: Twin) -> None:
    dice = random.Random(2)
    evidence = [[dice.gauss(0, 8) for _ in FEATURES] for _ in range(200)]
    evidence += [[-1e300] * len(FEATURES), [1e300] * len(FEATURES), [0.0] * len(FEATURES)]
    parameters = packaged_parameters()
    for tapped, side in ((False, parameters.letters), (True, parameters.taps)):
        told = twin(_MODULE, "probability", [[tapped, each] for each in evidence])
        assert close(told, [side.network.probability(each) for each in evidence])
        told = twin(_MODULE, "thresholds", [[tapped, tag] for tag in _TAGS])
        assert told == [[list(parameters.damage), list(side.of(tag))] for tag in _TAGS]


@pytest.mark.parametrize(
    ("layout", "tags"),
    [
        *(("qwerty", ["en"]), ("qwertz", ["de"]), ("azerty", ["fr"]), ("qwerty-es", ["es"])),
        *(("dvorak", ["en-GB"]), ("qwertz", ["de-AT", "en"]), ("qwerty", ["sv"])),
        (_STRANGE, ["xx"]),
    ],
    ids=["en", "de", "fr", "es", "dvorak", "two", "sv", "strange"],
)
def test_lattices_are_equal(twin: Twin, layout: Any, tags: list[str]) -> None:
    geometry = Geometry.named(layout) if isinstance(layout, str) else Geometry.of_keys(layout)
    channel, dice = Channel(geometry, *tags), random.Random(3)
    cases: list[tuple[str, Sequence[Tap | None]]] = [(typed, []) for typed in _WORDS]
    for typed in _WORDS:
        hit = _taps(geometry, typed, dice)
        cases += [(typed, hit), (typed, hit[1:]), (typed, [None, None, *hit])]
    # The same taps, one letter after another, as they are typed.
    slow = _taps(geometry, "somethign", dice)
    cases += [("somethign"[:end], slow[:end]) for end in range(10)]
    for (typed, taps), told in zip(
        cases, twin(_MODULE, "lattice", [[layout, tags, *case] for case in cases]), strict=True
    ):
        lattice = channel.lattice(typed, taps)
        spaces = [list(space) for space in channel.spaces(typed, taps)]
        length, arcs, missing, places = told
        assert length == lattice.length
        assert missing == lattice.missing.tolist()
        assert close(list(lattice.arcs), arcs), typed
        assert close(spaces, [list(space.values()) for space in places]), typed


def test_files_that_are_damaged_are_told(twin: Twin) -> None:
    learned = json.loads(VERDICTS.read_text())
    good = {"en.tsv": "a\tb\t3", "verdict.json": json.dumps(learned), "known-words.bin": "x" * 11}
    learned["damage"] = [0.1]
    bad = {
        "en.tsv": ["", "a\tb", "a\tb\t-3", "abcd\tb\t3", "a\tb\tx", "a\tb\t3\t4"],
        "verdict.json": ["", "{", "[]", "{}", json.dumps(learned)],
        "known-words.bin": ["", "x" * 8, "x" * 10],
    }
    assert twin.refusals(_MODULE, "files", [[good]]) == [""]
    for name, texts in bad.items():
        told = twin.refusals(_MODULE, "files", [[good | {name: text}] for text in texts])
        assert all(answer.startswith(f"{name}: is missing or damaged (") for answer in told)
        missing = {other: text for other, text in good.items() if other != name}
        if name != "en.tsv":  # a language without a file has what sounds alike
            assert twin.refusals(_MODULE, "files", [[missing]])[0].startswith(name)
