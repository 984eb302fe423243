"""The processes that train one network together, on one machine or several."""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.distributed.rendezvous import rendezvous

from karussell.errors import TrainingError
from karussell.kernels import SEAT, meet
from karussell.training.engine import Engine
from karussell.training.folder import RunFolder
from karussell.training.started import is_started, node_of, rank_of

_Told = TypeVar("_Told")

# Whoever is silent for so long in the middle of a training is gone: torchrun begins anew without.
_SILENCE = timedelta(seconds=90)
# So long others wait while the leader prepares a text or measures all that was held out.
_PATIENCE = timedelta(hours=12)


class Machine(NamedTuple):
    """The processes of this machine, several.

    Attributes:
        here: They themselves.
        across: Those of all machines that have this one's place there; None if there is but one.
        rank: This one's place on its machine, from 0.
        size: How many there are on each machine.
        seats: Where they meet.
    """

    here: "dist.ProcessGroup"
    across: "dist.ProcessGroup | None"
    rank: int
    size: int
    seats: NDArray[np.float64]

    def meet(self, *told: float) -> list[list[float]]:
        """What each of them tells, up to 3 numbers, once all have come.

        What each wrote before into memory that they share is there then.
        """
        own = np.array(told, np.float64)
        heard = meet(self.seats, self.rank, own, _SILENCE.total_seconds())
        return [[float(number) for number in each] for each in heard]


@dataclass(frozen=True, slots=True)
class World:
    """This process among those that train a network; all of them draw the same batches.

    One of them leads: it alone reads and writes files, says when to measure and when the run ends,
    and measures then.

    Attributes:
        rank: Which one it is, from 0.
        size: How many there are.
        leader: The rank of the one that leads.
        patient: Those who wait for the leader as long as it takes; None if there is but one.
        machine: Those of this machine if they share the work of a step, on CPUs.
    """

    rank: int = 0
    size: int = 1
    leader: int = 0
    patient: "dist.ProcessGroup | None" = None
    machine: Machine | None = None

    @property
    def leads(self) -> bool:
        """Whether this is the one that leads."""
        return self.rank == self.leader

    def share(self, batch: NDArray[np.int64]) -> NDArray[np.int64]:
        """What this process reads of a batch, whose rows are the sentences or windows in it.

        Every ``size``-th, since neighbours are of like length.
        """
        return batch[self.rank :: self.size]

    def told(self, value: Callable[[], _Told]) -> _Told:
        """What the leader finds, on all of them; only there it is looked for."""
        if self.size == 1:
            return value()
        found = [value() if self.leads else None]
        dist.broadcast_object_list(found, src=self.leader, group=self.patient)
        return found[0]  # type: ignore[return-value]

    def agreed(self, *numbers: float) -> list[float]:
        """What the leader has of a few numbers, on all of them."""
        if self.size == 1:
            return list(numbers)
        if self.machine is not None and self.machine.across is None:
            return self.machine.meet(*numbers)[self.leader]
        shared = torch.tensor(numbers, dtype=torch.float64)
        dist.broadcast(shared, src=self.leader)
        return shared.tolist()

    def summed(self, number: float) -> float:
        """The sum of a number that each of them has, the same for all."""
        if self.size == 1:
            return number
        if self.machine is not None and self.machine.across is None:
            return sum(each for (each,) in self.machine.meet(number))
        shared = torch.tensor(number, dtype=torch.float64)
        dist.all_reduce(shared)
        return float(shared)

    def add_gradients(self, network: nn.Module, loss: Tensor) -> Tensor:
        """Add up the gradients of all of them, and their losses, each a part of the whole.

        Every process gets the same numbers, to the last bit.

        Args:
            network: Whose gradients are changed.
            loss: What this process has lost.

        Returns:
            The sum of the losses.
        """
        total = loss.detach().clone()
        if self.size > 1:
            for weight in network.parameters():
                if weight.grad is None:
                    weight.grad = torch.zeros_like(weight)
            added = [total, *(weight.grad for weight in network.parameters())]
            for work in [dist.all_reduce(each, async_op=True) for each in added]:
                work.wait()
        return total

    def check_same(self, network: nn.Module) -> None:
        """See that all have the same weights, to the last bit.

        Raises:
            TrainingError: If one has others.
        """
        if self.size == 1:
            return
        digest = blake2b()
        for weight in network.state_dict().values():
            digest.update(weight.cpu().contiguous().numpy().tobytes())
        self.check_equal("weights", digest.digest())

    def check_equal(self, what: str, digest: bytes) -> None:
        """See that all have the same of something.

        Raises:
            TrainingError: If one has other.
        """
        if self.size > 1:
            found: list[bytes] = [b""] * self.size
            dist.all_gather_object(found, digest, group=self.patient)
            if len({*found}) > 1:
                others = [rank for rank, each in enumerate(found) if each != found[self.leader]]
                raise TrainingError(
                    f"the {what} of rank {others[0]} are not those of rank {self.leader}; start "
                    "every process with the same version, data and options, then resume"
                )


def together(out: Path | None, engine: Engine, *, resume: bool) -> tuple[World, bool]:
    """The processes that torchrun started, or this one alone, and whether a stopped run goes on.

    The first of those who have such a run leads.

    Args:
        out: The file of the model.
        engine: What computes in this process: gradients of GPUs are added up by NCCL.
        resume: Whether a stopped run goes on.
    """
    if not is_started():
        return World(), resume
    resume = resume or (out is not None and RunFolder(out).goes_on)
    if rank_of()[1] == 1:
        return World(), resume
    if not dist.is_initialized():
        # It stays: a second one, for the next training, would meet the first one's traces.
        store, rank, size = next(rendezvous("env://", timeout=_SILENCE))
        # Processes that were started again may meet the addresses of those before them.
        start = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
        own = dist.PrefixStore(  # type: ignore[attr-defined]  # as torch documents it
            f"karussell/{start}/{size}", store
        )
        gpu = engine.device.type == "cuda"
        backend = "cpu:gloo,cuda:nccl" if gpu else "gloo"
        dist.init_process_group(backend, store=own, rank=rank, world_size=size, timeout=_SILENCE)
    begun: list[bool] = [False] * dist.get_world_size()
    dist.all_gather_object(begun, out is not None and RunFolder(out).is_begun)
    world = World(
        rank=dist.get_rank(),
        size=dist.get_world_size(),
        leader=begun.index(True) if any(begun) else 0,
        patient=dist.new_group(timeout=_PATIENCE, backend="gloo"),
        machine=None if engine.device.type == "cuda" else _machine(),
    )
    world.check_equal("devices", engine.device.type.encode())
    return world, world.leads and resume


def _machine() -> Machine | None:
    """The processes of this machine.

    Returns:
        None if this one is alone, machines have not as many, or they cannot have memory together.
    """
    nodes: list[str] = [""] * dist.get_world_size()
    dist.all_gather_object(nodes, node_of())
    machines = [
        [rank for rank, node in enumerate(nodes) if node == each] for each in sorted({*nodes})
    ]
    size = len(machines[0])
    if size == 1 or any(len(each) != size for each in machines):
        return None
    places = [*zip(*machines, strict=True)] if len(machines) > 1 else []
    # All of them make all groups, in one order.
    here, across = (
        [dist.new_group([*ranks], timeout=_SILENCE, backend="gloo") for ranks in each]
        for each in (machines, places)
    )
    (own,) = (number for number, ranks in enumerate(machines) if dist.get_rank() in ranks)
    place = machines[own].index(dist.get_rank())
    memory = common_memory(2 * SEAT * size, here[own])
    if memory is None:
        return None
    seats = memory.view(torch.float64).numpy().reshape(size, SEAT)
    return Machine(here[own], across[place] if across else None, place, size, seats)


def common_memory(count: int, here: "dist.ProcessGroup") -> Tensor | None:
    """Zeros of float32 that the processes of a machine share; None where some cannot.

    Args:
        count: How many numbers.
        here: The processes of this machine; those of others call it with theirs.
    """
    held, name = None, [""]
    if dist.get_rank(here) == 0 and hasattr(os, "memfd_create"):
        with contextlib.suppress(OSError):
            # No file has it, so it is gone when the last of them is, however that ends.
            held = os.memfd_create("karussell")
            os.ftruncate(held, torch.float32.itemsize * count)
            name = [f"/proc/{os.getpid()}/fd/{held}"]
    dist.broadcast_object_list(name, group=here, group_src=0)
    memory = None
    if name[0] and Path(name[0]).exists():
        with contextlib.suppress(RuntimeError):  # torch's, of a file that it cannot map
            memory = torch.from_file(name[0], shared=True, size=count, dtype=torch.float32)
    # Whoever knows that all could knows that all have opened it.
    able = torch.tensor([float(memory is not None)])
    dist.all_reduce(able, op=dist.ReduceOp.MIN)
    if held is not None:
        os.close(held)
    return memory if able else None
