import json
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.writing import Rules, typed


class Case(TypedDict):
    """Keys at a cursor, and the text after them; the page's twin reads the same ones."""

    language: str
    left: str
    pending: str
    keys: list[str]
    text: str


CASES: list[Case] = json.loads(Path(__file__).with_name("cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['language']} {case['text']!a}")
def test_the_space_of_a_pick_comes_and_goes_with_what_is_typed(case: Case) -> None:
    rules = Rules.of_language(case["language"])
    text, pending = case["left"], case["pending"]
    for key in case["keys"]:
        done = typed(rules, text, key, pending, double_space=True)
        text = text[: len(text) - done.delete_left] + done.insert
        pending = done.pending
    assert text == case["text"]


@given(left=st.text('a ."«\u00a0', max_size=8), text=st.text("a 1.:)-'»\n", max_size=8))
def test_where_nothing_is_pending_a_text_is_written_as_it_was_typed(left: str, text: str) -> None:
    done = typed(Rules.of_language("en"), left, text, double_space=False)
    assert (done.delete_left, done.insert, done.pending) == (0, text, "")


@given(text=st.text("a 1.:)-'s/ \"D\n", max_size=8), language=st.sampled_from(["en", "fr", "de"]))
def test_whatever_comes_and_goes_is_white_space(text: str, language: str) -> None:
    rules, left, pending = Rules.of_language(language), "see you ", " "
    for key in text:
        done = typed(rules, left, key, pending, double_space=False)
        left = left[: len(left) - done.delete_left] + done.insert
        pending = done.pending
        assert left.endswith(pending.replace(" ", "")) or pending == " "
    assert "".join(left.split()) == "".join(f"see you{text}".split())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_keys_at_once_do_what_they_do_one_by_one(language: str) -> None:
    rules = Rules.of_language(language)
    for keys in (":-)", "'s", "-known", " - ", ": )", "?!"):
        left, pending = "see you ", " "
        for key in keys:
            done = typed(rules, left, key, pending, double_space=False)
            left = left[: len(left) - done.delete_left] + done.insert
            pending = done.pending
        once = typed(rules, "see you ", keys, " ", double_space=False)
        assert ("see you "[: 8 - once.delete_left] + once.insert, once.pending) == (left, pending)


def test_a_tag_of_a_country_has_the_rules_of_its_language() -> None:
    assert Rules.of_language("fr-CA") is Rules.of_language("fr")
    assert Rules.of_language("xx").before == {}
