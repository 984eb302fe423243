"""What the gates of a model did while it read a text."""

from dataclasses import dataclass

from karussell.blocks import GateTrace
from karussell.errors import UsageError
from karussell.kernels import Floats
from karussell.model import LanguageModel
from karussell.text import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the gates did while a text was read.

    Attributes:
        words: The words of the text, T of them.
        layers: For each layer its trace over the T words, N = 1.
    """

    words: tuple[str, ...]
    layers: tuple[GateTrace[Floats], ...]

    @classmethod
    def of(cls, model: LanguageModel, text: str) -> "Gates":
        """What the gates of a model do while it reads a text as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        read = tuple(words(text))
        if not read:
            raise UsageError("the text has no words, expected at least one")
        return cls(words=read, layers=tuple(model.trace(model.vocabulary.ids(read))))
