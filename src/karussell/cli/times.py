"""Times as people write and read them."""

import re
import time
from datetime import date, datetime, timedelta

from karussell.errors import UsageError

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")

_BACK = re.compile(r"([0-9]{1,5})\s*(h|d|w)", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 168}
_DAYS = {"today": 0, "yesterday": 1}


def seconds(text: str) -> float:
    """The seconds in a time such as 45s, 30m or 1h30m.

    Raises:
        UsageError: If the text is no such time.
    """
    match = _TIME.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise UsageError(f"--time {text}: not a time; expected for example 45s, 30m or 1h30m")
    hours, minutes, rest = (int(group or 0) for group in match.groups())
    return float(3600 * hours + 60 * minutes + rest)


def clock(seconds: float) -> str:
    """A duration as a clock shows it.

    >>> clock(75), clock(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(option: str, text: str, *, ends: bool = False) -> int:
    """The UNIX seconds of a time such as 2026-11-01, 2026-11-01T18:30, yesterday, 7d or 2h.

    Args:
        option: What it was given as, for whoever made a mistake.
        text: The time, of this place.
        ends: Whether a day is taken to its end.

    Raises:
        UsageError: If the text is no such time.
    """
    text = text.strip()
    try:
        if match := _BACK.fullmatch(text):
            return int(time.time() - 3600 * int(match[1]) * _HOURS[match[2].lower()])
        if (back := _DAYS.get(text.lower())) is not None:
            day = date.today() - timedelta(days=back)
        elif len(text) == len("2026-11-01"):
            day = date.fromisoformat(text)
        else:
            return max(0, int(datetime.fromisoformat(text).timestamp()))
        day += timedelta(days=ends)
        return max(0, int(datetime(day.year, day.month, day.day).timestamp()))
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"{option} {text}: not a time; expected for example 2026-11-01, 2026-11-01T18:30, "
            "yesterday, 7d or 2h"
        ) from None


def told(seconds: int) -> str:
    """A time as people read it.

    >>> len(told(1764200000))
    16
    """
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
