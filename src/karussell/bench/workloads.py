"""The workloads: who does what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args

import msgspec

from karussell.bench.task import (
    A10,
    A30,
    B10,
    OURS,
    TRAINED_10,
    TRAINED_30,
    Engine,
    Entrant,
    Sizes,
    Task,
)
from karussell.kernels import NumberFormat

Workload = Literal[
    "step",
    "busy",
    "letter",
    "sessions",
    "hypotheses",
    "blocks",
    "layer",
    "softmax",
    "training",
    "start",
]
WORKLOADS: tuple[Workload, ...] = get_args(Workload)

BATCH, TIME = 32, 35
_BLOCK_SIZES = (1, 2, 4, 8)
_FEW_WORDS = 1_000


class Contest(msgspec.Struct, frozen=True):
    """Participants that take turns.

    Attributes:
        workload: The workload it belongs to.
        title: What is done.
        participants: Each with its task.
        busy: Whether other processes keep all other cores busy meanwhile.
        alone: Whether each participant has a process of its own, so that its memory can be told.
    """

    workload: Workload
    title: str
    participants: tuple[tuple[Task, Entrant], ...]
    busy: bool = False
    alone: bool = False


def contests(
    workload: Workload, threads: Sequence[int], engines: Iterable[Engine], *, quick: bool
) -> list[Contest]:
    """The contests of a workload among these engines, ours always among them."""
    allowed = {OURS, *engines}
    return [
        msgspec.structs.replace(
            contest,
            participants=tuple(one for one in contest.participants if one[1].engine in allowed),
        )
        for contest in _among_all(workload, threads, quick=quick)
    ]


def _among_all(workload: Workload, threads: Sequence[int], *, quick: bool) -> Iterator[Contest]:
    most = max(threads)
    match workload:
        case "step":
            entrants = [entrant for count in threads for entrant in _steppers(count)]
            for sizes in (A10,) if quick else (A10, A30, B10):
                title = f"{_described(sizes)}: a word read, the next predicted"
                yield _contest(workload, title, Task("step", sizes), entrants)
        case "busy":
            left_out = ("torch.compile", "torch cell")
            entrants = [entrant for entrant in _steppers(1) if entrant.engine not in left_out]
            title = f"{_described(A10)}: a word while other processes keep the other cores busy"
            yield _contest(workload, title, Task("step", A10), entrants, busy=True)
        case "letter":
            yield _letter()
        case "sessions":
            for batch in (16, 64) if quick else (4, 16, 64):
                title = f"{_described(A10)}: {batch} sessions, a word in each"
                task = Task("step", A10, batch=batch)
                yield _contest(workload, title, task, _entrants(_BATCHED, most))
        case "hypotheses":
            title = f"{_described(A10)}: 64 next words read from one state"
            task = Task("hypotheses", A10, batch=64)
            yield _contest(workload, title, task, _entrants(_BATCHED, most))
        case "blocks":
            yield from _blocks()
        case "layer":
            title = f"LSTM layer forward and backward, E256 H670, {TIME} steps of {BATCH} sequences"
            task = Task("layer", TRAINED_10, batch=BATCH, time=TIME)
            entrants = _entrants({**_TRAINED, "jax": ("float32",)}, most)
            yield _contest(workload, title, task, entrants)
        case "softmax" | "training":
            yield from _trained(workload, most, quick=quick)


def _contest(
    workload: Workload,
    title: str,
    task: Task,
    entrants: Sequence[Entrant],
    *,
    busy: bool = False,
    alone: bool = False,
) -> Contest:
    """A contest in which all have the same task."""
    participants = tuple((task, entrant) for entrant in entrants)
    return Contest(workload, title, participants, busy=busy, alone=alone)


_Formats = Mapping[Engine, tuple[NumberFormat, ...]]

_STEPS: _Formats = {
    OURS: ("int8", "bfloat16", "float32"),
    "onnxruntime": ("int8", "float32"),
    "torch int8": ("int8",),
    "torch.compile": ("float32",),
    "torch cell": ("float32",),
    "torch": ("float32",),
    "jax": ("float32",),
    "numpy": ("float32",),
}
_BATCHED: _Formats = {
    OURS: ("int8", "bfloat16", "float32"),
    "onnxruntime": ("int8", "float32"),
    "torch int8": ("int8",),
    "torch cell": ("bfloat16", "float32"),
    "torch": ("bfloat16", "float32"),
    "jax": ("float32",),
    "numpy": ("float32",),
}
_TRAINED: _Formats = {OURS: ("float32", "bfloat16"), "torch": ("float32", "bfloat16")}


def _entrants(formats: _Formats, threads: int) -> list[Entrant]:
    return [
        Entrant(engine, number_format, threads)
        for engine, all_formats in formats.items()
        for number_format in all_formats
    ]


def _steppers(threads: int) -> list[Entrant]:
    """All who can do a step."""
    first, *others = _entrants(_STEPS, threads)
    return [first, msgspec.structs.replace(first, coupled=True), *others]


def _letter() -> Contest:
    engines: tuple[Engine, ...] = (OURS, "numpy", "numpy mask", "torch cell")
    participants = [(Task("letter", A30), Entrant(engine)) for engine in engines]
    # Who keeps no scores reads the words once more.
    participants.append((Task("step", A30), Entrant("onnxruntime", "int8")))
    title = "a letter typed inside a word: three suggestions out of 30,000 words, their scores kept"
    return Contest("letter", title, tuple(participants))


def _blocks() -> list[Contest]:
    formats: tuple[NumberFormat, ...] = ("int8", "bfloat16")
    return [
        Contest(
            "blocks",
            f"recurrent layer alone, H = {hidden} cells in {number_format}, one thread",
            tuple(
                (
                    Task("recurrence", Sizes(f"H{hidden}", 256, hidden, _FEW_WORDS),
                         cells_per_block=cells),
                    Entrant(OURS, number_format),
                )
                for cells in _BLOCK_SIZES
            ),
        )
        for number_format in formats
        for hidden in (768, 1024)
    ]  # fmt: skip


def _trained(
    work: Literal["softmax", "training"], threads: int, *, quick: bool
) -> Iterator[Contest]:
    formats = _TRAINED
    title = f"softmax cross entropy forward and backward, {{}}, {BATCH * TIME} tokens"
    if work == "training":
        title = f"a step of training, {{}}, {TIME} steps of {BATCH} sequences"
        if not quick:  # compiling takes minutes
            formats = {**_TRAINED, "torch.compile": _TRAINED["torch"]}
    for sizes in (TRAINED_10,) if quick else (TRAINED_10, TRAINED_30):
        task = Task(work, sizes, batch=BATCH, time=TIME)
        entrants = _entrants(formats, threads)
        yield _contest(work, title.format(sizes.name), task, entrants, alone=work == "training")


def _described(sizes: Sizes) -> str:
    return f"{sizes.name} (E{sizes.embedding} H{sizes.hidden} V{sizes.words // 1000}k)"
