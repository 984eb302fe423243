"""The compiled kernels; karussell.kernels checks what goes in here."""

from typing import Any

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.floating[Any]]

def levels() -> list[str]: ...
def level() -> str: ...
def use_level(name: str) -> None: ...
def use_openmp(path: str) -> bool: ...
def lstm_forward(
    x: _Floats,
    weight_ih: _Floats,
    weight_hh: _Floats,
    bias: _Floats,
    hidden: _Floats,
    cell: _Floats,
    peepholes: _Floats | None,
    projection: _Floats | None,
    lengths: npt.NDArray[np.int64] | None,
    hiddens: _Floats,
    cells: _Floats,
    gates: _Floats,
    cells_per_block: int,
    coupled: bool,
    bfloat16: bool,
    threads: int,
) -> None: ...
def lstm_backward(
    hiddens: _Floats,
    cells: _Floats,
    gates: _Floats,
    x: _Floats,
    weight_ih: _Floats,
    weight_hh: _Floats,
    hidden: _Floats,
    cell: _Floats,
    peepholes: _Floats | None,
    projection: _Floats | None,
    lengths: npt.NDArray[np.int64] | None,
    grad_hidden: _Floats,
    grad_cell: _Floats,
    to_x: _Floats,
    to_weight_ih: _Floats,
    to_weight_hh: _Floats,
    to_bias: _Floats,
    to_hidden: _Floats,
    to_cell: _Floats,
    to_peepholes: _Floats | None,
    to_projection: _Floats | None,
    cells_per_block: int,
    coupled: bool,
    bfloat16: bool,
    threads: int,
) -> None: ...
def rnn_forward(
    x: _Floats,
    weight_ih: _Floats,
    weight_hh: _Floats,
    bias: _Floats,
    hidden: _Floats,
    hiddens: _Floats,
    relu: bool,
    threads: int,
) -> None: ...
def rnn_backward(
    hiddens: _Floats,
    x: _Floats,
    weight_ih: _Floats,
    weight_hh: _Floats,
    hidden: _Floats,
    grad_hidden: _Floats,
    to_x: _Floats,
    to_weight_ih: _Floats,
    to_weight_hh: _Floats,
    to_bias: _Floats,
    to_hidden: _Floats,
    relu: bool,
    threads: int,
) -> None: ...

class LstmStepper:
    def __init__(
        self, weight_ih: _Floats, weight_hh: _Floats, bias: _Floats, cells_per_block: int
    ) -> None: ...
    def step(
        self,
        x: _Floats,
        hidden: _Floats,
        cell: _Floats,
        next_hidden: _Floats,
        next_cell: _Floats,
        gates: _Floats,
    ) -> None: ...

class RnnStepper:
    def __init__(
        self, weight_ih: _Floats, weight_hh: _Floats, bias: _Floats, relu: bool
    ) -> None: ...
    def step(self, x: _Floats, hidden: _Floats, next_hidden: _Floats) -> None: ...

def scores_float(
    weight: _Floats, bias: _Floats, hidden: _Floats, first: int, scores: _Floats
) -> None: ...
def scores_int8(
    weight: npt.NDArray[np.int8],
    scale: _Floats,
    bias: _Floats,
    hidden: _Floats,
    first: int,
    scores: _Floats,
) -> None: ...
def top_k(scores: _Floats, ids: npt.NDArray[np.int64], values: _Floats) -> int: ...
def log_sum_exp(scores: _Floats) -> float: ...
def sigmoid(x: _Floats, to: _Floats) -> None: ...
def tanh(x: _Floats, to: _Floats) -> None: ...
