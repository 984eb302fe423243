"""A layer as one operator: what compilers, tracers and modes see of it, whatever it is made of.

Time and batch stay free in what they record, and what runs is chosen when it runs: the kernels, or
the equations in torch's operations. Outside of them `autograd` runs the same kernels with less ado.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from karussell.blocks import LayerWeights, Noise, Norms
from karussell.errors import UsageError
from karussell.kernels import Block, Nonlinearity, Trace
from karussell.layers import autograd
from karussell.layers.forms import block_of
from karussell.layers.lengths import last_outputs
from karussell.layers.operations import lstm_operations, rnn_operations
from karussell.layers.paths import Precision
from karussell.layers.shapes import LayerRun, States
from karussell.layers.watching import autocast_name

# How many tensors of a layer have gradients; those that do not stand behind them.
_LEARNED = 14
_ALL = 18


class _Kind(NamedTuple):
    """What a layer is made of, as an operator can be told it.

    Attributes:
        form: "tanh" or "relu" of a plain layer, else a block as `forms.name_of` writes it.
        truncated: Whether errors end where they leave a block.
        kept: Which part of hidden and cell states is kept, if no tensors say it.
        precision: Of the kernels' products. What "auto" is depends on where a program runs, not on
            where it was compiled.
        autocast: The dtype of the products of torch's operations, "" for that of the weights.
    """

    form: str
    truncated: bool
    kept: list[float]
    precision: str
    autocast: str

    @property
    def block(self) -> Block | Nonlinearity:
        return self.form if self.form in ("tanh", "relu") else block_of(self.form)  # type: ignore[return-value]


def layer_as_operator(
    x: Tensor,
    weights: LayerWeights[Tensor],
    states: States,
    lengths: Tensor | None,
    form: str,
    precision: Precision,
    noise: Noise[Tensor],
    *,
    truncated: bool,
) -> tuple[Tensor, ...]:
    """Run one layer in one direction as an operator, on any device and dtype.

    Args:
        x: Inputs (T, N, I).
        weights: The layer's weights.
        states: Hidden (N, P), of memory blocks also cell (N, H) and, if gates are fed back, gates.
        lengths: How long each sequence is, int64 (N,); T if None.
        form: "tanh" or "relu" of a plain layer, else a block as `forms.name_of` writes it.
        precision: Of the kernels' products.
        noise: What training does at random.
        truncated: Whether gradients are cut off where they leave a block, as in 1997.

    Returns:
        Outputs (T, N, P), and of memory blocks cell states (T, N, H) and gates (T, N, G).
    """
    hidden, cell, gates = (*states, None, None)[:3]
    drawn = [None if isinstance(part, float) else part for part in noise[1:]]
    norms = weights.norms or (None,) * 4
    learned = x, *weights[:3], hidden, cell, *weights[3:5], gates, weights.weight_gh, *norms
    tensors = [*learned, noise.recurrent, lengths, *drawn]
    given = [tensor for tensor in tensors if tensor is not None]
    there = "".join("01"[tensor is not None] for tensor in tensors)
    kept = [part if isinstance(part, float) else 0.0 for part in noise[1:]]
    autocast = autocast_name(x)
    done: list[Tensor] = _layer(given, there, form, truncated, kept, precision, autocast)
    return tuple(done)


def lstm_by_kernels(
    x: Tensor,
    weights: LayerWeights[Tensor],
    states: States,
    lengths: Tensor | None,
    block: Block,
    precision: Precision,
    mask: Tensor | None,
) -> LayerRun:
    """Run one layer in one direction by the kernels; float32 on the CPU.

    Args:
        x: Inputs (T, N, I).
        weights: The layer's weights.
        states: Hidden (N, P) and cell (N, H) before it.
        lengths: How long each sequence is, int64 (N,); T if None.
        block: What its blocks are made of.
        precision: The number format of all products.
        mask: What hidden states are multiplied by where net inputs see them (N, P).

    Returns:
        What it did. Cells and outputs carry gradients; gates are for looking at.
    """
    tensors = (x, *weights[:3], *states, *weights[3:5], mask, lengths)
    outputs, cells, gates, last = autograd.layer((block, precision), *tensors)  # type: ignore[no-untyped-call]
    return LayerRun(Trace(outputs, cells, gates), (last_outputs(outputs, states[0], lengths), last))


def lstm_run(
    trace: Sequence[Tensor], states: States, lengths: Tensor | None, block: Block
) -> LayerRun:
    """What a layer of memory blocks did, from what its operator gives."""
    outputs, cells, gates = trace
    last: States = (last_outputs(outputs, states[0], lengths), cells[-1].clone())
    if block.gate_recurrence:
        before = block.sections(cells.size(-1))["cell"]
        own = torch.cat([gates[..., : before.start], gates[..., before.stop :]], dim=-1)
        last = *last, last_outputs(own, states[2], lengths)
    return LayerRun(Trace(outputs, cells, gates), last)


@torch.library.custom_op("karussell::layer", mutates_args=())
def _layer(
    tensors: list[Tensor],
    there: str,
    form: str,
    truncated: bool,
    kept: list[float],
    precision: str,
    autocast: str,
) -> list[Tensor]:
    """Outputs (T, N, P), and of memory blocks cell states (T, N, H) and gates (T, N, G)."""
    kind = _Kind(form, truncated, kept, precision, autocast)
    parts = _parts(tensors, there)
    if not len(parts[0]):
        raise UsageError("the input has 0 steps, expected a sequence of at least one")
    if _kernels_serve(kind, parts):
        return autograd.run_forward((kind.block, _precision(kind)), _for_kernels(kind, parts))
    with torch.no_grad(), _autocast(kind, parts[0]):
        return [each.to(parts[0].dtype) for each in _equations(kind, parts)]


@_layer.register_fake
def _(tensors: Any, there: Any, form: str, *_: Any) -> list[Tensor]:
    if torch.onnx.is_in_onnx_export():  # what a layer refuses there, torch tries another way
        raise UsageError(
            "ONNX has no operator karussell::layer: give torch.onnx.export the module itself, "
            "not what torch.export made of it"
        )
    x, weight_ih = tensors[:2]
    plain = form in ("tanh", "relu")
    states = tensors[4:5] if plain else tensors[4:6]
    sizes = [state.size(-1) for state in states] + ([] if plain else [weight_ih.size(0)])
    return [x.new_empty(*x.shape[:2], size) for size in sizes]


@torch.library.custom_op("karussell::layer_backward", mutates_args=())
def _layer_backward(
    trace: list[Tensor],
    gradients: list[Tensor],
    tensors: list[Tensor],
    there: str,
    form: str,
    truncated: bool,
    kept: list[float],
    precision: str,
    autocast: str,
) -> list[Tensor]:
    """Gradients on those of the tensors that are there and have any."""
    kind = _Kind(form, truncated, kept, precision, autocast)
    parts = _parts(tensors, there)
    if not _kernels_serve(kind, parts):
        return _gradients(kind, parts, gradients)
    on = [*gradients[:2], None, None] if len(gradients) > 1 else gradients
    given = _for_kernels(kind, parts)
    found = autograd.run_backward((kind.block, _precision(kind)), given, trace, on)
    return [gradient for gradient in found if gradient is not None]


@_layer_backward.register_fake
def _(trace: Any, gradients: Any, tensors: Any, there: Any, *_: Any) -> Any:
    return [torch.empty_like(tensor) for tensor in tensors[: there[:_LEARNED].count("1")]]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: list[Tensor]) -> None:
    tensors, *ctx.kind = inputs
    ctx.count = len(tensors)
    ctx.save_for_backward(*tensors, *output)


def _backward(ctx: Any, gradients: list[Tensor]) -> tuple[Any, ...]:
    saved = ctx.saved_tensors  # read once: what is checkpointed is made again each time
    tensors, trace = list(saved[: ctx.count]), list(saved[ctx.count :])
    on = [gradient.contiguous() for gradient in gradients]
    there, *kind = ctx.kind
    if torch.is_grad_enabled():
        found = _gradients(_Kind(*kind), _parts(tensors, there), on, again=True)
    else:
        found = _layer_backward(trace, on, tensors, *ctx.kind)
    return [*found, *[None] * (len(tensors) - len(found))], *[None] * len(ctx.kind)


_layer.register_autograd(_backward, setup_context=_remember)


def _each_sample(operator: Any, lists: int) -> Any:
    """How an operator whose first arguments are lists of tensors runs under ``vmap``."""

    def run(info: Any, in_dims: Any, *arguments: Any) -> Any:
        pairs = list(zip(arguments[:lists], in_dims[:lists], strict=True))

        def sample(number: int) -> list[list[Tensor]]:
            return [
                [
                    tensor if dim is None else tensor.select(dim, number)
                    for tensor, dim in zip(tensors, dims, strict=True)
                ]
                for tensors, dims in pairs
            ]

        each = [operator(*sample(n), *arguments[lists:]) for n in range(info.batch_size)]
        done = [torch.stack(parts) for parts in zip(*each, strict=True)]
        return done, [0] * len(done)

    return run


_layer.register_vmap(_each_sample(_layer, 1))
_layer_backward.register_vmap(_each_sample(_layer_backward, 3))


def _parts(tensors: list[Tensor], there: str) -> list[Any]:
    """All tensors of a layer, None where it has none; an operator takes no list with gaps."""
    given = iter(tensors)
    return [next(given) if one == "1" else None for one in there]


def _kernels_serve(kind: _Kind, parts: list[Any]) -> bool:
    plain = not isinstance(kind.block, Block)
    known = plain or (kind.block.for_kernels and not kind.truncated)  # type: ignore[union-attr]
    numbers = [part for part in parts[: _LEARNED + 1] if part is not None]
    return (
        known
        and not any(kind.kept)
        and parts[16] is parts[17] is None
        and parts[0].numel() > 0
        and all(part.device.type == "cpu" and part.dtype == torch.float32 for part in numbers)
    )


def _for_kernels(kind: _Kind, parts: list[Any]) -> list[Any]:
    if not isinstance(kind.block, Block):
        return parts[:5]
    return [*parts[:8], *parts[14:16]]


def _precision(kind: _Kind) -> Any:
    if not kind.autocast:
        return kind.precision
    return "bfloat16" if kind.autocast == "bfloat16" else "float32"


def _autocast(kind: _Kind, x: Tensor) -> torch.autocast:
    """Products as they were when this was recorded, whatever is set when it runs."""
    dtype = getattr(torch, kind.autocast) if kind.autocast else None
    return torch.autocast(x.device.type, dtype=dtype, enabled=bool(kind.autocast))


def _equations(kind: _Kind, parts: list[Any]) -> tuple[Tensor, ...]:
    """A layer in torch's operations: what the operator gives."""
    x, weight_ih, weight_hh, bias, hidden, cell, peepholes, projection, gates, weight_gh = parts[
        :10
    ]
    *norms, mask, lengths, kept_hidden, kept_cell = parts[10:]
    weights = LayerWeights(weight_ih, weight_hh, bias, peepholes, projection, weight_gh)
    block = kind.block
    if not isinstance(block, Block):
        return (rnn_operations(x, weights, hidden, block),)
    noise = Noise(
        mask,
        kind.kept[0] if kept_hidden is None else kept_hidden,
        kind.kept[1] if kept_cell is None else kept_cell,
    )
    run = lstm_operations(
        x,
        weights if norms[0] is None else weights._replace(norms=Norms(*norms)),
        tuple(state for state in (hidden, cell, gates) if state is not None),
        lengths,
        block,
        noise=noise,
        truncated=kind.truncated,
    )
    return tuple(run.trace)


def _gradients(
    kind: _Kind, parts: list[Any], gradients: Sequence[Tensor], *, again: bool = False
) -> list[Tensor]:
    """Gradients on what a layer learns, of its equations run once more.

    Args:
        kind: What the layer is made of.
        parts: All its tensors.
        gradients: Those on what its operator gives.
        again: Whether they have gradients themselves.
    """
    with _recording(), torch.enable_grad(), _autocast(kind, parts[0]):
        learned = [None if part is None else _fresh(part, again) for part in parts[:_LEARNED]]
        outputs = _equations(kind, [*learned, *parts[_LEARNED:]])
        wanted = [part for part in learned if part is not None]
        found = torch.autograd.grad(
            outputs, wanted, list(gradients), allow_unused=True, create_graph=again
        )
    filled = [
        torch.zeros_like(part) if gradient is None else gradient
        for part, gradient in zip(wanted, found, strict=True)
    ]
    # No two of what an operator gives may be the same.
    return filled if again else [gradient.clone() for gradient in filled]


def _fresh(part: Tensor, again: bool) -> Tensor:
    """A tensor to ask the gradient on, which no other one was made of."""
    if again and part.requires_grad:
        return part.view_as(part)
    return part.detach().requires_grad_()


def _recording() -> Any:
    """Where autograd records what an operator does inside, which it is kept from."""
    excluded = torch._C._dispatch_tls_local_exclude_set()
    for name in ("AutogradFunctionality", "AutogradOther", "AutogradNestedTensor"):
        key = getattr(torch._C.DispatchKey, name)
        if excluded.has(key):
            excluded = excluded.remove(key)
    return torch._C._ForceDispatchKeyGuard(torch._C._dispatch_tls_local_include_set(), excluded)
