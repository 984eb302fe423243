import pytest

from karussell.text import clean, words


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("12/03/2024, 10:11 - Anna: see you at 10:30", "see you at 10 30"),
        ("[12.03.24, 10:11:09] Anna B: hi <3 :)", "hi <3 :)"),
        ("\u200e[12.03.24, 10:11:09] Anna: hi", "hi"),
        ("1/2/24, 9:05\u202fPM - Bob: hello", "hello"),
        ("12/03/24, 10:11 - Messages are end-to-end encrypted", ""),
        ("<Media omitted>", ""),
        ("5 < 7 > 3 and <b>bold</b>", "5 7 3 and bold"),
        ("look at https://example.com/a?b=c, or www.example.org now", "look at or now"),
        ("mail anna.b@example.org or @anna #fun c# a@b", "mail or c a b"),
        ("call +49 176 123 45 67 or 0176/1234567 or 12345678", "call or or"),
        (
            "from 2023-2024 on 12/03 10,000 of 555-1234",
            "from 2023 2024 on 12 03 10 000 of 555 1234",
        ),
        ("10: see Anna: yes", "10 see anna yes"),
        ("see you", "see you"),
    ],
)
def test_what_was_not_typed_as_words_goes(line: str, typed: str) -> None:
    assert " ".join(words(clean(line))) == typed
