"""Every engine that is installed answers what the equations answer, in a process of its own."""

import pytest

from karussell.bench.agreement import Disagreement, check
from karussell.bench.engines import Answer
from karussell.bench.process import EngineError, EngineProcess
from karussell.bench.task import PACKAGES, Engine, Entrant, Sizes, Task, missing_packages
from karussell.kernels import NumberFormat

_TINY = Sizes("tiny", 32, 64, 200)

_STEPPERS: list[tuple[Engine, NumberFormat]] = [
    ("karussell", "float32"),
    ("karussell", "bfloat16"),
    ("karussell", "int8"),
    ("onnxruntime", "float32"),
    ("onnxruntime", "int8"),
    ("torch int8", "int8"),
    ("torch cell", "float32"),
    ("torch", "float32"),
    ("torch", "bfloat16"),
    ("jax", "float32"),
    ("numpy", "float32"),
]


def answer_of(task: Task, entrant: Entrant) -> Answer:
    if missing := missing_packages(entrant.engine):
        pytest.skip(f"not installed: {', '.join(missing)}")
    with EngineProcess(PACKAGES[entrant.engine], entrant.threads) as process:
        answer = process.prepare(task, entrant)
        assert all(one > 0 for one in process.time(task, entrant, 0.001))
    assert answer is not None
    return answer


@pytest.mark.parametrize(("engine", "number_format"), _STEPPERS)
@pytest.mark.parametrize("task", [Task("step", _TINY), Task("hypotheses", _TINY, batch=3)])
def test_every_engine_predicts_what_the_equations_predict(
    engine: Engine, number_format: NumberFormat, task: Task
) -> None:
    entrant = Entrant(engine, number_format)
    check(task, entrant, answer_of(task, entrant))


@pytest.mark.parametrize("cells", [1, 2, 4])
def test_coupled_gates_agree_too(cells: int) -> None:
    task = Task("step", _TINY, cells_per_block=cells)
    entrant = Entrant("karussell", "float32", coupled=True)
    check(task, entrant, answer_of(task, entrant))


def test_a_recurrence_alone_answers_with_its_hidden_state() -> None:
    task = Task("recurrence", _TINY, cells_per_block=2)
    exact = answer_of(task, Entrant("karussell"))
    assert (len(exact.ids), len(exact.values), len(exact.values[0])) == (0, 1, _TINY.hidden)
    rounded = answer_of(task, Entrant("karussell", "bfloat16"))
    check(task, Entrant("karussell", "bfloat16"), rounded, exact)


@pytest.mark.parametrize("engine", ["karussell", "numpy mask", "torch cell"])
def test_every_engine_suggests_the_same_words_for_a_letter(engine: Engine) -> None:
    task = Task("letter", _TINY)
    reference = answer_of(task, Entrant("numpy"))
    check(task, Entrant(engine), answer_of(task, Entrant(engine)), reference)


@pytest.mark.parametrize("engine", ["karussell", "jax"])
def test_every_engine_finds_the_same_gradients(engine: Engine) -> None:
    task = Task("layer", _TINY, batch=3, time=5)
    reference = answer_of(task, Entrant("torch"))
    check(task, Entrant(engine), answer_of(task, Entrant(engine)), reference)


def test_a_step_of_training_begins_with_the_same_loss() -> None:
    task = Task("training", _TINY, batch=3, time=5)
    reference = answer_of(task, Entrant("torch"))
    check(task, Entrant("karussell"), answer_of(task, Entrant("karussell")), reference)


def test_the_memory_of_the_softmax_can_be_told() -> None:
    task, entrant = Task("softmax", _TINY, batch=3, time=5), Entrant("karussell")
    with EngineProcess("karussell", 1) as process:
        process.prepare(task, entrant)
        found = process.peak(task, entrant)
    assert found.peak >= found.before > 0 or found.peak == 0


def test_a_wrong_answer_is_found_out() -> None:
    task, entrant = Task("step", _TINY), Entrant("numpy")
    right = answer_of(task, entrant)
    shifted = [[value + 0.01 for value in row] for row in right.values]
    with pytest.raises(Disagreement, match=r"numpy float32: log probabilities are off by 0\.01"):
        check(task, entrant, Answer(ids=right.ids, values=shifted))
    turned = Answer(
        ids=[row[::-1] for row in right.ids], values=[row[::-1] for row in right.values]
    )
    with pytest.raises(Disagreement, match="the best word's by"):
        check(task, entrant, turned)


def test_not_a_number_is_a_wrong_answer() -> None:
    task, entrant = Task("step", _TINY), Entrant("numpy", "int8")
    with pytest.raises(Disagreement):
        check(task, entrant, Answer(ids=[[0] * 5], values=[[float("nan")] * 5]))


def test_an_engine_that_fails_is_named_with_what_it_said() -> None:
    with (
        EngineProcess("no_such_package", 1) as process,
        pytest.raises(EngineError, match=r"no_such_package: .*No module named"),
    ):
        process.prepare(Task("step", _TINY), Entrant("numpy"))
