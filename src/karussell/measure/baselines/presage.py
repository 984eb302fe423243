"""Presage, the predictive keyboard library of Linux, if it is installed.

It is called as it comes, with its own English model (Debian: presage, libpresage-data), but for
three settings: five suggestions, the same word shown again after the next letter, and no learning,
for which it would write into the home folder.
"""

import ctypes
import tempfile
from pathlib import Path

from karussell.text import fold

_LIBRARY = "libpresage.so.1"
_SETTINGS = Path("/etc/presage.xml")
_MODEL = Path("/usr/share/presage/database_en.db")
_CHANGES = (
    ("<SUGGESTIONS>6<", "<SUGGESTIONS>5<"),
    ("<REPEAT_SUGGESTIONS>no<", "<REPEAT_SUGGESTIONS>yes<"),
    ("<ONLINE_LEARNING>yes<", "<ONLINE_LEARNING>no<"),
    ("UserSmoothedNgramPredictor DefaultRecencyPredictor<", "DefaultRecencyPredictor<"),
)
_Text = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
_Words = ctypes.POINTER(ctypes.c_char_p)


class Presage:
    """Presage's suggestions.

    Attributes:
        bytes: The size of its model.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        self.bytes = _MODEL.stat().st_size
        self._library = library
        self._past, self._future = (
            ctypes.create_string_buffer(b""),
            ctypes.create_string_buffer(b""),
        )
        # Kept as long as Presage may call them.
        self._texts = (
            _Text(lambda _: ctypes.addressof(self._past)),
            _Text(lambda _: ctypes.addressof(self._future)),
        )
        self._presage = ctypes.c_void_p()
        with tempfile.TemporaryDirectory() as folder:
            settings = Path(folder) / "presage.xml"
            settings.write_text(_changed(_SETTINGS.read_text("utf-8")), "utf-8")
            past, future = self._texts
            status = library.presage_new_with_config(
                past, None, future, None, bytes(settings), ctypes.byref(self._presage)
            )
        assert status == 0, f"presage_new_with_config failed with {status}"

    def suggestions(self, before: str, prefix: str, limit: int) -> list[str]:
        """The words that Presage shows, best first.

        Args:
            before: The words of the sentence so far, each with its space.
            prefix: The letters typed of the next.
            limit: How many words at most.
        """
        self._past = ctypes.create_string_buffer((before + prefix).encode())
        found = _Words()
        if self._library.presage_predict(self._presage, ctypes.byref(found)):
            return []
        shown: list[str] = []
        while word := found[len(shown)]:
            shown.append(word.decode(errors="replace"))
        self._library.presage_free_string_array(found)
        # To Presage an apostrophe parts words: after "don'" it suggests "t".
        head = prefix[: prefix.rfind("'") + 1]
        return [fold(head + word) for word in shown[:limit]]


def open_presage() -> Presage | None:
    """Presage with its English model, or None if it is not installed."""
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    if not _SETTINGS.is_file() or not _MODEL.is_file():
        return None
    library.presage_new_with_config.argtypes = [
        _Text,
        ctypes.c_void_p,
        _Text,
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.POINTER(ctypes.c_void_p),
    ]
    library.presage_predict.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Words)]
    library.presage_free_string_array.argtypes = [_Words]
    return Presage(library)


def _changed(settings: str) -> str:
    for stock, ours in _CHANGES:
        settings = settings.replace(stock, ours, 1)
    return settings
