"""What the papers claim, at a size that takes seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from karussell.blocks import lstm_backward, lstm_forward
from karussell.errors import UsageError
from karussell.kernels import Block
from karussell.lab import (
    CONTINUAL,
    TABLES,
    Asked,
    Experiment,
    GradientsAsked,
    Lately,
    MemoriesAsked,
    Outcome,
    Results,
    Trial,
    TwoSequences,
    keep,
    learn_continually,
    measure_gradients,
    measure_memories,
    modern,
    read_kept,
    results,
    try_all,
)
from karussell.lab import (
    Tested as AskedAnew,
)
from karussell.lab.continual import Continual, ContinualOutcome
from karussell.lab.gradient import modules
from karussell.lab.languages import Counting, LanguageOutcome
from karussell.lab.modern import Today, learn_wholly, size_of
from karussell.lab.plain import PlainOutcome, in_batches, learn_plainly, units_of
from karussell.lab.prediction import NextSymbol


def silent(*_: object) -> None:
    pass


def experiment(table: str, row: int) -> Experiment:
    return TABLES[table].rows[row].experiment


@pytest.mark.parametrize("table", TABLES)
def test_networks_have_as_many_weights_as_those_of_the_paper(table: str) -> None:
    told = {
        # The last two have a bias of their input gate, too.
        "recall": [364, 664, 1264, 3064, 6064, 3064, 1264, 664, 364, 364, 10_505, 10_505],
        "two-sequence": [102] * 9,
        "adding": [93] * 6,
        "multiplication": [93],
        "order": [156, 308, 208, 208],
        "reber": [264, 276, 276, 264, 276, 276],
    }
    rows = TABLES[table].rows
    assert [row.experiment.design.weights for row in rows] == told[table]
    for row in rows:
        assert {*row.paper} <= {*row.experiment.criteria}
        assert [*row.experiment.criteria][-1] in row.paper or row.ours


def test_most_networks_hold_a_symbol_over_fifty_steps() -> None:
    """Temporal order, half of the way: 16 networks, 20,000 sequences."""
    tried = replace(
        experiment("order", 0),
        criteria={"few wrong": Lately(right=0.3, wrong=20)},
        limit=40_000,
        look=500,
    )
    outcome = Trial(tried, seed=1).run(silent)
    solved = [count for count in outcome.sequences["few wrong"] if count is not None]
    assert len(solved) >= 8
    wrong = [count for count in outcome.wrong if count is not None]
    assert np.median(wrong) < 2560 * 0.03


def test_forget_gates_solve_what_blocks_of_1997_cannot() -> None:
    """Strings without a mark between them: without forget gates cells grow for ever."""
    found = {
        name: learn_continually(replace(task, symbols=150_000, whole=1000), 1, silent)
        for name, task in CONTINUAL.items()
    }
    wrong = {name: float(np.median(outcome.wrong)) for name, outcome in found.items()}
    assert wrong["forget gates"] < 0.1
    assert wrong["without, told where strings begin"] < 0.1
    assert wrong["without, as in 1997"] > 0.25


def test_the_error_inside_a_cell_stays_as_it_is_for_a_thousand_steps() -> None:
    """With its gates held, a cell's error goes round unchanged: the constant error carousel."""
    steps, size = 1000, 3
    rng = np.random.default_rng(1)
    of_1997 = Block.of_1997()
    ih, hh = rng.normal(size=(3 * size, 2)), np.zeros((3 * size, size))
    gates = np.zeros((3 * size, 2 * size))
    bias = np.repeat([-2.0, 0.0, 2.0], size)
    zeros, x = np.zeros((1, size)), rng.normal(size=(steps, 1, 2))
    layer = x, ih, hh, bias, zeros, zeros
    trace = lstm_forward(*layer, block=of_1997, weight_gh=gates)
    coming = rng.normal(size=(1, size))
    back = lstm_backward(
        trace,
        *layer,
        np.zeros((steps, 1, size)),
        coming,
        block=of_1997,
        truncated=True,
        weight_gh=gates,
    )
    assert np.abs(back.cell - coming).max() < 1e-12


def test_a_trial_that_was_stopped_goes_on_to_the_same_result(tmp_path: Path) -> None:
    tried = replace(experiment("adding", 0), limit=600)
    whole = Trial(tried, seed=3).run(silent)
    kept = tmp_path / "unfinished.npz"

    class Stopped(Exception):
        pass

    def stop(read: int, _: int) -> None:
        if read == 300:
            raise Stopped

    with pytest.raises(Stopped):
        Trial(tried, seed=3).run(stop, kept=kept)
    resumed = Trial(tried, seed=3).run(silent, kept=kept)
    assert resumed == whole


def test_a_plain_rnn_has_as_many_weights_and_learns_what_is_near() -> None:
    pytest.importorskip("torch")
    task = replace(experiment("two-sequence", 0).task, steps=10)  # type: ignore[type-var]
    assert units_of(1, 1, 102) == 9
    found = learn_plainly(task, 9, 0.2, sequences=2400, seed=1, tell=silent)
    assert found.weights >= 102
    assert found.wrong < 0.4


def test_blocks_of_today_learn_what_lies_fifty_steps_back_by_whole_gradients() -> None:
    pytest.importorskip("torch")
    tried = replace(
        experiment("two-sequence", 0),
        task=TwoSequences(steps=50, telling=3),
        criteria={"right": AskedAnew(right=0.2), "lately": Lately(right=0.3, window=200)},
    )
    found = learn_wholly(tried, sequences=32_000, seed=(1, 0), tell=silent)
    ((tested,), (lately,)) = found.sequences.values()
    assert tested is not None
    assert lately is not None
    assert max(tested, lately) == found.read
    assert found.wrong == [0]
    assert found.weights == size_of(tried.task)


def test_blocks_of_today_go_on_with_the_networks_that_are_missing(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    asked = Asked(tables=("adding",), quick=True, sequences=320, folder=tmp_path)

    def tried() -> tuple[Outcome, list[str]]:
        seen = []

        @contextmanager
        def watch(name: str, steps: int) -> Iterator[Callable[[int, str], None]]:
            seen.append(name)
            yield silent

        return try_all(asked, watch).modern["adding: T = 100"], seen

    first, watched = tried()
    assert first.sequences["2,000 right"] == [None, None]
    assert sum("blocks of today" in name for name in watched) == 2
    path = tmp_path / "results.json"
    kept = read_kept(path, Results)
    assert kept is not None
    one = {name: counts[:1] for name, counts in first.sequences.items()}
    shorter = Outcome(
        sequences=one, read=1600, wrong=first.wrong[:1], error=first.error[:1], weights=4513, seed=1
    )
    kept.modern["adding: T = 100"] = shorter
    keep(path, kept)
    again, watched = tried()
    assert again == first
    assert [name for name in watched if "of today" in name] == [
        "adding: T = 100: blocks of today, 2 of 2"
    ]


@pytest.mark.parametrize("mean", [1.0, 0.0])
def test_blocks_of_today_learn_by_the_absolute_error_once_theirs_is_small(
    mean: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    tried = replace(
        experiment("two-sequence", 0),
        task=TwoSequences(steps=5, telling=1),
        criteria={"never": AskedAnew(right=0.0, mean=mean)},
    )
    seen: list[bool] = []
    rates: list[float] = []
    clips: list[float] = []

    def in_batches(*_: object, clip: float) -> Callable[..., np.ndarray]:
        clips.append(clip)

        def step(*, surely: bool, rate: float) -> np.ndarray:
            seen.append(surely)
            rates.append(rate)
            return np.full(32, 0.5, np.float32)

        return step

    monkeypatch.setattr(modern, "in_batches", in_batches)
    how = Today(surely=True, rate=0.03, clip=0.02, slower_from=1600)
    learn_wholly(tried, sequences=3200, seed=(1, 0), tell=silent, how=how)
    assert seen == [False] * 50 + [mean == 1] * 50
    assert rates == pytest.approx([0.03] * 50 + [0.01] * 50)
    seen.clear()
    rates.clear()
    learn_wholly(tried, sequences=1600, seed=(1, 0), tell=silent)
    assert seen == [False] * 50
    assert rates == [0.003] * 50
    assert clips == [0.02, 1.0]


def test_a_small_clip_bounds_what_a_batch_changes() -> None:
    torch = pytest.importorskip("torch")
    task = TwoSequences(steps=5, telling=1)
    norms = []
    for clip in (1e-3, 1e3):
        layer, answer = modules(modern._first(task, np.random.default_rng(1)))
        step = in_batches(task, layer, answer, 0.001, np.random.default_rng(1), clip=clip)
        step()
        parts = [each.grad.norm() for each in (*layer.parameters(), *answer.parameters())]
        norms.append(float(torch.stack(parts).norm()))
    assert norms[0] == pytest.approx(1e-3, rel=1e-3)
    assert norms[1] > 2e-3


def test_input_gates_of_today_may_begin_one_more_shut_than_the_other() -> None:
    task = TwoSequences(steps=100, telling=1)
    first, other = (
        modern._first(task, np.random.default_rng(1), staggered=staggered)
        for staggered in (True, False)
    )
    assert first.block is not None
    gates = first.block.sections(modern.UNITS)["input"]
    assert first.weights.bias[gates][[0, -1]] == pytest.approx([0, -np.log(110)])
    assert (np.diff(first.weights.bias[gates]) < 0).all()
    first.weights.bias[gates] = other.weights.bias[gates]
    assert (first.weights.bias == other.weights.bias).all()
    assert (first.weights.weight_hh == other.weights.weight_hh).all()


def test_cells_that_are_added_later_do_nothing_before() -> None:
    """Experiment 2a: what stands between is learned first, and what began it then."""
    tried = experiment("recall", 10)
    tried = replace(
        tried,
        task=NextSymbol(lag=5, shuffled=False),
        design=replace(
            tried.design,
            network=replace(tried.design.network, inputs=6, outputs=6),
            shut_until=300,
        ),
        criteria={"right": Lately(right=0.4, window=100, before=True)},
        limit=5000,
    )
    before = Trial(replace(tried, limit=200), seed=1).run(silent)
    assert before.sequences == {"right": [None] * 16}
    assert min(wrong for wrong in before.wrong if wrong is not None) > 1000
    found = Trial(tried, seed=1).run(silent)
    solved = [count for count in found.sequences["right"] if count is not None]
    assert len(solved) >= 12
    assert min(solved) >= 300
    assert found.read == max(solved) + 100 or len(solved) < 16


def test_where_only_the_end_counts_what_stands_before_may_be_wrong() -> None:
    tried = experiment("recall", 11)
    errors = np.arange(2 * 3 * 16, dtype=np.float32).reshape(6, 16)[::-1].copy()
    assert (tried.judged(errors, 2) == errors[[2, 5]]).all()
    assert (replace(tried, at_end=False).judged(errors, 2) == errors[[0, 3]]).all()


@pytest.mark.parametrize("table", ["continual", "languages", "two-sequence"])
def test_what_is_quick_is_done_in_full_when_it_is_gone_on_with(
    table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if table == "two-sequence":
        pytest.importorskip("torch")
    monkeypatch.setattr(results, "learn_continually", lambda task, *_, **__: replaced(task))
    monkeypatch.setattr(results, "learn_to_count", lambda task, *_, **__: counted(task))
    monkeypatch.setattr(results, "learn_plainly", plainly)
    row = replace(TABLES["two-sequence"].rows[0], experiment=brief())
    monkeypatch.setitem(TABLES, "two-sequence", replace(TABLES["two-sequence"], rows=(row,)))

    def seen(*, quick: bool) -> int:
        names = []

        @contextmanager
        def watch(name: str, steps: int) -> Iterator[Callable[[int, str], None]]:
            names.append(name)
            yield silent

        try_all(Asked(tables=(table,), quick=quick, folder=tmp_path), watch)
        return len(names)

    assert seen(quick=True) > 0
    assert seen(quick=True) == 0
    assert seen(quick=False) > 0
    assert seen(quick=False) == seen(quick=True) == 0


def brief() -> Experiment:
    return replace(experiment("two-sequence", 0), limit=1000)


def replaced(task: Continual) -> ContinualOutcome:
    return ContinualOutcome(right=[1.0], wrong=[0.5], whole=task.whole, weights=1, seed=1)


def counted(task: Counting) -> LanguageOutcome:
    return LanguageOutcome(
        sequences=[None], reach=[1], best=[1], deepest=9, read=task.limit, weights=1, seed=1
    )


def plainly(task: object, units: int, right: float, *, sequences: int, **_: object) -> PlainOutcome:
    return PlainOutcome(units=units, weights=1, rate=0.01, read=sequences, wrong=1.0, error=0.5)


def test_results_of_another_room_are_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text('{"untrained": {}, "trained": {}}')
    with pytest.raises(UsageError, match=r"something else \(trained, untrained\)"):
        try_all(Asked(tables=("recall",), folder=tmp_path), lambda *_: nullcontext(silent))
    path.write_text('{"blocks": {}}')
    wish: dict[str, Any] = {"quick": True, "seed": 1, "folder": tmp_path, "train": False}
    with pytest.raises(UsageError, match="something else"):
        measure_memories(MemoriesAsked.of(**wish), lambda *_: nullcontext(silent))
    with pytest.raises(UsageError, match="something else"):
        measure_gradients(GradientsAsked.of(**wish), lambda *_: nullcontext(silent))
    assert path.read_text() == '{"blocks": {}}'


def test_who_learned_from_noisy_answers_is_asked_for_clear_ones() -> None:
    clear = TwoSequences(steps=5, telling=5, answers=(0.2, 0.8))
    tried = replace(
        experiment("two-sequence", 7),
        task=replace(clear, answer_noise=0.1),
        criteria={"clear": AskedAnew(right=0.15, asks=clear)},
        limit=20_000,
    )
    found = Trial(tried, seed=1).run(silent)
    solved = [count is not None for count in found.sequences["clear"]]
    assert sum(solved) > 8
    wrong = [each for each, done in zip(found.wrong, solved, strict=True) if done]
    assert max(each for each in wrong if each is not None) < 256  # most, had they been noisy
