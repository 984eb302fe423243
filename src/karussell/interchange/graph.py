"""A graph of ONNX as it grows: values are names, nodes are added one by one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NewType

import numpy as np
from numpy.typing import NDArray

from karussell.errors import UsageError
from karussell.files import AnyPath, path_of, write_whole

if TYPE_CHECKING:
    from onnx import GraphProto, ValueInfoProto

Name = NewType("Name", str)
Shape = Sequence[int | str] | None

# LayerNormalization came with it, and ONNX Runtime has read it for years.
OPSET = 17
_IR_VERSION = 8


class Graph:
    """Values and nodes; its constants, too, and those of the graphs inside it.

    Raises:
        UsageError: If the package ``onnx`` is not there.
    """

    def __init__(self) -> None:
        try:
            from onnx import helper
        except ModuleNotFoundError:
            raise UsageError(
                "the package onnx is missing; install it with: pip install 'karussell[onnx]'"
            ) from None
        self._helper = helper
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[ValueInfoProto] = []
        self._outputs: list[ValueInfoProto] = []
        self._names = [0]

    def inner(self) -> "Graph":
        """A graph to be run inside this one; no name is used in both."""
        graph = Graph()
        graph._names = self._names
        return graph

    def input(self, name: str, shape: Shape, dtype: type[np.generic] = np.float32) -> Name:
        """Declare an input, of free sizes where its shape has names."""
        return self._declare(self._inputs, name, shape, dtype)

    def output(self, name: str, value: Name, shape: Shape) -> None:
        """Make a value an output."""
        declared = self._declare(self._outputs, name, shape, np.float32)
        self._nodes.append(self._helper.make_node("Identity", [value], [declared]))

    def constant(self, array: NDArray[Any]) -> Name:
        """A value that is always this; floats become float32."""
        from onnx import numpy_helper

        kept = array.astype(np.float32) if array.dtype.kind == "f" else array
        name = self._fresh("constant")
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(kept), name))
        return name

    def add(self, operator: str, *values: Name, **attributes: Any) -> Name:
        """Add a node with one output, and return that."""
        return self.add_all(operator, 1, *values, **attributes)[0]

    def add_all(self, operator: str, count: int, *values: Name, **attributes: Any) -> list[Name]:
        """Add a node with this many outputs, and return them."""
        outputs = [self._fresh(operator) for _ in range(count)]
        self._nodes.append(self._helper.make_node(operator, values, outputs, **attributes))
        return outputs

    def rows(self, value: Name, first: int, count: int) -> Name:
        """The rows [first, first + count) of a value."""
        ends = [self.constant(np.array([end], np.int64)) for end in (first, first + count)]
        return self.add("Slice", value, *ends, self.constant(np.array([0], np.int64)))

    def proto(self, name: str) -> "GraphProto":
        """The graph as ONNX has it."""
        return self._helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, self._constants
        )

    def write(self, path: AnyPath, name: str, metadata: dict[str, str]) -> None:
        """Write a model of this graph alone to a file, whole or not at all."""
        model = self._helper.make_model(
            self.proto(name),
            producer_name="karussell",
            opset_imports=[self._helper.make_opsetid("", OPSET)],
            ir_version=_IR_VERSION,
        )
        self._helper.set_model_props(model, metadata)
        write_whole(path_of(path), model.SerializeToString())

    def _declare(
        self, among: "list[ValueInfoProto]", name: str, shape: Shape, dtype: type[np.generic]
    ) -> Name:
        used = Name(name) if shape is not None else self._fresh(name)
        kind = self._helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        among.append(self._helper.make_tensor_value_info(used, kind, shape))
        return used

    def _fresh(self, name: str) -> Name:
        self._names[0] += 1
        return Name(f"{name.lower()}_{self._names[0]}")
