"""Presage, the predictive text system that Debian has, asked for its suggestions."""

import ctypes
from types import TracebackType

from karussell.errors import UsageError
from karussell.text import fold

_LIBRARY = "libpresage.so.1"
# As it is installed, except that it learns nothing, lest it be measured on what it has read, and
# that a suggestion not taken is shown again when a letter follows, as others do. By presage_new
# and these, since presage_new_with_config of 0.9.1 makes one that crashes when it is asked.
_SETTINGS = {
    "Presage.PredictorRegistry.PREDICTORS": (
        "DefaultAbbreviationExpansionPredictor DefaultSmoothedNgramPredictor "
        "DefaultRecencyPredictor"
    ),
    "Presage.ContextTracker.ONLINE_LEARNING": "no",
    "Presage.Selector.REPEAT_SUGGESTIONS": "yes",
}
_ReadStream = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
_Strings = ctypes.POINTER(ctypes.c_char_p)


class Presage:
    """Presage as its package installs it, with the model it brings.

    When it starts it makes its folder ``~/.presage``, as it always does.

    It takes an apostrophe for the end of a word, so that it never suggests "don't".

    Args:
        limit: How many suggestions it shows.

    Raises:
        UsageError: If it is not installed, or cannot be started.
    """

    def __init__(self, limit: int = 5) -> None:
        try:
            self._library = _bound(ctypes.CDLL(_LIBRARY))
        except OSError:
            raise UsageError(
                "Presage is not installed; run: apt install presage (Debian, Ubuntu)"
            ) from None
        self._past = ctypes.create_string_buffer(b"")
        self._future = ctypes.create_string_buffer(b"")
        # Kept, since Presage calls them as long as it lives.
        self._read_past = _ReadStream(lambda _: ctypes.addressof(self._past))
        self._read_future = _ReadStream(lambda _: ctypes.addressof(self._future))
        self._presage = ctypes.c_void_p()
        failed = self._library.presage_new(
            self._read_past, None, self._read_future, None, ctypes.byref(self._presage)
        )
        for name, value in (*_SETTINGS.items(), ("Presage.Selector.SUGGESTIONS", str(limit))):
            failed = failed or self._library.presage_config_set(
                self._presage, name.encode(), value.encode()
            )
        if failed:
            raise UsageError(f"Presage cannot be started (its error {failed}); install it anew")

    def suggestions(self, text: str) -> list[str]:
        """The words it shows after what was typed, folded, best first."""
        self._past = ctypes.create_string_buffer(text.encode())
        shown = _Strings()
        if self._library.presage_predict(self._presage, ctypes.byref(shown)) or not shown:
            return []
        found: list[str] = []
        while (word := shown[len(found)]) is not None:
            found.append(fold(word.decode(errors="replace")))
        self._library.presage_free_string_array(shown)
        return found

    def close(self) -> None:
        """Stop it; nothing can be asked afterwards."""
        if self._presage:
            self._library.presage_free(self._presage)
            self._presage = ctypes.c_void_p()

    def __enter__(self) -> "Presage":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _bound(library: ctypes.CDLL) -> ctypes.CDLL:
    """The library with the argument types of its header, presage.h."""
    library.presage_new.argtypes = [
        _ReadStream,
        ctypes.c_void_p,
        _ReadStream,
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_void_p),
    ]
    library.presage_config_set.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    library.presage_predict.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Strings)]
    library.presage_free_string_array.argtypes = [_Strings]
    library.presage_free.argtypes = [ctypes.c_void_p]
    return library
