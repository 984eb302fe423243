import os
import stat
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file

from karussell.errors import ModelFileError
from karussell.kernels import NumberFormat
from karussell.model import (
    map_model_file,
    open_model,
    read_model_file,
    save_contents,
    save_model,
)
from karussell.text import Vocabulary
from tests.conftest import MakeCard, MakeWeights, WriteModel

FORMATS: tuple[NumberFormat, ...] = ("int8", "bfloat16", "float32")


@given(
    seed=st.integers(0, 2**32 - 1),
    cell=st.sampled_from(["lstm", "rnn"]),
    layers=st.integers(1, 3),
)
def test_saving_then_opening_in_float32_is_the_identity(
    seed: int,
    cell: str,
    layers: int,
    make_card: MakeCard,
    make_weights: MakeWeights,
    write_model: WriteModel,
    ten_words: Vocabulary,
    ten_counts: NDArray[np.uint32],
    tmp_path: Path,
) -> None:
    card = make_card(cell=cell, layers=layers)  # type: ignore[arg-type]
    weights = make_weights(card, seed)
    path = write_model(tmp_path / "m", card=card, weights=weights, number_format="float32")
    stored = read_model_file(path)
    assert stored.card == msgspec.structs.replace(card, number_format="float32")
    assert stored.weights().keys() == weights.keys()
    assert all(np.array_equal(stored.weights()[name], weights[name]) for name in weights)
    assert stored.vocabulary.words == ten_words.words
    assert stored.vocabulary.casing == ten_words.casing
    assert np.array_equal(stored.counts, ten_counts)


@given(seed=st.integers(0, 2**32 - 1))
def test_saving_then_opening_in_int8_is_off_by_at_most_half_a_step(
    seed: int,
    make_card: MakeCard,
    make_weights: MakeWeights,
    write_model: WriteModel,
    tmp_path: Path,
) -> None:
    card = make_card(cells_per_block=2)
    weights = make_weights(card, seed)
    stored = read_model_file(write_model(tmp_path / "m", card=card, weights=weights))
    for name, weight in weights.items():
        found = stored.weights()[name]
        if weight.ndim == 1:
            assert np.array_equal(found, weight)
            continue
        half_step = np.abs(weight).max(axis=1, keepdims=True) / 127 / 2
        # 1e-5: the roundings of three float32 operations, relative to 127 steps.
        assert (np.abs(found - weight) <= half_step * (1 + 1e-4)).all()


def test_the_same_model_gives_the_same_bytes(write_model: WriteModel, tmp_path: Path) -> None:
    copies = [write_model(tmp_path / name).read_bytes() for name in "abcdefgh"]
    assert len(set(copies)) == 1


def test_the_file_is_plain_safetensors(ten_word_path: Path) -> None:
    loaded = load_file(ten_word_path)
    # One tile of 64 rows, two words of four int8 each.
    assert loaded["embedding.words"].shape == (64 * 2,)
    assert loaded["embedding.words"].dtype == np.uint32
    assert loaded["vocabulary"].tobytes().decode().split("\n")[:3] == ["a", "are", "i"]


def test_large_tensors_begin_on_cache_lines_and_the_file_ends_in_a_word(
    write_model: WriteModel, make_card: MakeCard, tmp_path: Path
) -> None:
    for number_format in FORMATS:
        card = make_card(layers=2)
        path = write_model(tmp_path / "m", card=card, number_format=number_format)
        stored = map_model_file(path)
        for name, tensor in stored.card.layout().items():
            if tensor.mapped:
                assert stored.tensors[name].ctypes.data % 64 == 0
        assert path.read_bytes().endswith(b"\nyou")
        assert stored.mapped is not None


def test_opening_and_reading_whole_give_the_same_model(ten_word_path: Path) -> None:
    opened, read = map_model_file(ten_word_path), read_model_file(ten_word_path)
    assert opened.card == read.card
    assert opened.tensors.keys() == read.tensors.keys()
    assert all(np.array_equal(opened.tensors[name], read.tensors[name]) for name in read.tensors)
    assert not any(array.flags.writeable for array in opened.tensors.values())


def test_weights_in_any_order_of_memory_are_written_as_they_are(
    make_card: MakeCard, make_weights: MakeWeights, write_model: WriteModel, tmp_path: Path
) -> None:
    weights = make_weights(make_card())
    turned = {name: np.asfortranarray(weight) for name, weight in weights.items()}
    for number_format in FORMATS:
        path = write_model(tmp_path / "a", weights=weights, number_format=number_format)
        other = write_model(tmp_path / "b", weights=turned, number_format=number_format)
        assert path.read_bytes() == other.read_bytes()


def test_saving_replaces_an_older_file_and_leaves_nothing_else(
    write_model: WriteModel, tmp_path: Path
) -> None:
    path = tmp_path / "m.karussell"
    path.write_text("older")
    write_model(path)
    open_model(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.karussell"]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_saving_through_a_link_keeps_the_link(write_model: WriteModel, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "m.karussell")
    write_model(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    open_model(tmp_path / "m.karussell")


def test_a_device_is_never_replaced(write_model: WriteModel) -> None:
    with pytest.raises(ModelFileError, match="/dev/null: is no regular file"):
        write_model(Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_folder_that_is_not_there_is_named(write_model: WriteModel, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot be written"):
        write_model(tmp_path / "nowhere" / "m.karussell")


@pytest.mark.parametrize(
    ("name", "weight", "complaint"),
    [
        ("lstm.0.bias", np.zeros(31, np.float32), r"has shape \(31,\), expected \(32,\)"),
        ("lstm.0.bias", np.zeros(32), "holds float64, expected float32"),
        ("lstm.0.bias", np.full(32, np.nan, np.float32), "expected finite weights"),
        ("lstm.0.bias", np.full(32, np.inf, np.float32), "expected finite weights"),
        ("lstm.0.bias", np.full(32, 2e6, np.float32), "expected finite weights within 1e"),
        ("lstm.1.bias", np.zeros(32, np.float32), "'lstm.1.bias' is unknown"),
        ("lstm.0.bias", None, "'lstm.0.bias' is missing"),
    ],
)
def test_weights_that_do_not_fit_are_refused_and_the_older_file_stays(
    make_card: MakeCard,
    make_weights: MakeWeights,
    write_model: WriteModel,
    tmp_path: Path,
    name: str,
    weight: NDArray[np.float32] | None,
    complaint: str,
) -> None:
    path = tmp_path / "m.karussell"
    path.write_text("older")
    weights = make_weights(make_card())
    weights.pop(name, None)
    if weight is not None:
        weights[name] = weight
    with pytest.raises(ModelFileError, match=rf"m\.karussell: cannot be saved: .*{complaint}"):
        write_model(path, weights=weights)
    assert path.read_text() == "older"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "casing", "complaint"),
    [
        (["a", "b", "c"], None, "has 3 words, expected 10"),
        ([*"abcdefghi", "J"], None, "not sorted|words in lower case"),
        ([*"abcdefghi", "j k"], None, "holds 'j k', expected words in lower case"),
        ([*"abcdefghi", "j\x1b"], None, r"the character U\+001B at byte 19, expected words"),
        ([*"abcdefghi", "j"], ["", "C", *[""] * 8], "writes 'b' as 'C', expected the same"),
    ],
)
def test_a_vocabulary_that_no_text_can_give_is_refused(
    make_card: MakeCard,
    make_weights: MakeWeights,
    ten_counts: NDArray[np.uint32],
    tmp_path: Path,
    words: list[str],
    casing: list[str] | None,
    complaint: str,
) -> None:
    card = make_card()
    with pytest.raises(ModelFileError, match=complaint):
        save_model(
            tmp_path / "m.karussell",
            card=card,
            weights=make_weights(card),
            vocabulary=Vocabulary(sorted(words), casing),
            counts=ten_counts,
        )


def test_counts_of_another_length_are_refused(
    make_card: MakeCard, make_weights: MakeWeights, ten_words: Vocabulary, tmp_path: Path
) -> None:
    card = make_card()
    with pytest.raises(ModelFileError, match=r"'counts' has shape \(10,\), expected \(11,\)"):
        save_model(
            tmp_path / "m.karussell",
            card=card,
            weights=make_weights(card),
            vocabulary=ten_words,
            counts=np.zeros(10, np.uint32),
        )


def test_rows_too_long_for_whole_numbers_are_refused(
    make_card: MakeCard, make_weights: MakeWeights, write_model: WriteModel, tmp_path: Path
) -> None:
    small = make_card()
    sizes = msgspec.structs.replace(small.configuration, embedding_size=60_001)
    card = msgspec.structs.replace(small, configuration=sizes)
    weights = make_weights(card)
    with pytest.raises(ModelFileError, match="rows of 60001 numbers, expected at most 60000"):
        write_model(tmp_path / "m", card=card, weights=weights)
    open_model(write_model(tmp_path / "m", card=card, weights=weights, number_format="float32"))


@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("gone", [[0], [9], [2, 3, 7], []])
def test_a_model_without_some_words_says_the_same_of_all_others(
    gone: list[int], number_format: NumberFormat, write_model: WriteModel, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "m", number_format=number_format, withheld=[3, 8])
    before = open_model(path)
    kept = [place for place in range(10) if place not in gone]

    save_contents(tmp_path / "fewer", read_model_file(path).without(gone))

    after = open_model(tmp_path / "fewer")
    assert after.vocabulary.words == tuple(before.vocabulary.word(place) for place in kept)
    assert [after.vocabulary.word(place) for place in after.withheld] == [
        before.vocabulary.word(place) for place in (3, 8) if place in kept
    ]
    assert after.counts.sum() == before.counts.sum()
    read = [kept[1], kept[4], 10]  # the last one is UNKNOWN
    old = before.scores(before.read(read))
    new = after.scores(after.read([1, 4, len(kept)]))
    assert np.array_equal(new, old[[*kept, 10]])
