"""The packaged model's weights in every number format and at every level, against the equations."""

import numpy as np
import pytest

from karussell.kernels import Floats, Layer, NumberFormat, Rows, States
from karussell.model import LanguageModel, embedded_path, open_model, read_model_file
from tests.agreement.test_networks_and_equations import FORMATS, scores_tolerance, step_tolerance
from tests.kernels.networks import Weights, exact_scores, exact_step

SENTENCES = (
    "we could meet in the park",
    "what time does the train leave",
)


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model(embedded_path())


@pytest.fixture(scope="module")
def weights() -> Weights:
    """What the file's whole numbers and scales stand for, float32."""
    stored = read_model_file(embedded_path())
    found = stored.weights()
    layer = Layer(
        ih=Rows(weight=found["lstm.0.weight_ih"]),
        hh=Rows(weight=found["lstm.0.weight_hh"]),
        bias=found["lstm.0.bias"],
        block=stored.card.configuration.block,
    )
    return Weights(
        embedding=found["embedding.weight"],
        layers=[layer],
        projection=found["projection.weight"],
        bias=found["output.bias"],
    )


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", FORMATS)
def test_every_step_of_a_sentence_agrees(
    number_format: NumberFormat, model: LanguageModel, weights: Weights
) -> None:
    network = weights.pack(number_format)
    for sentence in SENTENCES:
        state = model.start()
        states = States(state.hidden[:, None], state.cell[:, None])
        for word_id in model.vocabulary.ids(sentence.split()):
            ids = np.array([word_id])
            exact, after = exact_step(weights, states, ids), network.step(states, ids)
            tolerance = step_tolerance(weights, states, number_format)
            np.testing.assert_allclose(after.hidden, exact.hidden, rtol=0, atol=tolerance)
            np.testing.assert_allclose(after.cell, exact.cell, rtol=0, atol=tolerance)
            states = after
        np.testing.assert_allclose(
            network.scores(states),
            exact_scores(weights, states),
            rtol=0,
            atol=scores_tolerance(weights, states, number_format),
        )


@pytest.fixture(scope="module")
def exact_log_probs(model: LanguageModel, weights: Weights) -> list[list[Floats]]:
    """What follows START and each word of each sentence, float64 (V+1,)."""
    shape = (1, 1, model.configuration.hidden_size)
    found = []
    for sentence in SENTENCES:
        states, after = States(np.zeros(shape), np.zeros(shape)), []
        for word_id in read_ids(model, sentence):
            states = exact_step(weights, states, np.array([word_id]))
            scores = exact_scores(weights, states)[0]
            after.append(scores - np.logaddexp.reduce(scores))
        found.append(after)
    return found


def read_ids(model: LanguageModel, sentence: str) -> list[int]:
    return [model.vocabulary.start, *model.vocabulary.ids(sentence.split())]


# Bounds of the worst case are far from what a user sees: how far a sentence, read with all its
# errors adding up, moves what is suggested. In nats, and at least three times what was measured.
DIVERGENCE = {"float32": 1e-9, "bfloat16": 2e-4, "int8": 3e-3}


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize("number_format", FORMATS)
def test_what_is_predicted_in_a_sentence_hardly_moves(
    number_format: NumberFormat,
    model: LanguageModel,
    weights: Weights,
    exact_log_probs: list[list[Floats]],
) -> None:
    network = weights.pack(number_format)
    for sentence, exact in zip(SENTENCES, exact_log_probs, strict=True):
        states = network.zeros()
        for word_id, right in zip(read_ids(model, sentence), exact, strict=True):
            states = network.step(states, np.array([word_id]))
            scores = network.scores(states)[0].astype(np.float64)
            found = scores - np.logaddexp.reduce(scores)
            assert (np.exp(right) * (right - found)).sum() < DIVERGENCE[number_format]
