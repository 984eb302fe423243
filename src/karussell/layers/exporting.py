"""Layers in a module that ``torch.onnx.export`` writes: nodes of ONNX, with free batch and length.

What a node cannot do is a loop of torch, which becomes a Scan; the older exporter, that of
``dynamo=False``, writes no loops and would freeze their length.
"""

from typing import Any

import torch
from torch import Tensor

from karussell.blocks import LayerWeights, Noise
from karussell.errors import UsageError
from karussell.interchange import node_of, to_plain
from karussell.kernels import Block, Nonlinearity, Trace
from karussell.layers.operations import lstm_scan
from karussell.layers.shapes import LayerRun, States
from karussell.layers.watching import traced

# The version of ONNX whose LSTM and RNN these are.
_OPSET = 14


def exporting() -> bool:
    """Whether ``torch.onnx.export`` looks at a module just now."""
    looked_at = torch.compiler.is_exporting() or traced()
    return looked_at and torch.onnx.is_in_onnx_export()


def lstm_node(
    x: Tensor,
    weights: LayerWeights[Tensor],
    states: States,
    lengths: Tensor | None,
    block: Block,
    noise: Noise[Tensor],
) -> LayerRun:
    """Run one layer in one direction as a node, or else as a loop.

    Args:
        x: Inputs (T, N, I).
        weights: The layer's weights.
        states: Those before the first step.
        lengths: How long each sequence is, int64 (N,); T if None.
        block: What its blocks are made of.
        noise: Which part of the old state it keeps when it is not trained.

    Raises:
        UsageError: The older exporter cannot write it, or no engine runs its dtype.
    """
    _need_dtype(x, torch.float32, torch.float16, torch.float64)
    try:
        node = _node(weights, block, noise)
    except UsageError as error:
        if traced():  # by the older exporter
            raise UsageError(
                f"{error}; torch.onnx.export with dynamo=False would freeze the length: export "
                "with dynamo=True, or the layer by karussell.interchange.export_layers"
            ) from None
        return lstm_scan(x, weights, states, lengths, block, noise=noise)
    arrays = [x, node.W, node.R, node.B, _counts(lengths), *_batched(states), node.P]
    size, attributes = int(node.R.size(-1)), node.attributes
    outputs, *last = _run("LSTM", arrays, attributes, (size, size))
    return _shown(outputs, last, states, lengths)


def rnn_node(
    x: Tensor,
    weights: LayerWeights[Tensor],
    states: States,
    lengths: Tensor | None,
    nonlinearity: Nonlinearity,
) -> LayerRun:
    """Run one plain layer in one direction as a node; see `lstm_node`."""
    _need_dtype(x, torch.float32, torch.float16)
    bias = torch.cat([weights.bias, torch.zeros_like(weights.bias)])[None]
    matrices = weights.weight_ih[None], weights.weight_hh[None]
    arrays = [x, *matrices, bias, _counts(lengths), *_batched(states)]
    size = int(weights.weight_hh.size(-1))
    attributes = {"hidden_size": size, "activations": [nonlinearity.capitalize()]}
    outputs, *last = _run("RNN", arrays, attributes, (size,))
    return _shown(outputs, last, states, lengths)


def _node(weights: LayerWeights[Tensor], block: Block, noise: Noise[Tensor]) -> Any:
    """The arrays and attributes of a node that does the same.

    Raises:
        UsageError: There is none.
    """
    for hindrance, there in {
        "a projection": weights.projection is not None,
        "cell_clip": block.cell_clip is not None,
        "zoneout": (noise.kept_hidden, noise.kept_cell) != (0, 0),
        "float64, as ONNX Runtime runs it": weights.weight_ih.dtype == torch.float64,
    }.items():
        if there:
            raise UsageError(f"{hindrance}: an LSTM node of ONNX has none")
    return node_of([to_plain(weights, block, torch)], block, "forward", torch)


def _need_dtype(x: Tensor, *known: torch.dtype) -> None:
    """Refuse what would become a file that is not valid, or that ONNX Runtime does not run."""
    if x.dtype not in known:
        raise UsageError(
            f"{str(x.dtype).removeprefix('torch.')}: ONNX Runtime runs no such layer; call float() "
            "before torch.onnx.export"
        )


def _batched(states: States) -> States:
    return tuple(state[None] for state in states)


def _counts(lengths: Tensor | None) -> Tensor | None:
    """Lengths as nodes take them: engines stop at 0."""
    return None if lengths is None else lengths.clamp(min=1).to(torch.int32)


def _shown(outputs: Tensor, last: list[Tensor], states: States, lengths: Tensor | None) -> LayerRun:
    """What a node put out and its last states, without what it did for sequences of length 0."""
    outputs, ends = outputs.squeeze(1), tuple(part[0] for part in last)
    if lengths is not None:
        time = torch.arange(outputs.size(0), device=outputs.device)[:, None]
        alive = (time < lengths)[:, :, None]
        outputs = torch.where(alive, outputs, torch.zeros_like(outputs))
        some = (lengths > 0)[:, None]
        pairs = zip(ends, states, strict=True)
        ends = tuple(torch.where(some, new, old) for new, old in pairs)
    return LayerRun(Trace(outputs, outputs, outputs), ends)


def _run(
    operator: str, arrays: list[Any], attributes: dict[str, Any], sizes: tuple[int, ...]
) -> tuple[Tensor, ...]:
    """The outputs of a node: (T, 1, N, H), then (1, N, H) for each size of a state."""
    x, batch = arrays[0], arrays[0].size(1)
    shapes = [(x.size(0), 1, batch, sizes[0]), *((1, batch, size) for size in sizes)]
    if traced():  # by the older exporter
        done: tuple[Tensor, ...] = _Node.apply(operator, attributes, shapes, *arrays)  # type: ignore[no-untyped-call]
        return done
    return tuple(
        torch.onnx.ops.symbolic_multi_out(
            operator,
            arrays,
            attrs=attributes,
            dtypes=[x.dtype] * len(shapes),
            shapes=shapes,
            version=_OPSET,
        )
    )


class _Node(torch.autograd.Function):
    """A node for the older exporter, which asks for it by ``symbolic`` and needs no values."""

    @staticmethod
    def forward(
        ctx: Any, operator: str, attributes: Any, shapes: Any, x: Tensor, *_: Tensor | None
    ) -> tuple[Tensor, ...]:
        return tuple(x.new_zeros([int(size) for size in shape]) for shape in shapes)

    @staticmethod
    def symbolic(g: Any, operator: str, attributes: Any, shapes: Any, *arrays: Any) -> Any:
        given = [_absent(g) if one is None or one.node().mustBeNone() else one for one in arrays]
        kinds = {float: "f", int: "i", str: "s"}
        typed = {}
        for name, value in attributes.items():
            first = value[0] if isinstance(value, list) else value
            typed[f"{name}_{kinds[type(first)]}"] = value
        return g.op(operator, *given, outputs=len(shapes), **typed)


def _absent(g: Any) -> Any:
    """An input that is not there."""
    none = g.op("prim::Constant")
    none.setType(torch._C.OptionalType.ofTensor())
    return none
