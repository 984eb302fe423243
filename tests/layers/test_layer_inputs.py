"""What a layer does not take is refused by name, and what it takes stays as it is."""

# mypy: disable-error-code="no-untyped-call"

import threading
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.func import grad, vmap
from torch.nn.utils import parametrize
from torch.nn.utils.rnn import pack_padded_sequence

from karussell.errors import UsageError
from karussell.layers import LSTM, RNN, softmax_cross_entropy
from tests.layers.forms import FORMS, drawn, flat, made, near

EVERY = pytest.mark.parametrize("name", FORMS)


@EVERY
def test_packed_input_with_other_lengths_is_refused(name: str) -> None:
    packed = pack_padded_sequence(drawn(), [3, 5], enforce_sorted=False)
    for lengths in ([3, 5], [1, 1], torch.tensor([3, 5])):
        with pytest.raises(UsageError, match="packed sequences know their lengths"):
            made(name)(packed, lengths=lengths)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("states", "given states as str, expected a tuple"),
        (torch.zeros(2, 1, 2, 4), "given states as Tensor, expected a tuple"),
        ({"hidden": None}, "given states as dict"),
        ((torch.zeros(1, 2, 4), None), "given NoneType as state 1, expected a tensor"),
        ((np.zeros((1, 2, 4)),) * 2, "given ndarray as state 0"),
        ((torch.zeros(1, 2, 4).to_sparse(),) * 2, "state 0 of layout torch.sparse_coo"),
        ((torch.zeros(1, 2, 4, device="meta"),) * 2, r"state 0 on meta and input on cpu.*'cpu'"),
    ],
    ids=["str", "tensor", "dict", "None", "array", "sparse", "meta"],
)
def test_what_is_no_state_is_refused_by_name(given: Any, words: str) -> None:
    packed = pack_padded_sequence(drawn(), [3, 5], enforce_sorted=False)
    for layer in (LSTM(3, 4), LSTM(3, 4, peepholes=True), LSTM(3, 4, zoneout=0.1)):
        for read in (drawn(), packed):
            with pytest.raises(UsageError, match=words):
                layer(read, given)
        with pytest.raises(UsageError, match=words):
            layer.trace(drawn(), given)


def test_a_plain_layer_has_one_tensor_as_state() -> None:
    states: Any = (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))
    for read in (drawn(), drawn()[:, 0]):
        with pytest.raises(UsageError, match="RNN was given tuple as state 0, expected a tensor"):
            RNN(3, 4)(read, states)


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        (["a", "b"], r"\['a', 'b'\], expected whole numbers"),
        ([None, 1], "expected whole numbers"),
        ([[1], [2, 3]], "expected whole numbers"),
        ([2**70, 1], "expected whole numbers"),
        ([float("nan"), 1.0], "torch.float32, expected whole numbers"),
        (torch.tensor([1, 2], device="meta"), "on meta, which holds no numbers"),
    ],
    ids=["words", "None", "ragged", "huge", "nan", "meta"],
)
def test_what_are_no_lengths_is_refused_by_name(lengths: Any, words: str) -> None:
    for layer in (LSTM(3, 4), RNN(3, 4), LSTM(3, 4, zoneout=0.1)):
        with pytest.raises(UsageError, match=words):
            layer(drawn(), lengths=lengths)


@EVERY
def test_tensors_that_a_layer_has_read_can_be_resized_as_before(name: str) -> None:
    layer, x = made(name), drawn()
    states = [
        torch.zeros(layer.num_layers * (1 + layer.bidirectional), 2, size)
        for size in layer._state_sizes
    ]
    given: Any = states if isinstance(layer, LSTM) else states[0]
    lengths = torch.tensor([3, 5])
    flat(layer(x, given, lengths))[0].sum().backward()
    layer.weights()
    for tensor in (x, lengths, *states, *layer.parameters()):
        tensor.untyped_storage().resize_(4 * tensor.untyped_storage().size())


def test_so_can_those_of_a_softmax() -> None:
    features, weight = torch.randn(4, 3), torch.randn(5, 3)
    softmax_cross_entropy(features, weight, torch.zeros(5), torch.tensor([0, 1, 2, 3]))
    for tensor in (features, weight):
        tensor.untyped_storage().resize_(1000)


class Asks(nn.Module):
    """Weights that have another thread call their layer whenever they are read."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer, self.asked = [layer], False

    def forward(self, weight: Tensor) -> Tensor:
        if not self.asked:
            self.asked = True
            thread = threading.Thread(target=lambda: self.layer[0](drawn()))
            thread.start()
            thread.join()
            self.asked = False
        return weight


@pytest.mark.parametrize("name", ["LSTM", "RNN", "blocks with peepholes", "both ways, twice"])
def test_a_call_in_another_thread_changes_nothing_in_this_one(name: str) -> None:
    layer = made(name).eval()

    def slopes() -> Tensor:
        each: Tensor = vmap(grad(lambda x: flat(layer(x))[0].square().sum()))(
            torch.stack([drawn(), 2 * drawn()])
        )
        return each

    expected = slopes()
    parametrize.register_parametrization(layer, "weight_hh_l0", Asks(layer))
    near(slopes(), expected)
