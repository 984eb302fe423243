"""The workloads: who does what."""

from collections.abc import Callable, Iterable, Sequence
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
    found = _MAKERS[workload](tuple(threads), quick) if workload in _MAKERS else []
    allowed = {OURS, *engines}
    return [
        msgspec.structs.replace(
            contest,
            participants=tuple(one for one in contest.participants if one[1].engine in allowed),
        )
        for contest in found
    ]


def _steppers(threads: int, *, compiled: bool = True) -> list[Entrant]:
    """All who can do a step."""
    ours = [
        Entrant(OURS, "int8", threads),
        Entrant(OURS, "int8", threads, coupled=True),
        Entrant(OURS, "bfloat16", threads),
        Entrant(OURS, "float32", threads),
    ]
    peers = [
        Entrant("onnxruntime", "int8", threads),
        Entrant("onnxruntime", "float32", threads),
        Entrant("torch int8", "int8", threads),
        *([Entrant("torch.compile", "float32", threads)] if compiled else []),
        Entrant("torch cell", "float32", threads),
        Entrant("torch", "float32", threads),
        Entrant("jax", "float32", threads),
        Entrant("numpy", "float32", threads),
    ]
    return ours + peers


def _step(threads: Sequence[int], quick: bool) -> list[Contest]:
    return [
        Contest(
            "step",
            f"{_described(sizes)}: a word read, the next predicted",
            tuple((Task("step", sizes), entrant) for n in threads for entrant in _steppers(n)),
        )
        for sizes in ((A10,) if quick else (A10, A30, B10))
    ]


def _busy(threads: Sequence[int], quick: bool) -> list[Contest]:
    entrants = [
        entrant for entrant in _steppers(1, compiled=False) if entrant.engine != "torch cell"
    ]
    title = f"{_described(A10)}: a word while other processes keep the other cores busy"
    return [Contest("busy", title, tuple((Task("step", A10), one) for one in entrants), busy=True)]


def _letter(threads: Sequence[int], quick: bool) -> list[Contest]:
    engines: tuple[Engine, ...] = (OURS, "numpy", "numpy mask", "torch cell")
    participants = [(Task("letter", A30), Entrant(engine)) for engine in engines]
    # Who keeps no scores reads the words once more.
    participants.append((Task("step", A30), Entrant("onnxruntime", "int8")))
    title = "a letter typed inside a word: three suggestions out of 30,000 words, their scores kept"
    return [Contest("letter", title, tuple(participants))]


def _sessions(threads: Sequence[int], quick: bool) -> list[Contest]:
    return [
        Contest(
            "sessions",
            f"{_described(A10)}: {batch} sessions, a word in each",
            tuple(_batched(Task("step", A10, batch=batch), max(threads))),
        )
        for batch in ((16, 64) if quick else (4, 16, 64))
    ]


def _hypotheses(threads: Sequence[int], quick: bool) -> list[Contest]:
    task = Task("hypotheses", A10, batch=64)
    title = f"{_described(A10)}: 64 next words read from one state"
    return [Contest("hypotheses", title, tuple(_batched(task, max(threads))))]


def _batched(task: Task, threads: int) -> list[tuple[Task, Entrant]]:
    formats: dict[Engine, tuple[NumberFormat, ...]] = {
        OURS: ("int8", "bfloat16", "float32"),
        "onnxruntime": ("int8", "float32"),
        "torch int8": ("int8",),
        "torch cell": ("bfloat16", "float32"),
        "torch": ("bfloat16", "float32"),
        "jax": ("float32",),
        "numpy": ("float32",),
    }
    return [
        (task, Entrant(engine, number_format, threads))
        for engine, all_formats in formats.items()
        for number_format in all_formats
    ]


def _blocks(threads: Sequence[int], quick: bool) -> list[Contest]:
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


def _layer(threads: Sequence[int], quick: bool) -> list[Contest]:
    task = Task("layer", TRAINED_10, batch=BATCH, time=TIME)
    entrants = [*_trainers(threads), Entrant("jax", "float32", max(threads))]
    title = f"LSTM layer forward and backward, E256 H670, {TIME} steps of {BATCH} sequences"
    return [Contest("layer", title, tuple((task, entrant) for entrant in entrants))]


def _softmax(threads: Sequence[int], quick: bool) -> list[Contest]:
    title = f"softmax cross entropy forward and backward, {{}}, {BATCH * TIME} tokens"
    return _trained("softmax", title, _trainers(threads), quick)


def _training(threads: Sequence[int], quick: bool) -> list[Contest]:
    entrants = _trainers(threads)
    if not quick:  # compiling takes minutes
        entrants += [
            Entrant("torch.compile", "float32", max(threads)),
            Entrant("torch.compile", "bfloat16", max(threads)),
        ]
    title = f"a step of training, {{}}, {TIME} steps of {BATCH} sequences"
    return _trained("training", title, entrants, quick, alone=True)


def _trainers(threads: Sequence[int]) -> list[Entrant]:
    most = max(threads)
    return [
        Entrant(OURS, "float32", most),
        Entrant(OURS, "bfloat16", most),
        Entrant("torch", "float32", most),
        Entrant("torch", "bfloat16", most),
    ]


def _trained(
    work: Literal["softmax", "training"],
    title: str,
    entrants: Sequence[Entrant],
    quick: bool,
    *,
    alone: bool = False,
) -> list[Contest]:
    """A contest for each size that is trained, its title filled in with the size."""
    return [
        Contest(
            work,
            title.format(sizes.name),
            tuple((Task(work, sizes, batch=BATCH, time=TIME), entrant) for entrant in entrants),
            alone=alone,
        )
        for sizes in ((TRAINED_10,) if quick else (TRAINED_10, TRAINED_30))
    ]


def _described(sizes: Sizes) -> str:
    return f"{sizes.name} (E{sizes.embedding} H{sizes.hidden} V{sizes.words // 1000}k)"


_MAKERS: dict[Workload, Callable[[Sequence[int], bool], list[Contest]]] = {
    "step": _step,
    "busy": _busy,
    "letter": _letter,
    "sessions": _sessions,
    "hypotheses": _hypotheses,
    "blocks": _blocks,
    "layer": _layer,
    "softmax": _softmax,
    "training": _training,
}
