"""Adam, its step shared by the processes of a machine through memory that all of them have."""

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor, nn

from karussell.kernels import add_rows
from karussell.training.world import Machine, World, common_memory

# Each weight's numbers begin on a line of the processor's cache, in numbers of float32.
_LINE = 16
# In place of a number of rows.
_ALL = -1


class _Given(NamedTuple):
    """Where one process lays its gradient on one weight.

    Attributes:
        numbers: Like the weight: the gradient, or first of all those of its rows that are not zero.
        rows: How many rows these are, or ``_ALL``; and which, ascending: int64, (1 + rows,).
    """

    numbers: Tensor
    rows: Tensor

    def put(self, gradient: Tensor | None, parts: Iterable[slice]) -> None:
        """Lay a gradient there: rows that are not zero, or if it has all, these parts of them."""
        if gradient is None:
            self.rows[0] = 0
        elif gradient.is_sparse:
            found, places = torch.unique(gradient._indices()[0], return_inverse=True)
            count = len(found)
            self.rows[0], self.rows[1 : 1 + count] = count, found
            kept = self.numbers[:count].zero_()
            add_rows(gradient._values().numpy(), places.numpy(), kept.numpy())
        else:
            self.rows[0] = _ALL
            for part in parts:
                self.numbers[part] = gradient[part]

    def within(self, part: slice) -> tuple[Tensor, Tensor]:
        """The rows of a part that are not zero, counted from its first one, and where they are."""
        found = self.rows[1 : 1 + int(self.rows[0])]
        first, last = torch.searchsorted(found, torch.tensor([part.start, part.stop])).tolist()
        return found[first:last] - part.start, self.numbers[first:last]


class _Own:
    """The rows of one weight that this process steps for all.

    Args:
        weight: All numbers of the weight.
        rows: Which rows.
    """

    def __init__(self, weight: Tensor, rows: slice) -> None:
        self.rows = rows
        self.weight = nn.Parameter(weight[rows])
        # Zeros but for some rows, the gradient where others are zero; and which these are.
        self._sparse: Tensor | None = None
        self._filled: Tensor | None = None

    def add_up(self, gradient: Tensor | None, given: Sequence[_Given], rank: int) -> Tensor:
        """Add up the gradients of all processes, this one's own among them.

        Args:
            gradient: That of this process.
            given: Those that each of them has laid down.
            rank: Which of them this is.

        Returns:
            All its numbers that are not zero.
        """
        dense = gradient is not None and not gradient.is_sparse
        total = gradient[self.rows] if dense else self._zeros()  # type: ignore[index]
        self.weight.grad = total
        filled = []
        for number, each in enumerate(given):
            if each.rows[0] != _ALL:
                rows, numbers = each.within(self.rows)
                if len(rows):
                    add_rows(numbers.numpy(), rows.numpy(), total.numpy())
                filled.append(rows)
            elif number != rank:
                total += each.numbers[self.rows]
        if len(filled) < len(given):
            return total
        self._filled = torch.unique(torch.cat(filled))
        return total.index_select(0, self._filled)

    def whole_gradient(self) -> Tensor:
        """The gradient that was added up, all of whose rows may be changed."""
        self._filled = None
        assert self.weight.grad is not None
        return self.weight.grad

    def _zeros(self) -> Tensor:
        """Zeros, the same memory each time."""
        if self._sparse is None:
            self._sparse = torch.zeros_like(self.weight.detach())
        elif self._filled is None:
            self._sparse.zero_()
        else:
            self._sparse.index_fill_(0, self._filled, 0)
        self._filled = None
        return self._sparse


class ShardedAdam:
    """The steps of an optimizer whose weights and moments lie in memory that processes share.

    Each process adds up the gradients of its rows of each weight, and steps these for all of
    them (ZeRO, Rajbhandari et al. 2020). So there is one copy of weights and moments on a machine,
    and the optimizer knows all of them in every process. Of embeddings only the rows that were
    looked up are exchanged.

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
        places = _Places(self._weights)
        kept, given = memory[: 3 * places.whole], memory[3 * places.whole :]
        values, first, second = kept.view(3, -1)
        self._given = [places.given(each) for each in given.view(machine.size, -1)]
        known = [optimizer.state[weight] for weight in self._weights]
        moments = (("exp_avg", first), ("exp_avg_sq", second))
        for weight, state, begin in zip(self._weights, known, places.begins, strict=True):
            state.setdefault("step", torch.zeros(()))
            for name, shared in moments:
                state[name] = self._moved(state.get(name), shared, begin, weight)
            weight.data = self._moved(weight.data, values, begin, weight)
        self._parts = [_parts(len(weight), machine.size) for weight in self._weights]
        self._own = [
            _Own(weight.data, parts[machine.rank])
            for weight, parts in zip(self._weights, self._parts, strict=True)
        ]
        self._stepping = type(optimizer)([own.weight for own in self._own], fused=True)
        for own, state in zip(self._own, known, strict=True):
            self._stepping.state[own.weight] = {
                "step": state["step"].clone(),
                **{name: state[name][own.rows] for name, _ in moments},
            }
        for each in network.modules():
            if isinstance(each, nn.Embedding):
                each.sparse = True
        machine.meet()

    @staticmethod
    def size(network: nn.Module, machine: Machine) -> int:
        """How many numbers of float32 the processes share."""
        places = _Places([*network.parameters()])
        return 3 * places.whole + machine.size * places.given_size

    def step(self, loss: Tensor, most: float) -> Tensor:
        """Add up the gradients of all processes, clip them and make the step.

        Args:
            loss: What this process has lost, a part of the whole.
            most: The largest norm of the gradients.

        Returns:
            The sum of the losses.
        """
        machine = self._machine
        rank = machine.rank
        for weight, parts, each in zip(self._weights, self._parts, self._given[rank], strict=True):
            each.put(weight.grad, parts[:rank] + parts[rank + 1 :])
        # Whoever knows what all have lost knows that all gradients lie there.
        losses = machine.meet(float(loss.detach()))
        total = torch.tensor(sum(each for (each,) in losses), dtype=loss.dtype)
        if machine.across is not None:
            dist.all_reduce(total, group=machine.across)
        added = [
            own.add_up(weight.grad, given, rank)
            for own, weight, given in zip(
                self._own, self._weights, zip(*self._given, strict=True), strict=True
            )
        ]
        if machine.across is not None:
            added = self._add_across()
        if (norm := self._norm(added)) > most:
            torch.nn.utils.clip_grads_with_norm_([own.weight for own in self._own], most, norm)
        for name in ("lr", "weight_decay"):
            self._stepping.param_groups[0][name] = self._optimizer.param_groups[0][name]
        self._stepping.step()
        # The next gradients may lie where these did.
        self._stepping.zero_grad(set_to_none=True)
        for weight in self._weights:
            self._optimizer.state[weight]["step"] += 1
        # Nobody reads weights before all are stepped.
        machine.meet()
        return total

    def _add_across(self) -> list[Tensor]:
        """Add up the gradients of this part on all machines."""
        given = [own.whole_gradient() for own in self._own]
        for work in [
            dist.all_reduce(each, group=self._machine.across, async_op=True) for each in given
        ]:
            work.wait()
        return given

    def _norm(self, added: list[Tensor]) -> Tensor:
        """The norm of all gradients, from those of the parts."""
        own = float(torch.nn.utils.get_total_norm(added))
        return torch.tensor(math.hypot(*(each for (each,) in self._machine.meet(own))))

    def _moved(self, values: Tensor | None, shared: Tensor, begin: int, like: Tensor) -> Tensor:
        """Where values lie from now on; one process writes them there."""
        place = shared[begin : begin + like.numel()].view(like.shape)
        if values is not None and self._machine.rank == 0:
            place.copy_(values)
        return place


class _Places:
    """Where the numbers of all weights lie, and the gradients that a process gives.

    Args:
        weights: The weights.

    Attributes:
        begins: Where each weight begins.
        whole: How many numbers of float32 there are.
        given_size: How many a process takes to give its gradients.
    """

    def __init__(self, weights: Sequence[Tensor]) -> None:
        self._shapes = [each.shape for each in weights]
        *self.begins, self.whole = accumulate(map(_lines, map(torch.numel, weights)), initial=0)
        # Numbers of rows are twice as long.
        *self._rows, self.given_size = accumulate(
            (_lines(2 * (1 + len(each))) for each in weights), initial=self.whole
        )

    def given(self, memory: Tensor) -> list[_Given]:
        """Where in its memory a process lays the gradient on each weight."""
        return [
            _Given(
                memory[begin : begin + shape.numel()].view(shape),
                memory[rows:].view(torch.int64)[: 1 + shape[0]],
            )
            for shape, begin, rows in zip(self._shapes, self.begins, self._rows, strict=True)
        ]


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


def _lines(count: int) -> int:
    """So many numbers, or more that fill lines."""
    return -(-count // _LINE) * _LINE


def _parts(rows: int, count: int) -> list[slice]:
    """So many parts, of like size, that the rows of a weight are cut into."""
    cuts = [rows * number // count for number in range(count + 1)]
    return [slice(*each) for each in pairwise(cuts)]
