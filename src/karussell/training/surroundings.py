"""Training apart from the rest of the process: nothing of torch's state counts, none is changed."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from karussell.layers import most_threads
from karussell.training.engine import Engine

# That 16 bits have.
_VALUES = 1 << 16
# Of the trainings at work: torch's number of threads before the first of them, and the thread and
# number of each.
_lock = threading.Lock()
_outer = 0
_inner: list[tuple[int, int]] = []


@contextlib.contextmanager
def apart(threads: int, engine: Engine | None = None) -> Iterator[None]:
    """Train as in a process of one's own, and leave the caller's as it was.

    Gradients are recorded though the caller records none, and without autocast. Torch's number of
    threads and its device are the run's own meanwhile.

    Args:
        threads: How many threads torch and the kernels use.
        engine: What computes it; the CPU if None.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        if torch.is_autocast_enabled("cpu"):
            # Its cache of weights is emptied when the outermost context ends, not after an update.
            stack.enter_context(torch.autocast("cpu", enabled=False, cache_enabled=False))
        if torch.get_default_device().type != "cpu":
            stack.enter_context(torch.device("cpu"))
        stack.enter_context((engine or Engine()).chosen())
        stack.enter_context(_threads(min(threads, most_threads())))
        yield


@contextlib.contextmanager
def _threads(count: int) -> Iterator[None]:
    """So many threads for torch, until the last training is over.

    A thread that begins meanwhile inherits the number of another training, not the caller's.
    """
    global _outer
    with _lock:
        before = torch.get_num_threads()
        here = threading.get_ident()
        others = [number for thread, number in _inner if thread != here]
        if not _inner:
            _outer = before
        elif before in others and (here, before) not in _inner:
            before = _outer
        _inner.append((here, count))
        torch.set_num_threads(count)
    try:
        yield
    finally:
        with _lock:
            _inner.remove((here, count))
            torch.set_num_threads(before)


class _Drawing(TorchFunctionMode):
    """Has what begins at random drawn from a generator of one's own, in this thread."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self._generator = generator

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        given = kwargs or {}
        # Functions of torch.nn.init name it, and methods are called by others with none.
        if "generator" in given or func in (Tensor.uniform_, Tensor.normal_):
            given = {**given, "generator": self._generator}
        return func(*args, **given)


def drawn(seed: int) -> TorchFunctionMode:
    """Where modules are made with weights that only the seed decides, torch's own being left."""
    return _Drawing(torch.Generator("cpu").manual_seed(seed))


class Dropout(nn.Module):
    """As ``torch.nn.Dropout``, but drawn from a generator of its own, and sooner.

    Sixteen random bits decide on a number; torch draws 32 and more for each.

    Args:
        part: Of the numbers set to zero, 0 or more and less than 1; rounded to a 65,536th.
        random: Where it is drawn from.
    """

    def __init__(self, part: float, random: torch.Generator) -> None:
        super().__init__()
        self.part = part
        self._random = random
        # So many of the values that 16 bits have stand for zero.
        self._dropped = min(round(part * _VALUES), _VALUES - 1)

    def forward(self, x: Tensor) -> Tensor:
        """The numbers, some of them zero while training and the others larger."""
        if not (self.training and self._dropped):
            return x
        four = torch.empty(-(-x.numel() // 4), dtype=torch.int64, device=x.device)
        four.random_(torch.iinfo(torch.int64).min, None, generator=self._random)
        drawn = four.view(torch.int16)[: x.numel()].view(x.shape)
        kept = torch.empty(x.shape, dtype=x.dtype, device=x.device)
        torch.ge(drawn, self._dropped - _VALUES // 2, out=kept)
        return x * kept.mul_(_VALUES / (_VALUES - self._dropped))
