"""What all pictures have in common: their colours, and how they are saved."""

from pathlib import Path
from typing import TYPE_CHECKING

from karussell.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAPER, INK, SOFT, FAINT = "#fffdf9", "#2b2137", "#685c73", "#e9e2d5"
OURS, PEER, LIMIT = "#b23a4c", "#8d8499", "#d99a22"


def save(figure: "Figure", path: Path, dots: float) -> None:
    """Write a picture.

    Args:
        figure: The picture.
        path: Its file, .png or .svg.
        dots: Dots an inch.

    Raises:
        UsageError: If it cannot be written.
    """
    try:
        figure.savefig(path, dpi=dots, facecolor=PAPER)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from None
