"""Layers of memory blocks as graphs of ONNX, with states in and out and any length and batch.

What the operator LSTM can do is one node a layer; all other forms are a Scan over the equations of
`karussell.blocks`, operation by operation.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from karussell.blocks import LayerWeights
from karussell.errors import UsageError
from karussell.files import AnyPath
from karussell.interchange.checks import need_float32
from karussell.interchange.graph import Graph, Name, need_file_for
from karussell.interchange.onnx_edges import enclose, uncover
from karussell.interchange.onnx_step import scan
from karussell.interchange.onnx_weights import to_onnx, which_way
from karussell.interchange.stacked import Layers, checked_layers, need_layers, state_sizes
from karussell.kernels import Block, Floats


class StateNames(NamedTuple):
    """The values of a graph that are the states of all layers and directions, (L, N, ...)."""

    hidden: Name
    cell: Name
    gates: Name | None = None

    @property
    def there(self) -> tuple[Name, ...]:
        """Those that there are."""
        return tuple(name for name in self if name is not None)


def export_layers(
    path: AnyPath,
    layers: Layers,
    block: Block | None = None,
    *,
    batch_first: bool = False,
    lengths: bool = False,
) -> None:
    """Write layers to an ONNX file, whole or not at all.

    Its inputs are ``input`` (T, N, I), or (N, T, I), and ``hidden`` and ``cell`` (L, N, ...), and
    ``gates`` if they are fed back; its outputs ``output`` and ``last_hidden``, ``last_cell`` and
    ``last_gates``. T and N are free, and may be 0. It does what the layers do when they are not
    trained, zoneout included, in float32.

    Args:
        path: The file.
        layers: The weights of each direction of each layer; see ``LSTM.weights``.
        block: What the blocks are made of; what the weights say if None, else the common one.
        batch_first: Whether the batch comes first.
        lengths: Whether there is an input ``lengths``, int64 (N,), how long each sequence is: 0 to
            T in any order. Beyond it outputs are zero, and the last states are those of its last
            step. Without it layers of two directions read what sequences were padded with.

    Raises:
        UsageError: If the package ``onnx`` is not there, the weights do not belong together, or
            they are too many for a file of ONNX.
        OSError: If the file cannot be written; an older one is kept.
    """
    need_layers(layers)
    # Less than what will be there; what weights have to be is not known yet.
    need_file_for(4 * sum(one.size for directions in layers for one in directions))
    layers, block = checked_layers(layers, block)
    need_float32(block)
    graph = Graph()
    first = layers[0][0]
    count = sum(len(layer) for layer in layers)
    order = ("batch", "time") if batch_first else ("time", "batch")
    x = graph.input("input", (*order, first.weight_ih.shape[1]))
    states = state_inputs(graph, first, block, count)
    sizes = graph.input("lengths", ("batch",), np.int64) if lengths else None
    if batch_first:
        x = graph.add("Transpose", x, perm=[1, 0, 2])
    x, last = add_layers(graph, layers, block, x, states, sizes)
    if batch_first:
        x = graph.add("Transpose", x, perm=[1, 0, 2])
    width = len(layers[-1]) * first.weight_hh.shape[1]
    graph.output("output", x, (*order, width))
    state_outputs(graph, first, block, count, last)
    graph.write(path, "karussell layers", {})


def state_inputs(graph: Graph, first: LayerWeights[Floats], block: Block, count: int) -> StateNames:
    """Declare the states of all layers and directions as inputs."""
    sizes = state_sizes(first, block)
    names = [graph.input(name, (count, "batch", size)) for name, size in sizes.items()]
    return StateNames(*names)


def state_outputs(
    graph: Graph, first: LayerWeights[Floats], block: Block, count: int, last: StateNames
) -> None:
    """Declare the last states of all layers and directions as outputs."""
    for (name, size), value in zip(state_sizes(first, block).items(), last, strict=False):
        if value is not None:
            graph.output(f"last_{name}", value, (count, "batch", size))


def add_layers(
    graph: Graph,
    layers: Layers,
    block: Block,
    x: Name,
    states: StateNames,
    lengths: Name | None = None,
) -> tuple[Name, StateNames]:
    """Run layers on x (T, N, I) in a graph: what the top one puts out, and the last states."""
    given = (x, states.there, lengths)
    x, before, counts = enclose(graph, *given)
    last: list[tuple[Name, ...]] = []
    plain = _is_plain(layers, block)
    for directions in layers:
        own = [
            tuple(graph.rows(state, len(last) + number, 1) for state in before)
            for number in range(len(directions))
        ]
        run = _node if plain else _scans
        x, after = run(graph, directions, block, x, own, counts)
        last += after
    stacked = tuple(
        graph.add("Concat", *parts, axis=0) if len(parts) > 1 else parts[0]
        for parts in zip(*last, strict=True)
    )
    output, ends = uncover(graph, *given, x, stacked)
    return output, StateNames(*ends)


def _is_plain(layers: Layers, block: Block) -> bool:
    """Whether the operator LSTM can do it."""
    try:
        for directions in layers:
            to_onnx(directions, block)
    except UsageError:
        return False
    return True


def _node(
    graph: Graph,
    directions: Sequence[LayerWeights[Floats]],
    block: Block,
    x: Name,
    states: Sequence[tuple[Name, ...]],
    lengths: Name | None,
) -> tuple[Name, list[tuple[Name, ...]]]:
    """One LSTM node for a layer of one or two directions."""
    two = len(directions) == 2
    node = to_onnx(directions, block)
    hidden, cell = (
        graph.add("Concat", *parts, axis=0) if two else parts[0]
        for parts in zip(*states, strict=True)
    )
    given = [graph.constant(part) for part in (node.W, node.R, node.B)]
    peepholes = graph.constant(node.P) if node.P is not None else Name("")
    counts = Name("") if lengths is None else graph.cast(lengths, np.int32)
    outputs = graph.add_all(
        "LSTM", 3, x, *given, counts, hidden, cell, peepholes, **node.attributes
    )
    y = graph.add("Transpose", outputs[0], perm=[0, 2, 1, 3])  # (T, N, D, H)
    y = graph.add("Reshape", y, graph.numbers(0, 0, -1))
    ends = [
        (graph.rows(outputs[1], number, 1), graph.rows(outputs[2], number, 1))
        for number in range(len(directions))
    ]
    return y, [tuple(end) for end in ends]


def _scans(
    graph: Graph,
    directions: Sequence[LayerWeights[Floats]],
    block: Block,
    x: Name,
    states: Sequence[tuple[Name, ...]],
    lengths: Name | None,
) -> tuple[Name, list[tuple[Name, ...]]]:
    """A Scan for each direction of a layer."""
    way = which_way(directions)
    outputs, ends = [], []
    for number, weights in enumerate(directions):
        output, end = scan(
            graph,
            weights,
            block,
            x,
            states[number],
            lengths=lengths,
            backwards=number == 1 or way == "reverse",
        )
        outputs.append(output)
        ends.append(end)
    y = outputs[0] if len(outputs) == 1 else graph.add("Concat", *outputs, axis=-1)
    return y, ends
