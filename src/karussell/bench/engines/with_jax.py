"""JAX: a step, its weights constants in the program or not, or a layer forward and backward."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from karussell.bench.engines.prepared import Answer, Prepared, prepared_function, quickest
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import Weights, draw_layer, draw_weights


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step, or a layer forward and backward."""
    _bound_threads(entrant.threads)
    weights = draw_weights(task)
    if task.work == "layer":
        return _layer(task, weights, entrant.number_format)
    return quickest(_steps(task, weights, constant=constant) for constant in (False, True))


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


def _steps(task: Task, weights: Weights, *, constant: bool) -> Prepared:
    """The step as one compiled program."""
    import jax
    import jax.numpy as jnp

    kept = (weights.embedding, weights.gates, weights.bias, weights.projection, weights.output_bias)
    parameters = tuple(map(jnp.asarray, kept))
    all_words = [words.astype(np.int32) for words in weights.words]

    def step(parameters: Any, words: Any, hidden: Any, cell: Any) -> Any:
        embedding, both, bias, projection, output_bias = parameters
        gates = jnp.concatenate([embedding[words], hidden], axis=1) @ both.T + bias
        hidden, cell = _cell(gates, cell)
        scores = (hidden @ projection.T) @ embedding.T + output_bias
        values, ids = jax.lax.top_k(scores, SHOWN)
        total = jax.nn.logsumexp(scores, axis=1, keepdims=True)
        return hidden, cell, ids, values - total

    compiled: Callable[..., Any] = partial(jax.jit(step), parameters)
    if constant:
        compiled = jax.jit(partial(step, parameters))

    def run(place: int, hidden: Any, cell: Any) -> tuple[Any, Any, Any, Any]:
        hidden, cell, ids, values = compiled(all_words[place], hidden, cell)
        return hidden, cell, np.asarray(ids), np.asarray(values)

    return prepared_function(task, [jnp.asarray(state) for state in weights.states], run)


def _layer(task: Task, weights: Weights, number_format: str) -> Prepared:
    """A scan and its gradient, with the same inputs and gradients as torch's layers get."""
    import jax
    import jax.numpy as jnp

    dtype = jnp.bfloat16 if number_format == "bfloat16" else jnp.float32
    x, gradient = map(jnp.asarray, draw_layer(task))
    parameters = tuple(map(jnp.asarray, (weights.weight_ih, weights.weight_hh, weights.bias)))
    zeros = jnp.zeros((task.batch, task.sizes.hidden))

    def outputs(parameters: Any, x: Any) -> Any:
        weight_ih, weight_hh, bias = (array.astype(dtype) for array in parameters)
        inputs = x.astype(dtype) @ weight_ih.T + bias

        def step(state: Any, from_input: Any) -> Any:
            hidden, cell = state
            gates = (from_input + hidden.astype(dtype) @ weight_hh.T).astype(jnp.float32)
            state = _cell(gates, cell)
            return state, state[0]

        return jax.lax.scan(step, (zeros, zeros), inputs)[1]

    @jax.jit
    def run(parameters: Any, x: Any) -> Any:
        hidden, back = jax.vjp(outputs, parameters, x)
        return hidden, back(gradient)

    wait: Any = jax.block_until_ready

    def call() -> Any:
        return wait(run(parameters, x))

    def answer() -> Answer:
        hidden, ((_, grad_hh, _), grad_x) = call()
        norms = [float(jnp.linalg.norm(array)) for array in (grad_x.ravel(), grad_hh.ravel())]
        return Answer(ids=[], values=[[float(jnp.square(hidden).mean()), *norms]])

    return Prepared(call, answer)


def _cell(gates: Any, cell: Any) -> tuple[Any, Any]:
    """Hidden and cell state after a step, of the net inputs (N, 4H) and the cell state before."""
    import jax
    import jax.numpy as jnp

    i, f, g, o = jnp.split(gates, 4, axis=1)
    cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(cell), cell
