"""The kernels in WebAssembly beside those of this machine."""

import base64
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karussell import kernels
from karussell.kernels import Lattice, WordList, WordSearch, best_of, log_sum_exp, unprintable
from karussell.model import embedded_path, open_model
from tests.conftest import MakeCard, WriteModel
from tests.hostile.mutations import KINDS, damaged, lying
from tests.kernels.test_word_search import lattices, misspelled, scored_lists
from tests.twin.node import Twin

_ROOT = Path(__file__).parents[2]
_ENGINE = _ROOT / "src/karussell/web/static/twin/engine/engine.wasm"
_DRIVER = "./engine.mjs"


@pytest.fixture(autouse=True)
def _plain_kernels() -> Iterator[None]:
    """Kernels without fused operations, as in WebAssembly: all is equal to the bit."""
    before = kernels.level()
    kernels.use_level(kernels.levels()[0])
    yield
    kernels.use_level(before)


@pytest.fixture
def opened(twin: Twin, ten_word_path: Path) -> Twin:
    twin(_DRIVER, "open", [[str(ten_word_path)]])
    return twin


def _say(numbers: Any) -> list[float | str | None]:
    """Numbers as JSON can say them."""
    return [
        "NaN" if np.isnan(each) else None if each == -np.inf else float(each) for each in numbers
    ]


def _heard(numbers: Any) -> list[float]:
    return [float(each) for each in numbers]


def _as_float32(pairs: Sequence[tuple[int, float]]) -> list[list[float]]:
    return [[word, float(np.float32(value))] for word, value in pairs]


def test_the_engine_is_what_its_sources_make(tmp_path: Path) -> None:
    """Whoever changes them runs `make wasm`."""
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("no compiler for WebAssembly here: pip install ziglang")
    made = tmp_path / "engine.wasm"
    subprocess.run([sys.executable, _ROOT / "kernels/wasm/build.py", made], check=True, timeout=900)
    assert made.read_bytes() == _ENGINE.read_bytes()
    assert len(made.read_bytes()) < 150_000


_SHAPES: list[dict[str, Any]] = [
    {},
    {"coupled_gates": True},
    {"layers": 2, "cells_per_block": 2},
    {"layers": 3, "cells_per_block": 4, "coupled_gates": True},
    {"cell": "rnn", "layers": 2},
]


@pytest.mark.parametrize("shape", _SHAPES, ids=["plain", "coupled", "blocks", "layers", "rnn"])
def test_every_kind_of_network_scores_as_pythons_does(
    twin: Twin,
    write_model: WriteModel,
    make_card: MakeCard,
    tmp_path: Path,
    shape: dict[str, Any],
) -> None:
    path = write_model(tmp_path / "a.karussell", card=make_card(**shape))
    model = open_model(path)
    configuration = model.configuration
    sizes = [11, configuration.layers, configuration.hidden_size]
    assert twin(_DRIVER, "open", [[str(path)]]) == [sizes]
    random = Random(1)
    texts = [[random.randrange(12) for _ in range(length)] for length in range(8)]
    states = twin(_DRIVER, "read", [[[model.vocabulary.start, *text]] for text in texts])
    scores = twin(_DRIVER, "scores", [[[model.vocabulary.start, *text]] for text in texts])
    for text, state, found in zip(texts, states, scores, strict=True):
        expected = model.read(text)
        assert state["hidden"] == expected.hidden.ravel().tolist()
        assert state["cell"] == expected.cell.ravel().tolist()
        assert found == model.scores(expected).tolist()


def test_the_packaged_network_scores_as_pythons_does(twin: Twin) -> None:
    path = embedded_path("en")
    model = open_model(path)
    twin(_DRIVER, "open", [[str(path)]])
    start = model.vocabulary.start
    ids = [start, *model.vocabulary.ids(["see", "you"])]
    expected = model.scores(model.read(ids[1:]))
    assert twin(_DRIVER, "scores", [[ids]]) == [expected.tolist()]
    assert twin(_DRIVER, "scores", [[ids, 100, 333]]) == [expected[100:333].tolist()]
    (best,) = twin(_DRIVER, "best", [[ids, 5]])
    assert [word for word, _ in best] == np.argsort(-expected, kind="stable")[:5].tolist()
    log_probs = model.log_probs(model.read(ids[1:]))
    # The logarithm is of the library of each: a unit in the last place, of numbers below 32.
    assert [value for _, value in best] == pytest.approx(
        [log_probs[word] for word, _ in best], abs=2**-18
    )


@pytest.mark.parametrize("which", kernels.levels())
def test_other_levels_differ_by_rounding_alone(twin: Twin, which: str) -> None:
    path = embedded_path("en")
    kernels.use_level(which)
    model = open_model(path)
    twin(_DRIVER, "open", [[str(path)]])
    ids = model.vocabulary.ids(["i", "will", "be", "there", "as", "soon", "as"])
    (found,) = twin(_DRIVER, "scores", [[[model.vocabulary.start, *ids]]])
    # A hidden state that is rounded otherwise may fall to the next of 127 steps.
    assert np.abs(model.log_probs(model.read(ids)) - _log_probs(found)).max() < 0.05


def _log_probs(scores: Any) -> Any:
    scores = np.array(scores, np.float32)
    return scores - np.float32(log_sum_exp(scores))


_scores = st.lists(
    st.one_of(st.floats(-40, 40, width=32), st.sampled_from([0.0, -np.inf, np.nan])), max_size=200
)


@given(st.lists(_scores, min_size=20, max_size=20), st.integers(0, 12), st.randoms())
@settings(max_examples=20)
def test_the_best_of_scores_and_their_sum_are_pythons(
    opened: Twin, many: list[list[float]], k: int, random: Random
) -> None:
    cases = [(np.array(each, np.float32), *_range(len(each), random)) for each in many]
    found = opened(_DRIVER, "bestOf", [[_say(each), k, first, last] for each, first, last in cases])
    for (each, first, last), (best, total) in zip(cases, found, strict=True):
        right, expected = best_of(each, k, first, last)
        assert [[float(value), place] for value, place in best] == [list(pair) for pair in right]
        # The logarithm is of the library of each.
        assert float(total) == pytest.approx(expected, rel=2**-22, nan_ok=True)


def _range(size: int, random: Random) -> tuple[int, int]:
    first = random.randint(0, size)
    return first, random.randint(first, size)


@given(st.lists(st.text(max_size=5), max_size=40), st.lists(st.text(max_size=3), max_size=10))
@settings(max_examples=60)
def test_lists_of_words_find_as_pythons_do(
    opened: Twin, words: list[str], asked: list[str]
) -> None:
    words = sorted(words)
    expected = WordList(words)
    asked = [*asked, *words[:5]]
    (found,) = opened(_DRIVER, "list", [[words, asked]])
    assert found == {
        "words": words,
        "places": [expected.find(word) for word in asked],
        "spans": [list(expected.prefix(word)) for word in asked],
        "unsorted": expected.first_unsorted(),
    }


def test_halves_of_surrogate_pairs_are_words_too(opened: Twin) -> None:
    words = ["a\ud800", "b\udc00\udc00c", "\ud7ff", "\ue000"]
    (found,) = opened(_DRIVER, "list", [[words, ["b\udc00", "\ud800"]]])
    assert found["words"] == words
    assert found["spans"] == [list(WordList(words).prefix(each)) for each in ("b\udc00", "\ud800")]


@given(st.lists(st.binary(max_size=90), min_size=50, max_size=50))
@settings(max_examples=4)
def test_what_must_not_be_shown_is_found_where_python_finds_it(
    opened: Twin, many: list[bytes]
) -> None:
    cases = [*many, "tea\u202e".encode(), b"a" * 70 + b"\x80", b"\x1b[1m", b"tea\nten"]
    found = opened(_DRIVER, "unprintable", [[list(each)] for each in cases])
    assert found == [None if (at := unprintable(each)) is None else list(at) for each in cases]


@given(st.data())
@settings(max_examples=150)
def test_searches_find_the_words_that_pythons_find(opened: Twin, data: st.DataObject) -> None:
    words, scores = data.draw(scored_lists())
    lattice = data.draw(misspelled(words) if words else lattices())
    limit = data.draw(st.integers(1, 8))
    begin = data.draw(st.integers(0, lattice.length))
    (found,) = opened(_DRIVER, "search", [[words, _say(scores), *_told(lattice), limit, begin]])
    made = WordSearch(WordList(words))
    whole = made.best(scores, lattice, limit, whole=True, begin=begin)
    prefix = made.best(scores, lattice, limit, whole=False, begin=begin, within=4)
    assert found["whole"] == _as_float32(whole)
    assert found["prefix"] == _as_float32(prefix)
    assert found["heads"] == [_as_float32(each) for each in made.heads(scores, lattice, limit)]
    assert found["nodes"] == made.nodes(scores, lattice, limit, whole=True, begin=begin)


def _told(lattice: Lattice) -> list[Any]:
    arcs = [[*arc[:3], *_say(arc[3:])] for arc in lattice.arcs]
    return [lattice.length, arcs, _say(lattice.missing)]


_ARC = [0, 1, "t", -1]


@pytest.mark.parametrize(
    ("function", "arguments", "told"),
    [
        ("best", [[11], -1], "k is -1, expected 0 or more"),
        ("read", [[12]], "word id 12, expected 0 to 11"),
        ("read", [[-1]], "word id -1, expected 0 to 11"),
        ("read", [[0.5]], "word id 0.5, expected 0 to 11"),
        ("scores", [[11], 3, 12], "range 3..12 is not inside 0..11"),
        ("scores", [[11], -1, 2], "range -1..2 is not inside 0..11"),
        ("bestOf", [[1, 2], 1, 0, 3], "range 0..3 is not inside 0..2"),
        ("bestOf", [[1, 2], -2, 0, 2], "k is -2, expected 0 or more"),
        ("search", [["a"], [0], 33, [], [0] * 34, 1, 0], "33 letters typed, expected 0 to 32"),
        (
            "search",
            [["a"], [0], 1, [[0, 2, "t", -1]], [0, 0], 1, 0],
            "arc 0 is at 2, expected 0 to",
        ),
        ("search", [["a"], [0], 1, [[0, 1, "tttt", -1]], [0, 0], 1, 0], "arc 0 means 4 letters"),
        ("search", [["a"], [0], 1, [[1, 1, "", -1]], [0, 0], 1, 0], "arc 0 goes from 1 to 1"),
        ("search", [["a"], [0], 1, [[0, 1, "t", 1]], [0, 0], 1, 0], "arc 0 has ln P 1, expected"),
        ("search", [["a"], [0], 1, [_ARC], [0, 1], 1, 0], "missing 1 has ln P 1, expected 0"),
        ("search", [["a"], [0], 1, [_ARC], [0], 1, 0], "missing has 1 numbers, expected 2"),
        ("search", [["a"], [0, 1], 1, [_ARC], [0, 0], 1, 0], "scores have 2 numbers, expected 1"),
        ("search", [["a"], [0], 1, [_ARC], [0, 0], 0, 0], "limit is 0 and budget"),
        ("search", [["a"], [0], 1, [_ARC], [0, 0], 1, 2], "begin is 2, expected 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(
    opened: Twin, function: str, arguments: list[Any], told: str
) -> None:
    assert told in opened.refusals(_DRIVER, function, [arguments])[0]


def test_nothing_is_kept_of_thirty_thousand_calls(opened: Twin) -> None:
    """Ten in each round, of every kind: 32 bytes a round kept would be a page of memory more."""
    ((before, after),) = opened(_DRIVER, "memory", [[3000]])
    assert after == before


@pytest.mark.parametrize("change", [damaged, lying])
def test_files_that_lie_are_refused_or_harmless(
    opened: Twin, tmp_path: Path, change: Callable[[bytes, Random], bytes]
) -> None:
    KINDS["words"].save(tmp_path / "words.karussell")
    data = (tmp_path / "words.karussell").read_bytes()
    random = Random(5)
    cases = [[base64.b64encode(change(data, random)).decode()] for _ in range(400)]
    cases.append([base64.b64encode(data).decode()])
    found = opened(_DRIVER, "lie", cases)
    assert found[-1] == "opened"
    assert found.count("refused") > 100


@pytest.mark.parametrize("kind", ["tokens", "series"])
def test_other_kinds_of_model_are_refused(opened: Twin, tmp_path: Path, kind: str) -> None:
    KINDS[kind].save(tmp_path / "a.karussell")
    (told,) = opened.refusals(_DRIVER, "open", [[str(tmp_path / "a.karussell")]])
    assert told == f'the model file holds a model of "{kind}", expected "words"'


def test_other_number_formats_are_refused(
    opened: Twin, write_model: WriteModel, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "a.karussell", number_format="float32")
    (told,) = opened.refusals(_DRIVER, "open", [[str(path)]])
    assert 'is "float32", expected "int8"' in told
