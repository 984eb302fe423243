"""What can be chosen about a training run; stored in its plan, so that it can go on."""

from typing import Literal

import msgspec

from karussell.errors import UsageError
from karussell.model import Source


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of a training run. The defaults suit a laptop and tens of megabytes of text.

    Attributes:
        cell: The recurrent layer: memory blocks, or the plain RNN for comparison.
        layers: Recurrent layers, one on the other.
        embedding_size: Numbers per word, E.
        hidden_size: Memory cells per layer, H.
        cells_per_block: Memory cells that share one set of gates, S.
        coupled_gates: Whether the input gate is what the forget gate leaves (Greff et al. 2017): a
            quarter of a layer's weights less.
        vocabulary_size: Words at most.
        rare_words: Words at most beside those, for completion: the network knows only that a rare
            word comes, their counts say which.
        least_count: How often a word must stand in the text to enter the vocabulary.
        epochs: Passes over the text, unless ``seconds`` is given.
        seconds: Train for this long instead of ``epochs``.
        batch_words: Words per update.
        negatives: Words each prediction is compared with while training (sampled softmax,
            Jean et al. 2015); 0 compares with the whole vocabulary.
        learning_rate: Peak step size of Adam, reached after the warm-up, then a cosine to zero.
        dropout: Part of the embeddings and of the outputs set to zero while training.
        clip: Largest norm of the gradient; longer ones are scaled down.
        seed: Fixes every random choice.
        threads: Processor threads; 0 for one per core.
        precision: The format of the large products, which are added up in float32 and change
            weights of float32 in any case; "auto" is bfloat16 where the processor has it.
    """

    cell: Literal["lstm", "rnn"] = "lstm"
    layers: int = 1
    embedding_size: int = 192
    hidden_size: int = 512
    cells_per_block: int = 1
    coupled_gates: bool = False
    vocabulary_size: int = 28_000
    rare_words: int = 30_000
    least_count: int = 2
    epochs: float = 5.0
    seconds: float | None = None
    batch_words: int = 1536
    negatives: int = 1024
    learning_rate: float = 2.5e-3
    dropout: float = 0.2
    clip: float = 1.0
    seed: int = 1
    threads: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            UsageError: Naming the setting, its value and what was expected.
        """
        for name in (
            "layers",
            "embedding_size",
            "hidden_size",
            "cells_per_block",
            "vocabulary_size",
            "least_count",
            "batch_words",
        ):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}, expected at least 1")
        if self.hidden_size % self.cells_per_block:
            raise UsageError(
                f"hidden_size {self.hidden_size} is no multiple of cells_per_block "
                f"{self.cells_per_block}; choose sizes that divide"
            )
        if self.cell == "rnn" and self.cells_per_block != 1:
            raise UsageError("cells_per_block is for memory blocks; a plain RNN has none")
        if self.cell == "rnn" and self.coupled_gates:
            raise UsageError("coupled_gates is for memory blocks; a plain RNN has none")
        if not 0 <= self.dropout < 1:
            raise UsageError(f"dropout is {self.dropout}, expected 0 or more and less than 1")
        for name in ("epochs", "learning_rate", "clip"):
            if not getattr(self, name) > 0:
                raise UsageError(f"{name} is {getattr(self, name)}, expected more than 0")
        if self.seconds is not None and not self.seconds > 0:
            raise UsageError(f"seconds is {self.seconds}, expected more than 0")
        for name in ("negatives", "rare_words"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} is {getattr(self, name)}, expected 0 or more")


class SeriesSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of a run on series of numbers.

    Attributes:
        horizon: Steps forecast at once, F.
        season: Steps after which a series is like itself, p: 24 of hours that repeat daily, 168 of
            hours that repeat weekly; 1 for no season.
        quantiles: Which quantiles are forecast, ascending; the middle one is the forecast itself.
        hidden_size: Memory cells a layer, H.
        layers: Layers, one on the other.
        cells_per_block: Memory cells that share one set of gates, S.
        window: Steps that gradients reach back; what a state carries at run time has no such end.
        updates: Steps of Adam.
        batch_windows: Windows an update.
        learning_rate: Peak step size, after which a cosine leads to zero.
        dropout: Part of the layers' outputs set to zero while training.
        weight_decay: Of AdamW.
        seed: Fixes every random choice.
        threads: Processor threads; 0 for one per core.
    """

    horizon: int = 24
    season: int = 1
    quantiles: tuple[float, ...] = (0.1, 0.5, 0.9)
    hidden_size: int = 64
    layers: int = 1
    cells_per_block: int = 1
    window: int = 128
    updates: int = 1000
    batch_windows: int = 16
    learning_rate: float = 3e-3
    dropout: float = 0.1
    weight_decay: float = 1e-2
    seed: int = 1
    threads: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            UsageError: Naming the setting, its value and what was expected.
        """
        for name in (
            "horizon",
            "season",
            "hidden_size",
            "layers",
            "cells_per_block",
            "window",
            "updates",
            "batch_windows",
        ):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}, expected at least 1")
        if not self.quantiles or not all(0 < level < 1 for level in self.quantiles):
            raise UsageError(f"quantiles are {self.quantiles}, expected some between 0 and 1")
        if list(self.quantiles) != sorted(set(self.quantiles)):
            raise UsageError(f"quantiles are {self.quantiles}, expected ascending ones")
        if not 0 <= self.dropout < 1:
            raise UsageError(f"dropout is {self.dropout}, expected 0 or more and less than 1")
        if not self.learning_rate > 0:
            raise UsageError(f"learning_rate is {self.learning_rate}, expected more than 0")
        if not self.weight_decay >= 0:
            raise UsageError(f"weight_decay is {self.weight_decay}, expected 0 or more")


class Labels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the card of a trained model says that no run can know.

    Attributes:
        name: The model's name.
        language: Its language as a BCP 47 tag.
        licence: The model's licence.
        sources: Its texts with their licences; by default the files' names.
        command: The command that trains it again.
        notes: Anything a user should know.
    """

    name: str
    language: str = "und"
    licence: str = "private"
    sources: tuple[Source, ...] = ()
    command: str = ""
    notes: str = ""
