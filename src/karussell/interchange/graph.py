"""A graph of ONNX as it grows: values are names, nodes are added one by one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NewType

import numpy as np
from numpy.typing import NDArray

from karussell.errors import UsageError, needing
from karussell.files import AnyPath, path_of, write_whole

if TYPE_CHECKING:
    from onnx import GraphProto, ValueInfoProto

Name = NewType("Name", str)
Shape = Sequence[int | str] | None

# LayerNormalization came with it, and ONNX Runtime has read it for years.
OPSET = 17
_IR_VERSION = 8
# No message of Protocol Buffers holds more than 2 GiB; the rest is for all that is no weight.
_MOST_BYTES = 2**31 - 2**20


def need_file_for(size: int) -> None:
    """Refuse what no file of ONNX can hold.

    Args:
        size: How many bytes its weights take.

    Raises:
        UsageError: They are too many.
    """
    if size > _MOST_BYTES:
        raise UsageError(
            f"{size:,} bytes of weights in float32 or more: a file of ONNX holds 2 GiB; take fewer "
            "layers or a smaller one for each file"
        )


class Graph:
    """Values and nodes; its constants, too, and those of the graphs inside it.

    Raises:
        UsageError: If the package ``onnx`` is not there.
    """

    def __init__(self) -> None:
        with needing("a graph of ONNX needs"):
            from onnx import helper
        self._helper = helper
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[ValueInfoProto] = []
        self._outputs: list[ValueInfoProto] = []
        self._names = [0]
        self._bytes = [0]

    def inner(self) -> "Graph":
        """A graph to be run inside this one; no name is used in both."""
        graph = Graph()
        graph._names, graph._bytes = self._names, self._bytes
        return graph

    def input(self, name: str, shape: Shape, dtype: type[np.generic] = np.float32) -> Name:
        """Declare an input, of free sizes where its shape has names."""
        return self._declare(self._inputs, name, shape, dtype)

    def output(self, name: str, value: Name, shape: Shape) -> None:
        """Make a value an output."""
        declared = self._declare(self._outputs, name, shape, np.float32)
        self._nodes.append(self._helper.make_node("Identity", [value], [declared]))

    def constant(self, array: NDArray[Any]) -> Name:
        """A value that is always this; floats become float32.

        Raises:
            UsageError: A number is too large for that, or the file would be.
        """
        from onnx import numpy_helper

        floats = array.dtype.kind == "f"
        self._bytes[0] += array.size * (4 if floats else array.itemsize)
        need_file_for(self._bytes[0])
        kept = array
        if floats:
            with np.errstate(over="ignore"):
                kept = array.astype(np.float32)
            if not np.isfinite(kept).all():
                largest = np.abs(array).max()
                raise UsageError(f"a weight of {largest}: a file of ONNX has float32, no such")
        name = self._fresh("constant")
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(kept), name))
        return name

    def numbers(self, *numbers: int) -> Name:
        """Whole numbers that are always these."""
        return self.constant(np.array(numbers, np.int64))

    def add(self, operator: str, *values: Name, **attributes: Any) -> Name:
        """Add a node with one output, and return that."""
        return self.add_all(operator, 1, *values, **attributes)[0]

    def add_all(self, operator: str, count: int, *values: Name, **attributes: Any) -> list[Name]:
        """Add a node with this many outputs, and return them."""
        outputs = [self._fresh(operator) for _ in range(count)]
        self._nodes.append(self._helper.make_node(operator, values, outputs, **attributes))
        return outputs

    def cast(self, value: Name, dtype: type[np.generic]) -> Name:
        """A value as one of another dtype."""
        return self.add("Cast", value, to=self._helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def rows(self, value: Name, first: int, count: int) -> Name:
        """The rows [first, first + count) of a value."""
        ends = [self.numbers(end) for end in (first, first + count)]
        return self.add("Slice", value, *ends, self.numbers(0))

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
