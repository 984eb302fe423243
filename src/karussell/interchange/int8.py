"""Files of ONNX with weights in int8, made by ONNX Runtime."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from karussell.errors import UsageError, needing
from karussell.files import AnyPath, path_of, written_beside


def to_int8(path: AnyPath) -> None:
    """Make an ONNX file one of int8 weights, by ONNX Runtime; whole or not at all.

    Each row of weights has a scale of its own, so that a large one does not spoil the others.

    Raises:
        UsageError: If ONNX Runtime is not there, or has nothing to do in the file, or it is none.
        OSError: If the file cannot be read or written; it is kept then.
    """
    with needing("int8 needs"):
        from onnxruntime.quantization import QuantType, quantize_dynamic

    path = path_of(path)
    _need_model(path)
    with written_beside(path) as beside:
        with _without_advice():
            quantize_dynamic(
                path,
                beside,
                weight_type=QuantType.QInt8,
                per_channel=True,
                extra_options={"EnableSubgraph": True},  # the steps of a Scan are one
            )
        if not _has_int8(beside):
            raise UsageError(
                f"{path}: ONNX Runtime finds no weights to round to int8; expected a file that "
                "export_layers or export_model wrote"
            )


def _need_model(path: Path) -> None:
    """Refuse what is no file of ONNX."""
    import onnx

    path.open("rb").close()
    try:
        onnx.checker.check_model(path)
    except (onnx.checker.ValidationError, RuntimeError) as error:
        raise UsageError(f"{path}: is no file of ONNX: {str(error).strip()[:120]}") from None


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep from users what ONNX Runtime advises its callers by the root logger.

    A handler that comes to be for it goes with it.
    """
    root = logging.getLogger()
    before = list(root.handlers)
    root.addFilter(_is_no_advice)
    try:
        yield
    finally:
        root.removeFilter(_is_no_advice)
        for handler in [each for each in root.handlers if each not in before]:
            root.removeHandler(handler)


def _has_int8(path: Path) -> bool:
    """Whether any constant of a file, also of the graphs inside it, is of int8."""
    import onnx

    def found(graph: Any) -> bool:
        return any(one.data_type == onnx.TensorProto.INT8 for one in graph.initializer) or any(
            found(attribute.g) for node in graph.node for attribute in node.attribute
        )

    return found(onnx.load(path).graph)


def _is_no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
