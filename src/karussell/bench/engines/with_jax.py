"""JAX: the step as one compiled program, its weights constants in it or not."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from karussell.bench.engines.prepared import Prepared, prepared_steps, quickest
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import Weights, draw_weights


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step, or a layer forward and backward."""
    _bound_threads(entrant.threads)
    weights = draw_weights(task)
    if task.work == "layer":
        from karussell.bench.engines.jax_layer import prepared_layer

        return prepared_layer(task, weights, entrant.number_format)
    carries = task.work == "step"
    return quickest(
        partial(_prepared, weights, carries=carries, constant=constant)
        for constant in (False, True)
    )


def _bound_threads(threads: int) -> None:
    """Let JAX make as many threads as wanted: it counts the processors that it may use.

    Not for one: a flag sees to that, and a thread bound to a busy processor would wait.
    """
    import jax

    if threads == 1 or not hasattr(os, "sched_setaffinity"):
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[-threads:])
    jax.devices()  # makes the threads, which stay there
    os.sched_setaffinity(0, allowed)


def _prepared(weights: Weights, *, carries: bool, constant: bool) -> Prepared:
    return prepared_steps(_Stepper(weights, carries=carries, constant=constant))


class _Stepper:
    def __init__(self, weights: Weights, *, carries: bool, constant: bool) -> None:
        self._weights, self._carries = weights, carries
        self._batch = weights.words.shape[1]
        self._words = [words.astype(np.int32) for words in weights.words]
        self._step = _compiled(weights, constant)
        self.restart()

    def restart(self) -> None:
        import jax.numpy as jnp

        self._hidden = jnp.repeat(jnp.asarray(self._weights.hidden)[None], self._batch, axis=0)
        self._cell = jnp.repeat(jnp.asarray(self._weights.cell)[None], self._batch, axis=0)

    def step(self, place: int) -> tuple[Any, Any]:
        hidden, cell, ids, values = self._step(self._words[place], self._hidden, self._cell)
        if self._carries:
            self._hidden, self._cell = hidden, cell
        return np.asarray(ids), np.asarray(values)


def _compiled(weights: Weights, constant: bool) -> Callable[[Any, Any, Any], Any]:
    import jax
    import jax.numpy as jnp

    both = np.concatenate([weights.weight_ih, weights.weight_hh], axis=1)
    parameters = tuple(
        jnp.asarray(array)
        for array in (
            weights.embedding,
            both,
            weights.bias,
            weights.projection,
            weights.output_bias,
        )
    )

    def step(parameters: Any, words: Any, hidden: Any, cell: Any) -> Any:
        embedding, both, bias, projection, output_bias = parameters
        gates = jnp.concatenate([embedding[words], hidden], axis=1) @ both.T + bias
        i, f, g, o = jnp.split(gates, 4, axis=1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
        hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
        scores = (hidden @ projection.T) @ embedding.T + output_bias
        values, ids = jax.lax.top_k(scores, SHOWN)
        total = jax.nn.logsumexp(scores, axis=1, keepdims=True)
        return hidden, cell, ids, values - total

    if constant:
        return jax.jit(partial(step, parameters))
    return partial(jax.jit(step), parameters)
