"""Errors a user can cause: each names the thing, the value, what was expected and the next step."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

# What a terminal obeys, what turns the direction of writing, and what nobody can see; joiners and
# spaces of other widths belong to the writing of many languages.
_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e00ff]"
)
_LONGEST_MESSAGE = 2000


def shown(text: object, most: int = 60) -> str:
    r"""Any text as a terminal may be given it: in one line, short, and nothing but letters.

    What a terminal would obey, what turns the direction of writing and what cannot be seen is
    written as Python escapes it. A long text loses its middle.

    Args:
        text: The text, from a file or from anybody.
        most: So many characters of it at most.

    >>> shown("Anna\x1b[2J\nMeier"), shown("é 漢 \u202e\ud800")
    ('Anna\\x1b[2J\\nMeier', 'é 漢 \\u202e\\ud800')
    >>> shown("0123456789" * 1000, 12)
    '01234567…789'
    """
    found = _cut(str(text), most)
    return found if found.isprintable() else _cut(_UNSHOWN.sub(_escaped, found), most)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = (most - 1) // 3
    return f"{text[: most - 1 - end]}\u2026{text[len(text) - end :]}"


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def counted(number: int, one: str, more: str = "") -> str:
    """A number of things in words.

    Args:
        number: How many.
        one: What one of them is called.
        more: What several are called, if not so with an s.

    >>> counted(1, "word"), counted(2000, "word"), counted(0, "entry", "entries")
    ('1 word', '2,000 words', '0 entries')
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


class KarussellError(Exception):
    """The parent of every error that is a user's to mend.

    Its message is one line that any terminal may be given, whatever of a file stands in it.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(shown(message, _LONGEST_MESSAGE))


class UsageError(KarussellError):
    """An option or argument that cannot work."""


class MissingError(UsageError, ImportError):
    """A package that something needs and nobody installed."""


class TextError(KarussellError):
    """A text file that cannot be read as text."""


class ModelFileError(KarussellError):
    """A model file that is damaged, foreign, or claims something untrue."""


class TrainingError(KarussellError):
    """Training that cannot start or go on."""


class HistoryError(KarussellError):
    """A store of what was learned that cannot be opened so, or an entry it cannot take."""


class ServerError(KarussellError):
    """A server that cannot be started."""


# What is imported where it is used, by its module: what people call it, and the extra of ours,
# "" where every installation has it.
_PACKAGES = {
    "apsw": ("apsw-sqlite3mc", ""),
    "glin_profanity": ("glin-profanity", "train"),
    "jax": ("JAX", "bench"),
    "joblib": ("joblib", "learn"),
    "kenlm": ("KenLM", "scoreboard"),
    "keyring": ("keyring", "keyring"),
    "matplotlib": ("matplotlib", "plot"),
    "onnx": ("onnx", "onnx"),
    "onnxruntime": ("ONNX Runtime", "onnx"),
    "sklearn": ("scikit-learn", "learn"),
    "symspellpy": ("SymSpell", "scoreboard"),
    "torch": ("PyTorch", "train"),
}


@contextmanager
def needing(purpose: str, *, extra: str | None = None) -> Iterator[None]:
    """Say in one line what an import inside needs, for not everybody installs everything.

    Args:
        purpose: The beginning of the sentence: "pictures need".
        extra: The extra of ours to install, if it is another than the usual one.

    Raises:
        MissingError: If it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in _PACKAGES or isinstance(error, MissingError):
            raise
        title, usual = _PACKAGES[module]
        raise MissingError(
            f"{purpose} {title}, which is not installed; run: {install(extra or usual)}"
        ) from None


def install(extra: str) -> str:
    """The command that brings an extra of ours; with "" what every installation has.

    >>> install("train")
    "pip install 'karussell[train]'"
    """
    return f"pip install 'karussell[{extra}]'" if extra else "pip install karussell"
