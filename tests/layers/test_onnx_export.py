"""Modules that hold a layer, through both of torch's own exporters to ONNX."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from karussell.errors import UsageError
from karussell.kernels import Activation, Block
from karussell.layers import LSTM, RNN


class Holder(nn.Module):
    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
        output, states = self.layer(x) if lengths is None else self.layer(x, None, lengths)
        return output, states[0] if isinstance(states, tuple) else states


NODES: list[Any] = [
    LSTM(4, 6),
    LSTM(4, 6, num_layers=2, bidirectional=True),
    LSTM(4, 6, cells_per_block=2, bias="gates"),
    LSTM(4, 6, peepholes=True, coupled_gates=True),
    LSTM(4, 6, block=Block(net_clip=1, cell_input=Activation("scaled_tanh", 2, 1))),
    RNN(4, 6, nonlinearity="relu", bidirectional=True),
]
SCANS: list[Any] = [
    LSTM(4, 6, block=Block.of_1997(2)),
    LSTM(4, 6, zoneout=0.2, bidirectional=True),
    LSTM(4, 6, block=Block(layer_norm=True), proj_size=2),
    LSTM(4, 6, cells_per_block=2, peepholes=True),
]


def export(path: Path, layer: Any, *, dynamo: bool, lengths: bool) -> tuple[Holder, Any]:
    holder = Holder(layer).eval()
    given = (torch.zeros(5, 3, 4), torch.tensor([5, 2, 1]) if lengths else None)
    names = ["x", "lengths"][: 1 + lengths]
    x, counts = {0: "time", 1: "batch"}, {0: "batch"}
    free: dict[str, Any] = {"dynamic_axes": {"x": x, "lengths": counts}}
    if dynamo:
        free = {"dynamic_shapes": {"x": x, "lengths": counts if lengths else None}}
    else:
        free["dynamic_axes"] = {name: free["dynamic_axes"][name] for name in names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of its own parts
        torch.onnx.export(
            holder, given, path, input_names=names, dynamo=dynamo, verbose=False, **free
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    return holder, onnxruntime.InferenceSession(str(path), options)


def same(holder: Holder, running: Any, *, lengths: bool) -> None:
    for time, batch in [(5, 3), (9, 4), (1, 1)]:
        x = torch.randn(time, batch, 4)
        counts = torch.randint(0, time + 1, (batch,)) if lengths else None
        with torch.no_grad():
            right = holder(x, counts)
        more = {} if counts is None else {"lengths": counts.numpy()}
        for got, one in zip(running.run(None, {"x": x.numpy(), **more}), right, strict=True):
            np.testing.assert_allclose(got, one.numpy(), rtol=0, atol=2e-6)


@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("layer", NODES, ids=repr)
def test_the_older_exporter_writes_nodes_of_any_length(
    layer: Any, lengths: bool, tmp_path: Path
) -> None:
    same(*export(tmp_path / "m.onnx", layer, dynamo=False, lengths=lengths), lengths=lengths)


@pytest.mark.parametrize("layer", SCANS, ids=repr)
def test_the_older_exporter_is_refused_what_it_would_freeze(layer: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="dynamo=False would freeze the length: export with"):
        export(tmp_path / "m.onnx", layer, dynamo=False, lengths=False)


@pytest.mark.parametrize(("layer", "lengths"), [(NODES[1], True), (SCANS[0], False)], ids=repr)
def test_the_newer_exporter_writes_every_form_of_any_length(
    layer: Any, lengths: bool, tmp_path: Path
) -> None:
    pytest.importorskip("onnxscript", reason="torch's newer exporter needs onnxscript")
    same(*export(tmp_path / "m.onnx", layer, dynamo=True, lengths=lengths), lengths=lengths)


def test_noise_of_training_is_refused(tmp_path: Path) -> None:
    mode = torch.onnx.TrainingMode.TRAINING
    given = (LSTM(4, 6, zoneout=0.1), (torch.zeros(5, 3, 4),), tmp_path / "m.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(UsageError, match="ONNX has no noise of training; call eval"):
            torch.onnx.export(*given, dynamo=False, training=mode)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (LSTM(4, 6).bfloat16().eval(), "bfloat16: ONNX Runtime runs no such layer"),
        (RNN(4, 6).double().eval(), "float64: ONNX Runtime runs no such layer"),
        (LSTM(4, 6, zoneout=0.1).train(), "ONNX has no noise of training"),
    ],
    ids=["bfloat16", "float64", "noise"],
)
def test_what_a_layer_refuses_is_what_the_newer_exporter_says(
    layer: Any, message: str, tmp_path: Path
) -> None:
    pytest.importorskip("onnxscript", reason="torch's newer exporter needs onnxscript")
    x = torch.zeros(5, 3, 4, dtype=layer.weight_ih_l0.dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception, match=message) as refused:
            torch.onnx.export(layer, (x,), tmp_path / "m.onnx", dynamo=True, verbose=False)
    assert isinstance(refused.value.__cause__, UsageError)
    assert not list(tmp_path.iterdir())


def test_an_exported_program_is_refused_with_the_way_out(tmp_path: Path) -> None:
    pytest.importorskip("onnxscript", reason="torch's newer exporter needs onnxscript")
    given = (torch.zeros(5, 3, 4),)
    program = torch.export.export(LSTM(4, 6).eval(), given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception, match="the module itself, not what"):
            torch.onnx.export(program, given, tmp_path / "m.onnx", dynamo=True, verbose=False)
