"""A layer forward and backward in JAX: a scan and its gradient, compiled."""

from typing import Any

import numpy as np

from karussell.bench.engines.prepared import Answer, Prepared
from karussell.bench.task import Task
from karussell.bench.weights import Weights


def prepared_layer(task: Task, weights: Weights, number_format: str) -> Prepared:
    """The same inputs and gradients as torch's layers get."""
    import jax
    import jax.numpy as jnp

    dtype = jnp.bfloat16 if number_format == "bfloat16" else jnp.float32
    random = np.random.default_rng(1)
    shape = (task.time, task.batch)
    x = jnp.asarray(random.standard_normal((*shape, task.sizes.embedding), np.float32))
    gradient = jnp.asarray(random.standard_normal((*shape, task.sizes.hidden), np.float32))
    parameters = tuple(
        jnp.asarray(array) for array in (weights.weight_ih, weights.weight_hh, weights.bias)
    )
    zeros = jnp.zeros((task.batch, task.sizes.hidden))

    def outputs(parameters: Any, x: Any) -> Any:
        weight_ih, weight_hh, bias = (array.astype(dtype) for array in parameters)
        inputs = x.astype(dtype) @ weight_ih.T + bias

        def step(state: Any, from_input: Any) -> Any:
            hidden, cell = state
            gates = (from_input + hidden.astype(dtype) @ weight_hh.T).astype(jnp.float32)
            i, f, g, o = jnp.split(gates, 4, axis=1)
            cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
            hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
            return (hidden, cell), hidden

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
