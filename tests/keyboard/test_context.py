from hypothesis import given
from hypothesis import strategies as st

from karussell.keyboard import Context, Edit
from karussell.keyboard.context import without_first, without_last
from karussell.text import graphemes

_FAMILY = "\U0001f469\u200d\U0001f467"


def test_an_edit_deletes_what_a_person_calls_characters() -> None:
    context = Context(left=f"see cafe\u0301{_FAMILY}", right="!")
    after = context.apply(Edit(delete_left=2, insert="x"))
    assert after == Context(left="see cafx", right="!")
    assert after.text == "see cafx!"


def test_deleting_stops_at_the_start() -> None:
    assert Context(left="ab").apply(Edit(delete_left=5, insert="")) == Context()


@given(
    pieces=st.lists(st.sampled_from(["a", "b", " ", "\r", "\n", "\u0301", "é", _FAMILY, "\u0600"])),
    count=st.integers(0, 5),
)
def test_the_short_way_to_delete_is_the_long_way(pieces: list[str], count: int) -> None:
    text = "".join(pieces)
    clusters = graphemes(text)
    assert without_last(text, count) == "".join(clusters[: max(0, len(clusters) - count)])


@given(
    pieces=st.lists(st.sampled_from(["a", " ", "\r", "\n", "\u0301", "é", _FAMILY, "\u0600"])),
    count=st.integers(0, 5),
)
def test_what_stands_right_of_the_cursor_is_deleted_alike(pieces: list[str], count: int) -> None:
    text = "".join(pieces)
    assert without_first(text, count) == "".join(graphemes(text)[count:])


def test_deleting_in_a_long_text_looks_at_its_end_alone() -> None:
    for cluster in ("é", "e\u0301", _FAMILY, "\U0001f1e9\U0001f1ea"):
        text = cluster * 1001
        assert without_last(text, 2) == cluster * 999
        assert without_first(text, 2) == cluster * 999
