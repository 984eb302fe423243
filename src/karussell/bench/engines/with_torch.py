"""PyTorch for one step: eager with nn.LSTM or a cell by hand, compiled, and dynamic int8."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from karussell.bench.engines.letters import CHOICES, LetterTask
from karussell.bench.engines.prepared import Prepared, prepared_steps, quickest
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import Weights, draw_weights


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step, or a letter typed inside a word."""
    import torch

    torch.set_num_threads(entrant.threads)
    if task.work == "letter":
        return _letter(LetterTask(task.sizes.words))
    weights = draw_weights(task)
    carries = task.work == "step"
    return quickest(
        partial(_prepared, network, weights, carries, entrant.number_format == "bfloat16")
        for network in _networks(entrant, weights)
    )


def _networks(entrant: Entrant, weights: Weights) -> list[Any]:
    import torch

    if entrant.engine == "torch":
        return [_layer_network(weights)]
    if entrant.engine == "torch int8":
        return _quantised(weights)
    cell = _cell_network(weights)
    if entrant.engine == "torch.compile":
        return [torch.compile(cell)]
    return [cell]


def _quantised(weights: Weights) -> list[Any]:
    """Every way to int8, with the kernels that are quickest on this kind of processor."""
    import torch

    quantise: Any = torch.ao.quantization.quantize_dynamic
    known = torch.backends.quantized.supported_engines
    backend = next(name for name in ("fbgemm", "onednn", "qnnpack") if name in known)
    torch.backends.quantized.engine = backend
    kinds = {torch.nn.LSTM, torch.nn.Linear}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, and still the only one with an LSTM
        return [
            quantise(network, kinds, dtype=torch.qint8)
            for network in (_cell_network(weights), _layer_network(weights))
        ]


def _prepared(network: Any, weights: Weights, carries: bool, halves: bool) -> Prepared:
    return prepared_steps(_Stepper(network, weights, carries=carries, halves=halves))


class _Stepper:
    def __init__(self, network: Any, weights: Weights, *, carries: bool, halves: bool) -> None:
        import torch

        self._dtype = torch.bfloat16 if halves else torch.float32
        self._network = network.to(self._dtype) if halves else network
        self._weights, self._carries = weights, carries
        self._batch = weights.words.shape[1]
        self._words = list(torch.from_numpy(weights.words))
        self._inference: Callable[[], Any] = torch.inference_mode
        self.restart()

    def restart(self) -> None:
        import torch

        self._hidden, self._cell = (
            torch.from_numpy(state).repeat(self._batch, 1).to(self._dtype)
            for state in (self._weights.hidden, self._weights.cell)
        )

    def step(self, place: int) -> tuple[Any, Any]:
        with self._inference():
            hidden, cell, ids, values = self._network(self._words[place], self._hidden, self._cell)
            if self._carries:
                self._hidden, self._cell = hidden, cell
            return ids.numpy(), values.float().numpy()


def _cell_network(weights: Weights) -> Any:
    """The cell by hand: one product for all gates."""
    import torch

    class Network(torch.nn.Module):
        embedding: Any

        def __init__(self) -> None:
            super().__init__()
            both = np.concatenate([weights.weight_ih, weights.weight_hh], axis=1)
            self.gates: Any = _linear(both, weights.bias)
            _add_output(self, weights)

        def forward(self, words: Any, hidden: Any, cell: Any) -> Any:
            gates = self.gates(torch.cat([self.embedding[words], hidden], 1))
            i, f, g, o = gates.chunk(4, 1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            hidden = torch.sigmoid(o) * torch.tanh(cell)
            return hidden, cell, *_prediction(self, hidden)

    return Network().eval()


def _layer_network(weights: Weights) -> Any:
    """``nn.LSTM`` over a sequence of one word."""
    import torch

    class Network(torch.nn.Module):
        embedding: Any

        def __init__(self) -> None:
            super().__init__()
            rows, inputs = weights.weight_ih.shape
            layer: Any = torch.nn.LSTM(inputs, rows // 4)
            with torch.no_grad():
                layer.weight_ih_l0.copy_(torch.from_numpy(weights.weight_ih))
                layer.weight_hh_l0.copy_(torch.from_numpy(weights.weight_hh))
                layer.bias_ih_l0.copy_(torch.from_numpy(weights.bias))
                layer.bias_hh_l0.zero_()
            self.layer = layer
            _add_output(self, weights)

        def forward(self, words: Any, hidden: Any, cell: Any) -> Any:
            x = self.embedding[words].unsqueeze(0)
            _, (hidden, cell) = self.layer(x, (hidden.unsqueeze(0), cell.unsqueeze(0)))
            hidden, cell = hidden[0], cell[0]
            return hidden, cell, *_prediction(self, hidden)

    return Network().eval()


def _linear(weight: Any, bias: Any) -> Any:
    import torch

    rows, columns = weight.shape
    linear = torch.nn.Linear(columns, rows, bias=bias is not None)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weight))
        if bias is not None:
            linear.bias.copy_(torch.from_numpy(bias))
    return linear


def _add_output(network: Any, weights: Weights) -> None:
    import torch

    network.register_buffer("embedding", torch.from_numpy(weights.embedding))
    network.projection = _linear(weights.projection, None)
    network.output = _linear(weights.embedding, weights.output_bias)


def _prediction(network: Any, hidden: Any) -> tuple[Any, Any]:
    import torch

    scores = network.output(network.projection(hidden))
    total = torch.logsumexp(scores, 1, keepdim=True)
    values, ids = torch.topk(scores, SHOWN)
    return ids, values - total


def _letter(letters: LetterTask) -> Prepared:
    import torch

    scores = torch.from_numpy(letters.scores)

    def suggest(letter: str) -> tuple[Any, Any]:
        first, last = letters.slice_of(letter)
        with torch.inference_mode():
            part = scores[first:last]
            values, ids = torch.topk(part, CHOICES)
            return (ids + first).numpy(), torch.exp(values - torch.logsumexp(part, 0)).numpy()

    return letters.prepared(suggest)
