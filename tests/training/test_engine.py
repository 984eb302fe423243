"""Torch's operations train what the kernels do: on the CPU, by the very code that runs on a GPU."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from karussell.errors import TrainingError, UsageError
from karussell.training import (
    Engine,
    LanguageTask,
    Loop,
    NextToken,
    Report,
    RunFolder,
    SeriesSettings,
    Settings,
    apart,
    engine_for,
    silent,
    train,
)
from karussell.training import loop as loops
from karussell.training.batches import Encoded, ResidentText, make_batch
from karussell.training.checkpoint import on_cpu
from karussell.training.engine import Draws, whole_floats
from karussell.training.network import LanguageNetwork
from karussell.training.series import SeriesTask

KERNELS, TORCH = Engine(), Engine(by="torch")
NOWHERE = Engine(by="torch", device=torch.device("meta"))
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
WORDS, SENTENCES = 40, 250
SETTINGS = Settings(
    embedding_size=8,
    hidden_size=12,
    negatives=10,
    dropout=0.2,
    epochs=3.0,
    batch_words=64,
    learning_rate=3e-2,
    threads=1,
    precision="float32",
)
# Of sums of up to 64 terms of order one in float32, some of them twice.
FLOAT32: dict[str, Any] = {"rtol": 1e-4, "atol": 1e-5}


def settings(**changes: Any) -> Settings:
    return msgspec.structs.replace(SETTINGS, **changes)


def sentences(*, before: bool = False) -> Encoded:
    """Sentences in which each word is followed by one of three."""
    random = np.random.default_rng(0)
    followers = random.integers(0, WORDS, (WORDS, 3))
    lengths = random.integers(1, 12, SENTENCES)
    offsets = np.concatenate([[0], lengths.cumsum()])
    ids = random.integers(0, WORDS, offsets[-1]).astype(np.uint32)
    for place in range(1, len(ids)):
        if place not in offsets:
            ids[place] = followers[ids[place - 1], random.choice(3, p=[0.6, 0.3, 0.1])]
    return Encoded(
        ids=ids,
        offsets=offsets,
        spans=((0, SENTENCES),),
        passes=(1.0,),
        held_out=np.arange(0, SENTENCES, 10),
        before=random.integers(0, WORDS, SENTENCES) if before else None,
    )


def task(engine: Engine, **changes: Any) -> LanguageTask:
    chosen, encoded = settings(**changes), sentences()
    counts = np.bincount(encoded.ids, minlength=WORDS + 1).astype(np.uint32)
    torch.manual_seed(1)
    network = LanguageNetwork(chosen, torch.from_numpy(counts.astype(np.int64)), engine)
    return LanguageTask(chosen, network, encoded, counts)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with apart(1):
        yield


@pytest.mark.parametrize("before", [False, True])
def test_a_batch_is_the_same_wherever_it_is_made(*, before: bool) -> None:
    encoded = sentences(before=before)
    there = ResidentText(encoded, TORCH, WORDS + 1)
    expected = [
        make_batch(encoded, np.array(numbers), WORDS + 1)
        for numbers in ([3], [5, 1, 249], [*range(40)])
    ]
    encoded.ids[:] = 7  # the text was sent once: what becomes of it here does not count
    for numbers, batch in zip(([3], [5, 1, 249], [*range(40)]), expected, strict=True):
        found = there.batch(np.array(numbers))
        assert torch.equal(found.inputs, batch.inputs)
        assert torch.equal(found.targets, batch.targets)


@pytest.mark.parametrize(
    "form",
    [{}, {"negatives": 0}, {"cell": "rnn"}, {"coupled_gates": True}, {"cells_per_block": 4},
     {"layers": 2, "negatives": 0}],
    ids=["lstm", "exact", "rnn", "coupled", "blocks", "layers"],
)  # fmt: skip
def test_an_update_by_torch_is_that_of_the_kernels(form: dict[str, Any]) -> None:
    """The same seed draws the same words to compare with and the same numbers to drop."""
    found = []
    for engine in (KERNELS, TORCH):
        each = task(engine, **form)
        batch = next(itertools.islice(each.batches(), 3, None))
        each.random.manual_seed(5)
        loss = each.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        found.append([loss, *(weight.grad for weight in each.network.parameters())])
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, **FLOAT32)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("negatives", [0, 10])
def test_a_training_by_torch_ends_where_that_of_the_kernels_does(
    tmp_path: Path, precision: str, negatives: int
) -> None:
    """In the middle of three seeds: steps so large make much of a rounding here and there."""
    ratios = []
    for seed in 1, 2, 3:
        scores = []
        for engine in (KERNELS, TORCH):
            run = task(engine, precision=precision, negatives=negatives, seed=seed)
            scores.append(Loop(run, tmp_path / f"{engine.by}{seed}").run(silent))
        assert scores[0] < 32  # of 40 words, three of them likely
        ratios.append(scores[1] / scores[0])
    assert np.median(ratios) == pytest.approx(1, abs=5e-3)


@pytest.mark.parametrize(("first", "then"), [(KERNELS, TORCH), (TORCH, KERNELS)])
def test_a_checkpoint_of_one_goes_on_in_the_other(
    tmp_path: Path, first: Engine, then: Engine
) -> None:
    path = tmp_path / "checkpoint.pt"
    whole = Loop(task(first), tmp_path / "whole.pt").run(silent)
    begun = Loop(task(first), path)
    for batch in itertools.islice(begun.task.batches(), 12):
        begun._update(batch, begun._part())
    begun._save()
    going_on = Loop(task(then), path)
    assert going_on.progress.step == 12
    assert going_on.run(silent) == pytest.approx(whole, rel=5e-3)


def _is_scores(each: Tensor) -> bool:
    """Whether it may be what tokens' scores of all words are kept in."""
    return each.dim() == 2 and each.size(1) == WORDS + 1


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes every number the host waits for, and how many tokens' scores are there at once."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.waits: list[str] = []
        self.tokens = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.overloadpacket.__name__ in ("_local_scalar_dense", "nonzero", "masked_select"):
            self.waits.append(str(func))
        made = func(*args, **(kwargs or {}))
        for each in made if isinstance(made, tuple | list) else (made,):
            if isinstance(each, Tensor) and each.is_contiguous() and _is_scores(each):
                self.tokens = max(self.tokens, each.size(0))
        return made


@pytest.mark.parametrize("negatives", [0, 10])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_an_update_waits_for_nothing_and_never_holds_all_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, negatives: int, precision: str
) -> None:
    monkeypatch.setattr("karussell.layers.chunks.SCORES", 4 * (WORDS + 1))
    loop = Loop(task(TORCH, negatives=negatives, precision=precision), tmp_path / "c.pt")
    loss = loops.SmoothedLoss(TORCH.reads_every)
    batches = [*itertools.islice(loop.task.batches(), 4)]
    loop._update(batches[0], 0.1)  # makes what Adam keeps
    with Watch() as watch:
        for batch in batches[1:]:
            loss.add(loop._update(batch, 0.1))
            assert not loss.is_due
    assert watch.waits == []
    assert watch.tokens == (0 if negatives else 4)
    assert loss.is_finite


def test_an_update_has_every_tensor_where_the_network_is(tmp_path: Path) -> None:
    """On a device without numbers: a tensor from elsewhere fails, and so does a look at one."""
    for form in ({}, {"negatives": 0}, {"precision": "bfloat16"}, {"cell": "rnn"}):
        run = task(NOWHERE, **form)
        loop = Loop(run, tmp_path / "c.pt")
        loop._optimizer = torch.optim.SGD(run.network.parameters())  # type: ignore[assignment]
        for batch in itertools.islice(run.batches(), 2):
            assert loop._update(batch, 0.1).device.type == "meta"
        places = {each.device.type for each in run.network.parameters()}
        assert places == {"meta"}


def test_a_series_is_learned_by_torch_as_by_the_kernels(tmp_path: Path) -> None:
    chosen = SeriesSettings(horizon=2, updates=40, hidden_size=8, window=20, threads=1)
    waves = [np.sin(np.arange(200.0))[:, None], np.cos(np.arange(150.0) / 3)[:, None]]
    scores = [
        Loop(SeriesTask(waves, chosen, engine), tmp_path / engine.by).run(silent)
        for engine in (KERNELS, TORCH)
    ]
    assert scores[1] == pytest.approx(scores[0], rel=5e-3)
    run = SeriesTask(waves, chosen, NOWHERE)
    assert run.loss(next(run.batches())).device.type == "meta"


def test_a_lost_training_is_noticed_though_losses_are_seldom_looked_at() -> None:
    loss = loops.SmoothedLoss(3)
    assert loss.is_finite
    dues = []
    for value in (1.0, 2.0, torch.nan):
        loss.add(torch.tensor(value))
        dues.append(loss.is_due)
    assert dues == [False, False, True]
    assert not loss.is_finite


def test_a_lost_training_is_no_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_CHECKPOINT_SECONDS", -1.0)
    monkeypatch.setattr(LanguageTask, "loss", no_number)
    with pytest.raises(TrainingError, match="the weights are lost"):
        Loop(task(TORCH), tmp_path / "c.pt").run(silent)
    assert not (tmp_path / "c.pt").exists()


def no_number(self: LanguageTask, batch: Any) -> Tensor:
    return self.network.bias.sum() * torch.nan


@pytest.mark.parametrize(("first", "then"), [(KERNELS, TORCH), (TORCH, KERNELS)])
def test_a_plan_says_where_and_binds_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: Engine, then: Engine
) -> None:
    text, out = tmp_path / "text.txt", tmp_path / "out.karussell"
    text.write_text("see you soon\nthe cat sat on the mat\n" * 100)
    plan = RunFolder(out).path / "plan.json"
    monkeypatch.setattr(loops, "_TELL_SECONDS", -1.0)
    use(monkeypatch, first)

    def stop(report: Report) -> None:
        if report.part > 0.5:
            raise KeyboardInterrupt

    chosen = settings(vocabulary_size=50, least_count=1, rare_words=0, epochs=10.0)
    monkeypatch.setattr(loops, "_CHECKPOINT_SECONDS", -1.0)
    with pytest.raises(KeyboardInterrupt):
        train([text], out=out, settings=chosen, tell=stop)
    there = msgspec.json.decode(plan.read_bytes())
    assert there["device"] == "cpu"
    plan.write_bytes(msgspec.json.encode({**there, "device": "cuda"}))
    use(monkeypatch, then)
    parts: list[float] = []

    def look(report: Report) -> None:
        parts.append(report.part)
        assert msgspec.json.decode(plan.read_bytes())["device"] == "cpu"

    model = train([], out=out, resume=True, tell=look)
    assert parts[0] > 0.5
    assert model.card.scores["held_out_perplexity"] < 4


def use(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    """Have texts, tokens and series be trained by an engine, whatever the device."""
    for place in ("text.run", "tokens", "series"):
        monkeypatch.setattr(f"karussell.training.{place}.engine_for", lambda device: engine)


def test_tokens_and_estimators_are_trained_by_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, TORCH)
    made: list[str] = []
    init = ResidentText.__init__

    def noted(self: ResidentText, *given: Any) -> None:
        made.append("text")
        init(self, *given)

    monkeypatch.setattr(ResidentText, "__init__", noted)
    sequences = [["up", "down"] * 20, ["down", "up"] * 20]
    assert train(sequences).predict(["up", "down", "up"], k=1)[0].token == "down"
    assert NextToken(epochs=20).fit(sequences).predict([["up"]])[0] == "down"
    assert made == ["text", "text"]


@pytest.mark.parametrize("device", ["gpu", "CUDA", "cuda:1", "", None, 3])
def test_a_device_that_is_none_is_named(device: Any) -> None:
    with pytest.raises(UsageError, match=r"device is .*, expected 'auto', 'cpu' or 'cuda'"):
        engine_for(device)
    with pytest.raises(UsageError, match="device is"):
        train([["a", "b"]] * 9, device=device)


def test_without_a_gpu_auto_is_the_cpu_and_cuda_an_error_that_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for built, why in ((None, "was built for the CPU alone"), ("12.8", "finds no GPU here")):
        monkeypatch.setattr(torch.version, "cuda", built)
        monkeypatch.setattr(torch.version, "hip", None)
        found = engine_for("auto")
        assert (found.by, found.device.type) == ("kernels", "cpu")
        assert found.line.startswith("Trains on the CPU: torch ")
        assert why in found.line
        for given in ([["a", "b"]] * 9, np.arange(99.0)):
            with pytest.raises(UsageError, match=rf"device is 'cuda', .*{why}.*'cpu'"):
                train(given, device="cuda")
    assert engine_for("cpu").line == "Trains on the CPU, as was asked for."


def test_each_process_has_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda place: f"GPU {place.index}")
    assert engine_for("auto").device == torch.device("cuda", 0)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    monkeypatch.setenv("LOCAL_RANK", "1")
    found = engine_for("cuda")
    assert (found.by, found.device) == ("torch", torch.device("cuda", 1))
    assert found.line == "Trains on cuda:1, GPU 1, as was asked for."
    monkeypatch.setenv("LOCAL_RANK", "2")
    for device in ("auto", "cuda"):
        with pytest.raises(UsageError, match="no GPU of its own, since there are 2"):
            engine_for(device)
    assert engine_for("cpu").device.type == "cpu"


def test_auto_precision_on_a_gpu_is_what_the_gpu_has(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = Engine(by="torch", device=torch.device("cuda", 0))
    for has, expected in ((True, "bfloat16"), (False, "float32")):
        monkeypatch.setattr(
            torch.cuda, "is_bf16_supported", lambda *, including_emulation, has=has: has
        )
        here = settings(precision="auto").for_this_machine(gpu)
        assert here.precision == expected
        assert settings(precision="float32").for_this_machine(gpu).precision == "float32"


def test_float32_is_whole_on_a_gpu_meanwhile_and_as_it_was_after() -> None:
    matmul = torch.backends.cuda.matmul
    before = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("high")
        with whole_floats():
            assert getattr(matmul, "fp32_precision", "ieee") == "ieee"
        assert torch.get_float32_matmul_precision() == "high"
        assert matmul.allow_tf32
    finally:
        torch.set_float32_matmul_precision(before)


def test_states_are_kept_on_the_cpu_whatever_they_are() -> None:
    state: dict[str, Any] = {"a": torch.ones(2), "b": [torch.ones(1), (1, "x")], "c": None}
    found = on_cpu(state)
    assert torch.equal(found["a"], state["a"])
    assert found["b"][1] == (1, "x")
    assert found["c"] is None


def test_what_is_drawn_follows_from_the_seed() -> None:
    draws = Draws(torch.device("cpu"))
    draws.manual_seed(4)
    first = torch.rand(3, generator=draws.device)
    draws.manual_seed(4)
    assert torch.equal(torch.rand(3, generator=draws.host), first)


@needs_gpu
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("negatives", [0, 10])
def test_a_gpu_trains_what_the_cpu_does(tmp_path: Path, precision: str, negatives: int) -> None:
    scores = []
    for engine in (KERNELS, engine_for("cuda")):
        run = task(engine, precision=precision, negatives=negatives, dropout=0.0)
        with engine.chosen():
            scores.append(Loop(run, tmp_path / engine.by).run(silent))
    assert scores[1] == pytest.approx(scores[0], rel=5e-3)
