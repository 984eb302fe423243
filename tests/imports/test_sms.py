import pytest

from karussell.errors import TextError
from tests.imports.conftest import Read

TIME = 1710364260
BACKUP = f"""<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<!-- made by a telephone -->
<smses count="3">
  <sms protocol="0" address="+4915" date="{TIME}000" type="1" body="Tea?" contact_name="Ben" />
  <sms protocol="0" address="+4915" date="{TIME}000" type="2" body="Yes &amp; cake!" />
  <mms msg_box="2" date="{TIME}000" address="+4915">
    <parts>
      <part ct="image/jpeg" text="null" />
      <part ct="text/plain" text="Look" />
    </parts>
  </mms>
</smses>
"""


def test_what_was_sent_is_its_owners(read: Read) -> None:
    found = [(m.author, m.text, m.own, m.time) for m in read(BACKUP, "sms.xml")]
    assert found == [
        ("Ben", "Tea?", False, TIME),
        ("Me", "Yes & cake!", True, TIME),
        ("Me", "Look", True, TIME),
    ]


def test_broken_xml_is_told_with_its_line(read: Read) -> None:
    with pytest.raises(TextError, match=r"sms\.xml: line 6 is broken XML"):
        read(BACKUP.replace("<mms ", "<mms <"), "sms.xml")


def test_entities_of_its_own_are_refused(read: Read) -> None:
    bomb = "<?xml version='1.0'?><!DOCTYPE smses [<!ENTITY a 'aaa'>]><smses/>"
    with pytest.raises(TextError, match="declares a document type"):
        read(bomb, "sms.xml")


def test_an_encoding_that_nobody_knows_is_told(read: Read) -> None:
    with pytest.raises(TextError, match="is XML in no encoding that is known"):
        read(BACKUP.replace("UTF-8", "UTF-null"), "sms.xml")
