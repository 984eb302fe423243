"""Adam, its step shared by the processes of a machine through memory that all of them have."""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor, nn

from karussell.training.world import Machine, World, common_memory

# Each weight's numbers begin on a line of the processor's cache, in numbers of float32.
_LINE = 16


class _Piece(NamedTuple):
    """A stretch of one weight's numbers.

    Attributes:
        number: Which weight it is of.
        within: Where it lies among that weight's numbers.
        place: Where it lies among those of all weights.
    """

    number: int
    within: slice
    place: slice


class ShardedAdam:
    """The steps of an optimizer whose weights and moments lie in memory that processes share.

    Each process adds up the gradients of its part of the weights, and steps that part for all of
    them (ZeRO, Rajbhandari et al. 2020). So there is one copy of weights and moments on a machine,
    and the optimizer knows all of them in every process.

    Args:
        network: What is trained; its weights have the same values in all processes.
        optimizer: Steps all its weights, and knows the same of them in all processes.
        machine: The processes of this machine.
        memory: Numbers that they share, float32, as many as ``size`` says.
    """

    def __init__(
        self,
        network: nn.Module,
        optimizer: torch.optim.AdamW,
        machine: Machine,
        memory: Tensor,
    ) -> None:
        self._machine, self._optimizer = machine, optimizer
        self._weights = [*network.parameters()]
        begins, whole = _layout(self._weights)
        values, first, second, *self._inbox = memory.view(-1, whole)
        self._pieces = _parts(self._weights, begins, whole, machine.size)
        known = [optimizer.state[weight] for weight in self._weights]
        for weight, state, begin in zip(self._weights, known, begins, strict=True):
            state.setdefault("step", torch.zeros(()))
            moments = (("exp_avg", first), ("exp_avg_sq", second))
            for name, shared in moments:
                state[name] = self._moved(state.get(name), shared, begin, weight)
            weight.data = self._moved(weight.data, values, begin, weight)
        mine = self._pieces[machine.rank]
        self._own = [nn.Parameter(values[each.place]) for each in mine]
        self._stepping = type(optimizer)(self._own, fused=True)
        for piece, own in zip(mine, self._own, strict=True):
            self._stepping.state[own] = {
                "step": known[piece.number]["step"].clone(),
                "exp_avg": first[piece.place],
                "exp_avg_sq": second[piece.place],
            }
        machine.meet()

    @staticmethod
    def size(network: nn.Module, machine: Machine) -> int:
        """How many numbers of float32 the processes share."""
        return (3 + machine.size) * _layout([*network.parameters()])[1]

    def step(self, loss: Tensor, most: float) -> Tensor:
        """Add up the gradients of all processes, clip them and make the step.

        Args:
            loss: What this process has lost, a part of the whole.
            most: The largest norm of the gradients.

        Returns:
            The sum of the losses.
        """
        machine = self._machine
        gradients = [_gradient(weight) for weight in self._weights]
        inbox = self._inbox[machine.rank]
        for rank, pieces in enumerate(self._pieces):
            if rank != machine.rank:
                for number, within, place in pieces:
                    inbox[place].copy_(gradients[number][within])
        # Whoever knows what all have lost knows that all gradients lie there.
        total = torch.tensor(sum(each for (each,) in machine.meet(float(loss))), dtype=loss.dtype)
        if machine.across is not None:
            dist.all_reduce(total, group=machine.across)
        for own, (number, within, place) in zip(self._own, self._pieces[machine.rank], strict=True):
            own.grad = gradients[number][within]
            for rank, given in enumerate(self._inbox):
                if rank != machine.rank:
                    own.grad += given[place]
        self._add_across()
        if (norm := self._norm()) > most:
            torch.nn.utils.clip_grads_with_norm_(self._own, most, norm)
        for name in ("lr", "weight_decay"):
            self._stepping.param_groups[0][name] = self._optimizer.param_groups[0][name]
        self._stepping.step()
        for weight in self._weights:
            self._optimizer.state[weight]["step"] += 1
        # Nobody reads weights before all are stepped.
        machine.meet()
        return total

    def _add_across(self) -> None:
        """Add up the gradients of this part on all machines."""
        if self._machine.across is not None:
            group = self._machine.across
            given = [each.grad for each in self._own]
            for work in [dist.all_reduce(each, group=group, async_op=True) for each in given]:
                work.wait()

    def _norm(self) -> Tensor:
        """The norm of all gradients, from those of the parts."""
        own = torch.nn.utils.get_total_norm(
            [each.grad for each in self._own if each.grad is not None]
        )
        return torch.tensor(math.hypot(*(each for (each,) in self._machine.meet(float(own)))))

    def _moved(self, values: Tensor | None, shared: Tensor, begin: int, like: Tensor) -> Tensor:
        """Where values lie from now on; one process writes them there."""
        place = shared[begin : begin + like.numel()].view(like.shape)
        if values is not None and self._machine.rank == 0:
            place.copy_(values)
        return place


def shard(network: nn.Module, optimizer: torch.optim.AdamW, world: World) -> ShardedAdam | None:
    """The steps of an optimizer, shared by those of the processes that are on one machine.

    Args:
        network: What is trained; its weights have the same values in all processes.
        optimizer: Steps all its weights, and knows the same of them in all processes.
        world: The processes.

    Returns:
        None if they are alone on their machines, or cannot have so much memory together.
    """
    if (machine := world.machine) is None:
        return None
    memory = common_memory(ShardedAdam.size(network, machine), machine.here)
    return None if memory is None else ShardedAdam(network, optimizer, machine, memory)


def _layout(weights: Sequence[Tensor]) -> tuple[list[int], int]:
    """Where each weight begins among the numbers of all, and how many these are."""
    lines = [-(-each.numel() // _LINE) * _LINE for each in weights]
    *begins, whole = accumulate(lines, initial=0)
    return begins, whole


def _parts(
    weights: Sequence[Tensor], begins: Sequence[int], whole: int, count: int
) -> list[list[_Piece]]:
    """The pieces of so many parts, of like size, that all weights are cut into."""
    cuts = [whole // _LINE * number // count * _LINE for number in range(count + 1)]
    parts: list[list[_Piece]] = []
    for low, high in pairwise(cuts):
        pieces = []
        for number, (weight, begin) in enumerate(zip(weights, begins, strict=True)):
            first, last = max(low, begin), min(high, begin + weight.numel())
            if first < last:
                within = slice(first - begin, last - begin)
                pieces.append(_Piece(number, within, slice(first, last)))
        parts.append(pieces)
    return parts


def _gradient(weight: Tensor) -> Tensor:
    """The gradient on a weight, number by number."""
    given = torch.zeros_like(weight) if weight.grad is None else weight.grad
    return given.reshape(-1)
