"""Layers of memory blocks as graphs of ONNX, with states in and out and any length and batch.

What the operator LSTM can do is one node a layer; all other forms are a Scan over the equations of
`karussell.blocks`, operation by operation.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from karussell.blocks import EPSILON, LayerWeights
from karussell.errors import UsageError
from karussell.files import AnyPath, path_of, written_beside
from karussell.interchange.graph import Graph, Name
from karussell.interchange.onnx_weights import OPERATORS, to_onnx
from karussell.kernels import COMMON_BLOCK, Activation, Block, Floats

# Layers, one on the other, of one or two directions.
Layers = Sequence[Sequence[LayerWeights[Floats]]]


class StateNames(NamedTuple):
    """The values of a graph that are the states of all layers and directions, (L, N, ...)."""

    hidden: Name
    cell: Name
    gates: Name | None = None


def export_layers(
    path: AnyPath, layers: Layers, block: Block = COMMON_BLOCK, *, batch_first: bool = False
) -> None:
    """Write layers to an ONNX file, whole or not at all.

    Its inputs are ``input`` (T, N, I), or (N, T, I), and ``hidden`` and ``cell`` (L, N, ...), and
    ``gates`` if they are fed back; its outputs ``output`` and ``last_hidden``, ``last_cell`` and
    ``last_gates``. T and N are free.

    Args:
        path: The file.
        layers: The weights of each direction of each layer; see ``LSTM.weights``.
        block: What the blocks are made of.
        batch_first: Whether the batch comes first.

    Raises:
        UsageError: If the package ``onnx`` is not there.
        OSError: If the file cannot be written; an older one is kept.
    """
    graph = Graph()
    first = layers[0][0]
    count = sum(len(layer) for layer in layers)
    order = ("batch", "time") if batch_first else ("time", "batch")
    x = graph.input("input", (*order, first.weight_ih.shape[1]))
    states = state_inputs(graph, first, block, count)
    if batch_first:
        x = graph.add("Transpose", x, perm=[1, 0, 2])
    x, last = add_layers(graph, layers, block, x, states)
    if batch_first:
        x = graph.add("Transpose", x, perm=[1, 0, 2])
    width = len(layers[-1]) * first.weight_hh.shape[1]
    graph.output("output", x, (*order, width))
    state_outputs(graph, first, block, count, last)
    graph.write(path, "karussell layers", {})


def state_inputs(graph: Graph, first: LayerWeights[Floats], block: Block, count: int) -> StateNames:
    """Declare the states of all layers and directions as inputs."""
    sizes = _state_sizes(first, block)
    names = [graph.input(name, (count, "batch", size)) for name, size in sizes.items()]
    return StateNames(*names)


def state_outputs(
    graph: Graph, first: LayerWeights[Floats], block: Block, count: int, last: StateNames
) -> None:
    """Declare the last states of all layers and directions as outputs."""
    for (name, size), value in zip(_state_sizes(first, block).items(), last, strict=False):
        if value is not None:
            graph.output(f"last_{name}", value, (count, "batch", size))


def add_layers(
    graph: Graph, layers: Layers, block: Block, x: Name, states: StateNames
) -> tuple[Name, StateNames]:
    """Run layers on x (T, N, I) in a graph: what the top one puts out, and the last states."""
    last: list[tuple[Name, ...]] = []
    plain = _is_plain(layers, block)
    for directions in layers:
        own = [
            tuple(graph.rows(state, len(last) + number, 1) for state in states if state is not None)
            for number in range(len(directions))
        ]
        if plain:
            x, after = _node(graph, directions, block, x, own)
        else:
            outputs = []
            after = []
            for number, weights in enumerate(directions):
                output, state = _scan(graph, weights, block, x, own[number], backward=number == 1)
                outputs.append(output)
                after.append(state)
            x = outputs[0] if len(outputs) == 1 else graph.add("Concat", *outputs, axis=-1)
        last += after
    stacked = [
        graph.add("Concat", *parts, axis=0) if len(parts) > 1 else parts[0]
        for parts in zip(*last, strict=True)
    ]
    return x, StateNames(*stacked)


def to_int8(path: AnyPath) -> None:
    """Make an ONNX file one of int8 weights, by ONNX Runtime; whole or not at all."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    path = path_of(path)
    with written_beside(path) as beside:
        quantize_dynamic(path, beside, weight_type=QuantType.QInt8)


def _state_sizes(first: LayerWeights[Floats], block: Block) -> dict[str, int]:
    rows, outputs = first.weight_hh.shape
    hidden = outputs if first.projection is None else first.projection.shape[1]
    sizes = {"hidden": outputs, "cell": hidden}
    if block.gate_recurrence:
        sizes["gates"] = rows - hidden
    return sizes


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
) -> tuple[Name, list[tuple[Name, ...]]]:
    """One LSTM node for a layer of one or two directions."""
    two = len(directions) == 2
    node = to_onnx(directions, block, "bidirectional" if two else "forward")
    hidden, cell = (
        graph.add("Concat", *parts, axis=0) if two else parts[0]
        for parts in zip(*states, strict=True)
    )
    given = [graph.constant(part) for part in (node.W, node.R, node.B)]
    peepholes = graph.constant(node.P) if node.P is not None else Name("")
    outputs = graph.add_all(
        "LSTM", 3, x, *given, Name(""), hidden, cell, peepholes, **node.attributes
    )
    y = graph.add("Transpose", outputs[0], perm=[0, 2, 1, 3])  # (T, N, D, H)
    y = graph.add("Reshape", y, graph.constant(np.array([0, 0, -1], np.int64)))
    ends = [
        (graph.rows(outputs[1], number, 1), graph.rows(outputs[2], number, 1))
        for number in range(len(directions))
    ]
    return y, [tuple(end) for end in ends]


def _scan(
    graph: Graph,
    weights: LayerWeights[Floats],
    block: Block,
    x: Name,
    states: tuple[Name, ...],
    *,
    backward: bool,
) -> tuple[Name, tuple[Name, ...]]:
    """One direction of a layer as a Scan over time."""
    body = graph.inner()
    inside = [body.input(f"state_{number}", None) for number in range(len(states))]
    read = body.input("x", None)
    after = _step(body, weights, block, read, inside)
    for number, value in enumerate((*after, after[0])):
        body.output(f"after_{number}", value, None)
    flat = [
        graph.add("Squeeze", state, graph.constant(np.array([0], np.int64))) for state in states
    ]
    *ends, output = graph.add_all(
        "Scan",
        len(states) + 1,
        *flat,
        x,
        body=body.proto("step"),
        num_scan_inputs=1,
        scan_input_directions=[int(backward)],
        scan_output_directions=[int(backward)],
    )
    axis = graph.constant(np.array([0], np.int64))
    return output, tuple(graph.add("Unsqueeze", end, axis) for end in ends)


def _step(
    body: Graph, weights: LayerWeights[Floats], block: Block, x: Name, states: Sequence[Name]
) -> list[Name]:
    """One time step; the states after it. See `karussell.blocks.equations.lstm_step`."""
    hidden, old = states[:2]
    size = block.hidden_size(len(weights.bias))
    blocks = block.blocks(size)

    def product(value: Name, matrix: Floats) -> Name:
        return body.add("MatMul", value, body.constant(matrix.T))

    def normal(value: Name, gain: Floats, bias: Floats | None = None) -> Name:
        parts = [gain] if bias is None else [gain, bias]
        given = [body.constant(part) for part in parts]
        return body.add("LayerNormalization", value, *given, axis=-1, epsilon=EPSILON)

    of_x, of_y = product(x, weights.weight_ih), product(hidden, weights.weight_hh)
    norms = weights.norms
    if norms is not None:
        of_x, of_y = normal(of_x, norms.inputs), normal(of_y, norms.hidden)
    net = body.add("Add", body.add("Add", of_x, of_y), body.constant(weights.bias))
    if weights.weight_gh is not None:
        net = body.add("Add", net, product(states[2], weights.weight_gh))
    sizes = list(block.sizes(size).values())
    lengths = body.constant(np.array(sizes, np.int64))
    *before, cell_input, output = body.add_all("Split", len(sizes), net, lengths, axis=-1)

    # Shared gates and their cells, (N, B) and (N, H), by products with zeros and ones.
    spread = np.repeat(np.eye(blocks, dtype=np.float32), block.cells, axis=1)

    def each(gate: Name) -> Name:
        return gate if block.cells == 1 else body.add("MatMul", gate, body.constant(spread))

    def gate(rows: Name, number: int, seen: Name) -> Name:
        if weights.peepholes is not None:
            products = body.add("Mul", seen, body.constant(weights.peepholes[number]))
            if block.cells > 1:
                products = body.add("MatMul", products, body.constant(spread.T))
            rows = body.add("Add", rows, products)
        return _activated(body, block.gate, _clipped(body, rows, block.net_clip))

    opened = [gate(rows, number, old) for number, rows in enumerate(before)]
    one = body.constant(np.array(1, np.float32))
    write = body.add("Sub", one, opened[0]) if block.coupled else opened[0]
    read = _activated(body, block.cell_input, _clipped(body, cell_input, block.net_clip))
    kept = body.add("Mul", each(opened[-1]), old) if block.forgets else old
    new = body.add("Add", kept, body.add("Mul", each(write), read))
    new = _clipped(body, new, block.cell_clip)
    shown = new if norms is None else normal(new, norms.cell, norms.cell_bias)
    out = gate(output, -1, new)
    y = body.add("Mul", each(out), _activated(body, block.cell_output, shown))
    if weights.projection is not None:
        y = product(y, weights.projection)
    own = [body.add("Concat", *opened, out, axis=-1)] if block.gate_recurrence else []
    return [y, new, *own]


def _clipped(body: Graph, value: Name, most: float | None) -> Name:
    if most is None:
        return value
    ends = [body.constant(np.array(end, np.float32)) for end in (-most, most)]
    return body.add("Clip", value, *ends)


def _activated(body: Graph, activation: Activation, x: Name) -> Name:
    name, alpha, beta = activation

    def number(value: float) -> Name:
        return body.constant(np.array(value, np.float32))

    match name:
        case "hard_sigmoid":
            return body.add("HardSigmoid", x, alpha=alpha, beta=beta)
        case "scaled_tanh":
            inner = body.add("Tanh", body.add("Mul", x, number(beta)))
            return body.add("Mul", inner, number(alpha))
        case "affine":
            return body.add("Add", body.add("Mul", x, number(alpha)), number(beta))
    return body.add(OPERATORS[name], x)
