"""Our layers in programs that torch records: nothing is in them as a constant that was not one."""

# Much of what is called here torch has not typed.
# mypy: disable-error-code="misc, unused-ignore, no-untyped-call"

import io
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses import FakeTensorMode
from torch.func import functional_call
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from karussell.errors import UsageError
from tests.layers.forms import FORMS, RANDOM, Layer, drawn, flat, made, near

# What torch has not typed.
jit: Any = torch.jit
EVERY = pytest.mark.parametrize("name", FORMS)
# Every form once, and who runs float64 otherwise.
SOME = pytest.mark.parametrize(
    ("name", "dtype"),
    [*((name, torch.float32) for name in FORMS), ("LSTM", torch.float64), ("RNN", torch.float64)],
)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Torch says that TorchScript is deprecated, and that traces look at sizes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Lengths(nn.Module):
    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        return flat(self.layer(x, lengths=lengths))


def stored(program: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    jit.save(program, buffer)
    buffer.seek(0)
    return buffer


@SOME
def test_a_jit_trace_runs_other_times_and_batches_and_learns(name: str, dtype: torch.dtype) -> None:
    layer = made(name, dtype).eval()
    traced = jit.load(stored(jit.trace(layer, drawn(dtype))))
    longer = drawn(dtype, 7, 3)
    near(traced(longer), layer(longer))
    ours, theirs = (longer.clone().requires_grad_() for _ in range(2))
    flat(layer(ours))[0].sin().sum().backward()  # type: ignore[no-untyped-call]
    flat(traced(theirs))[0].sin().sum().backward()  # type: ignore[no-untyped-call]
    near(theirs.grad, ours.grad, 1e-4)
    for got, right in zip(traced.parameters(), layer.parameters(), strict=True):
        if right.grad is not None:
            near(got.grad, right.grad, 1e-4)


@EVERY
def test_states_and_lengths_are_inputs_of_a_trace(name: str) -> None:
    layer = made(name).eval()
    sizes = layer._state_sizes
    count = layer.num_layers * (1 + layer.bidirectional)
    states: Any = tuple(torch.randn(count, 2, size) for size in sizes)
    twice: Any = tuple(2 * state for state in states)
    if len(sizes) == 1:
        (states,), (twice,) = states, twice
    traced = jit.trace(layer, (drawn(), states))
    near(traced(drawn(), twice), layer(drawn(), twice))
    with_lengths = jit.trace(Lengths(layer), (drawn(), torch.tensor([5, 3])))
    longer, lengths = drawn(time=7, batch=3), torch.tensor([1, 0, 7])
    near(with_lengths(longer, lengths), layer(longer, lengths=lengths))
    with pytest.raises(Exception, match="lengths are 0 to 8, expected 0 to 7"):
        with_lengths(longer, torch.tensor([1, 0, 8]))


@pytest.mark.parametrize("name", RANDOM)
def test_a_trace_draws_its_noise_anew(name: str) -> None:
    layer, x = made(name).train(), drawn()
    programs = [
        jit.trace(layer, x, check_trace=False),
        make_fx(lambda x: flat(layer(x)))(x),
    ]
    for program in programs:
        first, second = (flat(program(x))[0] for _ in range(2))
        assert not torch.equal(first, second)


def test_a_stored_trace_needs_karussell_and_says_so(tmp_path: Path) -> None:
    layer, path = made("blocks with peepholes").eval(), tmp_path / "layer.pt"
    jit.save(jit.trace(layer, drawn()), path)
    torch.save([drawn(time=7), flat(layer(drawn(time=7)))], tmp_path / "right.pt")
    read = f"import torch\nlayer = torch.jit.load({str(path)!r})\n"
    check = (
        f"x, right = torch.load({str(tmp_path / 'right.pt')!r})\n"
        "output, (hidden, cell) = layer(x)\n"
        "torch.testing.assert_close((output, hidden, cell), tuple(right))\n"
    )

    def run(script: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-W", "ignore", "-c", script)
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, env={**os.environ}
        )

    alone, together = run(read + check), run("import karussell.layers\n" + read + check)
    assert "karussell::layer" in alone.stderr
    assert alone.returncode != 0
    assert together.returncode == 0, together.stderr


@SOME
def test_make_fx_holds_a_layer_as_an_operator(name: str, dtype: torch.dtype) -> None:
    layer = made(name, dtype).eval()
    weights = {each: weight.detach() for each, weight in layer.named_parameters()}

    def run(weights: Any, x: Tensor) -> tuple[Tensor, ...]:
        return flat(functional_call(layer, weights, (x,)))

    twice = {each: 2 * weight for each, weight in weights.items()}
    x, other = drawn(dtype), 3 * drawn(dtype)
    near(make_fx(run)(weights, x)(twice, other), run(twice, other))
    longer = drawn(dtype, 7, 3)
    symbolic = make_fx(run, tracing_mode="symbolic")(weights, x)
    near(symbolic(twice, longer), run(twice, longer))
    slope = make_fx(torch.func.grad(lambda x: run(weights, x)[0].square().sum()))(x)
    near(slope(other), torch.func.grad(lambda x: run(weights, x)[0].square().sum())(other), 1e-4)
    with pytest.raises(Exception, match=r"split|size"):
        slope(longer)  # what was recorded so has its steps one by one, and says so


@SOME
def test_an_exported_layer_runs_other_times_batches_and_lengths(
    name: str, dtype: torch.dtype
) -> None:
    module = Lengths(made(name, dtype).eval())
    time, batch = torch.export.Dim("time"), torch.export.Dim("batch")
    program = torch.export.export(
        module,
        (drawn(dtype), torch.tensor([5, 3])),
        dynamic_shapes=({0: time, 1: batch}, {0: batch}),
    )
    longer, lengths = drawn(dtype, 7, 3), torch.tensor([1, 0, 7])
    near(program.module()(longer, lengths), module(longer, lengths))


@pytest.mark.parametrize("name", ["LSTM", "1997"])
def test_a_compiled_layer_learns_whatever_it_is_made_of(name: str) -> None:
    torch._dynamo.reset()
    layer = made(name, torch.float64).eval()
    compiled = torch.compile(layer, fullgraph=True, dynamic=True, backend="aot_eager")
    for time in (5, 7):
        ours, theirs = (drawn(torch.float64, time).requires_grad_() for _ in range(2))
        for run, x in ((layer, ours), (compiled, theirs)):
            flat(run(x))[0].sin().sum().backward()  # type: ignore[no-untyped-call]
        near(theirs.grad, ours.grad)


@EVERY
def test_a_layer_is_a_leaf_of_torch_fx(name: str) -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = made(name).eval()

        def forward(self, x: Tensor) -> Any:
            return self.layer(x)[0] * 2, self.layer(x, lengths=[3, 2])[0]

    net = Net()
    graph = torch.fx.symbolic_trace(net)
    assert [node.target for node in graph.graph.nodes if node.op == "call_module"] == ["layer"] * 2
    copied = pickle.loads(pickle.dumps(graph))
    near(copied(drawn(time=7)), net(drawn(time=7)))


@SOME
def test_fake_and_meta_tensors_have_the_shapes_of_real_ones(name: str, dtype: torch.dtype) -> None:
    layer = made(name, dtype).eval()
    packed = pack_padded_sequence(drawn(dtype), [3, 5], enforce_sorted=False)
    real = [*flat(layer(drawn(dtype))), *flat(layer(packed))]
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        fake = packed._replace(data=mode.from_tensor(packed.data))
        found = [*flat(layer(mode.from_tensor(drawn(dtype)))), *flat(layer(fake))]
    meta = layer.to("meta")
    found_meta = flat(meta(drawn(dtype).to("meta")))
    for got, right in zip([*found, *found_meta], [*real, *real[: len(found_meta)]], strict=True):
        assert (got.shape, got.dtype) == (right.shape, right.dtype)


@SOME
def test_packed_input_is_an_input_of_what_is_recorded(name: str, dtype: torch.dtype) -> None:
    layer = made(name, dtype).eval()

    def run(x: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        return flat(layer(packed))

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
            return run(x, lengths)

    traced = jit.trace(Net(), (drawn(dtype), torch.tensor([3, 5])))
    longer, lengths = drawn(dtype, 7, 3), torch.tensor([1, 7, 2])
    near(traced(longer, lengths), run(longer, lengths))
    packed = pack_padded_sequence(drawn(dtype), [3, 5], enforce_sorted=False)

    def of_data(data: Tensor, sizes: Tensor) -> tuple[Tensor, ...]:
        return flat(layer(PackedSequence(data, sizes, *packed[2:])))

    graph = make_fx(of_data)(packed.data, packed.batch_sizes)
    near(graph(2 * packed.data, packed.batch_sizes), of_data(2 * packed.data, packed.batch_sizes))


@EVERY
def test_torch_jit_script_says_what_to_use_instead(name: str) -> None:
    with pytest.raises(UsageError, match=r"torch.jit.script cannot read karussell.*jit.trace"):
        jit.script(nn.Sequential(made(name)))
