/** The page: the text field, the strip, the keyboard and the line to the server, tied together. */

import { TurningCarousel } from "/carousel.js";
import { Connection } from "/connection.js";
import { Counter } from "/counter.js";
import { byId } from "/elements.js";
import { graphemes } from "/graphemes.js";
import { OnScreenKeyboard } from "/keyboard.js";
import { Notice } from "/notice.js";
import { chosenPlace } from "/picking.js";
import { SuggestionStrip } from "/suggestion-strip.js";
import { TextField } from "/text-field.js";

const CALM = 900; // milliseconds without a change before a screen reader is told the words

const area = byId("field", HTMLTextAreaElement);
const strip = byId("strip", SuggestionStrip);
const keyboard = byId("keyboard", OnScreenKeyboard);
const carousel = byId("carousel", TurningCarousel);
const digitsPick = byId("digits-pick", HTMLInputElement);
const showKeyboard = byId("show-keyboard", HTMLInputElement);

const field = new TextField(area);
const counter = new Counter();
const connection = new Connection();
const notice = new Notice();

/** @type {import("/suggestion-strip.js").Suggestion[]} */
let offered = [];
/** @type {import("/connection.js").Context} */
let shownFor = { left: "", right: "" }; // the text they were made for
let answered = -1; // the number of the answer they stood in
let digitGoesOn = false; // a digit would go on with what stands before the cursor
let away = false; // put away by Escape, until the text changes
let visiting = false; // the focus came by Tab and nothing was written yet: Tab goes on
let written = "";
let calm = 0;

function refresh() {
  const { context } = field;
  if (field.text !== written) {
    written = field.text;
    away = false;
    visiting = false;
    keyboard.textChanged();
    if (!written) connection.tell("reset"); // thrown away: nothing is learned of it
    counter.show(written);
  }
  if (context.left !== shownFor.left || context.right !== shownFor.right) offered = [];
  connection.ask(context);
  arm();
}

/** What the keys mean just now. */
function picking() {
  const offers = away || field.composing ? 0 : offered.length;
  return { offers, tab: !visiting, digits: digitsPick.checked && !digitGoesOn && !field.selecting };
}

function arm() {
  const { offers, tab, digits } = picking();
  strip.arm(offers > 0 && digits, offers > 0 && tab);
}

/** @param {number} place */
function pick(place) {
  if (!offered[place]) return;
  field.pick(offered[place].edit, connection.tell("accept", { answer: answered, place: offered[place].place }));
}

/** Light the keys that the offered words go on with. */
function glow() {
  /** @type {Map<string, number>} */
  const likely = new Map();
  for (const { text, probability, edit } of offered) {
    const next = graphemes(text)[edit.delete_left]?.toLowerCase();
    if (next) likely.set(next, Math.min(1, (likely.get(next) ?? 0) + probability));
  }
  keyboard.glow(likely);
}

function announce() {
  clearTimeout(calm);
  calm = setTimeout(() => {
    const words = offered.map(({ text }, place) => `${place + 1} ${text}`).join(", ");
    if (document.activeElement === area && written) byId("announcement", HTMLElement).textContent = words;
  }, CALM);
}

field.addEventListener("change", refresh);
field.addEventListener("line", (event) => field.nameLine(connection.tell("learn", { text: detailOf(event) })));
field.addEventListener("undo", (event) => connection.tell("revert", { message: detailOf(event) }));
field.addEventListener("key", (event) => {
  counter.add(detailOf(event));
  counter.show(field.text);
  carousel.push();
});

area.addEventListener("focus", (event) => {
  const from = /** @type {Element | null} */ (event.relatedTarget);
  visiting = from !== null && !from.closest("suggestion-strip, on-screen-keyboard");
  refresh();
});

area.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  keyboard.echo(event.key);
  const place = chosenPlace(event, picking());
  if (place >= 0) {
    event.preventDefault();
    pick(place);
  } else if (event.key === "Escape") {
    away = true;
    arm();
  }
});

strip.addEventListener("pick", (event) => pick(detailOf(event)));
keyboard.addEventListener("press", (event) => {
  const elsewhere = document.activeElement !== area && !keyboard.contains(document.activeElement);
  if (elsewhere) area.focus({ preventScroll: true });
  /** @type {import("/keyboard.js").Press} */
  const { text, erase } = detailOf(event);
  if (text === null) field.erase(erase ?? "character");
  else field.write(text);
});
keyboard.addEventListener("caret", (event) => field.step(detailOf(event)));

connection.addEventListener("welcome", (event) => {
  field.takesSpace = new Set(detailOf(event).takes_space);
});
connection.addEventListener("answer", (event) => {
  const { number, suggestions, starts_sentence, digit_goes_on, context } = detailOf(event);
  offered = suggestions;
  answered = number;
  shownFor = context;
  digitGoesOn = digit_goes_on;
  if (context.left === field.context.left) keyboard.suggestCapital(starts_sentence); // typed on: it is late
  strip.show(suggestions, context.left);
  notice.failure("");
  arm();
  glow();
  announce();
});
connection.addEventListener("failure", (event) => {
  offered = [];
  strip.show([], "");
  notice.failure(detailOf(event));
});
connection.addEventListener("state", (event) => {
  const state = detailOf(event);
  if (state.name !== "ready") {
    offered = [];
    strip.show([], "");
    glow();
  }
  notice.state(state);
});

byId("retry", HTMLElement).addEventListener("click", () => connection.retry());
byId("clear", HTMLElement).addEventListener("click", () => field.clear());
const copy = byId("copy", HTMLElement);
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(field.text);
  connection.tell("learn", { text: field.lastLine }); // who takes it away has finished it
  copy.textContent = "Copied";
  setTimeout(() => (copy.textContent = "Copy"), 1500);
});
digitsPick.addEventListener("change", arm);
showKeyboard.addEventListener("change", () => {
  keyboard.hidden = !showKeyboard.checked;
  area.inputMode = showKeyboard.checked ? "none" : "text"; // one keyboard on a phone, not two
});
// The text lives on this page alone: nobody shall lose it to a stray reload.
addEventListener("beforeunload", (event) => {
  if (field.text) event.preventDefault();
});

area.inputMode = "none";
refresh();
connection.start();

/** What one of our own events tells. @param {Event} event */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
