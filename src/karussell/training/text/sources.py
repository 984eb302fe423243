"""The text files a model is trained on, and how often each is read."""

from dataclasses import dataclass
from pathlib import Path

from karussell.errors import UsageError, shown
from karussell.text import STANDARD_INPUT

_STANDARD = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_LONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """One text file and the number of passes over it per epoch (0.5 reads half of its lines)."""

    path: Path
    passes: float = 1.0

    @property
    def name(self) -> str:
        """What a card calls it: the file's name, as far as it can be written."""
        if self.path == STANDARD_INPUT or self.path.as_posix() in _STANDARD:
            return "standard input"
        return "a pipe" if self.path.is_fifo() else shown(self.path.name, _LONGEST)

    @classmethod
    def parse(cls, text: str) -> "TextSource":
        """The source named ``PATH`` or ``PATH@PASSES``.

        Raises:
            UsageError: If the passes are not a positive number.

        >>> TextSource.parse("letters.txt@2").passes
        2.0
        """
        name, separator, passes = text.rpartition("@")
        if not separator or Path(text).exists():
            return cls(path=Path(text))
        try:
            value = float(passes)
        except ValueError:
            return cls(path=Path(text))
        if not 0 < value <= 100:
            raise UsageError(
                f"{text}: {passes} passes over a file; expected more than 0, up to 100"
            )
        return cls(path=Path(name), passes=value)
