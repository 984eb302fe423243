"""The papers' tables: which tasks, which networks, and after how many sequences they learned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from karussell.kernels import SIGMOID, Activation, Block, OnlineNetwork
from karussell.lab.continual import Continual
from karussell.lab.copying import Copying
from karussell.lab.criteria import Lately, Tested
from karussell.lab.lags import MarkedNumbers, NoisyRecall, TemporalOrder, TwoSequences
from karussell.lab.languages import Counting
from karussell.lab.modern import Today
from karussell.lab.networks import Design
from karussell.lab.prediction import NextSymbol
from karussell.lab.reber import AllLegal, EmbeddedReber
from karussell.lab.trials import Experiment

_GATES = frozenset({"input", "output"})
_LAYER = _GATES | {"cell"}
_ALL = _LAYER | {"answer"}
_ADDING_RATE = 0.5
_STEPS_READ_TENFOLD = 100
_NOISY = Today(surely=True, staggered=True, rate=0.001, clip=0.02, slower_from=76_800)
_COPIERS: tuple[tuple[Literal["LSTM", "RNN"], int], ...] = (("LSTM", 40), ("RNN", 80))


def _limit(steps: int, paper: int) -> int:
    """Sequences after which networks are given up: fewer of long ones, which take an hour."""
    return 5 * paper if steps < 500 else 3 * paper // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table.

    Attributes:
        name: What is tried.
        experiment: How.
        paper: After how many sequences the paper's networks met a criterion, where it says so.
        solved: Which part of the paper's networks solved it.
        quick: Whether it takes a minute or two.
        has_rival: Whether a plain RNN tries it, too: where the answer is asked at the end.
        ours: Whether something is not as the paper prints it, to see what comes of it.
        modern: How memory blocks of today try it, too; None if they do not.
    """

    name: str
    experiment: Experiment
    paper: Mapping[str, int]
    solved: float = 1.0
    quick: bool = False
    has_rival: bool = True
    ours: bool = False
    modern: Today | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Lines of one task.

    Attributes:
        title: What a network has to do.
        source: Where the paper tells of it.
        rows: The lines.
    """

    title: str
    source: str
    rows: Sequence[Row]


def _design(
    inputs: int,
    outputs: int,
    blocks: int,
    cells: int,
    rate: float,
    *,
    biases: frozenset[str] = _ALL,
    spread: float = 0.1,
    **gate_biases: Sequence[float],
) -> Design:
    network = OnlineNetwork(
        inputs=inputs, blocks=blocks, outputs=outputs, block=Block.of_1997(cells)
    )
    return Design(network=network, rate=rate, spread=spread, biases=biases, gate_biases=gate_biases)


def _swapped(row: Row) -> Row:
    """The row with cell inputs from -1 to 1 and cell outputs from -2 to 2.

    So a caption of the paper (Table 10) has it; its text and its equations say the contrary.
    """
    design = row.experiment.design
    block = design.network.block
    other = replace(block, cell_input=block.cell_output, cell_output=block.cell_input)
    network = replace(design.network, block=other)
    return replace(
        row,
        name=f"{row.name}, ranges swapped",
        experiment=replace(row.experiment, design=replace(design, network=network)),
        has_rival=False,
        ours=True,
    )


def _reber(
    blocks: int, cells: int, rate: float, paper: int, solved: float, *, quick: bool = False
) -> Row:
    biases = (-1.0, -2.0, -3.0, -4.0)[:blocks]
    return Row(
        name=f"{blocks} blocks of {cells}, rate {rate}",
        experiment=Experiment(
            task=EmbeddedReber(),
            design=_design(*(7, 7, blocks, cells, rate), biases=_GATES, spread=0.2, output=biases),
            criteria={"all legal": AllLegal()},
            limit=5 * paper,
        ),
        paper={"all legal": paper},
        solved=solved,
        quick=quick,
        has_rival=False,
    )


def _two(
    steps: int,
    telling: int,
    paper: tuple[int, int],
    *,
    noisy: bool = False,
    quick: bool = False,
) -> Row:
    first, second = (
        (Tested(right=0.2, wrong=5), Tested(right=0.2, wrong=5, mean=0.04))
        if noisy
        else (Tested(right=0.2), Tested(right=0.2, mean=0.01))
    )
    return Row(
        name=f"T = {steps}, N = {telling}" + (", all noisy" if noisy else ""),
        experiment=Experiment(
            task=TwoSequences(steps=steps, telling=telling, noisy=noisy),
            design=_design(
                *(1, 1, 3, 1, 1.0), biases=_LAYER, input=(-1, -3, -5), output=(-2, -4, -6)
            ),
            criteria={"ST1": first, "ST2": second},
            limit=_limit(steps, paper[1]),
            look=1000,
        ),
        paper={"ST1": paper[0], "ST2": paper[1]},
        quick=quick,
        modern=_NOISY if noisy and telling == 1 else None,
    )


def _unprinted(row: Row) -> Row:
    """The row, where the paper has no such line."""
    return replace(row, paper={}, ours=True)


def _blurred(telling: int, paper: int) -> Row:
    clear = TwoSequences(steps=100, telling=telling, noisy=True, answers=(0.2, 0.8))
    return Row(
        name=f"T = 100, N = {telling}, answers noisy",
        experiment=Experiment(
            task=replace(clear, answer_noise=0.1),
            design=_design(
                *(1, 1, 3, 1, 0.1), biases=_LAYER, input=(-1, -3, -5), output=(-2, -4, -6)
            ),
            criteria={"ST": Tested(right=0.1, mean=0.015, asks=clear)},
            limit=5 * paper,
            look=2000,
        ),
        paper={"ST": paper},
    )


def _adding(steps: int, paper: int, *, rate: float = 0.5, quick: bool = False) -> Row:
    own = rate == _ADDING_RATE
    return Row(
        name=f"T = {steps}" if own else f"T = {steps}, rate {rate:g}",
        experiment=Experiment(
            task=MarkedNumbers(steps=steps, sought="sum"),
            design=_design(2, 1, 2, 2, rate, input=(-3, -6)),
            criteria={
                "mean error": Lately(right=0.04, mean=0.01, wrong=2000),
                "2,000 right": Lately(right=0.04, mean=0.01),
            },
            limit=_limit(steps, paper),
        ),
        paper={"2,000 right": paper},
        quick=quick,
        has_rival=own,
        ours=not own,
        modern=Today() if own else None,
    )


def _order(
    symbols: int, blocks: int, rate: float, paper: int, biases: Sequence[float], *, quick: bool
) -> Row:
    task = TemporalOrder(symbols=3 if symbols == 3 else 2)
    return Row(
        name=f"{symbols} symbols, {task.outputs} orders",
        experiment=Experiment(
            task=task,
            design=_design(8, task.outputs, blocks, 2, rate, input=biases),
            criteria={"2,000 right": Lately(right=0.3, mean=0.1)},
            limit=5 * paper,
        ),
        paper={"2,000 right": paper},
        quick=quick,
    )


def _forgetting(row: Row, bias: float) -> Row:
    """The row with forget gates, whose biases begin as is given (Gers et al. 2000 of this task)."""
    design = row.experiment.design
    network = replace(design.network, block=replace(design.network.block, forgets=True))
    biases = {**design.gate_biases, "forget": (bias,) * network.blocks}
    own = replace(design, network=network, gate_biases=biases)
    return replace(
        row,
        name=f"{row.name}, forget gates from {bias:g}",
        experiment=replace(row.experiment, design=own),
        paper={},
        has_rival=False,
        ours=True,
    )


def _predict(name: str, paper: int, limit: int, *, shuffled: bool) -> Row:
    block = Block(
        forgets=False,
        cell_input=SIGMOID,
        cell_output=Activation("affine", 1.0, 0.0),
    )
    task = NextSymbol(lag=100, shuffled=shuffled)
    network = OnlineNetwork(
        inputs=task.inputs, blocks=1, outputs=task.outputs, block=block, outputs_see_inputs=True
    )
    design = Design(
        network=network,
        rate=1.0,
        spread=0.2,
        biases=frozenset({"input"}),
        gate_biases={"input": (-3.0,)},
        held_open=frozenset({"output"}),
        recurs=False,
        shut_until=1500,
    )
    return Row(
        name=name,
        experiment=Experiment(
            task=task,
            design=design,
            criteria={"10,000 right": Lately(right=0.25, window=10_000, before=True)},
            limit=limit,
            at_end=shuffled,
        ),
        paper={"10,000 right": paper},
        has_rival=False,
        ours=True,
    )


def _recall(least: int, distractors: int, paper: int, *, quick: bool = False) -> Row:
    return Row(
        name=f"q = {least}, p = {distractors}",
        experiment=Experiment(
            task=NoisyRecall(least=least, distractors=distractors),
            design=_design(distractors + 4, 2, 2, 1, 0.01, biases=frozenset(), spread=0.2),
            criteria={"10,000 right": Lately(right=0.2, window=10_000)},
            limit=10 * paper if least <= _STEPS_READ_TENFOLD else _limit(least, paper),
            look=1000,
        ),
        paper={"10,000 right": paper},
        quick=quick,
    )


TABLES: dict[str, Table] = {
    "recall": Table(
        title="say at the end which of two symbols came first or second",
        source="Hochreiter and Schmidhuber 1997, experiment 2",
        rows=(
            _recall(50, 50, 30_000, quick=True),
            _recall(100, 100, 31_000),
            _recall(200, 200, 33_000),
            _recall(500, 500, 38_000),
            _recall(1000, 1000, 49_000),
            _recall(1000, 500, 49_000),
            _recall(1000, 200, 75_000),
            _recall(1000, 100, 135_000),
            _recall(1000, 50, 203_000),
            _swapped(_recall(50, 50, 30_000)),
            _predict("2a, p = 100", 5040, 80_000, shuffled=False),
            _predict("2b, p = 100", 5680, 50_000, shuffled=True),
        ),
    ),
    "two-sequence": Table(
        title="say at the end to which class the first N values belonged",
        source="Hochreiter and Schmidhuber 1997, experiment 3",
        rows=(
            _two(100, 3, (27_380, 39_850), quick=True),
            _two(100, 1, (58_370, 64_330)),
            _two(1000, 3, (446_850, 452_460)),
            _two(100, 3, (41_740, 43_250), noisy=True, quick=True),
            _two(100, 1, (74_950, 78_430), noisy=True),
            _two(1000, 1, (481_060, 485_080), noisy=True),
            _unprinted(_two(1000, 3, (446_850, 452_460), noisy=True)),
            _blurred(3, 269_650),
            _blurred(1, 565_640),
        ),
    ),
    "adding": Table(
        title="add two marked numbers among many",
        source="Hochreiter and Schmidhuber 1997, experiment 4",
        rows=(
            _adding(100, 74_000, quick=True),
            _adding(500, 209_000),
            _adding(1000, 853_000),
            _adding(100, 74_000, rate=5, quick=True),
            _adding(500, 209_000, rate=5),
            _adding(1000, 853_000, rate=5),
        ),
    ),
    "multiplication": Table(
        title="multiply two marked numbers among many",
        source="Hochreiter and Schmidhuber 1997, experiment 5",
        rows=(
            Row(
                name="T = 100",
                quick=True,
                experiment=Experiment(
                    task=MarkedNumbers(steps=100, sought="product"),
                    design=_design(2, 1, 2, 2, 0.1),
                    criteria={
                        "140 wrong": Lately(right=0.04, wrong=139),
                        "13 wrong": Lately(right=0.04, wrong=12),
                    },
                    limit=2_000_000,
                ),
                paper={"140 wrong": 482_000, "13 wrong": 1_273_000},
            ),
        ),
    ),
    "order": Table(
        title="say in which order the symbols that matter came",
        source="Hochreiter and Schmidhuber 1997, experiment 6",
        rows=(
            _order(2, 2, 0.5, 31_390, (-2, -4), quick=True),
            _order(3, 3, 0.1, 571_100, (-2, -4, -6), quick=False),
            _forgetting(_order(2, 2, 0.5, 31_390, (-2, -4), quick=True), 5),
            _forgetting(_order(2, 2, 0.5, 31_390, (-2, -4), quick=True), 1),
        ),
    ),
    "reber": Table(
        title="say what may come next in strings whose second symbol returns at their end",
        source="Hochreiter and Schmidhuber 1997, experiment 1",
        rows=(
            _reber(4, 1, 0.1, 39_740, 1.0),
            _reber(3, 2, 0.1, 21_730, 1.0),
            _reber(3, 2, 0.2, 14_060, 0.97),
            _reber(4, 1, 0.5, 9_500, 0.97),
            _reber(3, 2, 0.5, 8_440, 1.0, quick=True),
            _swapped(_reber(3, 2, 0.5, 8_440, 1.0, quick=True)),
        ),
    ),
}
"""Every table, by the name that `karussell lab` takes."""

CONTINUAL = {
    "forget gates": Continual(forgets=True),
    "without, as in 1997": Continual(forgets=False),
    "without, told where strings begin": Continual(forgets=False, resets=True),
}
"""The networks of the continual task."""

LANGUAGES = {"a^n b^n": Counting(letters=2), "a^n b^n c^n": Counting(letters=3)}
"""The languages that are counted."""

COPYING = {
    f"T = {steps}, {network} of {units}": Copying(
        steps=steps, network=network, units=units, sequences=100_000
    )
    for steps in (20, 100)
    for network, units in _COPIERS
}
"""The networks of the copying task."""
