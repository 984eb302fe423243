"""A language model as a graph of ONNX."""

import numpy as np
from numpy.typing import NDArray

from karussell.blocks import LayerWeights
from karussell.files import AnyPath
from karussell.interchange.graph import Graph, Name
from karussell.interchange.onnx_edges import enclose, uncover
from karussell.interchange.onnx_layers import add_layers, state_inputs, state_outputs
from karussell.kernels import Floats
from karussell.model import StoredModel


def export_model(path: AnyPath, stored: StoredModel, *, lengths: bool = False) -> None:
    """Write a language model to an ONNX file, whole or not at all.

    Its inputs are ``words`` (T, N), int64, and ``hidden`` and ``cell`` (L, N, H), or ``hidden``
    alone of a plain RNN; its outputs ``log_probs`` (T, N, V + 1), natural logs of what comes after
    each word, and ``last_hidden``, ``last_cell``. T and N are free, and may be 0. A sentence is
    read from the id V + 1; V is any unknown word. The metadata hold the vocabulary, a word a line,
    and the card.

    Args:
        path: The file.
        stored: The model.
        lengths: Whether there is an input ``lengths``, int64 (N,), how many words of each column
            are read, 0 to T: the last states are those after them, and what ``log_probs`` say
            beyond them means nothing.

    Raises:
        UsageError: If the package ``onnx`` is not there.
        ModelFileError: If the model's file was cut since it was opened.
        OSError: If the file cannot be written; an older one is kept.
    """
    weights, sizes = stored.weights(), stored.card.configuration
    graph = Graph()
    words = graph.input("words", ("time", "batch"), np.int64)
    embedding = graph.constant(weights["embedding.weight"])
    x = graph.add("Gather", embedding, words, axis=0)
    layers = [[_layer(weights, f"{sizes.cell}.{number}")] for number in range(sizes.layers)]
    first = layers[0][0]
    if sizes.cell == "lstm":
        states = state_inputs(graph, first, sizes.block, sizes.layers)
        counts = _counts(graph, lengths)
        x, last = add_layers(graph, layers, sizes.block, x, states, counts)
    else:
        x, last_hidden = _plain_layers(graph, [layer[0] for layer in layers], x, lengths)
    known = weights["embedding.weight"][: sizes.vocabulary_size + 1]
    features = graph.add("MatMul", x, graph.constant(weights["projection.weight"].T))
    scores = graph.add("MatMul", features, graph.constant(known.T))
    scores = graph.add("Add", scores, graph.constant(weights["output.bias"]))
    log_probs = graph.add("LogSoftmax", scores, axis=-1)
    graph.output("log_probs", log_probs, ("time", "batch", len(known)))
    if sizes.cell == "lstm":
        state_outputs(graph, first, sizes.block, sizes.layers, last)
    else:
        graph.output("last_hidden", last_hidden, (sizes.layers, "batch", sizes.hidden_size))
    metadata = {
        "vocabulary": "\n".join(stored.vocabulary.words),
        "licence": stored.card.licence,
        "language": stored.card.language,
    }
    graph.write(path, stored.card.name, metadata)


def _counts(graph: Graph, lengths: bool) -> Name | None:
    return graph.input("lengths", ("batch",), np.int64) if lengths else None


def _layer(weights: dict[str, NDArray[np.float32]], name: str) -> LayerWeights[Floats]:
    return LayerWeights(
        weights[f"{name}.weight_ih"], weights[f"{name}.weight_hh"], weights[f"{name}.bias"]
    )


def _plain_layers(
    graph: Graph, layers: list[LayerWeights[Floats]], x: Name, lengths: bool
) -> tuple[Name, Name]:
    """What plain layers put out, and their last states; those before are declared as inputs."""
    count, size = len(layers), len(layers[0].bias)
    hidden = graph.input("hidden", (count, "batch", size))
    given = (x, (hidden,), _counts(graph, lengths))
    x, (hidden,), counts = enclose(graph, *given)
    read = Name("") if counts is None else graph.cast(counts, np.int32)
    ends = []
    for number, weights in enumerate(layers):
        own = [graph.constant(part[None]) for part in (weights.weight_ih, weights.weight_hh)]
        bias = graph.constant(np.concatenate([weights.bias, 0 * weights.bias])[None])
        before = graph.rows(hidden, number, 1)
        outputs, end = graph.add_all("RNN", 2, x, *own, bias, read, before, hidden_size=size)
        x = graph.add("Squeeze", outputs, graph.numbers(1))
        ends.append(end)
    last = ends[0] if count == 1 else graph.add("Concat", *ends, axis=0)
    x, (last,) = uncover(graph, *given, x, (last,))
    return x, last
