"""What can be chosen about training a model of series."""

import msgspec

from karussell.errors import UsageError


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
