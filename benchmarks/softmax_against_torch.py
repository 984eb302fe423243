"""Our softmax cross entropy against torch's, forward and backward, alternating on the same values.

    python benchmarks/softmax_against_torch.py [--words 10000 30000] [--rounds 9] [--json]

1120 tokens and 256 features, as in a training step of 32 sequences of 35 steps; and the sampled
softmax with 1024 sampled words. Medians in milliseconds: ours in both precisions, torch's in
float32 and under bfloat16 autocast, everything that a call costs from Python included.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from karussell.training.losses import sampled_softmax_cross_entropy, softmax_cross_entropy

TOKENS, SIZE, SAMPLED = 1120, 256, 1024
Loss = Callable[[], Tensor]


def exact_losses(words: int) -> tuple[dict[str, Loss], list[Tensor]]:
    """All ways to the exact loss, and what it is differentiated by."""
    torch.manual_seed(0)
    features = torch.randn(TOKENS, SIZE, requires_grad=True)
    weight = (0.1 * torch.randn(words, SIZE)).requires_grad_()
    bias = torch.randn(words, requires_grad=True)
    targets = torch.randint(0, words, (TOKENS,))

    def plain() -> Tensor:
        return functional.cross_entropy(functional.linear(features, weight, bias), targets)

    def autocast() -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return plain()

    ways: dict[str, Loss] = {
        "ours, float32": lambda: softmax_cross_entropy(features, weight, bias, targets),
        "torch, float32": plain,
        "ours, bfloat16": lambda: softmax_cross_entropy(
            features, weight, bias, targets, precision="bfloat16"
        ),
        "torch, bfloat16": autocast,
    }
    return ways, [features, weight, bias]


def sampled_losses() -> tuple[dict[str, Loss], list[Tensor]]:
    """All ways to the sampled loss, and what it is differentiated by."""
    torch.manual_seed(0)
    features, own = (torch.randn(TOKENS, SIZE, requires_grad=True) for _ in range(2))
    weight = (0.1 * torch.randn(SAMPLED, SIZE)).requires_grad_()
    bias, own_bias = torch.randn(SAMPLED), torch.randn(TOKENS)
    given = [features, weight, bias.requires_grad_(), own, own_bias.requires_grad_()]
    hits = torch.randint(-1, SAMPLED, (TOKENS,))
    places = torch.arange(SAMPLED)

    def plain() -> Tensor:
        own_scores = (features * own).sum(-1) + own_bias
        others = torch.addmm(bias, features, weight.T)
        others = others.masked_fill(hits[:, None] == places, float("-inf"))
        loss: Tensor = (
            torch.cat([own_scores[:, None], others], 1).logsumexp(1) - own_scores
        ).mean()
        return loss

    def autocast() -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return plain()

    ways: dict[str, Loss] = {
        "ours, float32": lambda: sampled_softmax_cross_entropy(
            features, weight, bias, hits, own, own_bias
        ),
        "torch, float32": plain,
        "ours, bfloat16": lambda: sampled_softmax_cross_entropy(
            features, weight, bias, hits, own, own_bias, precision="bfloat16"
        ),
        "torch, bfloat16": autocast,
    }
    return ways, given


def compare(ways: dict[str, Loss], given: list[Tensor], rounds: int) -> dict[str, float]:
    """Median milliseconds of each way, one after the other in each round."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, loss in ways.items():
            begin = time.perf_counter()
            torch.autograd.grad(loss(), given)
            if number:  # the first round warms up
                times[name].append(1e3 * (time.perf_counter() - begin))
    return {name: round(statistics.median(each), 2) for name, each in times.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, nargs="+", default=[10_000, 30_000])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    results = {
        f"{words} words": compare(*exact_losses(words), options.rounds) for words in options.words
    }
    results[f"{SAMPLED} sampled"] = compare(*sampled_losses(), options.rounds)
    if options.json:
        print(json.dumps({"threads": options.threads, "milliseconds": results}, indent=2))
        return
    for title, times in results.items():
        print(title, *(f"{name} {value:8.2f}" for name, value in times.items()), sep="   ")


if __name__ == "__main__":
    main()
