"""A whole training step of a language model, ours against torch's operations, in turn.

    python benchmarks/training_step.py [--words 10000 30000] [--rounds 7] [--json]

E 256, H 670, 32 sequences of 35 steps, exact softmax over all words, gradients clipped to norm 1,
fused Adam. Ours in both precisions; torch's own LSTM, linear and cross entropy in float32 and under
bfloat16 autocast. Medians in milliseconds.
"""

import argparse
import contextlib
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from karussell.training.loop import clip_gradients
from karussell.training.network import LanguageNetwork
from karussell.training.settings import Settings

STEPS, BATCH = 35, 32
SETTINGS: dict[str, Any] = {"embedding_size": 256, "hidden_size": 670, "dropout": 0.0}


class TorchNetwork(nn.Module):
    """The same model of nothing but torch."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words + 1, 256)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        self.recurrent = nn.LSTM(256, 670)
        self.projection = nn.Linear(670, 256, bias=False)
        self.bias = nn.Parameter(torch.zeros(words))

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """The mean of -log P(word)."""
        hidden, _ = self.recurrent(self.embedding(inputs))
        features = self.projection(hidden).flatten(0, 1)
        scores = functional.linear(features, self.embedding.weight[:-1], self.bias)
        return functional.cross_entropy(scores, targets.flatten())


def step_of(network: Any, words: int, autocast: bool) -> Callable[[], None]:
    """One update."""
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    inputs, targets = torch.randint(0, words, (2, STEPS, BATCH))

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        context = torch.autocast("cpu", torch.bfloat16) if autocast else contextlib.nullcontext()
        with context:
            loss = network.loss(inputs, targets)
        loss.backward()
        if isinstance(network, LanguageNetwork):
            clip_gradients(network.parameters(), 1.0)
        else:
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    return step


def compare(words: int, rounds: int) -> dict[str, float]:
    """Median milliseconds of each kind of step."""
    torch.manual_seed(0)
    counts = torch.ones(words, dtype=torch.int64)
    single, half = (
        LanguageNetwork(Settings(precision=precision, **SETTINGS), counts)
        for precision in ("float32", "bfloat16")
    )
    steps = {
        "ours, float32": step_of(single, words, False),
        "ours, bfloat16": step_of(half, words, False),
        "torch, float32": step_of(TorchNetwork(words), words, False),
        "torch, bfloat16": step_of(TorchNetwork(words), words, True),
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds + 1):
        for name, step in steps.items():
            step()  # what the last one left in the caches is not this one's fault
            begin = time.perf_counter()
            step()
            if number:
                times[name].append(1e3 * (time.perf_counter() - begin))
    return {name: round(statistics.median(each), 1) for name, each in times.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, nargs="+", default=[10_000, 30_000])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    results = {str(words): compare(words, options.rounds) for words in options.words}
    if options.json:
        print(json.dumps({"threads": options.threads, "milliseconds": results}, indent=2))
        return
    for words, times in results.items():
        print(
            f"{words} words", *(f"{name} {value:8.1f}" for name, value in times.items()), sep="   "
        )


if __name__ == "__main__":
    main()
