import pytest

from karussell.measure.baselines.presage import Presage, open_presage


@pytest.fixture(scope="module")
def presage() -> Presage:
    found = open_presage()
    if found is None:
        pytest.skip("Presage is not installed")
    return found


def test_suggestions_go_on_with_what_was_typed(presage: Presage) -> None:
    shown = presage.suggestions("how are ", "y", 5)
    assert len(shown) == 5
    assert "you" in shown
    assert all(word.startswith("y") for word in shown)


def test_what_was_shown_is_shown_again(presage: Presage) -> None:
    first = presage.suggestions("how are ", "yo", 3)
    assert presage.suggestions("how are ", "yo", 3) == first
    assert len(presage.suggestions("", "", 3)) == 3


def test_a_word_goes_on_behind_its_apostrophe(presage: Presage) -> None:
    assert "don't" in presage.suggestions("i ", "don'", 5)


def test_a_model_has_a_size(presage: Presage) -> None:
    assert presage.bytes > 1_000_000
