"""The server of this person that runs already, if one does."""

from pathlib import Path

from karussell.client import RequestFailed, page_link


def link_of_running(settings: str, path: Path | None = None) -> str | None:
    """A link to the page of the server that runs.

    Args:
        settings: What the keyboard is asked to be.
        path: Where that server listens; None for the usual place.

    Returns:
        The link; "" if it is another keyboard than that; None if there is no server.
    """
    try:
        return page_link(None if path is None else str(path), settings=settings)
    except RequestFailed:
        return ""
    except OSError:
        return None
