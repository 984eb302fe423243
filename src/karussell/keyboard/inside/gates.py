"""What the gates of a model did while it read a text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karussell.blocks import GateTrace
from karussell.errors import UsageError
from karussell.kernels import Floats
from karussell.model import LanguageModel
from karussell.text import words

GATES = {"wrote": "input_gate", "kept": "forget_gate", "read": "output_gate"}
"""What a block does with its cells, and the gate that says how far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What the gates did while a text was read.

    Attributes:
        words: The words of the text, T of them.
        layers: For each layer its trace over the T words, N = 1.
        known: Whether the network knows each word; those it does not are all one to it.
    """

    words: tuple[str, ...]
    layers: tuple[GateTrace[Floats], ...]
    known: tuple[bool, ...]

    @classmethod
    def of(cls, model: LanguageModel, text: str) -> "Gates":
        """What the gates of a model do while it reads a text as one sentence.

        Raises:
            UsageError: If the model is a plain RNN, or the text has no words.
        """
        read = tuple(words(text))
        if not read:
            raise UsageError("the text has no words, expected at least one")
        return cls.while_reading(model, read, model.vocabulary.ids(read))

    @classmethod
    def while_reading(
        cls, model: LanguageModel, words: Sequence[str], ids: Sequence[int], last: int | None = None
    ) -> "Gates":
        """What the gates of a model do while it reads ids, told of the last words.

        Args:
            model: The model.
            words: What to call them, T words.
            ids: The ids of the words, T of them.
            last: Of how many to tell; None for all.

        Raises:
            UsageError: If the model is a plain RNN.
        """
        told = slice(None if last is None else -last, None)
        traces = (GateTrace(*(each[told] for each in trace)) for trace in model.trace(ids))
        unknown = model.vocabulary.unknown
        return cls(
            words=tuple(words[told]),
            layers=tuple(traces),
            known=tuple(each != unknown for each in ids[told]),
        )

    def by_keeping(self) -> list[dict[str, NDArray[np.float32]]]:
        """For each layer what each block did, those that keep most on the whole last.

        Returns:
            How far they ``wrote``, ``kept`` and ``read``, 0 to 1, (T words, B blocks) each.
        """
        found = []
        for trace in self.layers:
            order = trace.forget_gate[:, 0].mean(axis=0).argsort(kind="stable")
            found.append(
                {name: getattr(trace, gate)[:, 0][:, order] for name, gate in GATES.items()}
            )
        return found
