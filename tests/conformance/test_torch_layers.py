"""Random layers against torch's own, and a script that was written for it."""

from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from karussell.layers import LSTM, RNN

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")

TOLERANCES = {torch.float32: 1e-5, torch.float64: 1e-12}


def run(layer: nn.Module, x: Tensor, lengths: Tensor | None, states: Any) -> list[Tensor]:
    """Outputs, last states and all gradients; nothing of what is beyond a length."""
    x = x.clone().requires_grad_()
    layer.zero_grad()
    read: Tensor | PackedSequence = x
    if lengths is not None:
        first = bool(getattr(layer, "batch_first", False))
        read = pack_padded_sequence(x, lengths, batch_first=first, enforce_sorted=False)
    output, last = layer(read, states)
    data = output.data if isinstance(output, PackedSequence) else output
    lasts = list(last) if isinstance(last, tuple) else [last]
    torch.autograd.backward(data.sin().sum() + sum(each.cos().sum() for each in lasts))
    gradients = [x.grad, *(parameter.grad for parameter in layer.parameters())]
    return [data, *lasts, *(each for each in gradients if each is not None)]


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(["LSTM", "LSTM", "tanh", "relu"]),
    dtype=st.sampled_from(list(TOLERANCES)),
    time=st.integers(1, 6),
    batch=st.integers(1, 4),
    inputs=st.integers(1, 5),
    hidden=st.integers(2, 6),
    layers=st.integers(1, 3),
    projected=st.booleans(),
    bias=st.booleans(),
    batch_first=st.booleans(),
    bidirectional=st.booleans(),
    with_states=st.booleans(),
    with_lengths=st.booleans(),
)
def test_any_layer_does_what_torchs_does(
    seed: int,
    kind: str,
    dtype: torch.dtype,
    time: int,
    batch: int,
    inputs: int,
    hidden: int,
    layers: int,
    projected: bool,
    bias: bool,
    batch_first: bool,
    bidirectional: bool,
    with_states: bool,
    with_lengths: bool,
) -> None:
    torch.manual_seed(seed)
    options: dict[str, Any] = {
        "num_layers": layers,
        "bias": bias,
        "batch_first": batch_first,
        "bidirectional": bidirectional,
        "dtype": dtype,
    }
    size = hidden
    if kind == "LSTM":
        if projected:
            size = options["proj_size"] = hidden - 1
        mine: nn.Module = LSTM(inputs, hidden, **options)
        theirs: nn.Module = nn.LSTM(inputs, hidden, **options)
    else:
        mine = RNN(inputs, hidden, nonlinearity=kind, **options)
        theirs = nn.RNN(inputs, hidden, nonlinearity=kind, **options)
    theirs.load_state_dict(mine.state_dict())
    x = torch.randn((batch, time, inputs) if batch_first else (time, batch, inputs), dtype=dtype)
    count = layers * (2 if bidirectional else 1)
    states: Any = None
    if with_states:
        states = torch.randn(count, batch, size, dtype=dtype)
        if kind == "LSTM":
            states = (states, torch.randn(count, batch, hidden, dtype=dtype))
    lengths = torch.randint(1, time + 1, (batch,)) if with_lengths else None
    found = run(mine, x, lengths, states)
    assert mine.path == ("torch" if dtype == torch.float64 else "kernels")
    for got, right in zip(found, run(theirs, x, lengths, states), strict=True):
        largest = max(1.0, float(right.detach().abs().max()))
        torch.testing.assert_close(got, right, rtol=0, atol=TOLERANCES[dtype] * largest)


# As a tutorial would have it: a tagger that knows nothing of where its LSTM comes from.
TAGGER = """
import torch
import torch.nn as nn
from {package} import LSTM

torch.manual_seed(0)
sentences = [
    ([1, 2, 3, 4, 2], [0, 1, 2, 0, 1]),
    ([5, 4, 1], [1, 0, 0]),
    ([2, 2, 6, 1], [1, 1, 2, 0]),
]


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, 8)
        self.lstm = LSTM(8, 16, num_layers=2, bidirectional=True)
        self.tag = nn.Linear(32, 3)

    def forward(self, words):
        out, _ = self.lstm(self.embed(words).view(len(words), 1, -1))
        return self.tag(out.view(len(words), -1)).log_softmax(dim=1)


tagger = Tagger()
optimizer = torch.optim.Adam(tagger.parameters(), lr=0.01)
losses = []
for epoch in range(30):
    for words, tags in sentences:
        tagger.zero_grad()
        loss = nn.functional.nll_loss(tagger(torch.tensor(words)), torch.tensor(tags))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
"""


def test_a_script_written_for_torch_trains_to_the_same_loss_with_another_import() -> None:
    found: list[list[float]] = []
    for package in ("torch.nn", "karussell.layers"):
        names: dict[str, Any] = {}
        exec(TAGGER.format(package=package), names)
        found.append(names["losses"])
    theirs, ours = found
    assert theirs[-1] < 0.2 * theirs[0]
    assert ours == pytest.approx(theirs, rel=1e-3)
