"""Faults of our own, recorded without a word of what somebody typed."""

import logging
import traceback
from pathlib import Path

logger = logging.getLogger("karussell.service")


def record_fault(fault: BaseException | None) -> None:
    """Log what kind of error came up and where, but not its message nor any value.

    A message may quote what it stumbled over, and what it stumbled over may be typed text. So only
    the error's type and the places it passed through are written down.
    """
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(fault.__traceback__ if fault else None, limit=-8)
    ]
    logger.error("%s in %s", type(fault).__name__, " > ".join(places) or "an unknown place")
