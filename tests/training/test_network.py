"""The network's losses and features, against plain torch."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from karussell import kernels
from karussell.layers import IGNORED
from karussell.training import Settings
from karussell.training.network import LanguageNetwork

# Sums of up to 20 float32 terms of order one.
FLOAT32: dict[str, Any] = {"rtol": 1e-5, "atol": 5e-6}
# Norm of an error over that of the value: every product of bfloat16 is off by 2^-8 at most three
# times (twice its factors, once what is kept of it), and errors of both signs add up to less.
BFLOAT16 = 3 * 2.0**-8


def network(**settings: Any) -> LanguageNetwork:
    torch.manual_seed(0)
    choices = Settings(embedding_size=8, hidden_size=12, dropout=0.0, **settings)
    return LanguageNetwork(choices, torch.arange(20))


def batch() -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    inputs, targets = torch.randint(0, 21, (6, 4)), torch.randint(0, 20, (6, 4))
    targets[4:, 2] = IGNORED
    return inputs, targets


def test_the_loss_of_a_network_is_that_of_plain_torch() -> None:
    ours, theirs = network(precision="float32"), network().double()
    inputs, targets = batch()
    loss = ours.loss(inputs, targets)
    weight = theirs.embedding.weight
    scores = functional.linear(theirs.features(theirs.embedding(inputs)), weight[:20], theirs.bias)
    expected = functional.cross_entropy(
        scores.flatten(0, 1), targets.flatten(), ignore_index=IGNORED
    )
    loss.backward()  # type: ignore[no-untyped-call]
    expected.backward()  # type: ignore[no-untyped-call]
    torch.testing.assert_close(loss.double(), expected, **FLOAT32)
    for mine, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert mine.grad is not None
        torch.testing.assert_close(mine.grad.double(), right.grad, **FLOAT32)


def test_the_sampled_loss_of_a_network_masks_own_words_and_corrects_the_rest() -> None:
    net = network(precision="float32")
    inputs, targets = batch()
    negatives = torch.tensor([1, 2, 5, 11, 19])
    log_expected = torch.linspace(-4, -1, 20)
    loss = net.sampled_loss(inputs, targets, negatives, log_expected)
    with torch.no_grad():
        features = net.features(net.embedding(inputs)).flatten(0, 1)[targets.flatten() != IGNORED]
        words = targets[targets != IGNORED]
        scores = functional.linear(features, net.embedding.weight[:20], net.bias) - log_expected
        own = scores.gather(1, words[:, None])
        others = scores[:, negatives].masked_fill(words[:, None] == negatives, -torch.inf)
        expected = (torch.cat([own, others], dim=1).logsumexp(1) - own[:, 0]).mean()
    torch.testing.assert_close(loss, expected, **FLOAT32)


def test_the_embedding_gets_the_very_gradient_the_kernel_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    softmax_gradients = kernels.softmax_gradients

    def record(*given: Any, **options: Any) -> Any:
        result = softmax_gradients(*given, **options)
        made.append(result[1].weight.ctypes.data)
        return result

    monkeypatch.setattr("karussell.kernels.softmax_gradients", record)
    net = network()
    net.loss(*batch()).backward()  # type: ignore[no-untyped-call]
    assert net.embedding.weight.grad is not None
    assert [net.embedding.weight.grad.data_ptr()] == made


def test_the_recurrent_layer_is_told_the_precision_if_it_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("karussell.training.network.LSTM.precision", "auto", raising=False)
    net = network(precision="bfloat16")
    assert getattr(net.recurrent, "precision", None) == "bfloat16"
    net.set_precision("float32")
    assert getattr(net.recurrent, "precision", None) == "float32"


def test_the_features_of_a_network_differ_by_the_rounding_of_their_precision() -> None:
    single, half = network(precision="float32"), network(precision="bfloat16")
    inputs, _ = batch()
    expected, got = (net.features(net.embedding(inputs)) for net in (single, half))
    assert got.dtype == torch.float32
    assert 0 < torch.linalg.vector_norm(got - expected) < BFLOAT16 * expected.norm()
