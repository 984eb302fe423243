"""An element with `contenteditable` is read as lines, and every place in them is found again."""

import pytest

from tests.browser.tapping import comes_true
from tests.browser.widget.conftest import Sent, Write

pytestmark = pytest.mark.browser

_TEXTS = {
    "": "",
    "<br>": "",
    "see you": "see you",
    "see <b>you <i>to</i></b>morrow": "see you tomorrow",
    "see&nbsp;you&nbsp;": "see you ",
    "\n  see\n  you": "   see   you",
    "see<br>you": "see\nyou",
    "see<br><br>": "see\n",
    "<p>see</p><p>you</p>": "see\nyou",
    "\n<p>see</p>\n<p>you</p>\n": "see\nyou",
    "<p>see</p><p><br></p><p>you</p>": "see\n\nyou",
    "see<div>you</div><div><br></div>": "see\nyou\n",
    "<ul><li>a <b>b</b></li><li><br></li></ul><blockquote><p>c</p></blockquote>": "a b\n\nc",
    "<p>see <b></b>you</p>": "see you",
    "to <span contenteditable='false'>@Anna <b>B</b></span> you": "to \ufffc you",
    "to <img alt=''> you": "to \ufffc you",
    "<p>\u05e9\u05dc\u05d5\u05dd <em>\U0001f44d</em></p>": "\u05e9\u05dc\u05d5\u05dd \U0001f44d",
}
# Each text, and the places that are not found again where they were selected.
_READ = """async ([server, texts]) => {
  const { RichText } = await import(`${server}/widget/rich-text.js`);
  const element = document.getElementById("it");
  const read = {};
  for (const html of texts) {
    element.innerHTML = html;
    const rich = new RichText(element);
    element.focus();
    const { text } = rich;
    const lost = [];
    for (let place = 0; place <= text.length; place++) {
      rich.select(place, place);
      if (rich.selection.start !== place || rich.selection.end !== place) lost.push(place);
    }
    rich.select(0, text.length);
    const { start, end } = rich.selection;
    read[html] = [text, lost.join(), `${start}-${end}`];
  }
  return read;
}"""


def test_lines_are_read_and_places_found_again(write: Write) -> None:
    written = write('<div id="it" contenteditable aria-label="It"></div>')
    server = write.server
    read = written.page.evaluate(_READ, [server, list(_TEXTS)])
    assert read == {
        html: [text, "", f"0-{len(text.encode('utf-16-le')) // 2}"] for html, text in _TEXTS.items()
    }


def test_paragraphs_are_written_corrected_and_learned_one_by_one(write: Write) -> None:
    strip = '<karussell-strip for="it" server="{server}" token="{token}"></karussell-strip>'
    written = write('<div id="it" contenteditable aria-label="It"></div>' + strip)
    written.page.locator("#it").click()
    written.type("greetings from Quellwasserhausen")
    written.press("Enter")
    written.type("come wiht ")
    written.stands("#it", "greetings from Quellwasserhausen\ncome with ")
    written.press("Enter")
    written.type("greetings from Quel")
    written.pick("Quellwasserhausen")
    written.stands(
        "#it",
        "greetings from Quellwasserhausen\ncome with \ngreetings from Quellwasserhausen ",
    )
    for _ in range(12):
        written.press("Control+z")
    written.stands("#it", "")


def test_a_form_that_is_sent_teaches_and_nothing_is_learned_twice(write: Write) -> None:
    strip = '<karussell-strip for="it" server="{server}" token="{token}"></karussell-strip>'
    form = '<form id="form"><label>It <input id="it"></label><button>Send</button></form>'
    script = (
        'form.addEventListener("submit", (event) => { event.preventDefault(); form.reset(); });'
    )
    written = write(form + strip, script)
    sent = Sent(written)
    written.page.locator("#it").click()
    written.type("see Tobermory")
    written.press("Enter")
    written.stands("#it", "")
    written.type("see Tober")
    written.pick("Tobermory")
    written.page.get_by_role("button", name="Send").click()
    written.stands("#it", "")
    written.page.get_by_role("button", name="Send").click()
    comes_true(written.page, lambda: len(sent.told("learn")) >= 2)
    texts = [message["text"] for message in sent.told("learn")]
    assert texts == ["see Tobermory", "see Tobermory "]


@pytest.mark.parametrize("field", ["<input {}>", "<textarea {}></textarea>"])
def test_a_field_that_takes_few_letters_gets_whole_words_or_none(write: Write, field: str) -> None:
    written = write(f"<label>It {field.format('id=it maxlength=5')}</label>")
    written.page.evaluate("attached('#it')")
    it = written.page.locator("#it")
    it.focus()
    written.type("dont")
    written.offers("Don't")
    written.type(" ")
    written.stands("#it", "dont ")  # the apostrophe has no room
    it.fill("")
    written.type("wiht")
    written.offers("With")
    assert "Without" not in written.words
    written.type(" ")
    written.stands("#it", "With ")
    it.fill("")
    written.type("frie")
    written.offers("frie")
    assert not {"Friend", "Friends"} & {*written.words}
