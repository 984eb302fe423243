"""Training a peer with the loop, the text and the time of our own network."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import torch

from karussell.errors import TrainingError
from karussell.peers.model import PeerCard, PeerModel, open_peer, save_peer
from karussell.peers.network import Peer, peer_network
from karussell.peers.sizes import equal_settings
from karussell.training import (
    LanguageTask,
    Loop,
    PreparedText,
    Report,
    apart,
    drawn,
    run_folder,
    silent,
)


def train_peer(
    kind: Peer,
    folder: Path,
    out: Path,
    *,
    seconds: float | None = None,
    rate: float | None = None,
    tell: Callable[[Report], None] = silent,
) -> PeerModel:
    """Train a peer as large as the network that a folder's plan is about, on its text.

    It takes one thread. Any number of peers may share the folder, also at once: it is only read.
    The checkpoint is in ``OUT.training``; a stopped run goes on from there when it is started
    again.

    Args:
        kind: Which peer.
        folder: What ``PreparedText.prepare`` wrote: text as word ids, and a plan.
        out: Where to write the peer.
        seconds: How long to train, instead of the plan's epochs; a resumed run may be given more.
        rate: Its learning rate as a part of our network's; the best that was found if None.
        tell: Told about progress.

    Returns:
        The trained peer.

    Raises:
        TrainingError: If the folder is not prepared or damaged, or the checkpoint is of another
            network, or the disk is full.
        UsageError: If there is something at ``out`` already.
    """
    text = PreparedText(folder)
    if not text.is_prepared:
        raise TrainingError(f"{folder}: no prepared text here; expected plan.json and its files")
    plan = text.read_plan()
    settings = msgspec.structs.replace(
        equal_settings(kind, plan.settings, rate), seconds=seconds, threads=1
    )
    encoded, counts = text.read_text()
    with run_folder(out, resume=None) as run, apart(settings.threads):
        with drawn(settings.seed):
            network = peer_network(kind, settings, torch.from_numpy(counts.astype(np.int64)))
        loop = Loop(LanguageTask(settings, network, encoded, counts), run.checkpoint)
        loop.run(tell)
        card = PeerCard(
            kind=kind,
            settings=settings,
            progress=loop.progress,
            words=plan.words,
            casing=plan.casing,
        )
        save_peer(out, PeerModel(card, network, counts))
    return open_peer(out)
