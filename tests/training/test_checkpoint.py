"""Checkpoints that hold more, or something else, than they may."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from karussell.errors import TrainingError
from karussell.training.loop import Loop
from tests.hostile.training_files import TwoNumbers, checkpoint, rewritten

States = dict[str, Any]


def _refused(path: Path, data: bytes, message: str) -> None:
    path.write_bytes(data)
    with pytest.raises(TrainingError, match=rf"checkpoint\.pt: is damaged.*{message}") as caught:
        Loop(TwoNumbers(), path)
    assert str(caught.value).isprintable()


def test_a_checkpoint_as_it_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(rewritten(checkpoint(), lambda states: None))
    assert Loop(TwoNumbers(), path).progress.step == 1


def test_a_bomb_is_refused_unread(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(checkpoint())) as old, zipfile.ZipFile(whole, "w") as new:
        for name in old.namelist():
            packed = zipfile.ZIP_DEFLATED if name.endswith("/data/0") else zipfile.ZIP_STORED
            new.writestr(name, bytes(2**24) if packed else old.read(name), packed)
    _refused(tmp_path / "checkpoint.pt", whole.getvalue(), "a record is packed")


def test_a_name_without_end_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(checkpoint())) as old, zipfile.ZipFile(whole, "w") as new:
        for name in old.namelist():
            record = old.read(name)
            if name.endswith("data.pkl"):
                assert b"ctorch._utils" in record
                record = record.replace(b"ctorch._utils", b"c" + b"[" * 20_000)
            new.writestr(name, record)
    _refused(tmp_path / "checkpoint.pt", whole.getvalue(), "a name in it is too long")


def _set(*keys: Any, to: Any) -> Callable[[States], None]:
    def change(states: Any) -> None:
        for key in keys[:-1]:
            states = states[key]
        states[keys[-1]] = to

    return change


_ADAM = ("optimizer", "state", 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set("x", to=torch.zeros(1).expand(10**12)), "larger than what is stored of it"),
        (_set(*_ADAM, "exp_avg", to=torch.zeros(1).expand(2**40)), "larger than what is stored"),
        (_set("weights", "bias", to=torch.tensor([float("nan")])), "a number is not finite"),
        (_set(*_ADAM, "exp_avg", to=torch.tensor([[-torch.inf]])), "a number is not finite"),
        (_set("best", "bias", to=torch.tensor([torch.inf])), "a number is not finite"),
        (_set("weights", "bias", to=torch.tensor([3e38])), "a weight is larger than"),
        (_set("best", "weight", to=torch.tensor([[-3e38]])), "a weight is larger than"),
        (_set("best", "weight", to=torch.zeros(2, 2)), "the best weights are of another network"),
        (_set("best", to={}), "the best weights are of another network"),
        (_set(*_ADAM, "exp_avg", to=torch.zeros(7)), "the optimizer is of another network"),
        (_set(*_ADAM, "exp_avg_sq", to=torch.zeros(0)), "the optimizer is of another network"),
        (_set(*_ADAM, "more", to=torch.zeros(1)), "the optimizer is of another network"),
        (_set(*_ADAM, "exp_avg_sq", to=torch.tensor([[-1.0]])), "a negative square"),
        (_set("optimizer", to=None), ""),
        (_set("weights", to=[]), ""),
        (_set("description", to="{"), "Input data was truncated"),
        (_set("description", to='{"step": -5}'), "Expected `int` >= 0"),
        (_set("description", to='{"step": true}'), "Expected `int`, got `bool`"),
        (_set("description", to='{"seconds": 1e999}'), "out of range"),
        (_set("description", to="\x1b[31m" * 9000), "JSON is malformed"),
    ],
    ids=range(20),
)
def test_states_of_something_else_are_refused(
    tmp_path: Path, change: Callable[[States], None], message: str
) -> None:
    _refused(tmp_path / "checkpoint.pt", rewritten(checkpoint(), change), message)


def test_what_a_group_of_weights_says_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    change = _set("optimizer", "param_groups", 0, "eps", to=float("nan"))
    path.write_bytes(rewritten(checkpoint(), change))
    assert Loop(TwoNumbers(), path)._optimizer.param_groups[0]["eps"] == 1e-8
