"""Every option of a layer against everything it can go to: what is kept, converted, refused.

``python -m tests.interchange.targets`` prints the table of ``docs/reference/interchange.md``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from karussell.blocks import LayerWeights, State
from karussell.interchange import (
    export_layers,
    to_equinox,
    to_flax,
    to_int8,
    to_keras,
    to_onnx,
    to_torch,
)
from karussell.kernels import Activation, Block, Floats
from karussell.layers import LSTM, RNN
from tests.interchange.test_frameworks import equinox_step, flax_step, keras_step

TIME, BATCH, INPUTS, HIDDEN = 5, 3, 3, 4
LENGTHS = [5, 2, 3]

# Of the layer, and of its blocks.
OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "cells": ({}, {"cells": 2}),
    "coupled": ({}, {"coupled": True}),
    "open": ({}, {"forgets": False}),
    "peepholes": ({"peepholes": True}, {}),
    "fed back": ({}, {"gate_recurrence": True}),
    "norm": ({}, {"layer_norm": True}),
    "gate": ({}, {"gate": Activation("hard_sigmoid", 0.3, 0.4)}),
    "input": ({}, {"cell_input": Activation("scaled_tanh", 2, 0.5)}),
    "output": ({}, {"cell_output": Activation("affine", 0.5, 0.1)}),
    "relu": ({}, {"cell_input": Activation("relu"), "cell_output": Activation("softsign")}),
    "net": ({}, {"net_clip": 0.4}),
    "cell": ({}, {"cell_clip": 0.3}),
    "1997": (
        {"bias": "gates"},
        {name: getattr(Block.of_1997(2), name) for name in Block.__dataclass_fields__},
    ),
    "projection": ({"proj_size": 2}, {}),
    "zoneout": ({"zoneout": (0.2, 0.3)}, {}),
    "layers": ({"num_layers": 2}, {}),
    "both ways": ({"bidirectional": True}, {}),
    "no bias": ({"bias": False}, {}),
    "one bias": ({"bias": "one"}, {}),
    "gate biases": ({"bias": "gates"}, {}),
    "biases": ({"input_bias": -1.0, "forget_bias": 1.0, "output_bias": 0.5}, {}),
    "training": (
        {
            "num_layers": 2,
            "dropout": 0.5,
            "recurrent_dropout": 0.5,
            "weight_drop": 0.5,
            "truncated": True,
        },
        {},
    ),
    "precision": ({"precision": "bfloat16"}, {}),
    "float64": ({"dtype": torch.float64}, {}),
    "float16": ({"dtype": torch.float16}, {}),
    "bfloat16": ({"dtype": torch.bfloat16}, {}),
    "batch first": ({"batch_first": True}, {}),
    "lengths": ({}, {}),
    "packed": ({}, {}),
    "plain": ({}, {}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A layer, and how it is called."""

    layer: LSTM | RNN
    lengths: bool
    packed: bool

    @classmethod
    def of(cls, *names: str) -> "Case":
        torch.manual_seed(0)
        options: dict[str, Any] = {}
        block: dict[str, Any] = {}
        for name in names:
            options |= OPTIONS[name][0]
            block |= OPTIONS[name][1]
        if block:
            options["block"] = Block(**block)
        layer = (
            RNN(INPUTS, HIDDEN, nonlinearity="relu")
            if "plain" in names
            else LSTM(INPUTS, HIDDEN, **options)
        )
        return cls(layer=layer.eval(), lengths="lengths" in names, packed="packed" in names)

    @property
    def dtype(self) -> torch.dtype:
        return next(self.layer.parameters()).dtype

    def given(self) -> tuple[Tensor, tuple[Tensor, ...], list[int] | None]:
        torch.manual_seed(1)
        x = torch.randn(TIME, BATCH, INPUTS, dtype=torch.float64)
        count = self.layer.num_layers * (1 + self.layer.bidirectional)
        sizes = self.layer._state_sizes
        states = tuple(torch.rand(count, BATCH, size, dtype=x.dtype) / 2 for size in sizes)
        x = x.transpose(0, 1) if self.layer.batch_first else x
        lengths = LENGTHS if self.lengths or self.packed else None
        return x.to(self.dtype), tuple(part.to(self.dtype) for part in states), lengths

    def called(self, x: Tensor, *rest: Any) -> tuple[Tensor, ...]:
        """What the layer gives, flat; states and perhaps lengths follow its input."""
        count = len(self.layer._state_sizes)
        states: Any = rest[:count] if count > 1 else rest[0]
        if self.packed:
            packed = pack_padded_sequence(x, torch.tensor(LENGTHS), enforce_sorted=False)
            output, last = self.layer(packed, states)
            output = output.data
        else:
            output, last = self.layer(x, states, *rest[count:])
        return (output, *(last if isinstance(last, tuple) else (last,)))

    def right(self) -> list[Floats]:
        x, states, lengths = self.given()
        with torch.no_grad():
            return as_numpy(self.called(x, *states, *([lengths] if self.lengths else [])))


def as_numpy(tensors: Any) -> list[Floats]:
    return [each.detach().double().numpy() for each in tensors]


class Row(NamedTuple):
    """Options, as the table shows them, and what becomes of them: kept, converted, or why not."""

    names: tuple[str, ...]
    shown: str
    said: dict[str, str]


COLUMNS = {
    "arrays": "`to_keras`, `to_flax`, `to_equinox`",
    "torch": "`to_torch`",
    "node": "`to_onnx`",
    "file": "`export_layers`, `to_int8`",
    "older": "`torch.onnx.export` with `dynamo=False`",
    "newer": "`torch.onnx.export`",
}


def of(names: tuple[str, ...], shown: str, *said: str) -> Row:
    return Row(names, shown, dict(zip(COLUMNS, said, strict=True)))


_OF_BLOCK = "has no Block("
_SEVERAL = "peepholes of several cells to a gate"
# There is nothing of it that could be lost.
NONE = ""
K, C = "kept", "converted"
YES = (K, C, NONE)
ROWS = [
    of((), "none", K, K, K, K, K, K),
    of(("cells",), "`cells_per_block=2`", C, C, C, C, C, C),
    of(("coupled",), "`coupled_gates=True`", C, C, C, C, C, C),
    of(("open",), "`Block(forgets=False)`", C, C, C, C, C, C),
    of(("peepholes",), "`peepholes=True`", *["has no peepholes"] * 2, K, K, K, K),
    of(("peepholes", "cells"), "the same, `cells_per_block=2`", *["has no peepholes"] * 2,
        _SEVERAL, C, _SEVERAL, C),
    of(("fed back",), "`Block(gate_recurrence=True)`", *[_OF_BLOCK + "gate_recurrence=True)"] * 2,
        "gates fed back", C, "gates fed back", C),
    of(("norm",), "`Block(layer_norm=True)`", *[_OF_BLOCK + "layer_norm=True)"] * 2,
        "layer normalisation", C, "layer normalisation", C),
    of(("gate",), "`Block(gate=...)`", *[_OF_BLOCK + "gate="] * 2, K, K, K, K),
    of(("input",), "`Block(cell_input=...)`", *[_OF_BLOCK + "cell_input="] * 2, K, K, K, K),
    of(("output",), "`Block(cell_output=...)`", *[_OF_BLOCK + "cell_output="] * 2, K, K, K, K),
    of(("relu",), "both of the last", *[_OF_BLOCK + "cell_input="] * 2, K, K, K, K),
    of(("net",), "`Block(net_clip=c)`", *[_OF_BLOCK + "net_clip="] * 2, K, K, K, K),
    of(("net", "open"), "the same, `forgets=False`", *[_OF_BLOCK + "forgets=False, net_clip="] * 2,
        "net_clip without a forget gate", C, "net_clip without a forget gate", C),
    of(("gate", "coupled"), "`gate=...`, `coupled=True`", *[_OF_BLOCK + "coupled=True, gate="] * 2,
        "hard_sigmoid gates without rows of their own", C,
        "hard_sigmoid gates without rows of their own", C),
    of(("cell",), "`Block(cell_clip=c)`", *[_OF_BLOCK + "cell_clip="] * 2,
        "cell_clip: an LSTM node of ONNX has none", C, "cell_clip: an LSTM node of ONNX has none",
        C),
    of(("1997",), "`Block.of_1997(2)`", *[_OF_BLOCK + "cells=2, forgets=False, cell_input="] * 2,
        "gates fed back", C, "gates fed back", C),
    of(("projection",), "`proj_size=P`", "has no projection", K,
        "a projection: an LSTM node of ONNX has none", C,
        "a projection: an LSTM node of ONNX has none", C),
    of(("zoneout",), "`zoneout=p`", *["has no zoneout"] * 3, C,
        "zoneout: an LSTM node of ONNX has none", C),
    of(("layers",), "`num_layers=2`", K, K, K, K, K, K),
    of(("both ways",), "`bidirectional=True`", K, K, K, K, K, K),
    of(("no bias",), "`bias=False`", C, C, C, C, C, C),
    of(("one bias",), '`bias="one"`', K, C, C, C, C, C),
    of(("gate biases",), '`bias="gates"`', C, C, C, C, C, C),
    of(("biases",), "`input_bias`, `forget_bias`, `output_bias`", K, K, K, K, K, K),
    of(("training",), "`dropout`, `recurrent_dropout`, `weight_drop`, `truncated`",
        *[NONE] * 6),
    of(("precision",), '`precision="bfloat16"`', C, C, C, C, C, C),
    of(("float64",), "`dtype=torch.float64`", K, K, K, C,
        "float64, as ONNX Runtime runs it: an LSTM node of ONNX has none", C),
    of(("float16",), "`dtype=torch.float16`", C, C, C, C, K, K),
    of(("bfloat16",), "`dtype=torch.bfloat16`", C, C, C, C,
        *["bfloat16: ONNX Runtime runs no such layer"] * 2),
    of(("batch first",), "`batch_first=True`", NONE, NONE, NONE, K, K, K),
    of(("lengths",), "called with `lengths`", NONE, NONE, K, K, K, K),
    of(("packed",), "called with a `PackedSequence`", NONE, NONE, NONE, NONE,
        *["ONNX has no packed sequences"] * 2),
    of(("plain",), "`RNN`", *["the weights are of a plain layer of relu"] * 4, K, K),
]  # fmt: skip


def table() -> str:
    """The table of the documentation."""
    lines = ["| option | " + " | ".join(COLUMNS.values()) + " |", "|---" * (1 + len(COLUMNS)) + "|"]
    for row in ROWS:
        cells = [
            (cell or "\u2013") if cell in YES else f"no: *{cell}{'...)' * cell.endswith('=')}*"
            for cell in row.said.values()
        ]
        lines.append("| " + " | ".join([row.shown, *cells]) + " |")
    return "\n".join(lines)


Run = Callable[[Case, Path], list[Floats]]


def _in_time(
    case: Case, cell: Callable[[LayerWeights[Floats], bool], Callable[[Floats, State], State]]
) -> list[Floats]:
    """All layers of a case, by the cells of another framework."""
    x, states, _ = case.given()
    x = x.transpose(0, 1) if case.layer.batch_first else x
    read = x.double().numpy()
    steps = [
        [cell(one, direction == 1) for direction, one in enumerate(directions)]
        for directions in case.layer.weights()
    ]
    pairs = zip(*as_numpy(states[:2]), strict=True)
    before = [State(hidden=hidden, cell=cell) for hidden, cell in pairs]
    last: list[State] = []
    for directions in steps:
        outputs = []
        for direction, step in enumerate(directions):
            state, shown = before[len(last)], []
            for now in read[::-1] if direction else read:
                state = step(now, state)
                shown.append(state.hidden)
            outputs.append(np.stack(shown[::-1] if direction else shown))
            last.append(state)
        read = np.concatenate(outputs, axis=-1)
    return [read, np.stack([one.hidden for one in last]), np.stack([one.cell for one in last])]


def _arrays(write: Any, step: Any) -> Run:
    def cell(weights: LayerWeights[Floats], backwards: bool) -> Callable[[Floats, State], State]:
        written = write(weights, backwards=backwards)

        def run(x: Floats, state: State) -> State:
            hidden, cell = step(written, x, state)
            return State(hidden=hidden, cell=cell)

        return run

    return lambda case, path: _in_time(case, cell)


def _torch(case: Case, path: Path) -> list[Floats]:
    found = to_torch(case.layer.weights())
    layer = case.layer
    twin = nn.LSTM(
        INPUTS,
        HIDDEN,
        layer.num_layers,
        bidirectional=layer.bidirectional,
        proj_size=layer.proj_size,
        batch_first=layer.batch_first,
        dtype=torch.float64,
    )
    twin.load_state_dict({name: torch.from_numpy(array) for name, array in found.items()})
    x, states, _ = case.given()
    output, last = twin(x.double(), tuple(part.double() for part in states))
    return as_numpy((output, *last))


def run_node(operator: str, arrays: list[Any], attributes: dict[str, Any]) -> list[Floats]:
    """What ONNX Runtime makes of a node, of NumPy's arrays; None for those that are not there."""
    given = {f"in_{n}": array for n, array in enumerate(arrays) if array is not None}
    names = [f"in_{n}" if array is not None else "" for n, array in enumerate(arrays)]
    outputs = ["y", "last_hidden", *(["last_cell"] if operator == "LSTM" else [])]
    kinds = {name: helper.np_dtype_to_tensor_dtype(array.dtype) for name, array in given.items()}
    graph = helper.make_graph(
        [helper.make_node(operator, names, outputs, **attributes)],
        "one",
        [helper.make_tensor_value_info(name, kinds[name], a.shape) for name, a in given.items()],
        [helper.make_tensor_value_info(name, kinds["in_0"], None) for name in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    results: list[Floats] = session(model.SerializeToString()).run(None, given)
    return results


def session(model: bytes | str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    return onnxruntime.InferenceSession(model, options)


def _node(case: Case, path: Path) -> list[Floats]:
    x, states, lengths = case.given()
    x = x.transpose(0, 1) if case.layer.batch_first else x
    counts = None if lengths is None else np.array(lengths, np.int32)
    read, before, ends = x.float().numpy(), [part.float().numpy() for part in states], []
    for number, directions in enumerate(case.layer.weights()):
        node = to_onnx(directions)
        own = slice(number * len(directions), (number + 1) * len(directions))
        arrays = [part if part is None else part.astype(np.float32) for part in node[:4]]
        given = [read, *arrays[:3], counts, *(part[own] for part in before), arrays[3]]
        y, *last = run_node("LSTM", given, node.attributes)
        read = y.transpose(0, 2, 1, 3).reshape(*read.shape[:2], -1)
        ends.append(last)
    return [read, *map(np.concatenate, zip(*ends, strict=True))]


def _file(case: Case, path: Path, int8: bool = False) -> list[Floats]:
    layer = case.layer
    export_layers(path, layer.weights(), batch_first=layer.batch_first, lengths=case.lengths)
    if int8:
        to_int8(path)
    x, states, lengths = case.given()
    named = zip(("input", "hidden", "cell", "gates"), (x, *states), strict=False)
    given = {name: part.float().numpy() for name, part in named}
    more = {} if lengths is None else {"lengths": np.array(lengths)}
    results: list[Floats] = session(str(path)).run(None, {**given, **more})
    return results


class Called(nn.Module):
    """A case as a module."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.layer, self.case = case.layer, case

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        return self.case.called(*given)


def operators(path: Path) -> set[str]:
    return {node.op_type for node in onnx.load(path).graph.node}


TARGETS: dict[str, tuple[str, Run]] = {
    "keras": ("arrays", _arrays(to_keras, keras_step)),
    "flax": ("arrays", _arrays(to_flax, flax_step)),
    "equinox": ("arrays", _arrays(to_equinox, equinox_step)),
    "torch": ("torch", _torch),
    "node": ("node", _node),
    "file": ("file", _file),
    "int8": ("file", lambda case, path: _file(case, path, int8=True)),
}

if __name__ == "__main__":
    print(table())
