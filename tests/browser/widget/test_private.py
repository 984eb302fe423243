"""Of some fields nothing is read, offered or learned."""

import json

import pytest

from tests.browser.widget.conftest import Sent, Write

pytestmark = pytest.mark.browser

_STRIP = '<karussell-strip for="it other" server="{server}" token="{token}"></karussell-strip>'
_OTHER = '<label>Other <input id="other"></label>'
# Whatever reads the text of the field from now on is counted.
_WATCH = """(id) => {
  const field = document.getElementById(id);
  window.reads = 0;
  for (const name of ["value", "selectionStart", "textContent", "childNodes"]) {
    const owner = [field, HTMLInputElement.prototype, HTMLTextAreaElement.prototype, Node.prototype]
      .find((each) => Object.hasOwn(each, name) && name in field);
    if (!owner) continue;
    const { get, set } = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(field, name, { get() { window.reads++; return get.call(this); }, set });
  }
}"""
_CLOSED = {
    "password": '<input id="it" type="password">',
    "new password": '<input id="it" autocomplete="new-password">',
    "code": '<input id="it" autocomplete="one-time-code">',
    "card": '<input id="it" autocomplete="section-a billing cc-number">',
    "name on a card": '<input id="it" autocomplete="cc-name">',
    "code of a card": '<textarea id="it" autocomplete="cc-csc"></textarea>',
    "private": '<textarea id="it" data-private></textarea>',
    "within private": '<div data-private><input id="it"></div>',
    "private text": '<div id="it" contenteditable data-private aria-label="It"></div>',
    "purpose": '<textarea id="it" data-purpose="pin"></textarea>',
    "named": '<input id="it" name="userPassword">',
    "masked": '<input id="it" style="-webkit-text-security: disc">',
    "number": '<input id="it" type="number">',
    "digits": '<input id="it" inputmode="numeric">',
    "email": '<input id="it" type="email">',
    "address on the web": '<input id="it" type="url">',
    "a day": '<input id="it" type="date">',
    "read only": '<textarea id="it" readonly>so</textarea>',
}


def label(field: str) -> str:
    return f"<label>It {field}</label>"


def test_nothing_is_read_offered_or_learned(write: Write) -> None:
    places = [f"closed-{place}" for place in range(len(_CLOSED))]
    fields = [
        label(field.replace('"it"', f'"{place}"'))
        for place, field in zip(places, _CLOSED.values(), strict=True)
    ]
    written = write("".join(fields) + _OTHER + _STRIP.replace('"it ', f'"{" ".join(places)} '))
    sent = Sent(written)
    for place, kind in zip(places, _CLOSED, strict=True):
        written.page.locator(f"#{place}").focus()
        written.page.evaluate(_WATCH, place)
        written.type("7 hunter")
        written.press("Enter")
        assert written.words == [], kind
        assert written.page.evaluate("reads") == 0, kind
    written.page.locator("#other").focus()
    written.type("se")
    written.offers("see")
    assert "hunter" not in json.dumps(sent.messages)
    assert sent.told("learn") == []


def test_a_password_that_is_shown_stays_one(write: Write) -> None:
    written = write(label(_CLOSED["password"]) + _OTHER + _STRIP)
    sent = Sent(written)
    written.page.locator("#it").focus()
    written.type("hunt")
    written.page.evaluate("it.type = 'text'")
    written.type("ers are")
    written.page.locator("#other").focus()
    written.type("se")
    written.offers("see")
    written.page.locator("#it").focus()
    written.type(" here")
    assert written.words == []
    assert "hunt" not in json.dumps(sent.messages)


def test_a_field_that_becomes_private_is_left_alone_from_then_on(write: Write) -> None:
    written = write(label('<textarea id="it"></textarea>') + _STRIP)
    sent = Sent(written)
    written.page.locator("#it").click()
    written.type("see you tomo")
    written.offers("tomorrow")
    written.page.evaluate("document.querySelector('label').dataset.private = ''")
    written.page.evaluate(_WATCH, "it")
    written.type("rrow or hunter")
    assert written.words == []
    assert written.page.evaluate("reads") == 0
    assert "see you tomo" in [message["left"] for message in sent.told("ask")]
    assert "rrow" not in json.dumps(sent.messages)


def test_what_the_page_itself_wrote_is_never_learned(write: Write) -> None:
    written = write(label('<textarea id="it">Hunter wrote: yes</textarea>') + _STRIP)
    sent = Sent(written)
    written.page.locator("#it").focus()
    written.press("Control+End")
    written.type(" see you")
    written.press("Enter")
    written.page.evaluate("it.value += 'From Hunter'")
    written.type("there")
    written.press("Enter", "x")
    written.offers("x")
    texts = [message["text"] for message in sent.told("learn")]
    assert [text.replace("\ufffc", "").split() for text in texts] == [["see", "you"], ["there"]]


def test_addresses_are_offered_by_choice_and_not_learned(write: Write) -> None:
    strip = _STRIP.replace("for=", 'also="email" for=')
    written = write(label('<input id="it" type="email">') + strip)
    sent = Sent(written)
    written.page.locator("#it").focus()
    written.type("tomo")
    written.pick("Tomorrow")
    assert written.text("#it").strip() == "Tomorrow"
    written.press("Enter")
    written.type("s")
    written.offers("s")
    assert sent.told("hello")[0]["purpose"] == "email"
    assert sent.told("learn") == []
