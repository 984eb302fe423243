"""What starting costs in new processes: imports beyond the bare interpreter, and loading."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from karussell.bench.report import Start
from karussell.bench.task import A10, PACKAGES, Engine, Task
from karussell.bench.weights import draw_weights
from karussell.model import embedded_path

_BARE = "pass"
_IMPORTS = (
    "import karussell",
    "import karussell.keyboard",
    "import numpy",
    "import onnxruntime",
    "import torch",
    "import jax",
)
# The load is timed inside the process, and its memory told by the system, where it tells.
_LOAD = """
import sys, time
{imports}
begin = time.perf_counter()
model = {load}
seconds = time.perf_counter() - begin
try:
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    memory = 1024 * int(status["VmRSS"].split()[0])
except OSError:
    memory = 0
print(seconds, memory)
"""
_OURS_IMPORT = "from pathlib import Path; from karussell.model import open_model"
_OURS_LOAD = "open_model(Path(sys.argv[1]))"
_RUNTIME_IMPORT = """
import onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
"""
_RUNTIME_LOAD = (
    "onnxruntime.InferenceSession(sys.argv[1], options, providers=['CPUExecutionProvider'])"
)


def measure_starts(
    engines: Iterable[Engine], runs: int, tell: Callable[[str], None]
) -> tuple[Start, ...]:
    """Time imports and loads, all in turn.

    Args:
        engines: The peers that are here.
        runs: How often each is started.
        tell: Is told what is started.
    """
    packages = {PACKAGES[engine] for engine in engines}
    imports = [
        statement
        for statement in _IMPORTS
        if statement.split()[-1].partition(".")[0] in {"karussell", "numpy", *packages}
    ]
    with tempfile.TemporaryDirectory() as folder:
        loads = dict(_loads(Path(folder), packages))
        times: dict[str, list[float]] = {name: [] for name in (*imports, *loads)}
        memory: dict[str, list[int]] = {name: [] for name in times}
        for run in range(runs):
            tell(f"run {run + 1} of {runs}")
            bare = _seconds(_BARE)
            for statement in imports:
                times[statement].append(_seconds(statement) - bare)
            for name, command in loads.items():
                told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                seconds, held = told.split()
                times[name].append(float(seconds))
                memory[name].append(int(held))
    return tuple(
        Start(
            name=name,
            milliseconds=1000 * statistics.median(found),
            memory=int(statistics.median(memory[name] or [0])),
            runs=runs,
        )
        for name, found in times.items()
    )


def _seconds(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run((sys.executable, "-P", "-c", code), check=True)
    return time.perf_counter() - begin


def _loads(folder: Path, packages: set[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What loads a model, by name: a command that prints seconds and bytes."""
    ours = _LOAD.format(imports=_OURS_IMPORT, load=_OURS_LOAD)
    yield "load the English model", _command(ours, embedded_path())
    if "onnxruntime" in packages:
        from karussell.bench.onnx_step import step_model

        path = folder / "int8.onnx"
        path.write_bytes(step_model(draw_weights(Task("step", A10)), "gemm", int8=True))
        runtime = _LOAD.format(imports=_RUNTIME_IMPORT, load=_RUNTIME_LOAD)
        yield "load A10 int8 in onnxruntime", _command(runtime, path)
    path = folder / "a10.karussell"
    _write_model(path)
    yield "load A10 int8 in karussell", _command(ours, path)


def _command(code: str, path: Path) -> tuple[str, ...]:
    return (sys.executable, "-P", "-c", code, str(path))


def _write_model(path: Path) -> None:
    """A model file of A10's sizes."""
    import numpy as np

    from karussell.model import Card, Configuration, Training, save_model, weight_shapes
    from karussell.text import Vocabulary

    sizes = A10
    card = Card(
        name="A10",
        language="und",
        licence="CC0-1.0",
        sources=(),
        configuration=Configuration(
            cell="lstm",
            layers=1,
            embedding_size=sizes.embedding,
            hidden_size=sizes.hidden,
            cells_per_block=1,
            vocabulary_size=sizes.words,
        ),
        training=Training(command="none", seed=0, words=0, seconds=0.0, software="none"),
    )
    random = np.random.default_rng(0)
    save_model(
        path,
        card=card,
        weights={
            name: random.standard_normal(shape, np.float32)
            for name, shape in weight_shapes(card.configuration).items()
        },
        vocabulary=Vocabulary([f"w{number:05}" for number in range(sizes.words)]),
        counts=np.ones(sizes.words + 1, np.uint32),
        number_format="int8",
    )
