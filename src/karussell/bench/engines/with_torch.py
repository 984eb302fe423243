"""PyTorch for one step: eager with nn.LSTM or a cell by hand, compiled, and dynamic int8."""

import copy
import warnings
from collections.abc import Iterator
from typing import Any

from karussell.bench.engines.letters import CHOICES, LetterTask
from karussell.bench.engines.prepared import Prepared, prepared_function, quickest
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import Weights, draw_weights


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step, or a letter typed inside a word."""
    import torch

    torch.set_num_threads(entrant.threads)
    if task.work == "letter":
        return _letter(LetterTask(task.sizes.words))
    weights = draw_weights(task)
    halves = entrant.number_format == "bfloat16"
    return quickest(
        _prepared(task, weights, network, halves=halves)
        for network in (_in_halves if halves else list)(_networks(entrant, weights))
    )


def fill(layer: Any, weights: Weights) -> Any:
    """An ``nn.LSTM``, or a layer of ours like it, with the weights."""
    import torch

    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.from_numpy(weights.weight_ih))
        layer.weight_hh_l0.copy_(torch.from_numpy(weights.weight_hh))
        layer.bias_ih_l0.copy_(torch.from_numpy(weights.bias))
        layer.bias_hh_l0.zero_()
    return layer


def _prepared(task: Task, weights: Weights, network: Any, *, halves: bool) -> Prepared:
    import torch

    dtype = torch.bfloat16 if halves else torch.float32
    all_words = list(torch.from_numpy(weights.words))

    def step(place: int, hidden: Any, cell: Any) -> tuple[Any, Any, Any, Any]:
        with torch.inference_mode():
            hidden, cell, ids, values = network(all_words[place], hidden, cell)
            return hidden, cell, ids.numpy(), values.float().numpy()

    states = [torch.from_numpy(state).to(dtype) for state in weights.states]
    return prepared_function(task, states, step)


def _networks(entrant: Entrant, weights: Weights) -> list[Any]:
    import torch

    by_hand, of_layers = _kinds(weights)
    if entrant.engine == "torch":
        return [of_layers().eval()]
    if entrant.engine == "torch int8":
        return _quantised([by_hand().eval(), of_layers().eval()])
    if entrant.engine == "torch.compile":
        return [torch.compile(by_hand().eval())]
    return [by_hand().eval()]


def _in_halves(networks: list[Any]) -> Iterator[Any]:
    """The networks in bfloat16, and with weights as oneDNN lays them out for its best products.

    Where the processor has a matrix unit (AMX), that is what those are made with.
    """
    import torch
    from torch.utils import mkldnn

    onednn: Any = torch.backends.mkldnn
    lay_out: Any = mkldnn.to_mkldnn
    for network in networks:
        yield network.to(torch.bfloat16)
        if onednn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported():
            yield lay_out(copy.deepcopy(network), torch.bfloat16)


def _quantised(networks: list[Any]) -> list[Any]:
    """Every way to int8, with the kernels that are quickest on this kind of processor."""
    import torch

    quantise: Any = torch.ao.quantization.quantize_dynamic
    known = torch.backends.quantized.supported_engines
    backend = next(name for name in ("fbgemm", "onednn", "qnnpack") if name in known)
    torch.backends.quantized.engine = backend
    kinds = {torch.nn.LSTM, torch.nn.Linear}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated, and still the only one with an LSTM
        return [quantise(network, kinds, dtype=torch.qint8) for network in networks]


def _kinds(weights: Weights) -> tuple[type[Any], type[Any]]:
    """Networks with the cell by hand, one product for all gates, and with ``nn.LSTM``."""
    import torch

    class Network(torch.nn.Module):
        embedding: Any

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("embedding", torch.from_numpy(weights.embedding))
            self.projection: Any = _linear(weights.projection, None)
            self.output: Any = _linear(weights.embedding, weights.output_bias)

        def predict(self, hidden: Any) -> tuple[Any, Any]:
            scores = self.output(self.projection(hidden))
            total = torch.logsumexp(scores, 1, keepdim=True)
            values, ids = torch.topk(scores, SHOWN)
            return ids, values - total

    class ByHand(Network):
        def __init__(self) -> None:
            super().__init__()
            self.gates: Any = _linear(weights.gates, weights.bias)

        def forward(self, words: Any, hidden: Any, cell: Any) -> Any:
            gates = self.gates(torch.cat([self.embedding[words], hidden], 1))
            i, f, g, o = gates.chunk(4, 1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            hidden = torch.sigmoid(o) * torch.tanh(cell)
            return hidden, cell, *self.predict(hidden)

    class OfLayers(Network):
        """A sequence of one word."""

        def __init__(self) -> None:
            super().__init__()
            rows, inputs = weights.weight_ih.shape
            self.layer: Any = fill(torch.nn.LSTM(inputs, rows // 4), weights)

        def forward(self, words: Any, hidden: Any, cell: Any) -> Any:
            x = self.embedding[words].unsqueeze(0)
            _, (hidden, cell) = self.layer(x, (hidden.unsqueeze(0), cell.unsqueeze(0)))
            hidden, cell = hidden[0], cell[0]
            return hidden, cell, *self.predict(hidden)

    return ByHand, OfLayers


def _linear(weight: Any, bias: Any) -> Any:
    import torch

    rows, columns = weight.shape
    linear = torch.nn.Linear(columns, rows, bias=bias is not None)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weight))
        if bias is not None:
            linear.bias.copy_(torch.from_numpy(bias))
    return linear


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
