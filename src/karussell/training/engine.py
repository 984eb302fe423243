"""What computes a training: our kernels on the CPU, or torch's operations on a GPU."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import torch
from torch import Tensor

from karussell.errors import UsageError, shown
from karussell.layers import By, Precision, kernel_precision
from karussell.training.started import local_rank

Device = Literal["auto", "cpu", "cuda"]
# A GPU works on while the host asks for more; a loss is waited for after so many updates.
_READ_EVERY = 50
_CPU = torch.device("cpu")


class Draws:
    """What all that is random in an update is drawn from.

    Attributes:
        host: For what is chosen on the host, which so is the same whatever the device.
        device: For what is made where the training is: other numbers on a GPU than on the CPU.
    """

    def __init__(self, device: torch.device) -> None:
        self.host = torch.Generator("cpu")
        self.device = torch.Generator(device) if device.type == "cuda" else self.host

    def manual_seed(self, seed: int) -> None:
        """Have all that follows depend on this alone."""
        self.host.manual_seed(seed)
        if self.device is not self.host:
            self.device.manual_seed(seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What computes a training, and where.

    Attributes:
        by: "kernels" on the CPU; or "torch", whose operations run on any device.
        device: Where weights, text and states are.
        line: Which it is and why, for people.
    """

    by: By = "kernels"
    device: torch.device = _CPU
    line: str = "Trains on the CPU."

    @property
    def reads_every(self) -> int:
        """After how many updates the loss is looked at, for which the host waits."""
        return 1 if self.by == "kernels" else _READ_EVERY

    def precision(self, asked: Precision) -> Literal["float32", "bfloat16"]:
        """What "auto" means here."""
        if asked == "auto" and self.device.type == "cuda":
            fast = torch.cuda.is_bf16_supported(including_emulation=False)
            return "bfloat16" if fast else "float32"
        return kernel_precision(asked)

    def draws(self) -> Draws:
        """Where random numbers come from."""
        return Draws(self.device)

    def sent(self, values: Tensor) -> Tensor:
        """Values where the training is; the host does not wait for them to arrive."""
        if self.device.type == "cuda":
            values = values.pin_memory()
        return values.to(self.device, non_blocking=True)

    def products(self, precision: Precision) -> contextlib.AbstractContextManager[object]:
        """Where torch's layers make products of bfloat16, if a precision says so."""
        kind = self.device.type
        narrow = self.by == "torch" and precision == "bfloat16"
        if not narrow or not torch.amp.is_autocast_available(kind):
            return contextlib.nullcontext()
        return torch.autocast(kind, torch.bfloat16)

    @contextlib.contextmanager
    def chosen(self) -> Iterator[None]:
        """Have torch use this device, without autocast, and float32 mean float32 there."""
        if self.device.type != "cuda":
            yield
            return
        with (
            torch.cuda.device(self.device),
            torch.autocast("cuda", enabled=False, cache_enabled=False),
            whole_floats(),
        ):
            yield


@contextlib.contextmanager
def whole_floats() -> Iterator[None]:
    """Have a GPU make products of float32 of float32, not of the shorter TF32."""
    cudnn, cublas = torch.backends.cudnn, torch.backends.cuda.matmul
    places: tuple[tuple[Any, str, Any], ...]
    if hasattr(cudnn, "rnn"):
        places = ((cudnn.rnn, "fp32_precision", "ieee"), (cublas, "fp32_precision", "ieee"))
    else:  # before torch 2.9
        places = ((cudnn, "allow_tf32", False), (cublas, "allow_tf32", False))
    before = [(place, name, getattr(place, name)) for place, name, _ in places]
    try:
        for place, name, value in places:
            setattr(place, name, value)
        yield
    finally:
        for place, name, value in before:
            setattr(place, name, value)


def engine_for(device: str = "auto") -> Engine:
    """What computes a training on a device.

    Args:
        device: "cpu", "cuda", or "auto": a GPU where torch finds one, else the CPU.

    Raises:
        UsageError: If there is no such device, or none for this process.
    """
    if device not in get_args(Device):
        raise UsageError(
            f"device is {shown(str(device), 40)!r}, expected 'auto', 'cpu' or 'cuda'; which of "
            "several GPUs it is, CUDA_VISIBLE_DEVICES says"
        )
    if device == "cpu":
        return Engine(line="Trains on the CPU, as was asked for.")
    if missing := _missing():
        if device == "cuda":
            raise UsageError(
                f"device is 'cuda', and {missing}; expected a GPU that torch can use: leave the "
                "device out, or choose 'cpu'"
            )
        return Engine(line=f"Trains on the CPU: {missing}.")
    number, there = local_rank(), torch.cuda.device_count()
    if number >= there:
        raise UsageError(
            f"process {number} of this machine has no GPU of its own, since there are {there}; "
            f"start so many (--nproc-per-node {there}), or choose the device 'cpu'"
        )
    place = torch.device("cuda", number)
    why = "as was asked for" if device == "cuda" else "the GPU that torch finds"
    line = f"Trains on {place}, {shown(torch.cuda.get_device_name(place), 60)}, {why}."
    return Engine(by="torch", device=place, line=line)


def _missing() -> str:
    """Why there is no GPU; nothing if there is one."""
    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None and torch.version.hip is None:
        return f"torch {torch.__version__} was built for the CPU alone"
    return f"torch {torch.__version__} finds no GPU here that it can use"
