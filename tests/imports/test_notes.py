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
