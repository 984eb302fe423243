"""Training on sequences of anything: what is learned, held out, cut and resumed."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from karussell.errors import TrainingError, UsageError
from karussell.sequences import END, SequenceModel, Tokens
from karussell.training import Report, Settings, train, train_tokens
from karussell.training.batches import make_batch
from karussell.training.folder import run_folder
from karussell.training.tokens import LONGEST, encode_tokens, sequence_settings

UP, DOWN = ("move", 1), ("move", -1)
# As many steps down as up: to know how it goes on, one has to count.
COUNTED = [[UP] * n + ["turn"] + [DOWN] * n for n in (2, 3, 4)] * 40
TINY = Settings(
    embedding_size=8, hidden_size=24, epochs=25, batch_words=64, learning_rate=1e-2, threads=1,
    negatives=0, dropout=0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def counting() -> SequenceModel:
    return train_tokens(COUNTED, settings=TINY)


@pytest.mark.parametrize("ups", [2, 3, 4])
def test_a_model_learns_to_count(counting: SequenceModel, ups: int) -> None:
    stream = counting.stream().read([UP] * ups).read(["turn"])
    for _ in range(ups):
        assert stream.predict(1)[0].token == DOWN
        stream.push(DOWN)
    assert stream.predict(1)[0].token is END


def test_samples_are_sequences_of_the_kind_learned(counting: SequenceModel) -> None:
    drawn = [counting.sample(seed=seed) for seed in range(50)]
    assert sum(each in COUNTED for each in drawn) >= 40


def test_the_held_out_perplexity_is_that_of_the_model(counting: SequenceModel) -> None:
    encoded = encode_tokens(COUNTED, counting.tokens, seed=TINY.seed)
    held_out = [
        [counting.tokens.token(int(n)) for n in encoded.ids[first:last]][:-1]
        for first, last in zip(
            encoded.offsets[encoded.held_out], encoded.offsets[encoded.held_out + 1], strict=True
        )
    ]
    found = np.exp(-np.concatenate([counting.log_probs(each) for each in held_out]).mean())
    assert found == pytest.approx(counting.scores["held_out_perplexity"], abs=2e-3)


def test_long_sequences_are_cut_and_go_on_from_the_token_before() -> None:
    sequence = [f"t{n % 7}" for n in range(2 * LONGEST + 3)]
    tokens = Tokens(dict.fromkeys(sequence))
    encoded = encode_tokens([sequence, ["t1"]], tokens, seed=1)
    assert np.diff(encoded.offsets).tolist() == [LONGEST, LONGEST, 4, 2]
    assert encoded.before is not None
    read = [tokens.token(int(n)) for n in encoded.before]
    assert encoded.before[[0, 3]].tolist() == [tokens.start] * 2
    assert read[1:3] == [sequence[LONGEST - 1], sequence[2 * LONGEST - 1]]
    batch = make_batch(encoded, np.array([1, 3]), tokens.start)
    assert batch.inputs[0].tolist() == [encoded.before[1], tokens.start]
    np.testing.assert_array_equal(batch.inputs[1:, 0], batch.targets[:-1, 0])


@pytest.mark.parametrize("count", [2, 3, 50])
def test_whole_sequences_are_held_out(count: int) -> None:
    sequences = [["a"] * (5 + n % 3) for n in range(count)]
    encoded = encode_tokens(sequences, Tokens("a"), seed=1)
    assert 1 <= len(encoded.held_out) < count
    held = int(np.diff(encoded.offsets)[encoded.held_out].sum())
    assert held <= max(0.05 * len(encoded.ids), 6)


def test_one_long_sequence_is_held_out_from_its_end() -> None:
    encoded = encode_tokens([["a"] * 1000], Tokens("a"), seed=1)
    assert encoded.held_out.tolist() == [7]


def test_a_stopped_run_goes_on_to_the_same_model(tmp_path: Path) -> None:
    whole, out = tmp_path / "whole.karussell", tmp_path / "moves.karussell"
    train(COUNTED, out=whole, settings=TINY)

    def stop(report: Report) -> None:
        if report.part > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(COUNTED, out=out, settings=TINY, tell=stop)
    assert not out.exists()
    with pytest.raises(TrainingError, match="a stopped training is here; go on with resume"):
        train(COUNTED, out=out, settings=TINY)
    with pytest.raises(TrainingError, match="is of other sequences or settings"):
        train(COUNTED[1:], out=out, settings=TINY, resume=True)
    resumed = train(COUNTED, out=out, settings=TINY, resume=True)
    assert resumed.fingerprint == SequenceModel.open(whole).fingerprint
    assert not out.with_name(out.name + ".training").exists()


def test_an_older_model_is_not_replaced_unasked(tmp_path: Path) -> None:
    out = tmp_path / "moves.karussell"
    out.write_text("dear")
    with pytest.raises(UsageError, match="exists already"):
        train(COUNTED, out=out, settings=TINY)
    assert out.read_text() == "dear"
    with pytest.raises(TrainingError, match="no stopped training here"):
        train(COUNTED, out=tmp_path / "other.karussell", settings=TINY, resume=True)


@pytest.mark.parametrize(
    ("kind", "layers"), [({"cell": "rnn"}, 1), ({"coupled_gates": True, "cells_per_block": 2}, 2)]
)
def test_every_kind_of_network_can_be_saved(
    tmp_path: Path, kind: dict[str, Any], layers: int
) -> None:
    settings = msgspec.structs.replace(TINY, **kind, layers=layers, epochs=1)
    model = train(COUNTED, out=tmp_path / "moves.karussell", settings=settings)
    again = SequenceModel.open(tmp_path / "moves.karussell")
    assert again.configuration == model.configuration
    assert again.score(COUNTED[0]) == model.score(COUNTED[0])


def test_little_is_read_often_and_much_once() -> None:
    assert sequence_settings(1000).epochs == 30
    assert sequence_settings(200_000).epochs == 10
    assert sequence_settings(10**8).epochs == 1


def test_too_little_to_hold_out_from_is_refused() -> None:
    with pytest.raises(UsageError, match="1 sequence of 4 tokens in all; expected two"):
        train([["a", "a", "a"]])


def test_a_run_keeps_the_precision_it_began_with_on_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def machine(precision: str) -> None:
        def here(asked: str) -> str:
            return precision if asked == "auto" else asked

        monkeypatch.setattr("karussell.training.engine.kernel_precision", here)

    settings = msgspec.structs.replace(TINY, precision="auto")
    machine("bfloat16")
    with suppress(KeyboardInterrupt), run_folder(tmp_path / "out", resume=False) as folder:
        first = folder.claim(folder.as_begun(settings).for_this_machine())
        folder.checkpoint.touch()
        raise KeyboardInterrupt  # a run that is stopped keeps its folder
    machine("float32")
    with run_folder(tmp_path / "out", resume=True) as folder:
        again = folder.as_begun(settings).for_this_machine()
        assert again.precision == "bfloat16"
        assert folder.claim(again) == first
        # What was asked for by name is not what it began with, and said so.
        other = msgspec.structs.replace(settings, precision="float32")
        with pytest.raises(TrainingError, match="other sequences or settings"):
            folder.claim(folder.as_begun(other))
