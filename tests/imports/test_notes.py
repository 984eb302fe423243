import pytest

from tests.imports.conftest import Read


def test_plain_text_is_its_paragraphs_without_code(read: Read) -> None:
    (message,) = read("First line.\n\nSecond\n```\nx = 1\n```\nthird\n", "notes.txt")
    assert message.text == "First line.\nSecond\nthird"
    assert (message.author, message.own, message.time) == ("", True, None)


def test_markdown_is_its_text_without_code_marks_and_addresses(read: Read) -> None:
    page = """---
title: Tea
---
# A *plan*

See [the page](https://example.org), it
goes on with `rm -rf` and more.

    indented = code

- one
- two

```python
x = 1
```

| a | b |
|---|---|
| c | d |
"""
    (message,) = read(page, "plan.md")
    assert message.text.split("\n") == [
        "A plan",
        "See the page, it goes on with ",
        " and more.",
        *("one", "two", "a", "b", "c", "d"),
    ]


def test_an_empty_note_has_no_message(read: Read) -> None:
    assert read("", "empty.txt") == []
    assert read("\n\n", "empty.md") == []


def test_a_long_page_is_read_in_parts(read: Read) -> None:
    paragraph = "See *you* at the market,\nwhere we met.\n\n```\nx = 1\n\n\n```\n"
    found = read("---\ntitle: x\n---\n" + paragraph * 500, "notes.md")
    assert len(found) > 5
    text = "\n".join(message.text for message in found)
    assert text.count("See you at the market, where we met.") == 500
    assert "x = 1" not in text
    assert "title" not in text


@pytest.mark.parametrize("text", ["word " * 100_000, "[" * 300_000, "a\n" * 100_000, "```\n" * 9])
def test_a_page_of_any_lines_is_read_to_its_end(read: Read, text: str) -> None:
    found = read(f"begin\n\n{text}", "notes.md")
    assert found[0].text.startswith("begin")
    assert sum(message.text.count("word") for message in found) == text.count("word")


def test_plain_pages_are_read_as_marked_ones(read: Read) -> None:
    plain = "# A _plan_\nSee **you** at\n the market!\n* one\n* two, snake_case\n"
    plain += "\nand 2*3\n- a\n\n  b\n"
    (fast,), (slow,) = read(plain, "a.md"), read(f"{plain}\n<!-- parsed whole -->\n", "b.md")
    assert fast.text.split("\n") == [
        *("A plan", "See you at the market!", "one", "two, snake_case", "and 2*3", "a", "b")
    ]
    assert fast.text == slow.text


def test_front_matter_that_does_not_end_is_text(read: Read) -> None:
    found = read("---\n" + "title: x\n" * 1500, "plan.md")
    assert sum(message.text.count("title") for message in found) == 1500
