from datetime import datetime

import pytest

from karussell.errors import TextError
from tests.imports.conftest import Read

MOMENT = datetime(2024, 3, 13, 22, 11)


@pytest.mark.parametrize(
    "stamp",
    [
        "13/03/2024, 22:11 - ",
        "13.03.24, 22:11 - ",
        "3/13/24, 10:11\u202fPM - ",
        "13/03/24, 10:11 pm - ",
        "13/3/24 10:11 p. m. - ",
        "13/3/24, 10:11 p.\u00a0m. - ",
        "2024-03-13, 10:11 p.m. - ",
        "2024/03/13 22:11 - ",
        "13/03/2024 à 22:11 - ",
        "13-03-2024 22:11 - ",
        "13.3.2024 klo 22.11 - ",
        "2024. 03. 13. 22:11 - ",
        "2024년 3월 13일 오후 10:11, ",
        "2024/3/13 下午10:11 - ",
        "[13.03.24, 22:11:00] ",
        "\u200e[13/03/2024, 22:11:00] ",
        "[3/13/24, 10:11:00\u202fPM] ",
        "[2024-03-13, 10:11:00 PM] ",
        "[13.3.2024 klo 22.11.00] ",
    ],
)
def test_the_time_of_a_message_is_read_as_any_phone_writes_it(read: Read, stamp: str) -> None:
    (message,) = read(f"{stamp}Anna: See you\n")
    assert (message.author, message.text) == ("Anna", "See you")
    assert message.time == int(MOMENT.timestamp())


def test_the_order_of_day_and_month_follows_from_the_whole_chat(read: Read) -> None:
    days = ["3/4/24", "3/9/24", "4/2/24", "4/12/24"]
    months_first = [m.time for m in read("".join(f"{d}, 9:00 - A: x\n" for d in days))]
    assert months_first == [
        int(datetime(2024, *day, 9).timestamp()) for day in [(3, 4), (3, 9), (4, 2), (4, 12)]
    ]
    days = ["3/4/24", "9/4/24", "2/5/24"]
    days_first = [m.time for m in read("".join(f"{d}, 9:00 - A: x\n" for d in days))]
    assert days_first == [
        int(datetime(2024, *day, 9).timestamp()) for day in [(4, 3), (4, 9), (5, 2)]
    ]


def test_midnight_and_noon_are_told_apart(read: Read) -> None:
    chat = "3/13/24, 12:05 AM - A: night\n3/13/24, 12:05 PM - A: day\n"
    assert [message.time for message in read(chat)] == [
        int(datetime(2024, 3, 13, hour, 5).timestamp()) for hour in (0, 12)
    ]


def test_a_message_has_all_its_lines_and_its_colons(read: Read) -> None:
    chat = "13.03.24, 10:11 - Anna M.: First: this\n\nthen that\n13.03.24, 10:12 - Ben: ok\n"
    assert [(m.author, m.text) for m in read(chat)] == [
        ("Anna M.", "First: this\n\nthen that"),
        ("Ben", "ok"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Messages and calls are end-to-end encrypted. No one outside of this chat can read them.",
        "Ben hat die Gruppe „Essen“ erstellt",
        "Anna: <Media omitted>",
        "Anna: <Medien ausgeschlossen>",
        "Anna: <Multimedia omitido>",
        "Anna: <Médias omis>",
        "Anna: \u200eimage omitted",
        "Anna: Bild weggelassen",
        "Anna: \u200e<attached: 00000012-PHOTO-2024-03-13-10-11-09.jpg>",
        "Anna: IMG-20240313-WA0001.jpg (Datei angehängt)",
        "Anna: This message was deleted",
        "Anna: Du hast diese Nachricht gelöscht.",
        "Anna: Se eliminó este mensaje.",
        "Anna: Ce message a été supprimé",
        "Anna: location: https://maps.google.com/?q=1.2,3.4",
        "Anna: \u200eMissed voice call",
        "Anna: null",
        "Anna: ",
        "Anna: UMFRAGE:\nWann?\nOPTION: Montag (2 Stimmen)",
    ],
)
def test_what_nobody_typed_is_left_out(read: Read, line: str) -> None:
    chat = f"13.03.24, 10:10 - Ben: hello\n13.03.24, 10:11 - {line}\n"
    assert [message.author for message in read(chat)] == ["Ben"]


def test_what_stands_around_marks_of_the_program_is_kept(read: Read) -> None:
    chat = (
        "13.03.24, 10:11 - Anna: IMG-1.jpg (file attached)\nLook at this\n"
        "13.03.24, 10:12 - Anna: on my way \u200e<This message was edited>\n"
        "13.03.24, 10:13 - Anna: <Medien ausgeschlossen>\nPlan 4.pdf\n"
        "13.03.24, 10:14 - Anna: @\u2068Ben Smith\u2069 are you there\n"
    )
    assert [m.text for m in read(chat)] == ["Look at this", "on my way", "are you there"]


def test_names_have_no_marks_of_direction(read: Read) -> None:
    (message,) = read("[13.03.24, 22:11:00] ~ \u202a+49 151 23456\u202c: Hi\n")
    assert message.author == "+49 151 23456"


def test_a_file_without_messages_is_told(read: Read) -> None:
    with pytest.raises(TextError, match=r"chat\.txt: has no message such as"):
        read("nothing\n", format="whatsapp")


def test_a_line_that_is_no_utf_8_is_told_with_its_number(read: Read) -> None:
    with pytest.raises(TextError, match=r"chat.txt: line 2 is not UTF-8 \(byte 0xfc\)"):
        read(b"13.03.24, 10:11 - Anna: ok\n13.03.24, 10:12 - Ben: f\xfcr\n")


def test_utf_16_is_read(read: Read) -> None:
    chat = "13.03.24, 10:11 - Anna: für dich\n".encode("utf-16")
    assert [message.text for message in read(chat)] == ["für dich"]
