import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from karussell.errors import TextError
from karussell.imports import Export
from tests.imports.conftest import Read

HEADERS = "From: Anna Meier <Anna@Example.org>\nTo: ben@example.org\nSubject: Tea\n"
DATED = f"{HEADERS}Date: Wed, 13 Mar 2024 22:11:00 +0100\n"


def letter(text: str, headers: str = DATED) -> str:
    return f"{headers}\n{text}"


def test_a_letter_has_its_writer_time_and_text(read: Read) -> None:
    (message,) = read(letter("Hello Ben,\n\nsee you at ten.\n"), "tea.eml")
    assert (message.author, message.alias) == ("anna@example.org", "Anna Meier")
    assert message.time == int(datetime(2024, 3, 13, 21, 11, tzinfo=UTC).timestamp())
    assert message.text == "Hello Ben,\nsee you at ten."


@pytest.mark.parametrize(
    "rest",
    [
        "-- \nAnna Meier\nHead of Tea\n",
        "On Wed, 13 Mar 2024 at 10:00, Ben <ben@example.org> wrote:\n> Tea?\n> Now?\n",
        "On Wed, 13 Mar 2024 at 10:00, Ben Smith-Something\n<ben@example.org> wrote:\n\n> Tea?\n",
        "Am 13.03.24 um 10:00 schrieb Ben:\n> Tee?\n",
        "Le mer. 13 mars 2024 à 10:00, Ben a écrit :\n> Du thé ?\n",
        "El 13 mar 2024, Ben escribió:\n\nno marks here\n",
        "13. 3. 2024 v 10:00, Ben:\n> Caj?\n",
        "-----Original Message-----\nFrom: Ben\nTea?\n",
        "-----Ursprüngliche Nachricht-----\nVon: Ben\nTee?\n",
        "________________________________\nFrom: Ben\nSent: Monday\nTea?\n",
        "Von: Ben <ben@example.org>\nGesendet: Montag\nAn: Anna\n\nTee?\n",
        "---------- Forwarded message ---------\nFrom: Ben\nTea?\n",
        "Begin forwarded message:\n\nTea?\n",
        "Sent from my iPhone\n",
        "Von meinem iPhone gesendet\n",
        "Envoyé de mon iPhone\n",
    ],
)
def test_quotes_signatures_and_forwarded_letters_are_left_out(read: Read, rest: str) -> None:
    (message,) = read(letter(f"Yes, gladly!\n\n{rest}"), "tea.eml")
    assert message.text == "Yes, gladly!"


def test_answers_between_quotes_are_kept(read: Read) -> None:
    text = "On Monday 13 Ben wrote:\n> Tea?\nYes!\n> At ten?\nAt nine.\n"
    (message,) = read(letter(text), "tea.eml")
    assert message.text == "Yes!\nAt nine."


def test_lines_that_were_broken_because_they_were_full_are_joined(read: Read) -> None:
    text = (
        "I wonder whether you would like to come and see us at the weekend, as\n"
        "we have not seen you for such a long time and miss you.\n"
        "\n"
        "Yours,\nAnna\n"
    )
    (message,) = read(letter(text), "tea.eml")
    assert message.text.split("\n")[1:] == ["Yours,", "Anna"]


def test_flowed_text_is_joined(read: Read) -> None:
    headers = f"{DATED}Content-Type: text/plain; format=flowed; delsp=no\n"
    (message,) = read(letter("See \nyou \nsoon\n\nAnna\n", headers), "tea.eml")
    assert message.text == "See you soon\nAnna"


def test_html_is_read_as_on_a_screen_without_its_quotes(read: Read) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "anna@example.org", "Tea"
    mail.set_content(
        "<html><head><style>p {}</style></head><body><p>See&nbsp;<b>you</b> at ten</p>"
        '<div class="gmail_signature"><div>Head of Tea</div></div>'
        '<div class="gmail_quote">On Monday Ben wrote:<blockquote>Tea?</blockquote></div>'
        "</body></html>",
        subtype="html",
    )
    (message,) = read(mail.as_bytes(), "tea.eml")
    assert message.text == "See you at ten"


def test_attachments_and_forwarded_letters_in_parts_are_left_out(read: Read) -> None:
    inner = EmailMessage()
    inner["From"] = "ben@example.org"
    inner.set_content("Somebody else's words")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "anna@example.org", "Tea"
    mail.set_content("Mine")
    mail.add_alternative("<p>Mine in colours</p>", subtype="html")
    mail.add_attachment("A file of text", filename="list.txt")
    mail.add_attachment(inner)
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="p.png")
    (message,) = read(mail.as_bytes(), "tea.eml")
    assert message.text == "Mine"


@pytest.mark.parametrize("charset", ["iso-8859-1", "x-unknown", "utf-8"])
def test_wrong_or_unknown_charsets_do_not_stop_the_reading(read: Read, charset: str) -> None:
    headers = f"{DATED}Content-Type: text/plain; charset={charset}\n\n".encode()
    (message,) = read(headers + b"Gr\xfc\xdfe aus Bonn\n", "tea.eml")
    assert message.text == "Grüße aus Bonn"


def test_names_in_headers_are_decoded(read: Read) -> None:
    headers = "From: =?utf-8?q?Anna_M=C3=BCller?= <a@example.org>\nSubject: x\n"
    (message,) = read(letter("Hi", headers), "tea.eml")
    assert message.alias == "Anna Müller"


def test_an_mbox_is_read_letter_by_letter_and_none_twice(read: Read) -> None:
    first = letter("One\n", f"{HEADERS}Message-ID: <1@x>\n")
    second = letter("Two\n>From here on\n", f"{HEADERS}Message-ID: <2@x>\n")
    mbox = "".join(f"From anna Wed Mar 13\n{each}\n" for each in (first, second, first))
    assert [m.text for m in read(mbox, "sent.mbox")] == ["One", "Two\nFrom here on"]


def test_a_maildir_is_read_with_its_folders(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "Mail"))
    box.add(letter("One\n"))
    box.add_folder("Sent").add(letter("Two\n"))
    export = Export(tmp_path / "Mail")
    assert export.format == "maildir"
    assert [message.text for message in export.messages()] == ["One", "Two"]


def test_answers_of_programs_are_left_out(read: Read) -> None:
    assert read(letter("I am away\n", f"{DATED}Auto-Submitted: auto-replied\n"), "a.eml") == []


def test_a_broken_letter_is_told(read: Read) -> None:
    with pytest.raises(TextError, match='has no header "From"'):
        read("Hello\n", "a.eml", format="eml")
    with pytest.raises(TextError, match="line 1 is no mbox file"):
        read("Hello\n", "a.mbox", format="mbox")


@pytest.mark.parametrize(
    "headers",
    ["From: =?bad?q?=ff?= <a@b>\nSubject: x\n", "From: a@b\nDate: 99 Foo 99999999\nSubject: x\n"],
)
def test_broken_headers_do_not_stop_the_reading(read: Read, headers: str) -> None:
    (message,) = read(letter("Hi\n", headers), "tea.eml")
    assert (message.text, message.time) == ("Hi", None)


@pytest.mark.parametrize(
    "page",
    [
        "<![bad <p>Hi</p>",
        "<!-- never closed <p>Hi</p>",
        "<p " * 20_000,
        "<div>" * 20_000 + "Hi",
        "<a b=" * 20_000,
        "&#x110000; &#55555555555; <b/>",
    ],
)
def test_hostile_pages_are_read_in_a_moment(read: Read, page: str) -> None:
    headers = f"{DATED}Content-Type: text/html\n"
    assert all(message.text for message in read(letter(page, headers), "tea.eml"))


def test_a_letter_that_nests_too_deeply_hides_no_other(read: Read) -> None:
    deep = "".join(
        f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"
        for number in range(3000)
    )
    nested = f"From anna Wed Mar 13\n{HEADERS}MIME-Version: 1.0\n{deep}\nHi\n\n"
    mbox = nested + f"From anna Wed Mar 13\n{letter('Two')}\n"
    assert [message.text for message in read(mbox, "sent.mbox")] == ["Two"]
