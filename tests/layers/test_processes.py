"""Layers in several processes: sent to children, shared with them, trained and sharded by them."""

# mypy: disable-error-code="no-untyped-call"

import copy
import multiprocessing
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset

from karussell.layers import LSTM
from tests.layers.forms import drawn, flat, made, near

pytestmark = [
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
METHODS = multiprocessing.get_all_start_methods()


def learn(layer: nn.Module, x: Tensor, queue: Any, over: Any) -> None:
    """Move a shared layer by one step, and send back what it gave and another layer."""
    output = layer(x)[0]
    output.sum().backward()
    with torch.no_grad():
        for weight in layer.parameters():
            assert weight.grad is not None
            weight.sub_(weight.grad)
    queue.put((output.detach(), copy.deepcopy(layer).requires_grad_(False)))
    over.wait(60)


@pytest.mark.parametrize("method", METHODS)
def test_a_child_learns_on_shared_weights_and_sends_layers_back(method: str) -> None:
    context: Any = torch.multiprocessing.get_context(method)
    layer, x = LSTM(3, 4, cells_per_block=2, peepholes=True).share_memory(), drawn()
    before = flat(layer(x))[0].detach()
    flat(layer(x))[0].sum().backward()
    layer.zero_grad()
    queue, over = context.Queue(), context.Event()
    child = context.Process(target=learn, args=(layer, x, queue, over))
    child.start()
    output, sent = queue.get(timeout=60)
    near(output, before)
    near(layer(x), sent(x))
    assert not torch.equal(flat(layer(x))[0], before)
    over.set()
    child.join(60)
    assert child.exitcode == 0


class Outputs(Dataset[Tensor]):
    """What a layer gives, computed by whoever loads it."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer

    def __len__(self) -> int:
        return 4

    def __getitem__(self, number: int) -> Tensor:
        return flat(self.layer(torch.full((5, 3), float(number))))[0].detach()


@pytest.mark.skipif("fork" not in METHODS, reason="this system cannot fork")
@pytest.mark.parametrize("name", ["LSTM", "RNN", "normalised"])
def test_workers_of_a_loader_use_a_layer(name: str) -> None:
    data = Outputs(made(name).eval())
    flat(data.layer(drawn()))[0].sum().backward()
    loader = DataLoader(data, batch_size=2, num_workers=1, multiprocessing_context="fork")
    near(torch.cat(list(loader)), torch.stack([data[number] for number in range(4)]))


@pytest.fixture
def one_rank(tmp_path: Path) -> Any:
    """A group of this process alone."""
    where = f"file://{tmp_path / 'group'}"
    torch.distributed.init_process_group("gloo", init_method=where, rank=0, world_size=1)
    yield init_device_mesh("cpu", (1,))
    torch.distributed.destroy_process_group()


@pytest.mark.parametrize("name", ["LSTM", "RNN", "both ways, twice", "projected", "coupled"])
def test_distributed_and_sharded_layers_have_the_same_gradients(name: str, one_rank: Any) -> None:
    layer, x = made(name), drawn()
    flat(layer(x))[0].square().sum().backward()
    expected = [weight.grad for weight in layer.parameters()]
    parallel, sharded = copy.deepcopy(layer), nn.Sequential(copy.deepcopy(layer))
    parallel.zero_grad()
    sharded.zero_grad()
    flat(DistributedDataParallel(parallel)(x))[0].square().sum().backward()
    near([weight.grad for weight in parallel.parameters()], expected)
    fully_shard(sharded[0], mesh=one_rank)
    flat(sharded(x))[0].square().sum().backward()
    shards: Any = [weight.grad for weight in sharded.parameters()]
    near([each.full_tensor() for each in shards], expected)
