"""One direction of a layer as a Scan of ONNX over time, operation by operation."""

from collections.abc import Sequence

import numpy as np

from karussell.blocks import EPSILON, LayerWeights
from karussell.interchange.graph import Graph, Name
from karussell.interchange.onnx_attributes import OPERATORS
from karussell.kernels import Activation, Block, Floats


def scan(
    graph: Graph,
    weights: LayerWeights[Floats],
    block: Block,
    x: Name,
    states: tuple[Name, ...],
    *,
    lengths: Name | None,
    backwards: bool,
) -> tuple[Name, tuple[Name, ...]]:
    """Run one direction of a layer in a graph.

    Args:
        graph: The graph.
        weights: The weights.
        block: What the blocks are made of.
        x: Inputs (T, N, I).
        states: Those before the first step (1, N, ...).
        lengths: How long each sequence is (N,); T if None. Beyond it the state is held.
        backwards: Whether it reads from the end.

    Returns:
        What it puts out (T, N, P), and the states after the last step (1, N, ...).
    """
    body = graph.inner()
    inside = [body.input(f"state_{number}", None) for number in range(len(states))]
    read = body.input("x", None)
    over = [x]
    after = _step(body, weights, block, read, inside)
    if lengths is not None:
        over.append(_times(graph, x))
        now = body.input("time", None, np.int64)
        alive = body.add("Unsqueeze", body.add("Less", now, lengths), body.numbers(1))
        pairs = zip(after, inside, strict=True)
        after = [body.add("Where", alive, new, old) for new, old in pairs]
    for number, value in enumerate((*after, after[0])):
        body.output(f"after_{number}", value, None)
    axis = graph.numbers(0)
    *ends, output = graph.add_all(
        "Scan",
        len(states) + 1,
        *(graph.add("Squeeze", state, axis) for state in states),
        *over,
        body=body.proto("step"),
        num_scan_inputs=len(over),
        scan_input_directions=[int(backwards)] * len(over),
        scan_output_directions=[int(backwards)],
    )
    return output, tuple(graph.add("Unsqueeze", end, axis) for end in ends)


def _times(graph: Graph, x: Name) -> Name:
    """The numbers of all time steps (T,)."""
    zero, one = (graph.constant(np.array(number, np.int64)) for number in (0, 1))
    time = graph.add("Squeeze", graph.rows(graph.add("Shape", x), 0, 1))
    return graph.add("Range", zero, time, one)


def _step(
    body: Graph, weights: LayerWeights[Floats], block: Block, x: Name, states: Sequence[Name]
) -> list[Name]:
    """One time step; the states after it. See `karussell.blocks.equations.lstm_step`."""
    hidden, old = states[:2]
    size = block.hidden_size(len(weights.bias))
    blocks = block.blocks(size)
    *before, cell_input, output = body.add_all(
        "Split",
        len(block.sizes(size)),
        _net(body, weights, x, states),
        body.numbers(*block.sizes(size).values()),
        axis=-1,
    )

    def each(gate: Name) -> Name:
        """A shared gate for each of its cells, (N, B) to (N, H)."""
        if block.cells == 1:
            return gate
        return body.add("Gather", gate, body.numbers(*np.arange(size) // block.cells), axis=1)

    def gate(rows: Name, number: int, seen: Name) -> Name:
        if weights.peepholes is not None:
            products = body.add("Mul", seen, body.constant(weights.peepholes[number]))
            if block.cells > 1:
                parts = body.add("Reshape", products, body.numbers(-1, blocks, block.cells))
                products = body.add("ReduceSum", parts, body.numbers(2), keepdims=0)
            rows = body.add("Add", rows, products)
        return _activated(body, block.gate, _clipped(body, rows, block.net_clip))

    opened = [gate(rows, number, old) for number, rows in enumerate(before)]
    write = body.add("Sub", _number(body, 1), opened[0]) if block.coupled else opened[0]
    read = _activated(body, block.cell_input, _clipped(body, cell_input, block.net_clip))
    kept = body.add("Mul", each(opened[-1]), old) if block.forgets else old
    new = body.add("Add", kept, body.add("Mul", each(write), read))
    new = _clipped(body, new, block.cell_clip)
    norms = weights.norms
    shown = new if norms is None else _normal(body, new, norms.cell, norms.cell_bias)
    out = gate(output, -1, new)
    y = body.add("Mul", each(out), _activated(body, block.cell_output, shown))
    if weights.projection is not None:
        y = _product(body, y, weights.projection)
    own = [body.add("Concat", *opened, out, axis=-1)] if block.gate_recurrence else []
    part_hidden, part_cell = (0.0, 0.0) if weights.kind is None else weights.kind.zoneout
    return [_zoned(body, part_hidden, hidden, y), _zoned(body, part_cell, old, new), *own]


def _net(body: Graph, weights: LayerWeights[Floats], x: Name, states: Sequence[Name]) -> Name:
    """Net inputs (N, G) without peepholes."""
    of_x = _product(body, x, weights.weight_ih)
    of_y = _product(body, states[0], weights.weight_hh)
    if weights.norms is not None:
        of_x = _normal(body, of_x, weights.norms.inputs)
        of_y = _normal(body, of_y, weights.norms.hidden)
    net = body.add("Add", body.add("Add", of_x, of_y), body.constant(weights.bias))
    if weights.weight_gh is not None:
        net = body.add("Add", net, _product(body, states[2], weights.weight_gh))
    return net


def _number(body: Graph, number: float) -> Name:
    return body.constant(np.array(number, np.float32))


def _product(body: Graph, value: Name, matrix: Floats) -> Name:
    return body.add("MatMul", value, body.constant(matrix.T))


def _normal(body: Graph, value: Name, gain: Floats, bias: Floats | None = None) -> Name:
    given = [body.constant(part) for part in (gain, bias) if part is not None]
    return body.add("LayerNormalization", value, *given, axis=-1, epsilon=EPSILON)


def _zoned(body: Graph, part: float, old: Name, new: Name) -> Name:
    """The mean of zoneout: part of the old state is kept."""
    if not part:
        return new
    kept = body.add("Mul", _number(body, part), old)
    return body.add("Add", kept, body.add("Mul", _number(body, 1 - part), new))


def _clipped(body: Graph, value: Name, most: float | None) -> Name:
    if most is None:
        return value
    return body.add("Clip", value, _number(body, -most), _number(body, most))


def _activated(body: Graph, activation: Activation, x: Name) -> Name:
    name, alpha, beta = activation
    match name:
        case "hard_sigmoid":
            return body.add("HardSigmoid", x, alpha=float(alpha), beta=float(beta))
        case "scaled_tanh":
            inner = body.add("Tanh", body.add("Mul", x, _number(body, beta)))
            return body.add("Mul", inner, _number(body, alpha))
        case "affine":
            return body.add("Add", body.add("Mul", x, _number(body, alpha)), _number(body, beta))
    return body.add(OPERATORS[name], x)
