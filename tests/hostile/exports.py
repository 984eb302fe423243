"""Small exports of every format, invented, with as many of its features as there is room for."""

import json
from typing import Any

_TIME = 1_710_364_260

WHATSAPP = (
    """12.03.24, 10:11 - Messages and calls are end-to-end encrypted.
12.03.24, 10:11 - Anna: See you at the market
and bring bread
12.03.24, 10:12 - Ben: <Media omitted>
13.03.24, 22:12 - Anna: \u200eIMG-1.jpg (file attached)
A picture <This message was edited>
13.03.24, 22:13 - Ben: https://maps.google.com/?q=1,2
""",
    """\u200e[12/03/2024, 10:11:12] Anna: \u200eimage omitted
[12/03/2024, 10:11:13] ~ Ben Meier: Tea? @\u2068Anna\u2069
[12/03/2024, 10:11:14] Anna: POLL:
OPTION: yes
[3/12/24, 10:11:14\u202fPM] Anna: Yes!
""",
)
TELEGRAM = (
    {
        "name": "Ben",
        "type": "personal_chat",
        "id": 9,
        "messages": [
            {
                "id": 1,
                "type": "message",
                "date": "2024-03-13T22:11:00",
                "date_unixtime": str(_TIME),
                "from": "Anna",
                "from_id": "user7",
                "text": ["See ", {"type": "bold", "text": "you"}, {"type": "pre", "text": "x"}],
            },
            {"type": "service", "action": "phone_call", "text": ""},
            {"type": "message", "from": None, "from_id": "user8", "text": "Tea?", "via_bot": "@b"},
        ],
    },
    {
        "personal_information": {"user_id": 7},
        "chats": {"list": [{"messages": [{"from_id": "user7", "text": "Mine", "date": "x"}]}]},
        "left_chats": {"list": []},
    },
)
_SIGNAL_CLI = (
    {
        "envelope": {
            "sourceName": "Ben",
            "sourceNumber": "+4915123",
            "timestamp": _TIME * 1000,
            "dataMessage": {"message": "Tea?", "timestamp": _TIME * 1000},
        }
    },
    {"envelope": {"source": "+4", "syncMessage": {"sentMessage": {"message": "Yes!"}}}},
    {"jsonrpc": "2.0", "params": {"envelope": {"source": "+4", "dataMessage": {"message": "x"}}}},
)
_SIGNAL_OWN = (
    {"version": "1", "backupTimeMs": "1710364260000"},
    {"recipient": {"id": "7", "contact": {"profileGivenName": "Ben", "e164": "4915"}}},
    {"recipient": {"id": "1", "self": {}}},
    {
        "chatItem": {
            "authorId": "7",
            "dateSent": str(_TIME * 1000),
            "standardMessage": {"text": {"body": "Tea?"}},
        }
    },
    {"chatItem": {"authorId": "1", "outgoing": {}, "standardMessage": {"text": {"body": "Yes"}}}},
)
_SIGNAL_EXPORT = (
    {"sender": "Me", "body": "See you", "date": "2024-03-12 10:11:09", "deleted": False},
    {"type": "outgoing", "body": "Tea", "sent_at": _TIME * 1000, "conversationName": "Ben"},
    {"type": "incoming", "body": "Tea?", "source": "+49", "timestamp": _TIME * 1000},
)
_SIGNAL_TEXT = """[2024-03-12 10:11:09] Me: See you
> quoted
[2024-03-12 10:12:09] Ben: Tea? ![a](b.jpg)
(- Me: 👍 -)
"""
SMS = f"""<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<!-- made by a telephone -->
<smses count="3">
  <sms protocol="0" address="+4915" date="{_TIME}000" type="1" body="Tea?" contact_name="Ben" />
  <sms protocol="0" address="+4915" date="{_TIME}000" type="2" body="Yes &amp; cake! &#128512;" />
  <mms msg_box="2" date="{_TIME}000" address="+4915">
    <parts>
      <part ct="image/jpeg" text="null" />
      <part ct="text/plain" text="Look" />
    </parts>
  </mms>
</smses>
"""
MAIL = """From: =?utf-8?q?J=C3=B6rg?= <anna@example.org>
To: Ben <ben@example.org>
Date: Tue, 12 Mar 2024 10:11:12 +0100
Message-ID: <1@example.org>
Subject: Tea
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary="a"

--a
Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes
Content-Transfer-Encoding: quoted-printable

See you at the market, J=C3=B6rg. I bring \n bread and butter and
what else we need.

On 11 March 2024 Ben wrote:
> Tea?
-- \nAnna
--a
Content-Type: text/html; charset=iso-8859-1

<html><body><p>See <b>you</b> &amp; Ben</p><!-- x --><blockquote>Tea?</blockquote></body></html>
--a--
--b
Content-Type: text/plain; name="a.txt"
Content-Disposition: attachment; filename*=utf-8''a%20b.txt
Content-Transfer-Encoding: base64

VGVhPw==
--b--
"""
_HTML = """From: anna@example.org
Date: Tue, 12 Mar 2024 10:11:12 +0100
Content-Type: text/html; charset=windows-1252
Content-Transfer-Encoding: base64

PGRpdiBjbGFzcz0iZ21haWxfcXVvdGUiPlRlYT88L2Rpdj48cD5ZZXMhPC9wPjx1bD48bGk+YTxsaT5iPC91bD4=
"""
MBOX = f"From anna@example.org Tue Mar 12\n{MAIL}\nFrom ben@example.org Wed\n{_HTML}\n"
MARKDOWN = """---
title: Notes
---
# Market

See *you* at the [market](https://example.org), `x = 1`.

| a | b |
|---|---|
| c | d |

- bread
  - butter
```
code
```
<div>html</div>
"""
TEXT = """Dear Anna, see you at the market on Saturday, where we meet the others and
then go on together to the station.

```
code
```
Call +49 176 1234567, mail anna@example.org, or see https://example.org/?a=b.
My card is 4111 1111 1111 1111 and my IBAN DE89 3704 0044 0532 0130 00.
"""
HISTORY: dict[str, Any] = {
    "format": "karussell history",
    "version": 1,
    "entries": [
        {
            "kind": "sentence",
            "words": ["see", "you", "Anna"],
            "language": "en",
            "time": _TIME,
            "app": "mail",
            "meant": [0, 2],
        },
        {"kind": "rejection", "typed": "teh", "word": "the", "language": "en", "time": 1},
        {"kind": "repair", "typed": "alot", "word": "a lot", "language": "", "time": 2},
        {"kind": "saving", "day": "2026-11-27", "keys": 5, "letters": 9, "picks": 1},
    ],
}


def _lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


EXPORTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "whatsapp": ("chat.txt", WHATSAPP),
    "telegram": ("result.json", tuple(json.dumps(each) for each in TELEGRAM)),
    "signal": (
        "main.jsonl",
        (_lines(*_SIGNAL_CLI), _lines(*_SIGNAL_OWN), json.dumps(_SIGNAL_EXPORT), _SIGNAL_TEXT),
    ),
    "sms": ("sms.xml", (SMS,)),
    "eml": ("mail.eml", (MAIL, _HTML)),
    "mbox": ("mail.mbox", (MBOX,)),
    "markdown": ("notes.md", (MARKDOWN,)),
    "text": ("notes.txt", (TEXT,)),
}
"""Small files of each format, and what one is usually called."""
