"""Times as people write and read them."""

import re

from karussell.errors import UsageError

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


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
