"""`karussell export`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from karussell.model import open_model
from tests.cli.conftest import Run


@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("kind", ["two_layer_path", "rnn_path"])
def test_a_model_says_in_onnx_runtime_what_it_says_here(
    run: Run, request: pytest.FixtureRequest, tmp_path: Path, kind: str, int8: bool
) -> None:
    path: Path = request.getfixturevalue(kind)
    out = tmp_path / "model.onnx"
    outcome = run("export", path, "-o", out, *(["--int8"] if int8 else []))
    assert (outcome.code, outcome.err) == (0, "")
    assert f"{out.stat().st_size:,}" in outcome.out
    model = open_model(path)
    sizes = model.configuration
    session = onnxruntime.InferenceSession(str(out))
    shape = (sizes.layers, 1, sizes.hidden_size)
    names = [each.name for each in session.get_inputs() if each.name != "words"]
    given = {name: np.zeros(shape, np.float32) for name in names}
    words = np.array([[sizes.vocabulary_size + 1], [3]])
    log_probs = session.run(["log_probs"], {"words": words, **given})[0]
    expected = model.log_probs(model.read([3]))
    # Weights are the same; states and, if int8, all values are rounded to 8 bits on one side.
    assert np.abs(log_probs[1, 0] - expected).max() < 0.2


def test_a_file_that_is_there_is_kept(
    complain: Callable[..., str], run: Run, rnn_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "model.onnx"
    out.write_text("mine")
    message = complain("export", rnn_path, "-o", out)
    assert message.endswith("exists already; choose another name or give --overwrite")
    assert out.read_text() == "mine"
    assert run("export", rnn_path, "-o", out, "--overwrite").code == 0
    assert out.read_bytes() != b"mine"


def test_a_file_without_a_name_is_named_as_the_model(
    run: Run, rnn_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", rnn_path).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [f"{rnn_path.stem}.onnx"]
