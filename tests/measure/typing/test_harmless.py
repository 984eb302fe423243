import pytest

from karussell.measure.typing import Item, harmless

_LINES = (
    "We met Anna and Bob there.",
    "I bob along. Tomorrow is co-op day, a well-known one",
    "My iPad runs OpenBSD at foo.barBaz/x",
)


def test_names_have_a_capital_inside_sentences_and_never_go_without() -> None:
    assert harmless.names(_LINES, seed=1) == [Item("We met ", "Anna", "Anna")]
    assert harmless.names(_LINES, seed=1, lower=True) == [Item("we met ", "anna", "anna")]


def test_products_have_capitals_inside() -> None:
    found = {item.typed: item.left for item in harmless.products(_LINES, seed=1)}
    assert found["OpenBSD"] == "My iPad runs "
    assert "GitHub" in found
    assert "barBaz" not in found


def test_words_of_chats_are_used_often_and_are_no_slips() -> None:
    lines = ["brotato teh dont qux"] * 5 + ["rare"]
    found = harmless.chat_words(lines, {"don't"}.__contains__, {"teh"}, seed=1)
    typed = [item.typed for item in found]
    assert {"brotato", "qux", "lol"} <= set(typed)
    assert not {"teh", "dont", "rare"} & set(typed)


def test_words_of_other_languages_are_not_ours() -> None:
    texts = (["der Hund an die Wand"], ["il va on"])
    ours = {"an", "on"}.__contains__
    alone = harmless.foreign_words(texts, ours, seed=1, alone=True)
    assert [item.typed for item in alone] == ["der", "die", "il", "va"]
    assert harmless.foreign_words(texts, ours, seed=1, alone=False)[-1] == Item("il ", "va", "va")


def test_hyphenated_words_are_whole() -> None:
    typed = [item.typed for item in harmless.hyphenated(_LINES, seed=1)]
    assert typed == ["co-op", "well-known"]


def test_codes_are_many_and_follow_from_the_seed() -> None:
    codes = harmless.codes(("ten", "tea", "tomorrow"), seed=1)
    assert len(codes) == len({item.typed for item in codes}) == harmless.MOST
    assert codes == harmless.codes(("ten", "tea", "tomorrow"), seed=1)
    assert codes != harmless.codes(("ten", "tea", "tomorrow"), seed=2)
    assert all(item.typed == item.meant for item in codes)


def test_rare_words_stand_once() -> None:
    found = harmless.rare_words(("ten ten tea", "Tea too two"), {"too", "ten"}.__contains__, seed=1)
    assert found == [Item("Tea ", "too", "too")]


@pytest.mark.parametrize("most", [1, 3])
def test_too_many_are_drawn_from(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harmless, "MOST", most)
    found = harmless.foreign_words([["aa bb cc dd ee"]], set().__contains__, seed=1, alone=True)
    assert len(found) == most
