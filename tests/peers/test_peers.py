"""The peers of our network: as large, as well trained, and read word by word as they were."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from karussell.errors import TrainingError, UsageError
from karussell.measure import UnigramModel, evaluate
from karussell.peers import (
    Peer,
    PeerModel,
    PeerNetwork,
    Transformer,
    equal_settings,
    heads,
    open_peer,
    peer_network,
    save_peer,
    train_peer,
)
from karussell.training import LONGEST, Labels, PreparedText, Report, Settings, TextSource
from karussell.training.checkpoint import Progress, load_states
from karussell.training.network import LanguageNetwork, TiedNetwork

KINDS: tuple[Peer, ...] = get_args(Peer)
COUNTS = torch.arange(1, 12)  # ten words and UNKNOWN
TINY = Settings(
    embedding_size=16, hidden_size=24, coupled_gates=True, vocabulary_size=50, least_count=1,
    batch_words=64, negatives=8, dropout=0.0, threads=1, epochs=10,
)  # fmt: skip
SENTENCES = ["see you tomorrow", "see you soon", "good morning to you", "the cat sat on the mat"]
# Sums of a few hundred float32 products in another order, each right to 1e-7 of its size.
TOLERANCE = 2e-5


def weights(network: TiedNetwork) -> int:
    """How many there are outside the embedding and the words' bias."""
    named = dict(network.named_parameters())
    return sum(value.numel() for value in named.values()) - sum(
        named[name].numel() for name in ("embedding.weight", "bias")
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(embedding_size=256, hidden_size=768, coupled_gates=True),
        Settings(embedding_size=192, hidden_size=512, layers=2, cells_per_block=4),
        Settings(embedding_size=512, hidden_size=512),
        Settings(embedding_size=100, hidden_size=300, cell="rnn"),
    ],
)
def test_a_peer_has_as_many_weights_as_our_network(kind: Peer, settings: Settings) -> None:
    own = weights(LanguageNetwork(settings, COUNTS))
    peer = weights(peer_network(kind, equal_settings(kind, settings), COUNTS))
    assert abs(peer / own - 1) < 0.02


@pytest.mark.parametrize("width", [16, 64, 100, 192, 200, 256, 331])
def test_heads_share_the_width_evenly(width: int) -> None:
    assert width % heads(width) == 0


@pytest.fixture(params=KINDS)
def network(request: pytest.FixtureRequest) -> PeerNetwork:
    torch.manual_seed(0)
    return peer_network(request.param, equal_settings(request.param, TINY), COUNTS)


def test_step_by_step_equals_the_whole_sequence(network: PeerNetwork) -> None:
    ids = torch.randint(0, 12, (9, 3))
    network.set_precision("float32")
    with torch.no_grad():
        whole, _ = network.advance(ids)
        first, states = network.advance(ids[:4])
        steps = [first]
        for step in ids[4:]:
            features, states = network.advance(step[None], states)
            steps.append(features)
    torch.testing.assert_close(torch.cat(steps), whole, atol=TOLERANCE, rtol=TOLERANCE)


def test_a_later_word_changes_no_earlier_score(network: PeerNetwork) -> None:
    ids = torch.randint(0, 12, (9, 3))
    changed = ids.clone()
    changed[6:] = (changed[6:] + 1) % 12
    for precision in ("float32", "bfloat16"):
        network.set_precision(precision)
        with torch.no_grad():
            before, after = (network.advance(each)[0] for each in (ids, changed))
        assert torch.equal(before[:6], after[:6])
        assert not torch.equal(before[6:], after[6:])


def test_bfloat16_points_where_float32_does(network: PeerNetwork) -> None:
    ids = torch.randint(0, 11, (9, 3))
    gradients: list[Tensor] = []
    for precision in ("float32", "bfloat16"):
        network.set_precision(precision)
        network.zero_grad()
        network.loss(ids, ids).backward()  # type: ignore[no-untyped-call]
        gradients.append(
            torch.cat(
                [each.grad.flatten() for each in network.parameters() if each.grad is not None]
            )
        )
    # A bfloat16 has 8 bits: each product is right to 2^-8, a sum of many to better.
    assert torch.cosine_similarity(gradients[0], gradients[1], dim=0) > 1 - 2**-8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four sentences, over and over, prepared for training."""
    path = tmp_path_factory.mktemp("prepared")
    text = path / "text.txt"
    text.write_text("\n".join(SENTENCES * 100))
    prepared = path / "folder"
    PreparedText(prepared).prepare(
        [TextSource(path=text)], TINY, Labels(name="tiny"), lambda _stage, _part: None
    )
    return prepared


@pytest.fixture(scope="module")
def trained(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Peer], PeerModel]:
    """Peers trained for a moment, each once, all on the one folder."""
    path = tmp_path_factory.mktemp("peers")

    def train(kind: Peer) -> PeerModel:
        out = path / kind
        return open_peer(out) if out.exists() else train_peer(kind, folder, out)

    return train


@pytest.mark.parametrize("kind", KINDS)
def test_a_peer_learns_more_than_how_frequent_words_are(
    trained: Callable[[Peer], PeerModel], kind: Peer
) -> None:
    model = trained(kind)
    unigram = UnigramModel(model.vocabulary, model.counts)
    assert evaluate(model, SENTENCES).perplexity < 0.5 * evaluate(unigram, SENTENCES).perplexity
    assert model.card.progress.read > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_peer_saved_and_opened_gives_the_same_scores(
    trained: Callable[[Peer], PeerModel], tmp_path: Path, kind: Peer
) -> None:
    model = trained(kind)
    save_peer(tmp_path / "peer", model)
    again = open_peer(tmp_path / "peer")
    assert again.card == model.card
    assert np.array_equal(again.counts, model.counts)
    for expected, found in zip(scores(model), scores(again), strict=True):
        assert found.dtype == np.float32
        assert np.array_equal(found, expected)


def scores(model: PeerModel, times: int = 1) -> list[NDArray[np.float32]]:
    state = model.start()
    found = [model.log_probs(state)]
    for word_id in model.vocabulary.ids(["the", "cat", "sat", "on", "the"] * times):
        state = model.step(state, word_id)
        found.append(model.log_probs(state))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_longer_than_any_in_training_has_probabilities(
    trained: Callable[[Peer], PeerModel], kind: Peer
) -> None:
    found = np.stack(scores(trained(kind), times=30))
    assert len(found) > 2 * LONGEST
    np.testing.assert_allclose(np.exp(found).sum(1), 1, rtol=1e-5)


def test_a_transformer_reads_all_its_positions_before_it_lets_go() -> None:
    network = Transformer(equal_settings("transformer", TINY), COUNTS)
    features, _ = network.advance(torch.zeros(LONGEST, 1, dtype=torch.int64))
    assert features.shape == (LONGEST, 1, 16)


@pytest.fixture
def stopped(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a GRU is to be written, whose training was stopped after its first updates."""
    monkeypatch.setattr("karussell.training.loop._CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr("karussell.training.loop._TELL_SECONDS", 0.0)

    def stop(report: Report) -> None:
        if report.rate:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_peer("gru", folder, tmp_path / "gru", seconds=60, tell=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["gru.training"]
    return tmp_path / "gru"


def test_a_stopped_run_goes_on(folder: Path, stopped: Path) -> None:
    before, _ = load_states(stopped.with_name("gru.training") / "checkpoint.pt", Progress)
    seconds = before.seconds + 0.2
    reports: list[Report] = []

    model = train_peer("gru", folder, stopped, seconds=seconds, tell=reports.append)

    assert before.step > 0
    assert reports[0].part > before.seconds / seconds
    assert model.card.progress.step > before.step
    assert [path.name for path in stopped.parent.iterdir()] == ["gru"]


def test_a_checkpoint_of_another_network_is_one_clear_error(folder: Path, stopped: Path) -> None:
    with pytest.raises(TrainingError, match=r"checkpoint\.pt: .* not of a network of this kind"):
        train_peer("transformer", folder, stopped)


def test_text_must_be_prepared(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no prepared text here"):
        train_peer("rnn", tmp_path, tmp_path / "out", seconds=1)


def test_a_peer_that_is_there_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        train_peer("rnn", folder, out, seconds=1)
    assert out.read_text() == "precious"


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"no peer",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole.replace(b"transformer", b"transformes"),
        lambda whole: whole[: len(whole) // 2] + bytes(64) + whole[len(whole) // 2 + 64 :],
    ],
)
def test_a_damaged_file_is_one_clear_error(
    trained: Callable[[Peer], PeerModel], tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "peer"
    save_peer(path, trained("transformer"))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(
        TrainingError, match=r"peer: no peer that can be read \([^\n]+train it again"
    ):
        open_peer(path)


def test_a_missing_file_and_one_of_something_else_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="missing: no such file"):
        open_peer(tmp_path / "missing")
    for other in ([1, 2], {"card": "{}"}):
        torch.save(other, tmp_path / "other")
        with pytest.raises(TrainingError, match="no peer that can be read"):
            open_peer(tmp_path / "other")


def test_weights_of_other_sizes_are_one_clear_error(
    trained: Callable[[Peer], PeerModel], tmp_path: Path
) -> None:
    model = trained("gru")
    larger = msgspec.structs.replace(model.card.settings, hidden_size=40)
    card = msgspec.structs.replace(model.card, settings=larger)
    save_peer(tmp_path / "peer", PeerModel(card, model.network, model.counts))
    with pytest.raises(TrainingError, match="no peer that can be read"):
        open_peer(tmp_path / "peer")
