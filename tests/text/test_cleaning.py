import pytest

from karussell.text import clean, is_private, words


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
        ("mail @@a@b..c.org now, or a@b@c.org, not a@.b or a@b.", "mail now or not or a b"),
        ("10: see Anna: yes", "10 see anna yes"),
        ("see you", "see you"),
    ],
)
def test_what_was_not_typed_as_words_goes(line: str, typed: str) -> None:
    assert " ".join(words(clean(line))) == typed


@pytest.mark.parametrize("piece", ["a", "@", "a@", ".", "@.", "a@b.-"])
def test_a_megabyte_that_is_nearly_an_address_is_read_once(piece: str) -> None:
    """Read again from each of its signs it would take hours."""
    line = f"see {piece * (2**20 // len(piece))} you"
    assert clean(line) == line


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("my pin is 1596", "my pin is"),
        ("My PIN: 15 96. Ok?", "my pin ok"),
        ("the wifi password is hunter two! see you", "the wifi password is see you"),
        ("my email is inba 123 gmailcom", "my email is"),
        ("sure, inba 123 gmailcom", "sure"),
        ("write to karangmailcom today", "write today"),
        ("reach me at anna dot b at example dot org please", "reach me at please"),
        ("it is four seven one one", "it is"),
        ("die geheimzahl lautet drei vier. danke", "die geheimzahl lautet danke"),
        ("es ist null acht drei vier", "es ist"),
        ("meine Kundennummer ist 47 11", "meine kundennummer ist"),
        ("mon mot de passe est soleil. merci", "mon mot de passe est merci"),
        ("mi contraseña es luna. gracias", "mi contraseña es gracias"),
        ("my account number is 12 and my card number is 34", "my account number is"),
        ("my login: anna.b and so on", "my login"),
        # Talk of the same things that gives nothing away.
        ("what is my pin", "what is my pin"),
        ("i forgot my password again", "i forgot my password again"),
        ("send an email in march", "send an email in march"),
        ("they live at home dot", "they live at home dot"),
        ("one two three go", "one two three go"),
        ("i read the main mail in de facto hours", "i read the main mail in de facto hours"),
        ("ein Brief kam mit der Mail am Montag", "ein brief kam mit der mail am montag"),
    ],
)
def test_nothing_that_is_told_of_accounts_stays(line: str, left: str) -> None:
    assert " ".join(words(clean(line))) == left


_PRIVATE = (
    "1596 2019 1960s com1000 gmailcom beatrizportercomcastnet hotmailde annayahoocouk "
    "christinesmithmailcom helix84 max1987"
)
_EVERYDAY = (
    "150 9th mp3 r2d2 html5 401k 14h30 email gmail yahoo mailed internet telecom intercom "
    "bezeichnet cabinet comcast fat32 shaolin"
)


@pytest.mark.parametrize("word", _PRIVATE.split())
def test_numbers_addresses_and_numbered_names_are_private(word: str) -> None:
    assert is_private(word)


@pytest.mark.parametrize("word", _EVERYDAY.split())
def test_everyday_words_are_not(word: str) -> None:
    assert not is_private(word)
