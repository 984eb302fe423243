"""A model file that is cut, or taken away, while a keyboard uses it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from karussell.errors import ModelFileError
from karussell.model import map_model_file, open_model, read_model_file, save_contents
from tests.conftest import MakeCard, MakeWeights, WriteModel

_START = """
import os, sys, threading
from pathlib import Path
import karussell as ka
path = Path(sys.argv[1])
predictor = ka.Predictor.open(path)
before = predictor.suggest("see you")
os.truncate(path, int(path.stat().st_size * float(sys.argv[2])))

def complaint(work):
    try:
        work()
    except ka.KarussellError as error:
        return str(error)
"""


def _prints(path: Path, left: float, code: str) -> list[str]:
    """What a program in a process of its own prints about a model file of which a part is left."""
    outcome = subprocess.run(
        (sys.executable, "-c", _START + code, path, str(left)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (outcome.returncode, outcome.stderr) == (0, "")
    return outcome.stdout.splitlines()


@pytest.mark.parametrize("left", [0.0, 0.5, 0.9999])
@pytest.mark.parametrize("number_format", ["int8", "float32"])
def test_a_model_that_is_cut_while_in_use_says_so_and_the_process_lives_on(
    write_model: WriteModel, tmp_path: Path, left: float, number_format: str
) -> None:
    path = write_model(tmp_path / "m.karussell", number_format=number_format)  # type: ignore[arg-type]
    code = """
print(complaint(lambda: predictor.suggest("see you to the ")))
print(complaint(lambda: predictor.model.step(predictor.model.read([]), 1)))
print(predictor.suggest("see you") == before)
"""
    cut = f"{path}: was cut short while in use, or overwritten; copy it again and reopen"
    assert _prints(path, left, code) == [cut, cut, "True"]


def test_threads_live_on_when_their_model_is_cut(write_model: WriteModel, tmp_path: Path) -> None:
    path = write_model(tmp_path / "m.karussell")
    code = """
found = []
def work(number):
    found.append(complaint(lambda: predictor.model.read([number])))
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(*set(found))
"""
    assert _prints(path, 0.3, code) == [
        f"{path}: was cut short while in use, or overwritten; copy it again and reopen"
    ]


def test_a_model_that_is_overwritten_by_another_says_so(
    write_model: WriteModel, make_card: MakeCard, make_weights: MakeWeights, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "m.karussell")
    other = write_model(tmp_path / "other", weights=make_weights(make_card(), seed=1)).read_bytes()
    assert len(other) == path.stat().st_size
    model = open_model(path)
    path.write_bytes(other)
    with pytest.raises(ModelFileError, match="or overwritten; copy it again and reopen"):
        model.read([1, 2])


def test_a_model_is_replaced_and_deleted_while_in_use(
    write_model: WriteModel, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "m.karussell")
    model = open_model(path)
    before = model.log_probs(model.read([1, 2])).tolist()
    write_model(path, number_format="float32")
    assert model.log_probs(model.read([1, 2])).tolist() == before
    path.unlink()
    assert model.log_probs(model.read([1, 2])).tolist() == before


def test_a_whole_file_in_memory_does_not_mind(write_model: WriteModel, tmp_path: Path) -> None:
    path = write_model(tmp_path / "m.karussell")
    mapped, read = map_model_file(path), read_model_file(path)
    os.truncate(path, 0)
    save_contents(tmp_path / "copy.karussell", read)
    assert read.weights().keys() == read_model_file(tmp_path / "copy.karussell").weights().keys()
    with pytest.raises(ModelFileError, match="was cut short while in use"):
        mapped.weights()
