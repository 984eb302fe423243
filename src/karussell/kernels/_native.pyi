"""The compiled kernels; karussell.kernels checks what goes in here."""

from typing import Any

import numpy as np
import numpy.typing as npt
from typing_extensions import Buffer

_Floats = npt.NDArray[np.floating[Any]]
# What lies in memory, of NumPy or without it.
_Numbers = Buffer | npt.NDArray[Any]

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
    mask: _Floats | None,
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
    mask: _Floats | None,
    lengths: npt.NDArray[np.int64] | None,
    grad_hidden: _Floats,
    grad_cell: _Floats,
    grad_cells: _Floats | None,
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
    bfloat16: bool,
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
    bfloat16: bool,
    threads: int,
) -> None: ...

class OnlineShape: ...

def online_shape(
    inputs: int,
    blocks: int,
    cells: int,
    outputs: int,
    forgets: bool,
    gates_recur: bool,
    peepholes: bool,
    outputs_see_inputs: bool,
    cell_input: str,
    input_alpha: float,
    input_beta: float,
    cell_output: str,
    output_alpha: float,
    output_beta: float,
) -> OnlineShape: ...
def online_learning(
    shape: OnlineShape,
    x: _Floats,
    targets: _Floats,
    matters: _Floats,
    begins: _Floats,
    rates: _Floats,
    trained: _Floats,
    weights: _Floats,
    state: _Floats,
    errors: _Floats,
    outputs: _Floats | None,
    learns: bool,
    wrong: float,
    threads: int,
) -> None: ...

class SequenceState:
    @property
    def nbytes(self) -> int: ...
    @property
    def hidden(self) -> _Floats: ...
    @property
    def cell(self) -> _Floats: ...

class Network:
    def __init__(self, format: str) -> None: ...
    def add_layer(
        self,
        cell: str,
        inputs: int,
        blocks: int,
        cells: int,
        coupled: bool,
        ih: tuple[Any, ...],
        hh: tuple[Any, ...],
        bias: _Numbers,
        peepholes: _Numbers | None,
    ) -> None: ...
    def finish(
        self, projection: tuple[Any, ...], embedding: tuple[Any, ...], bias: _Numbers, words: int
    ) -> None: ...
    def start(self) -> SequenceState: ...
    def after(self, state: SequenceState, word: int) -> SequenceState: ...
    def log_probs(self, state: SequenceState) -> memoryview: ...
    def step(
        self,
        ids: npt.NDArray[np.int64],
        hidden: _Floats,
        cell: _Floats,
        next_hidden: _Floats,
        next_cell: _Floats,
        gates: _Floats | None,
        threads: int,
    ) -> None: ...
    def scores(self, hidden: _Floats, first: int, scores: _Floats, threads: int) -> None: ...
    def best(
        self, hidden: _Floats, ids: npt.NDArray[np.int64], log_probs: _Floats, threads: int
    ) -> None: ...
    def predict(
        self,
        words: npt.NDArray[np.int64],
        hidden: _Floats,
        cell: _Floats,
        next_hidden: _Floats,
        next_cell: _Floats,
        ids: npt.NDArray[np.int64],
        log_probs: _Floats,
        threads: int,
    ) -> None: ...

def top_k(scores: _Floats, ids: npt.NDArray[np.int64], values: _Floats) -> int: ...
def best_of(
    scores: _Numbers, k: int, first: int, last: int
) -> tuple[list[tuple[float, int]], float]: ...
def log_sum_exp(scores: _Numbers) -> float: ...
def extremes(numbers: _Numbers) -> tuple[float, float]: ...
def tally(bytes: bytes) -> list[int]: ...
def taken(table: _Numbers, places: _Numbers) -> memoryview: ...
def softmax_loss(
    features: _Floats,
    weight: _Floats,
    bias: _Floats,
    targets: npt.NDArray[np.int64],
    losses: _Floats,
    bfloat16: bool,
    threads: int,
) -> None: ...
def softmax_gradients(
    features: _Floats,
    weight: _Floats,
    bias: _Floats,
    targets: npt.NDArray[np.int64],
    token_weights: _Floats,
    losses: _Floats,
    to_features: _Floats,
    to_weight: _Floats,
    to_bias: _Floats,
    bfloat16: bool,
    threads: int,
) -> None: ...
def sampled_softmax_gradients(
    features: _Floats,
    weight: _Floats,
    bias: _Floats,
    hits: npt.NDArray[np.int64],
    own: _Floats,
    own_bias: _Floats,
    token_weights: _Floats,
    losses: _Floats,
    to_features: _Floats,
    to_weight: _Floats,
    to_bias: _Floats,
    to_own: _Floats,
    to_own_bias: _Floats,
    bfloat16: bool,
    threads: int,
) -> None: ...
def add_rows(rows: _Floats, ids: npt.NDArray[np.int64], to: _Floats) -> None: ...
def lend(floats: int) -> _Floats: ...
def meet(
    seats: npt.NDArray[np.float64],
    own: int,
    told: npt.NDArray[np.float64],
    heard: npt.NDArray[np.float64],
    seconds: float,
) -> bool: ...
def sigmoid(x: _Floats, to: _Floats) -> None: ...
def tanh(x: _Floats, to: _Floats) -> None: ...

class MappedFile:
    def __init__(self, file: int, size: int) -> None: ...
    @property
    def bytes(self) -> memoryview: ...
    @property
    def damaged(self) -> bool: ...

class WordList:
    def __init__(self, words: list[str]) -> None: ...
    @staticmethod
    def of_lines(lines: bytes) -> WordList: ...
    def __len__(self) -> int: ...
    def word(self, position: int) -> str: ...
    def find(self, word: str) -> int: ...
    def prefix(self, prefix: str) -> tuple[int, int]: ...
    def first_unsorted(self) -> int: ...

class ArcsBehind:
    def __init__(self, arcs: list[tuple[int, int, str, float]]) -> None: ...

class Lattice:
    def __init__(self, arcs: list[tuple[int, int, str, float]], missing: _Numbers) -> None: ...
    @staticmethod
    def join(behind: list[ArcsBehind], missing: _Numbers) -> Lattice: ...

class Scores:
    def __init__(self, scores: _Numbers) -> None: ...

class WordSearch:
    def __init__(self, words: WordList) -> None: ...
    def __len__(self) -> int: ...
    def find(
        self,
        scores: Scores,
        lattice: Lattice,
        extent: int,
        begin: int,
        limit: int,
        floor: float,
        within: float,
        budget: int,
    ) -> tuple[list[list[tuple[int, float]]], int]: ...

def unprintable(lines: bytes) -> tuple[int, int | None] | None: ...
def read_memory(bytes_per_thread: int, rounds: int, threads: int) -> tuple[float, int]: ...
def multiply_registers(number_format: str, rounds: int, threads: int) -> tuple[float, int]: ...
