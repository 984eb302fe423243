from pathlib import Path

import numpy as np
import pytest

from karussell.errors import ModelFileError
from karussell.model import Casing, RareWords, open_model, read_model_file
from tests.conftest import WriteModel

_RARE = RareWords.of_counts(
    ["nato", "stra\u00dfe", "zebra", "\U0001f600"],
    ["NATO", "Stra\u00dfe", "", ""],
    [1, 70, 900, 2],
    50,
)


def test_rare_words_and_withheld_ones_survive_the_file(
    write_model: WriteModel, tmp_path: Path
) -> None:
    path = write_model(tmp_path / "m", rare=_RARE, withheld=[7, 2])
    for stored in (read_model_file(path), open_model(path)):
        assert stored.rare.vocabulary.words == _RARE.vocabulary.words
        assert [stored.rare.display(place) for place in range(4)] == [
            "NATO",
            "Stra\u00dfe",
            "zebra",
            "\U0001f600",
        ]
        assert np.array_equal(stored.rare.log_shares, _RARE.log_shares)
        assert stored.rare.log_new == _RARE.log_new
        assert stored.withheld.tolist() == [2, 7]


def test_shares_and_what_is_new_are_all_that_unknown_stands_for() -> None:
    shares = np.exp([*_RARE.log_shares, _RARE.log_new])
    assert shares.sum() == pytest.approx(1)
    # Half an eighth of a binary logarithm is 4.4 %, in the count and in their sum.
    assert shares == pytest.approx(np.array([1, 70, 900, 2, 50]) / 1023, rel=0.09)


def test_without_rare_words_all_of_unknown_is_new() -> None:
    assert RareWords.none().log_new == 0


def test_words_taken_out_count_as_new() -> None:
    less = _RARE.without([2, 3])
    assert less.vocabulary.words == ("nato", "stra\u00dfe")
    assert less.display(0) == "NATO"
    assert np.exp([*less.log_shares, less.log_new]) == pytest.approx(
        np.array([1, 70, 952]) / 1023, rel=0.09
    )


@pytest.mark.parametrize(
    ("written", "casing"),
    [
        ("zebra", Casing.LOWER),
        ("Zebra", Casing.CAPITALISED),
        ("ZEBRA", Casing.UPPER),
        ("zEbra", Casing.LOWER),
    ],
)
def test_the_casing_of_a_word(written: str, casing: Casing) -> None:
    assert Casing.of("zebra", written) is casing


def test_withheld_words_that_do_not_exist_are_refused(
    write_model: WriteModel, tmp_path: Path
) -> None:
    with pytest.raises(ModelFileError, match=r"'withheld' ends in 10 .* expected ids below 10"):
        write_model(tmp_path / "m", withheld=[10])


def test_a_rare_word_that_the_network_knows_is_refused(
    write_model: WriteModel, tmp_path: Path
) -> None:
    rare = RareWords.of_counts(["tea"], [""], [1], 1)
    with pytest.raises(ModelFileError, match="'rare' holds 'tea', which stands in 'vocabulary'"):
        write_model(tmp_path / "m", rare=rare)


def test_a_rare_word_that_no_text_has_is_refused(write_model: WriteModel, tmp_path: Path) -> None:
    rare = RareWords.of_counts(["no-word"], [""], [1], 1)
    with pytest.raises(ModelFileError, match="'rare' holds 'no-word', expected words"):
        write_model(tmp_path / "m", rare=rare)
