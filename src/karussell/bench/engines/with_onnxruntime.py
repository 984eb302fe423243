"""ONNX Runtime: the step as a graph, with an LSTM node or one Gemm for all gates."""

from typing import Any

import numpy as np

from karussell.bench.engines.prepared import Prepared, prepared_steps, quickest
from karussell.bench.onnx_step import Form, step_model
from karussell.bench.task import SHOWN, Entrant, Task
from karussell.bench.weights import Weights, draw_weights

_NAMES = ("next_hidden", "next_cell", "ids", "values")


def prepare(task: Task, entrant: Entrant) -> Prepared:
    """A step of any batch."""
    weights = draw_weights(task)
    int8 = entrant.number_format == "int8"
    forms: tuple[Form, ...] = ("gemm", "lstm")
    models = [step_model(weights, form, int8=int8) for form in forms]
    carries = task.work == "step"
    return quickest(
        prepared_steps(_Stepper(session(model, entrant.threads), weights, carries=carries))
        for model in models
    )


def session(model: bytes | str, threads: int) -> Any:
    """A session at the settings that are quickest for one sequence of small products."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class _Stepper:
    """Inputs and outputs are bound once, the two states in turn: nothing is copied in a step."""

    def __init__(self, session: Any, weights: Weights, *, carries: bool) -> None:
        from onnxruntime import OrtValue

        self._session, self._weights = session, weights
        batch, size = weights.words.shape[1], len(weights.hidden)

        def value(array: Any) -> Any:
            # On the CPU the value lives in the array's memory.
            return OrtValue.ortvalue_from_numpy(array.copy())

        zeros = np.zeros((batch, size), np.float32)
        self._states = [(value(zeros), value(zeros)) for _ in range(2)]
        self._ids = value(np.zeros((batch, SHOWN), np.int64))
        self._values = value(np.zeros((batch, SHOWN), np.float32))
        self._bindings = []
        for place, words in enumerate(weights.words):
            before = self._states[place % 2 if carries else 0]
            after = self._states[(place + 1) % 2 if carries else 1]
            binding = session.io_binding()
            for name, bound in zip(
                ("words", "hidden", "cell"), (value(words), *before), strict=True
            ):
                binding.bind_ortvalue_input(name, bound)
            for name, bound in zip(_NAMES, (*after, self._ids, self._values), strict=True):
                binding.bind_ortvalue_output(name, bound)
            self._bindings.append(binding)
        self.restart()

    def restart(self) -> None:
        for value, state in zip(self._states[0], self._weights.states, strict=True):
            value.update_inplace(state)

    def step(self, place: int) -> tuple[Any, Any]:
        self._session.run_with_iobinding(self._bindings[place])
        return self._ids.numpy(), self._values.numpy()
