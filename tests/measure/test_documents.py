from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from karussell.measure.documents import LINES, documents


def test_blank_lines_part_documents() -> None:
    lines = ["", "see you", "the tea", " ", "", "are you", "", "to"]
    numbers = documents(lines)
    assert numbers[[1, 2, 5, 7]].tolist() == [0, 0, 1, 2]


def test_a_text_that_marks_none_is_cut_into_runs() -> None:
    lines = ["tea"] * (2 * LINES + 1)
    assert documents([*lines, ""]).tolist() == [*[0] * LINES, *[1] * LINES, 2, 2]


def test_one_message_is_one_document() -> None:
    assert documents(["tea"]).tolist() == [0]
    assert documents([]).tolist() == []


@given(st.lists(st.sampled_from(["tea", ""]), max_size=50))
def test_numbers_only_rise_by_one(lines: list[str]) -> None:
    numbers = documents(lines).tolist()
    assert numbers[:1] in ([], [0])
    assert all(after - before in (0, 1) for before, after in pairwise(numbers))
