"""Batches: every sentence as often as it is to be read, in an order that only the seed decides."""

from pathlib import Path

import numpy as np

from karussell.layers import IGNORED
from karussell.training.batches import Encoded, Epochs, make_batch
from karussell.training.text.counting import build_vocabulary
from karussell.training.text.encoding import encode, read_encoded, read_sources
from karussell.training.text.sources import TextSource

LINES = ["I saw the cat.", "The cat saw Anna! Then it sat.", "", "We saw it"] * 60


def silent(_: int) -> None:
    """Tell nobody."""


def prepare(folder: Path, passes: float = 1.0) -> tuple[Encoded, int]:
    """The lines as a source, encoded."""
    path = folder / "text.txt"
    path.write_text("\n".join(LINES))
    sources = [TextSource(path=path, passes=passes)]
    (starts, insides, _), folded = read_sources(sources, folder, seed=1, tick=silent)
    vocabulary, _, _ = build_vocabulary(starts, insides, size=100, least_count=1)
    encode(folder, folded, vocabulary)
    return read_encoded(folder, len(vocabulary) + 1), vocabulary.start


def test_an_epoch_reads_every_sentence_that_is_not_held_out_once(tmp_path: Path) -> None:
    encoded, _ = prepare(tmp_path)
    epochs = Epochs(encoded, batch_words=32, seed=3)

    numbers = np.concatenate(list(epochs.batches(0)))

    kept = set(range(len(encoded.offsets) - 1)) - set(encoded.held_out.tolist())
    assert sorted(numbers.tolist()) == sorted(kept)


def test_half_a_pass_reads_half_of_the_sentences_and_two_passes_read_each_twice(
    tmp_path: Path,
) -> None:
    for passes in (0.5, 2.0):
        encoded, _ = prepare(tmp_path, passes)
        kept = len(encoded.offsets) - 1 - len(encoded.held_out)
        epochs = Epochs(encoded, batch_words=32, seed=3)
        read = sum(len(group) for group in epochs.batches(0))
        assert read == round(passes * kept)


def test_the_seed_alone_decides_the_order(tmp_path: Path) -> None:
    encoded, _ = prepare(tmp_path)

    def order(seed: int, epoch: int) -> list[int]:
        epochs = Epochs(encoded, batch_words=32, seed=seed)
        return [int(each) for group in epochs.batches(epoch) for each in group]

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(2, 0)
    assert order(1, 0) != order(1, 1)


def test_a_batch_predicts_each_word_from_those_before_it(tmp_path: Path) -> None:
    encoded, start = prepare(tmp_path)

    numbers = np.array([0, 1, 3])
    batch = make_batch(encoded, numbers, start)

    assert (batch.inputs[0] == start).all()
    for column in range(3):
        length = int((batch.targets[:, column] != IGNORED).sum())
        assert (batch.inputs[1:length, column] == batch.targets[: length - 1, column]).all()
        assert (batch.targets[length:, column] == IGNORED).all()
    assert encoded.words(numbers) == int((batch.targets != IGNORED).sum())
