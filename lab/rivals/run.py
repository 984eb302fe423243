"""Networks of equal weights, each trained on the recipe's text for the same time on one thread.

    python -m lab.rivals.run en DATA FOLDER [--time 14m] [--rate PART]

FOLDER gets ours as ``lstm.karussell``, and ``rnn.pt``, ``gru.pt`` and ``transformer.pt``, for
``karussell scoreboard --model FOLDER/lstm.karussell --peer FOLDER``. What is there already is
left as it is, and what was stopped goes on. With ``--rate``, which can be repeated, each rival is
trained at other learning rates than its own, for its best: parts of ours, in ``gru-0.5.pt``.
"""

import argparse
from itertools import product
from typing import get_args

from karussell.model import open_model
from karussell.peers import Peer, open_peer, train_peer
from lab.trials import Result, Tell, options, run, scored
from recipes import RECIPES

_OURS = "lstm"
_PEERS: tuple[Peer, ...] = get_args(Peer)


def main(arguments: list[str] | None = None) -> None:
    """Train and measure ours and its rivals, one after the other."""
    parser = options("rivals", __doc__, (_OURS, *_PEERS), "14m")
    parser.add_argument("--rate", type=float, action="append")
    asked = parser.parse_args(arguments)
    kinds = asked.only or (_OURS, *_PEERS)
    peers = {
        kind if rate is None else f"{kind}-{rate:g}": (kind, rate)
        for kind, rate in product(_PEERS, asked.rate or (None,))
        if kind in kinds
    }
    run(
        asked,
        "Networks of equal weights, trained for the same time",
        [*([_OURS] if _OURS in kinds else []), *peers],
        lambda name, tell: (
            _ours(asked, tell) if name == _OURS else _peer(asked, name, *peers[name], tell)
        ),
    )


def _ours(asked: argparse.Namespace, tell: Tell) -> Result:
    recipe, out = RECIPES[asked.language], asked.folder / f"{_OURS}.karussell"
    if not out.exists():
        text = recipe.prepare(asked.data, asked.folder / "text")
        recipe.with_settings(seconds=asked.time, threads=1).train_on(text, out, tell)
    model = open_model(out)
    return scored(recipe, model, model.rare, asked.data, out, model.card.training.words)


def _peer(
    asked: argparse.Namespace, name: str, kind: Peer, rate: float | None, tell: Tell
) -> Result:
    recipe, out = RECIPES[asked.language], asked.folder / f"{name}.pt"
    text = recipe.prepare(asked.data, asked.folder / "text")
    if not out.exists():
        train_peer(kind, text.path, out, seconds=asked.time, rate=rate, tell=tell)
    model = open_peer(out)
    # A network of our words has our rare ones beside it, as ours has.
    rare = text.read_plan().rare
    return scored(recipe, model, rare, asked.data, out, model.card.progress.read)


if __name__ == "__main__":
    main()
