"""A step that processes of a machine share is the one that each would make."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import nn

from karussell.kernels import SEAT
from karussell.training.checkpoint import on_cpu
from karussell.training.loop import clip_gradients
from karussell.training.sharded import _Given, _Own, _parts, shard
from karussell.training.world import Machine, World, common_memory


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[World]:
    """A group of one process, which shares its steps with itself."""
    if not hasattr(os, "memfd_create"):
        pytest.skip("no memory without a file here")
    store = dist.FileStore(  # type: ignore[attr-defined]  # as torch documents it
        str(tmp_path / "store"), 1
    )
    dist.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        here = dist.new_group([0])
        seats = common_memory(2 * SEAT, here)
        assert seats is not None
        place = seats.view(torch.float64).numpy().reshape(1, SEAT)
        yield World(machine=Machine(here, None, 0, 1, place))
    finally:
        dist.destroy_process_group()


def made() -> tuple[nn.Module, torch.optim.AdamW]:
    """A network of weights of several sizes, and what steps it."""
    torch.manual_seed(1)
    network = nn.Sequential(nn.Embedding(7, 5), nn.Linear(5, 3), nn.Linear(3, 40))
    return network, torch.optim.AdamW(network.parameters(), weight_decay=0.1, fused=True)


def give(network: nn.Module, number: int) -> None:
    """Gradients, of which the first weight has none in the first step."""
    torch.manual_seed(number)
    for weight in network.parameters():
        weight.grad = torch.randn_like(weight)
    if number == 0:
        network[0].weight.grad = None  # type: ignore[index]


@pytest.mark.parametrize("most", [1.0, 1e9])
def test_weights_and_moments_are_those_of_the_optimizer_itself(alone: World, most: float) -> None:
    """But for the rounding of a norm that clips, to the bit; and its moments go on from before."""
    (network, optimizer), (other, plain) = made(), made()
    for number in range(1, 3):
        for each, stepped in ((network, optimizer), (other, plain)):
            give(each, number)
            clip_gradients(each.parameters(), most)
            stepped.step()
    sharded = shard(network, optimizer, alone)
    assert sharded is not None
    for number in range(3, 6):
        give(network, number)
        give(other, number)
        for group in plain.param_groups, optimizer.param_groups:
            group[0]["lr"] *= 0.5
        assert float(sharded.step(torch.tensor(2.5), most)) == 2.5
        clip_gradients(other.parameters(), most)
        plain.step()
    rounding = 0.0 if most > 1 else 1e-5
    for weight, expected in zip(network.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(weight, expected, rtol=rounding, atol=rounding)
        assert weight.untyped_storage().nbytes() > 4 * weight.numel()
        known, right = optimizer.state[weight], plain.state[expected]
        for name in ("step", "exp_avg", "exp_avg_sq"):
            torch.testing.assert_close(known[name], right[name], rtol=rounding, atol=rounding)


def test_a_weight_without_gradient_is_stepped_as_by_zeros(alone: World) -> None:
    network, optimizer = made()
    sharded = shard(network, optimizer, alone)
    assert sharded is not None
    give(network, 0)
    before = network[0].weight.clone()  # type: ignore[index]
    sharded.step(torch.tensor(0.0), 1.0)
    # Weight decay alone: 1 - lr * decay.
    torch.testing.assert_close(network[0].weight, before * (1 - 1e-4))  # type: ignore[index]


def test_what_is_saved_is_each_weight_alone(alone: World) -> None:
    network, optimizer = made()
    assert shard(network, optimizer, alone) is not None
    for weight in on_cpu(network.state_dict()).values():
        assert weight.untyped_storage().nbytes() == 4 * weight.numel()


def looked_up(network: nn.Module, number: int) -> torch.Tensor:
    """Gradients of rows that were looked up, some of them twice, and of all other weights.

    Returns:
        Their loss.
    """
    torch.manual_seed(number)
    network.zero_grad()
    ids = torch.tensor([[2, 5, 2], [6, 0, 5]]) if number % 2 else torch.tensor([[1, 4, 1]])
    loss: torch.Tensor = (network(ids) ** 2).sum()
    loss.backward()  # type: ignore[no-untyped-call]
    return loss


@pytest.mark.parametrize("most", [0.1, 1e9])
def test_rows_that_were_looked_up_are_stepped_as_the_whole(alone: World, most: float) -> None:
    """The gradient on the others is zero, and not what it was in a step before."""
    (network, optimizer), (other, plain) = made(), made()
    sharded = shard(network, optimizer, alone)
    assert sharded is not None
    for number in range(4):
        loss = looked_up(network, number)
        assert network[0].weight.grad.is_sparse  # type: ignore[index]
        assert sharded.step(loss, most) == looked_up(other, number)
        clip_gradients(other.parameters(), most)
        plain.step()
    for weight, expected in zip(network.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(weight, expected, rtol=1e-5, atol=1e-6)


def test_an_embedding_may_be_used_as_a_whole_now_and_then(alone: World) -> None:
    """As the exact softmax uses it: then all its rows have gradients."""
    (network, optimizer), (other, plain) = made(), made()
    sharded = shard(network, optimizer, alone)
    assert sharded is not None
    for number in range(4):
        for each in (network, other):
            (give if number % 2 else looked_up)(each, number)
        sharded.step(torch.tensor(0.0), 1e9)
        plain.step()
    for weight, expected in zip(network.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(weight, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("sparse", [(), (0,), (1,), (0, 1)])
def test_gradients_of_several_are_added_up(sparse: tuple[int, ...]) -> None:
    """Whichever of two processes have rows alone, and whichever part of a weight it is."""
    torch.manual_seed(1)
    ids = (torch.tensor([8, 1, 8, 3]), torch.tensor([2, 3, 7]))
    dense = [torch.zeros(9, 5).index_add_(0, each, torch.randn(len(each), 5)) for each in ids]
    gradients = [
        each.to_sparse(1) if rank in sparse else each.clone() for rank, each in enumerate(dense)
    ]
    given = [_Given(torch.full((9, 5), 7.0), torch.full((10,), 7)) for _ in range(2)]
    parts = _parts(9, 2)
    for rank in range(2):
        given[rank].put(gradients[rank], [parts[1 - rank]])
    for rank in range(2):
        own = _Own(torch.zeros(9, 5), parts[rank])
        added = own.add_up(gradients[rank], given, rank)
        assert own.weight.grad is not None
        torch.testing.assert_close(own.weight.grad, sum(dense)[parts[rank]])  # type: ignore[index]
        torch.testing.assert_close(added.norm(), own.weight.grad.norm())


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_parts_are_alike_and_hold_each_row_once(count: int) -> None:
    for rows in (0, 1, 16, 17, 5000):
        parts = _parts(rows, count)
        assert len(parts) == count
        assert [row for part in parts for row in range(rows)[part]] == [*range(rows)]
        sizes = [part.stop - part.start for part in parts]
        assert max(sizes) - min(sizes) <= 1
