from hypothesis import given
from hypothesis import strategies as st

from karussell.keyboard import Context
from karussell.keyboard.changes import Change, Window, edited, follow

_TEXT = st.text("ab .", max_size=30)


@given(before=_TEXT, gone=_TEXT, new=_TEXT, after=_TEXT, spare=st.integers(0, 10))
def test_words_beside_an_edit_are_found_again(
    before: str, gone: str, new: str, after: str, spare: int
) -> None:
    """Marked words before and behind whatever was edited at the cursor, seen through windows."""
    text, now = f"X{before}{gone}{after}Y", f"X{before}{new}{after}Y"
    changes = (
        Change(start=0, typed="x", word="X", corrects=True),
        Change(start=len(text) - 1, typed="y", word="Y", corrects=True),
    )
    cut = min(spare, len(before))
    old_at, new_at = 1 + len(before) + len(gone), 1 + len(before) + len(new)
    old = Window(0, Context(left=text[:old_at], right=text[old_at:]))
    seen = Window(cut, Context(left=now[cut:new_at], right=now[new_at:]))
    kept, broken = follow(changes, old, seen)
    assert broken == ()
    assert [now[each.start] for each in kept] == ["X", "Y"]


def test_windows_without_anything_in_common_tell_no_edit() -> None:
    one, other = Window(0, Context(left="abc")), Window(9, Context(left="abc"))
    assert edited(one, other) is None


def test_a_broken_word_is_told() -> None:
    change = Change(start=2, typed="teh", word="the", corrects=True)
    old = Window(0, Context(left="a the", right=""))
    assert follow((change,), old, Window(0, Context(left="a th"))) == ((), (change,))
