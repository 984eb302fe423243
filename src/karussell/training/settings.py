"""What can be chosen about a training run; stored in its plan, so that it can go on."""

import math
import operator
import os
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar, get_args

import msgspec

from karussell.errors import UsageError, shown
from karussell.model import Source
from karussell.text import is_language_tag

if TYPE_CHECKING:
    from karussell.training.engine import Engine

Sizes = TypeVar("Sizes", bound=msgspec.Struct)


class RunSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of any run.

    Attributes:
        layers: Recurrent layers, one on the other.
        hidden_size: Memory cells per layer, H.
        cells_per_block: Memory cells that share one set of gates, S.
        seconds: Take this long in all, reading, measuring and writing included, whatever the other
            settings say about the length of the run.
        learning_rate: Peak step size of Adam, reached after the warm-up, then a cosine to zero.
        weight_decay: How much of each weight a step of that size takes away (Loshchilov and Hutter
            2019).
        dropout: Part of what layers read and give set to zero while training.
        clip: Largest norm of the gradient; longer ones are scaled down.
        seed: Fixes every random choice.
        threads: Processor threads; 0 for one per core.
    """

    length: ClassVar[str]
    """The setting that says how long a run is if ``seconds`` does not."""

    layers: int = 1
    hidden_size: int = 512
    cells_per_block: int = 1
    seconds: float | None = None
    learning_rate: float = 2.5e-3
    weight_decay: float = 0.0
    dropout: float = 0.2
    clip: float = 1.0
    seed: int = 1
    threads: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            UsageError: Naming the setting, its value and what was expected.
        """
        self._convert()
        self._need(1, "layers", "hidden_size", "cells_per_block")
        self._need(0, "seed", "threads")
        if self.seed >= 2**32:
            raise UsageError(f"seed is {self.seed}, expected less than {2**32}")
        if self.hidden_size % self.cells_per_block:
            raise UsageError(
                f"hidden_size {self.hidden_size} is no multiple of cells_per_block "
                f"{self.cells_per_block}; choose sizes that divide"
            )
        if not 0 <= self.dropout < 1:
            raise UsageError(f"dropout is {self.dropout}, expected 0 or more and less than 1")
        for name in (self.length, "learning_rate", "clip", "seconds"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise UsageError(f"{name} is {value:g}, expected more than 0, and finite")
        self._need(0, "weight_decay")

    def for_this_machine(self, engine: "Engine | None" = None) -> Self:
        """The same choices, and in place of 0 threads as many as there are cores here.

        Args:
            engine: What computes the run; the kernels if None.
        """
        return msgspec.structs.replace(self, threads=self.threads or _cores())

    def as_long_as(self, other: Self) -> Self:
        """These choices for a run of another's length: all that may change when one goes on."""
        length = {self.length: getattr(other, self.length)}
        return msgspec.structs.replace(self, seconds=other.seconds, **length)

    def sizes(self, kind: type[Sizes], **others: int) -> Sizes:
        """The sizes of a network as a model's card has them: some chosen here, and others."""
        chosen = {name: getattr(self, name, None) for name in kind.__struct_fields__}
        return kind(**{**chosen, **others})

    def _convert(self) -> None:
        """Take numbers of any kind, such as NumPy's, as those that a plan can hold."""
        for field in msgspec.structs.fields(self):
            given = getattr(self, field.name)
            try:
                if field.type is int:
                    value: object = operator.index(given)
                elif field.type is bool:
                    value = bool(given)
                elif field.type == tuple[float, ...]:
                    value = tuple(map(_number, given))
                elif float in (field.type, *get_args(field.type)) and given is not None:
                    value = _number(given)
                else:
                    continue
            except (TypeError, ValueError):
                expected = "a whole number" if field.type is int else "numbers"
                raise UsageError(
                    f"{field.name} is {str(given)[:60]!r}, expected {expected}"
                ) from None
            msgspec.structs.force_setattr(self, field.name, value)

    def _need(self, least: int, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            if not value >= least:
                expected = f"at least {least}" if least else "0 or more"
                raise UsageError(f"{name} is {value}, expected {expected}")


def _number(given: Any) -> float:
    """A float, but none of a string."""
    if isinstance(given, str | bytes):
        raise TypeError
    return float(given)


def _cores() -> int:
    """How many threads this process should use: what OMP_NUM_THREADS says, or all cores it may."""
    count = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        count = min(count, len(os.sched_getaffinity(0)))
    told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(count, int(told)) if told.isdecimal() and int(told) else count


class Settings(RunSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of a run on words or tokens. The defaults suit a laptop and megabytes of text.

    Attributes:
        cell: The recurrent layer: memory blocks, or the plain RNN for comparison.
        embedding_size: Numbers per word, E.
        coupled_gates: Whether the input gate is what the forget gate leaves (Greff et al. 2017): a
            quarter of a layer's weights less.
        vocabulary_size: Words at most.
        rare_words: Words at most beside those, for completion: the network knows only that a rare
            word comes, their counts say which.
        least_count: How often a word must stand in the text to enter the vocabulary.
        epochs: Passes over the text, unless ``seconds`` is given.
        batch_words: Words per update.
        negatives: Words each prediction is compared with while training (sampled softmax,
            Jean et al. 2015); 0 compares with the whole vocabulary.
        precision: The format of the large products, which are added up in float32 and change
            weights of float32 in any case; "auto" is the quicker one on this machine, as
            measured once if need be; a run keeps it.
    """

    length: ClassVar[str] = "epochs"

    cell: Literal["lstm", "rnn"] = "lstm"
    embedding_size: int = 192
    coupled_gates: bool = False
    vocabulary_size: int = 28_000
    rare_words: int = 30_000
    least_count: int = 2
    epochs: float = 5.0
    batch_words: int = 1536
    negatives: int = 1024
    precision: Literal["auto", "float32", "bfloat16"] = "auto"

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            UsageError: Naming the setting, its value and what was expected.
        """
        super().__post_init__()
        self._need(1, "embedding_size", "vocabulary_size", "least_count", "batch_words")
        self._need(0, "negatives", "rare_words")
        if self.cell == "rnn" and self.cells_per_block != 1:
            raise UsageError("cells_per_block is for memory blocks; a plain RNN has none")
        if self.cell == "rnn" and self.coupled_gates:
            raise UsageError("coupled_gates is for memory blocks; a plain RNN has none")

    def for_this_machine(self, engine: "Engine | None" = None) -> Self:
        """The same choices, and in place of "auto" and 0 what they mean here.

        Args:
            engine: What computes the run; the kernels if None.
        """
        from karussell.training.engine import Engine  # it needs torch, and choices do not

        here, engine = super().for_this_machine(engine), engine or Engine()
        return msgspec.structs.replace(here, precision=engine.precision(self.precision))


class SeriesSettings(RunSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of a run on series of numbers.

    Attributes:
        horizon: Steps forecast at once, F.
        season: Steps after which a series is like itself, p: 24 of hours that repeat daily, 168 of
            hours that repeat weekly; 1 for no season.
        quantiles: Which quantiles are forecast, ascending; 0.5 is the median, the forecast
            itself.
        window: Steps that gradients reach back; what a state carries at run time has no such end.
        updates: Steps of Adam, unless ``seconds`` is given.
        batch_windows: Windows an update.
    """

    length: ClassVar[str] = "updates"

    horizon: int = 24
    season: int = 1
    quantiles: tuple[float, ...] = (0.1, 0.5, 0.9)
    hidden_size: int = 64
    window: int = 128
    updates: int = 1000
    batch_windows: int = 16
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    dropout: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            UsageError: Naming the setting, its value and what was expected.
        """
        super().__post_init__()
        self._need(1, "horizon", "season", "window", "updates", "batch_windows")
        if not self.quantiles or not all(0 < level < 1 for level in self.quantiles):
            raise UsageError(f"quantiles are {self.quantiles}, expected some between 0 and 1")
        if list(self.quantiles) != sorted(set(self.quantiles)):
            raise UsageError(f"quantiles are {self.quantiles}, expected ascending ones")


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

    def __post_init__(self) -> None:
        """Refuse what no card can say.

        Raises:
            UsageError: Naming the label, its value and what was expected.
        """
        if not is_language_tag(self.language):
            raise UsageError(
                f"language is {shown(self.language)!r}, expected a BCP 47 tag such as en, de-AT or "
                "tlh; und if it has none"
            )
        for name in ("name", "licence", "command", "notes"):
            try:
                getattr(self, name).encode()
            except UnicodeEncodeError:
                raise UsageError(
                    f"{name} is {shown(getattr(self, name))!r}, expected text that can be written "
                    "in UTF-8"
                ) from None
