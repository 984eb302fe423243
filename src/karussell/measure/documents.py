"""Where one conversation ends and the next begins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LINES = 20
"""Lines that are taken for one document where a text marks none."""


def documents(lines: Sequence[str]) -> NDArray[np.int64]:
    """The number of the document that each line belongs to, from 0, (lines,).

    Blank lines part documents. A text without any between its other lines is cut into runs of
    ``LINES``: what one person writes on one day hangs together, and words of one document are no
    independent measurements.

    Args:
        lines: The text, one message a line.
    """
    blank = np.array([not line.strip() for line in lines], bool)
    written = np.flatnonzero(~blank)
    if not len(written) or not blank[written[0] : written[-1]].any():
        return np.arange(len(lines), dtype=np.int64) // LINES
    # A document begins at each line that is written after a blank one.
    begins = ~blank & np.concatenate([[True], blank[:-1]])
    return np.maximum(np.cumsum(begins, dtype=np.int64) - 1, 0)
