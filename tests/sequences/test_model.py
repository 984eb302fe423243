"""A model of sequences: its predictions are the equations', and its streams can be taken up."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from karussell.blocks import lstm_forward
from karussell.errors import ModelFileError, UsageError
from karussell.kernels import quickest_format
from karussell.model import Configuration
from karussell.sequences import END, UNKNOWN, SequenceModel, Tokens
from tests.sequences.conftest import TOKENS

SEQUENCE = ["go", ("turn", 90), "never seen", 7]
# Sums of a few numbers in float32, in another order.
TOLERANCE = 1e-5


def by_equations(
    model: SequenceModel, weights: dict[str, NDArray[np.float32]], ids: list[int]
) -> NDArray[np.float64]:
    """Log probabilities after START and after each token read, by the equations in float64."""
    double = {name: each.astype(np.float64) for name, each in weights.items()}
    x = double["embedding.weight"][[model.tokens.start, *ids]][:, None]
    zeros = np.zeros((1, 6))
    for layer in range(2):
        ih, hh, bias = (double[f"lstm.{layer}.{n}"] for n in ("weight_ih", "weight_hh", "bias"))
        block = model.configuration.block
        x = np.asarray(lstm_forward(x, ih, hh, bias, zeros, zeros, block=block).hidden)
    embedding = double["embedding.weight"][: model.tokens.predicted + 1]
    scores = x[:, 0] @ double["projection.weight"].T @ embedding.T + double["output.bias"]
    return np.asarray(scores - np.log(np.exp(scores).sum(1, keepdims=True)))


def test_log_probs_are_those_of_the_equations(
    model: SequenceModel, weights: dict[str, NDArray[np.float32]]
) -> None:
    ids = model.tokens.ids(SEQUENCE)
    expected = by_equations(model, weights, ids)
    targets = [*ids, model.tokens.end]
    found = model.log_probs(SEQUENCE)
    np.testing.assert_allclose(found, expected[np.arange(5), targets], atol=TOLERANCE)
    assert model.score(SEQUENCE) == pytest.approx(found.sum())
    assert model.score(SEQUENCE, end=False) == pytest.approx(found[:-1].sum())


def test_auto_is_the_quickest_format_for_one_stream(model: SequenceModel, tmp_path: Path) -> None:
    model.save(tmp_path / "saved")
    opened = SequenceModel.open(tmp_path / "saved", number_format="auto")
    assert opened.network.number_format == quickest_format(1).format
    same = SequenceModel.open(tmp_path / "saved", number_format=opened.network.number_format)
    np.testing.assert_array_equal(opened.log_probs(SEQUENCE), same.log_probs(SEQUENCE))
    assert SequenceModel.open(tmp_path / "saved").network.number_format == "float32"


def test_predictions_are_the_likeliest_tokens_without_unknown(
    model: SequenceModel, weights: dict[str, NDArray[np.float32]]
) -> None:
    shares = np.exp(by_equations(model, weights, model.tokens.ids(SEQUENCE)))[-1]
    order = [n for n in np.argsort(-shares) if n != model.tokens.unknown]
    found = model.predict(SEQUENCE, k=3)
    assert [each.token for each in found] == [model.tokens.token(n) for n in order[:3]]
    np.testing.assert_allclose([p.probability for p in found], shares[order[:3]], atol=TOLERANCE)
    assert len(model.predict(SEQUENCE, k=99)) == len(TOKENS) + 1
    assert END in {each.token for each in model.stream()}


def test_probabilities_sum_to_one_and_name_every_mark(model: SequenceModel) -> None:
    found = model.stream().read(SEQUENCE).probabilities()
    assert sum(found.values()) == pytest.approx(1, abs=TOLERANCE)
    assert set(found) == {*TOKENS, END, UNKNOWN}


def test_the_probabilities_of_all_short_sequences_sum_to_the_chance_to_end(
    model: SequenceModel,
) -> None:
    everything = (*TOKENS, "never seen")
    short = sum(
        np.exp(model.score(sequence))
        for length in range(3)
        for sequence in product(everything, repeat=length)
    )
    going_on = sum(
        np.exp(model.score(sequence, end=False)) for sequence in product(everything, repeat=3)
    )
    assert short + going_on == pytest.approx(1, abs=TOLERANCE)


def test_a_stream_says_what_the_whole_sequence_says(model: SequenceModel) -> None:
    stream = model.stream()
    pushed = [stream.push(token) for token in SEQUENCE]
    np.testing.assert_array_equal(pushed, model.log_probs(SEQUENCE, end=False))
    assert stream.predict() == model.predict(SEQUENCE)


def test_a_saved_stream_goes_on_as_if_never_stopped(model: SequenceModel) -> None:
    stream = model.stream().read(SEQUENCE[:2])
    again = model.stream(stream.saved())
    np.testing.assert_array_equal(again.state.cell, stream.state.cell)
    other = stream.copy()
    assert stream.read(SEQUENCE[2:]).predict() == again.read(SEQUENCE[2:]).predict()
    assert other.predict() == model.predict(SEQUENCE[:2])


def test_the_state_of_another_model_is_refused(
    model: SequenceModel,
    configuration: Configuration,
    weights: dict[str, NDArray[np.float32]],
) -> None:
    other = {**weights, "output.bias": weights["output.bias"] + 1}
    saved = SequenceModel(Tokens(TOKENS), configuration, other).stream().saved()
    for wrong in (saved, model.stream().saved()[:-1], b""):
        with pytest.raises(UsageError, match="of another model, or damaged"):
            model.stream(wrong)


def test_samples_repeat_for_a_seed_and_follow_the_probabilities(model: SequenceModel) -> None:
    assert model.sample(seed=5) == model.sample(seed=5)
    firsts = [(model.sample(most=1, seed=seed) or [END])[0] for seed in range(2000)]
    shares = model.stream().probabilities()
    del shares[UNKNOWN]
    for token, share in shares.items():
        expected = share / sum(shares.values())
        # Four standard deviations of a share of 2000 draws.
        assert abs(firsts.count(token) / 2000 - expected) < 4 * (expected / 2000) ** 0.5 + 1e-3
    best = model.predict(k=1)[0].token
    assert (model.sample(most=1, temperature=1e-3, seed=1) or [END])[0] == best


def test_a_saved_model_is_the_same_model(model: SequenceModel, tmp_path: Path) -> None:
    model.save(tmp_path / "moves.karussell")
    again = SequenceModel.open(tmp_path / "moves.karussell")
    assert list(again.tokens) == list(TOKENS)
    assert again.scores == {"perplexity": 3.5}
    assert again.score(SEQUENCE) == model.score(SEQUENCE)
    assert again.stream(model.stream().saved()).predict() == model.predict()


@pytest.mark.parametrize(("number_format", "off"), [("bfloat16", 0.1), ("int8", 0.2)])
def test_smaller_number_formats_say_nearly_the_same(
    model: SequenceModel, tmp_path: Path, number_format: str, off: float
) -> None:
    model.save(tmp_path / "moves.karussell")
    again = SequenceModel.open(tmp_path / "moves.karussell", number_format=number_format)  # type: ignore[arg-type]
    assert 0 < abs(again.score(SEQUENCE) - model.score(SEQUENCE)) < off


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"output.bias": np.zeros(3, np.float32)},
            r"'output.bias' has shape \(3,\), expected \(8,\)",
        ),
        ({"more": np.zeros(3, np.float32)}, "'more' is unknown"),
        (
            {"output.bias": np.full(8, np.nan, np.float32)},
            "'output.bias' ranges from nan to nan, expected finite weights",
        ),
        ({"output.bias": np.zeros(8)}, "'output.bias' holds float64, expected float32"),
    ],
)
def test_weights_of_another_configuration_are_refused(
    configuration: Configuration,
    weights: dict[str, NDArray[np.float32]],
    change: dict[str, NDArray[np.float32]],
    message: str,
) -> None:
    with pytest.raises(ModelFileError, match=message):
        SequenceModel(Tokens(TOKENS), configuration, {**weights, **change})
    with pytest.raises(ModelFileError, match="vocabulary_size is 7, expected 3 for 2 tokens"):
        SequenceModel(Tokens("ab"), configuration, weights)


def test_senseless_numbers_are_refused(model: SequenceModel) -> None:
    with pytest.raises(UsageError, match="k is 0, expected at least 1"):
        model.predict(k=0)
    with pytest.raises(UsageError, match=r"temperature is 0\.0, expected more than 0"):
        model.sample(temperature=0.0)
