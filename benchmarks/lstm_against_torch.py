"""Our layer of memory blocks against torch.nn.LSTM, alternating A B A B on the same weights.

    python benchmarks/lstm_against_torch.py [--threads 1 2] [--rounds 15] [--json]

Both sides run forward alone, and forward with the full backward pass: gradients on the inputs, all
weights and both first states. Medians in milliseconds, and the ratio ours / torch: below 1 is
faster. Both sides are timed from Python, with everything that a call costs.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from karussell import kernels
from karussell.blocks import lstm_weights

SHAPES = [(35, 32, 256, 512), (12, 96, 192, 512)]  # T, N, I, H
WARM_UP_ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One side of a comparison: its two ways through the layer."""

    forward: Callable[[], object]
    forward_backward: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Medians in milliseconds of one shape, one number of threads and one way."""

    shape: tuple[int, int, int, int]
    threads: int
    way: str
    ours: float
    torch: float
    ratio: float
    ratio_of_best: float
    gigaflops: float


def our_pass(shape: tuple[int, int, int, int], threads: int) -> Pass:
    """Prepare the kernels."""
    steps, batch, inputs, hidden = shape
    random = np.random.default_rng(0)
    weights = lstm_weights(inputs, hidden, random)
    x = random.standard_normal((steps, batch, inputs)).astype(np.float32)
    state = np.zeros((batch, hidden), np.float32)
    grad = random.standard_normal((steps, batch, hidden)).astype(np.float32)

    def forward() -> kernels.Trace:
        return kernels.lstm_forward(x, *weights, state, state, threads=threads)

    def forward_backward() -> kernels.LSTMGradients:
        return kernels.lstm_backward(
            forward(),
            *(x, weights.weight_ih, weights.weight_hh, state, state, grad, state),
            threads=threads,
        )

    return Pass(forward=forward, forward_backward=forward_backward)


def torch_pass(shape: tuple[int, int, int, int]) -> Pass:
    """Prepare torch.nn.LSTM, with gradients on everything that ours has gradients on."""
    steps, batch, inputs, hidden = shape
    layer = torch.nn.LSTM(inputs, hidden)
    x = torch.randn(steps, batch, inputs, requires_grad=True)
    states = tuple(torch.zeros(1, batch, hidden, requires_grad=True) for _ in range(2))
    grad = torch.randn(steps, batch, hidden)

    def forward() -> torch.Tensor:
        outputs: torch.Tensor = layer(x, states)[0]
        return outputs

    def forward_backward() -> None:
        for tensor in (x, *states, *layer.parameters()):
            tensor.grad = None
        forward().backward(grad)  # type: ignore[no-untyped-call]

    return Pass(forward=forward, forward_backward=forward_backward)


def milliseconds(function: Callable[[], object]) -> float:
    """Time one call."""
    begin = time.perf_counter()
    function()
    return 1000 * (time.perf_counter() - begin)


def compare(shape: tuple[int, int, int, int], threads: int, rounds: int) -> list[Comparison]:
    """Time both sides in turn, for both ways."""
    torch.set_num_threads(threads)
    ours, theirs = our_pass(shape, threads), torch_pass(shape)
    steps, batch, inputs, hidden = shape
    forward_flops = 2 * steps * batch * 4 * hidden * (inputs + hidden)
    comparisons = []
    for way, flops in (("forward", forward_flops), ("forward_backward", 3 * forward_flops)):
        pairs = [
            (milliseconds(getattr(ours, way)), milliseconds(getattr(theirs, way)))
            for _ in range(WARM_UP_ROUNDS + rounds)
        ][WARM_UP_ROUNDS:]
        mine, other = (list(column) for column in zip(*pairs, strict=True))
        median = statistics.median(mine)
        comparisons.append(
            Comparison(
                shape=shape,
                threads=threads,
                way=way,
                ours=median,
                torch=statistics.median(other),
                ratio=median / statistics.median(other),
                ratio_of_best=min(mine) / min(other),
                gigaflops=flops / median / 1e6,
            )
        )
    return comparisons


def machine() -> dict[str, object]:
    """Describe where this runs."""
    cpu = platform.processor() or platform.machine()
    if (listing := Path("/proc/cpuinfo")).exists():
        models = [
            line.partition(":")[2].strip()
            for line in listing.read_text().splitlines()
            if line.startswith("model name")
        ]
        cpu = models[0] if models else cpu
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "level": kernels.level(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def main() -> None:
    """Compare, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Our LSTM layer against torch.nn.LSTM.")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    comparisons = [
        comparison
        for threads in options.threads
        for shape in SHAPES
        for comparison in compare(shape, threads, options.rounds)
    ]
    if options.json:
        found = {"machine": machine(), "comparisons": [asdict(one) for one in comparisons]}
        print(json.dumps(found, indent=2))
        return
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    for one in comparisons:
        print(
            f"T,N,I,H {one.shape!s:20} threads {one.threads} {one.way:16} "
            f"ours {one.ours:7.1f} ms  torch {one.torch:7.1f} ms  ratio {one.ratio:.2f} "
            f"(of the best {one.ratio_of_best:.2f})  ours {one.gigaflops:.0f} GF/s"
        )


if __name__ == "__main__":
    main()
