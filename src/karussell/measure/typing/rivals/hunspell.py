"""Hunspell, the spelling checker of LibreOffice and Firefox, if it is installed.

Debian: libhunspell-1.7-0, and a dictionary such as hunspell-en-us.
"""

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from karussell.correction import Tap
from karussell.measure.typing.corrector import Answer, is_plain

_LIBRARY = "libhunspell-1.7.so.0"
_FOLDER = Path("/usr/share/hunspell")
_DICTIONARIES = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES"}
_SHOWN = 3
_Words = ctypes.POINTER(ctypes.c_char_p)


class Hunspell:
    """Hunspell with one dictionary: an unknown word is changed to the first suggestion."""

    def __init__(self, library: ctypes.CDLL, dictionary: Path) -> None:
        self._library = library
        self._handle = ctypes.c_void_p(
            library.Hunspell_create(
                bytes(dictionary.with_suffix(".aff")), bytes(dictionary.with_suffix(".dic"))
            )
        )
        self._encoding = library.Hunspell_get_dic_encoding(self._handle).decode()
        self._suggested = lru_cache(1 << 16)(self._suggest)

    def knows(self, word: str) -> bool:
        """Whether the dictionary has a word."""
        return bool(self._library.Hunspell_spell(self._handle, self._encoded(word)))

    def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
        """Hunspell looks at the word alone."""
        if not is_plain(left, typed, after):
            return Answer()
        if self.knows(typed):
            return Answer(words=(typed,))
        found = self._suggested(typed)
        return Answer(words=found, change=found[0] if found else None, score=1.0)

    def _suggest(self, word: str) -> tuple[str, ...]:
        found = _Words()
        number = self._library.Hunspell_suggest(
            self._handle, ctypes.byref(found), self._encoded(word)
        )
        listed = [found[at] or b"" for at in range(min(number, _SHOWN))]
        shown = tuple(each.decode(self._encoding, "replace") for each in listed)
        self._library.Hunspell_free_list(self._handle, ctypes.byref(found), number)
        return shown

    def _encoded(self, word: str) -> bytes:
        return word.encode(self._encoding, "replace")


def open_hunspell(language: str) -> Hunspell | None:
    """Hunspell with the dictionary of a language, or None if one of them is not installed."""
    dictionary = _FOLDER / _DICTIONARIES.get(language.partition("-")[0], language)
    if not dictionary.with_suffix(".dic").is_file():
        return None
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.Hunspell_create.restype = ctypes.c_void_p
    library.Hunspell_create.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    library.Hunspell_get_dic_encoding.restype = ctypes.c_char_p
    library.Hunspell_get_dic_encoding.argtypes = [ctypes.c_void_p]
    library.Hunspell_spell.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.Hunspell_suggest.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(_Words),
        ctypes.c_char_p,
    ]
    library.Hunspell_free_list.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Words), ctypes.c_int]
    return Hunspell(library, dictionary)
