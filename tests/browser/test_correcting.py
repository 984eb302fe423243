"""Corrections at the ends of words: the same text however fast it was typed."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.web.serving import Running

pytestmark = pytest.mark.browser

# A field of its own, before a server of which only the corrections are known. Its answers come at
# once, or some keys later; what the page would do with them is what main.js does.
_TYPED = """async ([keys, delay]) => {
  const { Correcting } = await import("/field/correcting.js");
  const { same } = await import("/field/context.js");
  const { TextField } = await import("/field/text-field.js");
  const words = { teh: "the", quikc: "quick", thisis: "this is", dont: "don\\u2019t" };
  const area = document.createElement("textarea");
  document.body.append(area);
  const field = new TextField(area);
  field.doubleSpace = false;
  const sent = [];
  let [number, last, refused, asked] = [0, 0, 0, null];
  const ask = (context) => {
    if (!asked || !same(asked, context)) sent.push([(last = ++number), (asked = context)]);
    return true;
  };
  const correcting = new Correcting(field, ask, (answer) => {
    refused += answer !== last; // the server takes the last one's words alone
    return { message: ++number, age: 1 };
  });
  correcting.separators = ".,";
  field.addEventListener("separator", ({ detail }) => correcting.typed(detail.end, detail.sign));
  field.addEventListener("change", () => correcting.ask(field.context));
  const lines = [];
  field.addEventListener("line", () => {
    const line = { end: field.caret - 1, learn: () => lines.push(field.text.slice(0, line.end)) };
    correcting.ended(line);
  });
  const answer = () => {
    const [one, context] = sent.shift();
    const word = /[\\w']*$/.exec(context.left)[0];
    const insert = context.right.match(/^\\w/) ? undefined : words[word];
    const edit = { delete_left: word.length, delete_right: 0, insert };
    const autocorrect = insert ? { edit } : null;
    if (!sent.length) correcting.answered({ number: one, context, autocorrect });
    correcting.ask(field.context);
  };
  let slept = 0;
  for (const key of keys) {
    if (key === "<") field.erase();
    else if (key === "{") field.step(-1);
    else if (key === "}") field.step(1);
    else if (key === "^") field.undo();
    else field.write(key);
    if (++slept <= delay) continue;
    slept = 0;
    while (sent.length) answer();
  }
  while (sent.length) answer();
  const { text, caret } = field;
  const states = [text];
  while (field.canUndo) {
    field.undo();
    states.push(field.text);
  }
  area.remove();
  return { text, caret, lines, refused, last: states.at(-1) };
}"""


@pytest.fixture
def page(open_page: OpenPage, running: Running) -> Page:
    return open_page(running)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("teh quikc fox", "the quick fox"),
        ("teh quikc, thisis. dont ", "the quick, this is. don\u2019t "),
        ("teh\nquikc\n", "the\nquick\n"),
        ("teh", "teh"),  # nothing has ended it
        ("teh-quikc ", "teh-quick "),
        ("a teh b", "a the b"),
        ("teh.com teh. com", "teh.com the. com"),
    ],
)
def test_fast_typing_writes_what_slow_typing_does(page: Page, keys: str, text: str) -> None:
    slow = page.evaluate(_TYPED, [keys, 0])
    assert slow["text"] == text
    for delay in (1, 2, 5, 100):
        assert page.evaluate(_TYPED, [keys, delay]) == slow
    assert slow["last"] == ""


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("teh <<hs ", "tehs "),  # it was gone on with
        ("teh <<<< quikc ", " quick "),  # it is gone
        ("teh {{x ", "tex h "),  # it is another word
        ("b teh{{{a}}} ", "b ateh "),
    ],
)
def test_a_word_that_was_changed_meanwhile_stays(page: Page, keys: str, text: str) -> None:
    late = page.evaluate(_TYPED, [keys, 100])
    assert late["text"] == text
    assert late["last"] == ""


@pytest.mark.parametrize("keys", ["tehx< ", "teh{}} ", "tehx< quikcx<,"])
def test_a_correction_is_made_of_the_last_answer_to_a_question_that_was_asked_twice(
    page: Page, keys: str
) -> None:
    slow = page.evaluate(_TYPED, [keys, 0])
    assert slow["text"].startswith("the")
    for delay in (1, 2, 3, 100):
        assert page.evaluate(_TYPED, [keys, delay]) == slow
    assert slow["refused"] == 0


def test_a_correction_is_taken_back_by_backspace_and_by_undo(page: Page) -> None:
    for back in "<^":
        assert page.evaluate(_TYPED, [f"teh {back}", 0])["text"] == "teh "
        assert page.evaluate(_TYPED, [f"quikc,{back}", 0])["text"] == "quikc,"
    assert page.evaluate(_TYPED, ["teh <<", 0])["text"] == "teh"
    assert page.evaluate(_TYPED, ["teh a<<", 0])["text"] == "the"  # not right behind it any more


# A field of its own, in which a word was just corrected.
_CORRECTED = """async () => {
  const { TextField } = await import("/field/text-field.js");
  const area = document.createElement("textarea");
  area.id = "own";
  document.body.prepend(area);
  const field = new TextField(area);
  area.focus();
  field.write("a teh b");
  field.step(-1);
  field.correct({ start: 2, removed: "teh", inserted: "the" }, null);
}"""


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["Backspace"], "a teh b"),
        (["Control+a", "Backspace"], ""),
        (["Shift+ArrowLeft", "Backspace"], "a theb"),
        (["Control+Backspace"], "a b"),
        (["Delete"], "a the "),
        (["Control+a", "x"], "x"),
    ],
)
def test_backspace_alone_takes_a_correction_back_where_nothing_is_selected(
    page: Page, keys: list[str], text: str
) -> None:
    page.evaluate(_CORRECTED)
    for key in keys:
        page.keyboard.press(key)
    assert page.locator("#own").input_value() == text
