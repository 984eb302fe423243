"""From sequences of anything hashable to a model of them."""

import contextlib
from array import array
from collections.abc import Callable, Hashable, Sequence
from functools import partial

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from karussell.errors import UsageError, counted
from karussell.files import AnyPath, path_of
from karussell.model import Configuration
from karussell.sequences import SequenceModel, Tokens, count_tokens
from karussell.training.batches import Encoded
from karussell.training.engine import Device, engine_for
from karussell.training.folder import run_folder
from karussell.training.language import LanguageTask
from karussell.training.loop import Loop
from karussell.training.memory import check_memory
from karussell.training.network import LanguageNetwork
from karussell.training.settings import Settings
from karussell.training.surroundings import apart, drawn
from karussell.training.task import Report, silent
from karussell.training.world import together

# A longer sequence is cut: gradients seldom reach back further, and memory stays small.
LONGEST = 128
# This part of the tokens is held out, in whole sequences where there are several.
_HELD_OUT = 0.05
# A run reads this many tokens in all, or each of more once, or each of few as often as this: a
# minute or so on two cores.
_TOKENS_IN_ALL = 2_000_000
_MOST_EPOCHS = 30.0
# Of fewer tokens a smaller network learns more, on one thread, in seconds.
_FEW = 15_000


def train_tokens(
    sequences: Sequence[Sequence[Hashable]],
    *,
    out: AnyPath | None = None,
    settings: Settings | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: Device = "auto",
    tell: Callable[[Report], None] = silent,
) -> SequenceModel:
    """Train a model on sequences of anything hashable: commands, events, notes, letters.

    While it runs, ``OUT.training`` beside the model holds a checkpoint; a stopped run goes on from
    there with ``resume`` and the same sequences. It is deleted once the model is written.

    Args:
        sequences: Each from its beginning to its end.
        out: Where to write the model; nowhere if None.
        settings: The choices of the run, ``sequence_settings`` of these sequences if None;
            ``rare_words`` is for text alone.
        resume: Go on with a stopped run.
        overwrite: Replace a model that already is at ``out``, once the new one is trained.
        device: "cpu", "cuda", or "auto", a GPU where there is one; a run may go on on another.
        tell: Told about progress.

    Raises:
        UsageError: If the sequences or arguments cannot work, or a token cannot be saved.
        TrainingError: If there is nothing to resume, or the disk is full.
    """
    out = None if out is None else path_of(out, "out")
    engine = engine_for(device)
    settings = settings or sequence_settings(sum(len(each) for each in sequences))
    world, resumes = together(out, engine, resume=resume)
    check_memory(settings)
    place = out if world.leads else None
    with (
        run_folder(place, resume=resumes, overwrite=overwrite) as folder,
        contextlib.ExitStack() as stack,
    ):
        settings = world.told(partial(folder.as_begun(settings).for_this_machine, engine))
        stack.enter_context(apart(settings.threads, engine))
        tokens = count_tokens(sequences, settings.vocabulary_size, settings.least_count)
        if out is not None:
            tokens.stored()  # refuses what could not be saved, before and not after the training
        encoded = encode_tokens(sequences, tokens, seed=settings.seed)
        check_memory(settings, words=tokens.predicted, read=len(encoded.ids))
        world.check_equal("data and settings", folder.claim(settings, encoded.ids, encoded.offsets))
        counts = np.bincount(encoded.ids, minlength=tokens.predicted + 1).astype(np.uint32)
        with drawn(settings.seed):
            network = LanguageNetwork(settings, torch.from_numpy(counts.astype(np.int64)), engine)
        task = LanguageTask(settings, network, encoded, counts, unit="tokens")
        perplexity = Loop(task, folder.checkpoint, world).run(tell)
        configuration = settings.sizes(Configuration, vocabulary_size=tokens.predicted)
        scores = {"held_out_perplexity": round(perplexity, 3)}
        model = SequenceModel(tokens, configuration, network.arrays(), scores=scores)
        if out is not None and world.leads:
            model.save(folder.result)
            folder.deliver()
    return model


def sequence_settings(tokens: int) -> Settings:
    """The choices for so many tokens in all: a small network, which reads few of them often."""
    settings = Settings(
        embedding_size=64,
        hidden_size=256,
        rare_words=0,
        negatives=0,
        batch_words=min(512, max(32, tokens // 100)),
        dropout=0.3,
        epochs=min(_MOST_EPOCHS, max(1.0, _TOKENS_IN_ALL / max(1, tokens))),
    )
    if tokens >= _FEW:
        return settings
    # A larger network learns them by heart: on 6,000 tokens of a chain of order two 256 cells
    # came to a perplexity of 15.2 on others of its kind in 11 seconds, 64 to 5.9 in 3.
    return msgspec.structs.replace(
        settings,
        embedding_size=32,
        hidden_size=64,
        batch_words=max(64, tokens // 50),
        learning_rate=5e-3,
        threads=1,
    )


def encode_tokens(sequences: Sequence[Sequence[Hashable]], tokens: Tokens, *, seed: int) -> Encoded:
    """The sequences as ids, each with its end, in pieces of ``LONGEST`` at most.

    The first piece of a sequence is read from START, any other from the token before it.

    Raises:
        UsageError: If there is too little to train on and hold out from.
    """
    ids, offsets, before, owner = array("I"), array("q", [0]), array("q"), array("q")
    for number, sequence in enumerate(sequences):
        own = [*tokens.ids(sequence), tokens.end]
        for start in range(0, len(own), LONGEST):
            ids.extend(own[start : start + LONGEST])
            offsets.append(len(ids))
            before.append(own[start - 1] if start else tokens.start)
            owner.append(number)
    pieces = len(before)
    if pieces < 2:
        raise UsageError(
            f"found {counted(len(sequences), 'sequence')} of {counted(len(ids), 'token')} in all; "
            f"expected two, or one of more than {LONGEST}"
        )
    owners = np.array(owner)
    held_out = np.flatnonzero(
        _held_out(np.bincount(owners, np.diff(offsets)).astype(np.int64), seed)[owners]
    )
    if not len(held_out):  # one long sequence: the end of it
        held_out = np.arange(pieces - max(1, pieces // 20), pieces)
    return Encoded(
        ids=np.array(ids, np.uint32),
        offsets=np.array(offsets, np.int64),
        spans=((0, pieces),),
        passes=(1.0,),
        held_out=held_out,
        before=np.array(before, np.int64),
    )


def _held_out(lengths: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """Which sequences are held out: as many as fit into their part of all tokens."""
    room = max(_HELD_OUT * lengths.sum(), lengths.min() if len(lengths) > 1 else 0)
    chosen = np.zeros(len(lengths), bool)
    for number in np.random.default_rng([seed, 1]).permutation(len(lengths)):
        if lengths[number] <= room:
            chosen[number] = True
            room -= lengths[number]
    return chosen
