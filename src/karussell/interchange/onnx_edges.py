"""What engines of ONNX lack around recurrent nodes: no steps, no sequences, and those of length 0.

ONNX Runtime stops at sequences of length 0, ends the whole process at a batch of none, and leaves
what no sequence reaches undefined. So nodes always see one step and one sequence at least, and
what these give is taken away again.
"""

from typing import NamedTuple

import numpy as np

from karussell.interchange.graph import Graph, Name


class Sequences(NamedTuple):
    """What recurrent nodes read.

    Attributes:
        x: Inputs (T, N, I), of one step and one sequence at least.
        states: Those of all layers and directions, (L, N, ...).
        lengths: How long each sequence is (N,), 1 or more; T if None.
    """

    x: Name
    states: tuple[Name, ...]
    lengths: Name | None


def enclose(graph: Graph, x: Name, states: tuple[Name, ...], lengths: Name | None) -> Sequences:
    """Make inputs, states and lengths such that any engine can run a node on them."""
    zero, one = graph.numbers(0), graph.numbers(1)
    time, batch = (graph.rows(graph.add("Shape", x), axis, 1) for axis in (0, 1))
    steps, rows = (graph.add("Max", graph.add("Sub", one, size), zero) for size in (time, batch))
    before = graph.numbers(0, 0, 0)
    more = graph.add("Concat", before, steps, rows, zero, axis=0)
    of_states = graph.add("Concat", before, zero, rows, zero, axis=0)
    if lengths is not None:
        more_lengths = graph.add("Concat", zero, rows, axis=0)
        lengths = graph.add("Max", graph.add("Pad", lengths, more_lengths), one)
    padded = tuple(graph.add("Pad", state, of_states) for state in states)
    return Sequences(graph.add("Pad", x, more), padded, lengths)


def uncover(
    graph: Graph,
    x: Name,
    states: tuple[Name, ...],
    lengths: Name | None,
    output: Name,
    last: tuple[Name, ...],
) -> tuple[Name, tuple[Name, ...]]:
    """What came out, without what `enclose` added.

    Args:
        graph: The graph.
        x: What `enclose` was given, like states and lengths.
        states: Those before the first step.
        lengths: How long each sequence is, 0 or more.
        output: What came out (T, N, P), zero beyond each length afterwards.
        last: States after the last step, those before where there was none.
    """
    zero, one, start = graph.numbers(0), graph.numbers(1), graph.numbers(0, 0)
    size = graph.rows(graph.add("Shape", x), 0, 2)
    time, batch = (graph.rows(size, axis, 1) for axis in (0, 1))
    output = graph.add("Slice", output, start, size, graph.numbers(0, 1))
    seen = graph.add("Greater", time, zero)
    if lengths is not None:
        seen = graph.add("Unsqueeze", graph.add("Greater", lengths, zero), one)
        first, step = (graph.constant(np.array(number, np.int64)) for number in (0, 1))
        times = graph.add("Range", first, graph.add("Squeeze", time), step)
        alive = graph.add("Less", graph.add("Unsqueeze", times, one), lengths)
        alive = graph.add("Unsqueeze", alive, graph.numbers(2))
        output = graph.add("Where", alive, output, graph.constant(np.zeros((), np.float32)))
    ends = tuple(graph.add("Slice", state, zero, batch, one) for state in last)
    pairs = zip(ends, states, strict=True)
    return output, tuple(graph.add("Where", seen, end, state) for end, state in pairs)
