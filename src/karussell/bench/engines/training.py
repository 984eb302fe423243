"""Training in torch, with torch's layers and losses and with ours."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from karussell.bench.engines.prepared import Answer, Prepared
from karussell.bench.engines.with_torch import fill
from karussell.bench.task import Entrant, Task
from karussell.bench.weights import draw_layer, draw_weights
from karussell.kernels import Precision

CLIP = 1.0
LEARNING_RATE = 1e-4


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A layer forward and backward, the softmax alone, or a whole step of training."""
    import torch

    torch.set_num_threads(entrant.threads)
    torch.manual_seed(0)
    if task.work == "layer":
        return _layer(task, entrant)
    return _softmax(task, entrant) if task.work == "softmax" else _training(task, entrant)


def _autocast(entrant: Entrant) -> Callable[[], contextlib.AbstractContextManager[Any]]:
    """Torch's own way to bfloat16; our layers and losses are told their precision."""
    import torch

    if entrant.ours or entrant.number_format == "float32":
        return contextlib.nullcontext
    return lambda: torch.autocast("cpu", torch.bfloat16)


def _precision(entrant: Entrant) -> Precision:
    return "float32" if entrant.number_format == "float32" else "bfloat16"


def _recurrent(task: Task, entrant: Entrant) -> Any:
    """A layer with the task's weights."""
    import torch

    sizes = task.sizes
    if not entrant.ours:
        return fill(torch.nn.LSTM(sizes.embedding, sizes.hidden), draw_weights(task))
    from karussell.layers import LSTM

    layer = LSTM(sizes.embedding, sizes.hidden, precision=_precision(entrant))
    return fill(layer, draw_weights(task))


def _loss(entrant: Entrant) -> Callable[..., Any]:
    """The softmax cross entropy of features (M, E) with weight (V, E), bias and targets (M,)."""
    import torch

    if entrant.ours:
        from karussell.layers import softmax_cross_entropy

        return partial(softmax_cross_entropy, precision=_precision(entrant))

    def loss(features: Any, weight: Any, bias: Any, targets: Any) -> Any:
        scores = torch.nn.functional.linear(features, weight, bias)
        return torch.nn.functional.cross_entropy(scores, targets)

    return loss


def _layer(task: Task, entrant: Entrant) -> Prepared:
    import torch

    layer, autocast = _recurrent(task, entrant), _autocast(entrant)
    inputs, gradient = map(torch.from_numpy, draw_layer(task))
    inputs.requires_grad_()

    def call() -> Any:
        for tensor in (inputs, *layer.parameters()):
            tensor.grad = None
        with autocast():
            outputs, _ = layer(inputs)
        outputs.backward(gradient.to(outputs.dtype))
        return outputs

    def answer() -> Answer:
        outputs = call().float()
        grads: tuple[Any, Any] = inputs.grad, layer.weight_hh_l0.grad
        norms = [float(tensor.float().norm()) for tensor in grads]
        return Answer(ids=[], values=[[float(outputs.square().mean()), *norms]])

    return Prepared(call, answer)


def _softmax(task: Task, entrant: Entrant) -> Prepared:
    import torch

    loss, autocast = _loss(entrant), _autocast(entrant)

    def problem(tokens: int, words: int) -> tuple[Any, Any, Any, Any]:
        random = np.random.default_rng(1)
        size = task.sizes.embedding
        features = random.standard_normal((tokens, size), np.float32) * np.float32(size**-0.5)
        return (
            torch.from_numpy(features).requires_grad_(),
            torch.from_numpy(random.standard_normal((words, size), np.float32)).requires_grad_(),
            torch.zeros(words, requires_grad=True),
            torch.from_numpy(random.integers(0, words, tokens)),
        )

    def run(inputs: tuple[Any, Any, Any, Any]) -> float:
        for tensor in inputs[:3]:
            tensor.grad = None
        with autocast():
            found = loss(*inputs)
        found.backward()
        return float(found.detach())

    run(problem(16, 64))  # loads what is loaded late, so that it is not counted as memory
    inputs = problem(task.time * task.batch, task.sizes.words)
    return Prepared(lambda: run(inputs), lambda: Answer(ids=[], values=[[run(inputs)]]))


def _network(task: Task, entrant: Entrant) -> Any:
    """A language model with tied embeddings, from words and targets to the loss."""
    import torch

    weights, loss = draw_weights(task), _loss(entrant)

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Parameter(torch.from_numpy(weights.embedding.copy()))
            self.recurrent = _recurrent(task, entrant)
            self.projection = torch.nn.Linear(task.sizes.hidden, task.sizes.embedding, bias=False)
            with torch.no_grad():
                self.projection.weight.copy_(torch.from_numpy(weights.projection))
            self.bias = torch.nn.Parameter(torch.from_numpy(weights.output_bias.copy()))

        def forward(self, words: Any, targets: Any) -> Any:
            hidden, _ = self.recurrent(torch.nn.functional.embedding(words, self.embedding))
            features = self.projection(hidden).flatten(0, 1)
            return loss(features, self.embedding, self.bias, targets.flatten())

    if not entrant.ours:
        return Network()
    from karussell.layers import project, tied_rows, to_large_pages

    class OurNetwork(Network):  # as karussell.training does it
        def __init__(self) -> None:
            super().__init__()
            self.embedding = to_large_pages(self.embedding)

        def forward(self, words: Any, targets: Any) -> Any:
            read, embedding = tied_rows(self.embedding, words)
            hidden, _ = self.recurrent(read)
            features = project(hidden, self.projection.weight, _precision(entrant))
            return loss(features.flatten(0, 1), embedding, self.bias, targets.flatten())

    return OurNetwork()


def _training(task: Task, entrant: Entrant) -> Prepared:
    import torch

    network, autocast = _network(task, entrant), _autocast(entrant)
    forward = torch.compile(network) if entrant.engine == "torch.compile" else network
    clip: Callable[..., Any] = torch.nn.utils.clip_grad_norm_
    if entrant.ours:
        from karussell.training import clip_gradients

        clip = clip_gradients
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, fused=True)
    text = np.random.default_rng(1).integers(0, task.sizes.words, (task.time + 1, task.batch))
    words, targets = torch.from_numpy(text[:-1].copy()), torch.from_numpy(text[1:].copy())

    def call() -> float:
        optimizer.zero_grad(set_to_none=True)
        with autocast():
            found = forward(words, targets)
        found.backward()
        clip(network.parameters(), CLIP)
        optimizer.step()
        return float(found.detach())

    return Prepared(call, lambda: Answer(ids=[], values=[[call()]]))
