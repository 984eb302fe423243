"""What learning a writer's own text is worth: each word predicted before it is learned."""

from karussell.measure.own.board import OwnBoard, Stage, WriterRow
from karussell.measure.own.contest import compare_with_frozen
from karussell.measure.own.learning import Prequential
from karussell.measure.own.writers import Writer, read_writers

__all__ = [
    "OwnBoard",
    "Prequential",
    "Stage",
    "Writer",
    "WriterRow",
    "compare_with_frozen",
    "read_writers",
]
