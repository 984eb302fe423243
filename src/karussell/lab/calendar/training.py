"""Training of the calendar's networks: each as well as it can be, all on equally many days.

It needs torch: whole gradients through the day, Adam, clipped norms, days that grow longer, of
several learning rates the best, and of each run the weights that did best on days beside.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from karussell.lab.calendar.days import HOURS, INPUTS, draw_days
from karussell.lab.calendar.reading import Network, Rows, Weights
from karussell.lab.calendar.success import CHOSEN, LEARNED, success_of
from karussell.lab.kept import keep, read_kept
from karussell.lab.plain import one_thread

if TYPE_CHECKING:
    from torch import Tensor

RATES = (0.01, 0.003, 0.001)
DAYS = 256_000
"""How many days a network reads at each rate."""

UNITS = {"rnn": 35, "relu": 35, "lstm": 16}
"""How many units: the plain RNNs have 2,789 weights then, the LSTM 2,712."""

_BATCH = 32
_SHORTEST, _LONGEST = 5, 60
# Days are as long as they get after this part of the training.
_GROWN = 0.6
_LOOKS, _STEPS_A_LOOK = 20, 50
_CHOSEN_DAYS = 200
_DIGITS = 4

Tell = Callable[[int, str], None]
"""Told how many days were read, and how things stand."""


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """A network at one of its learning rates.

    Attributes:
        rate: The learning rate.
        days: How many days it read.
        part: Which part it got right of the days it was chosen by.
        weights: Its weights when it did best on these.
    """

    rate: float
    days: int
    part: float
    weights: Weights


def train(
    name: str, *, seed: int, days: int = DAYS, tell: Tell, kept: Path | None = None
) -> Trained:
    """Train a network at each rate, and take the best.

    Args:
        name: "rnn", a plain one of tanh that begins orthogonal; "relu", one of rectified units that
            begins as the identity; or "lstm".
        seed: What all is drawn from.
        days: How many days it reads at each rate.
        tell: Told how it goes, over all rates.
        kept: A file that keeps each rate that is done.

    Raises:
        MissingError: If torch is not installed.
        UsageError: If the kept file cannot be read.
    """
    with one_thread("training needs"):
        found = (None if kept is None else read_kept(kept, dict[str, Trained])) or {}
        for number, rate in enumerate(RATES):
            key = f"{name} {rate:g} {seed} {days}"
            if key not in found:
                found[key] = _trained(name, rate, seed, days, tell, number * days)
                if kept is not None:
                    keep(kept, found)
    own = [found[f"{name} {rate:g} {seed} {days}"] for rate in RATES]
    return max(own, key=lambda trained: trained.part)


def _trained(name: str, rate: float, seed: int, days: int, tell: Tell, before: int) -> Trained:
    import torch

    rng, error = np.random.default_rng([seed, LEARNED]), torch.nn.functional.cross_entropy
    layer, answer = _begin(name, seed)
    parameters = [*layer.parameters(), *answer.parameters()]
    optimiser = torch.optim.Adam(parameters, rate)
    steps = max(1, days // _BATCH)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    best = Trained(rate=rate, days=days, part=-1.0, weights=_taken(name, layer, answer))
    for step in range(steps):
        grown = min(1.0, step / (steps * _GROWN))
        longest = round(_SHORTEST + (_LONGEST - _SHORTEST) * grown)
        drawn = draw_days(rng, _BATCH, int(rng.integers(3, longest + 1)))
        hidden, _ = layer(torch.from_numpy(drawn.x))
        scores = answer(hidden[-1])
        loss = error(scores[:, : len(HOURS)], torch.from_numpy(drawn.kept))
        loss = loss + error(scores[:, len(HOURS) :], torch.from_numpy(drawn.latest))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        falling.step()
        if (step + 1) % max(_STEPS_A_LOOK, steps // _LOOKS) == 0 or step + 1 == steps:
            best = _better(best, _taken(name, layer, answer), seed)
            tell(before + (step + 1) * _BATCH, f"{rate:g}: {best.part:.1%} right at best")
    return best


def _better(best: Trained, weights: Weights, seed: int) -> Trained:
    chosen = success_of(Network(weights), seed=seed, days=_CHOSEN_DAYS, purpose=CHOSEN)
    if chosen.part < best.part:
        return best
    return Trained(rate=best.rate, days=best.days, part=chosen.part, weights=weights)


def _begin(name: str, seed: int) -> tuple[Any, Any]:
    """A layer and the answers that are read from it."""
    import torch

    from karussell.layers import LSTM, RNN

    units = UNITS[name]
    random = torch.Generator().manual_seed(seed)
    layer: Any
    if name == "lstm":
        layer = LSTM(INPUTS, units)
    else:
        layer = RNN(INPUTS, units, nonlinearity="tanh" if name == "rnn" else "relu")
    answer = torch.nn.Linear(units, 2 * len(HOURS))
    with torch.no_grad():
        for weights in (*layer.parameters(), *answer.parameters()):
            weights.uniform_(-(units**-0.5), units**-0.5, generator=random)
        named = dict(layer.named_parameters())
        named["bias_hh_l0"].zero_()
        if name == "lstm":
            named["bias_ih_l0"][units : 2 * units] = 1  # forget gates begin open
        elif name == "rnn":
            torch.nn.init.orthogonal_(named["weight_hh_l0"], generator=random)
        else:
            torch.nn.init.eye_(named["weight_hh_l0"])
            named["bias_ih_l0"].zero_()
    return layer, answer


def _taken(name: str, layer: Any, answer: Any) -> Weights:
    """Weights as a file holds them, of four digits."""
    named = dict(layer.named_parameters())
    return Weights(
        cell={"rnn": "tanh"}.get(name, name),
        weight_ih=_rows(named["weight_ih_l0"]),
        weight_hh=_rows(named["weight_hh_l0"]),
        bias=_row(named["bias_ih_l0"] + named["bias_hh_l0"]),
        answer=_rows(answer.weight),
        answer_bias=_row(answer.bias),
    )


def _rows(weights: "Tensor") -> Rows:
    return [_row(row) for row in weights]


def _row(weights: "Tensor") -> list[float]:
    return [round(float(weight), _DIGITS) for weight in weights.detach()]
