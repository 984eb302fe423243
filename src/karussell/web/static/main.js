/** The page: the text field, the strip, the keyboard and the line to the server, tied together. */

import { Announcer } from "/effort/announcer.js";
import { TurningCarousel } from "/carousel.js";
import { Connection } from "/connection.js";
import { Counter } from "/counter.js";
import { Effort } from "/effort/effort.js";
import { byId } from "/elements.js";
import { same } from "/field/context.js";
import { Correcting } from "/field/correcting.js";
import { readsRightToLeft } from "/field/direction.js";
import { Keeping } from "/field/keeping.js";
import { isPrivate, keepPrivate, keptText } from "/field/kept.js";
import { Mirror } from "/field/mirror.js";
import { isSecret, isSilent, purposeOf } from "/field/purpose.js";
import { TextField } from "/field/text-field.js";
import { Undoing } from "/field/undoing.js";
import { lastGraphemes } from "/graphemes.js";
import { InsidePane } from "/inside/pane.js";
import { OnScreenKeyboard } from "/keyboard.js";
import { Forgetting } from "/memory/forgetting.js";
import { LearnedPanel } from "/memory/panel.js";
import { Notice } from "/notice.js";
import { LanguageSign } from "/strip/language-sign.js";
import { EarlyPick } from "/strip/early.js";
import { nextLetters } from "/strip/next-letters.js";
import { chosenPlace, EMPTY, filled, wordAt } from "/strip/picking.js";
import { Settings } from "/settings/settings.js";
import { SettingsPanel } from "/settings/panel.js";
import { SuggestionStrip } from "/strip/suggestion-strip.js";
import { Why } from "/strip/why.js";
import { Tally } from "/tally.js";
import { wear } from "/settings/looks.js";
import { followScreen } from "/viewport.js";

/**
 * @typedef {import("/strip/picking.js").Place} Place
 * @typedef {import("/field/history.js").Lesson} Lesson
 */

const SAID = 12_000; // milliseconds that the way back from forgetting is offered at least
// Where a sentence surely or very likely begins: the answer, which knows abbreviations, may come too late.
const BEGINS = /^$|\n$|(?:[!?\u2026]|(?<![\p{L}.'\u2019])\p{Ll}{2,}\.)["'\u201d\u2019)\u00bb]*\s$/u;
// Where surely none does.
const GOES_ON = /\p{L}\p{M}*[^\S\n]?$|\p{N}\p{M}*$/u;
/** @type {{text: string, lesson: Lesson | null}} */
const NOTHING = { text: "", lesson: null };
const APP = "karussell page"; // what is written here can be forgotten as a whole by this name

const area = byId("field", HTMLTextAreaElement);
const strip = byId("strip", SuggestionStrip);
const keyboard = byId("keyboard", OnScreenKeyboard);
const carousel = byId("carousel", TurningCarousel);
const privately = byId("private", HTMLInputElement);

const settings = new Settings();
new SettingsPanel(settings);
const field = new TextField(area);
const mirror = new Mirror(area, byId("mirror", HTMLElement));
const counter = new Counter();
const connection = new Connection();
const early = new EarlyPick();
const announcer = new Announcer();
const notice = new Notice();
const tally = new Tally();
const learned = new LearnedPanel(connection);
const inside = new InsidePane(connection, strip);
const forgetting = new Forgetting(byId("forgotten", HTMLElement), connection, SAID);
const why = new Why(forgetWord);
const sign = new LanguageSign();
const undoing = new Undoing(field, (done) => announcer.say(done));
const effort = new Effort(field, area, strip, settings, (text) => announcer.say("Picked ", spoken(text)));
const correcting = new Correcting(
  field,
  (context, place) => connection.ask({ ...context, taps: field.tapsBefore(place) }),
  (answer, word, typed) => {
    announcer.say(spoken(word), " instead of ", spoken(typed));
    return connection.lesson("correct", { answer });
  },
);

/** @type {import("/strip/suggestion-strip.js").Strip} */
let offered = EMPTY;
/** @type {import("/connection.js").Question} */
let shownFor = { left: "", right: "", start: 0, taps: [] }; // the text they were made for
let answered = -1; // the number of the answer they stood in
/** The rules of writing of each language. @type {Record<string, import("/writing.js").Rules>} */
let rulesOf = {};
let digitGoesOn = false; // a digit would go on with what stands before the cursor
/** The line that was copied last, if no other was finished since. */
let copied = NOTHING;
let away = false; // put away by Escape, until the text changes
/** What the writer was told of the store. @type {string | null} */
let told = null;
let visiting = true; // nothing was written since the focus came: Tab goes on
let tabbing = false; // the last key or finger was Tab
let written = "";

function refresh() {
  const { context } = field;
  if (field.text !== written) {
    written = field.text;
    away = visiting = false;
    keyboard.textChanged();
    why.close();
    if (!written) {
      connection.forgetLessons(); // thrown away: nothing is learned of it
      copied = NOTHING;
    }
    keeping.soon();
    announcer.past();
    forgetting.writtenOn();
  }
  if (!same(context, shownFor)) {
    inside.wait();
    offer(EMPTY);
    strip.ariaBusy = "true";
  }
  correcting.ask(context);
  const begins = BEGINS.test(context.left); // that much is known without an answer
  if (begins || GOES_ON.test(context.left)) keyboard.suggestCapital(begins);
  strip.dir = readsRightToLeft(context.left, field.text) ? "rtl" : "ltr";
  undoing.show();
  if (!field.composing) counter.show(field.text, field.keys);
  arm();
}

/** @param {import("/strip/suggestion-strip.js").Strip} shown */
function offer(shown) {
  offered = shown;
  const edit = correcting.on ? shown.autocorrect?.edit : undefined;
  if (!edit) return mirror.underline(null);
  const left = lastGraphemes(field.text.slice(0, field.caret), edit.delete_left);
  mirror.underline({ start: field.caret - left.length, end: field.caret });
}

/** What the keys mean just now. */
function picking() {
  const { context, composing, selecting } = field;
  const words = away || composing ? EMPTY : meant();
  const digits = settings.on("digits-pick") && !selecting && (isFresh() ? !digitGoesOn : early.goesOn(context));
  return { places: filled(words), best: words.best, tab: !visiting && settings.on("tab-picks"), digits };
}

/** Whether what is offered is for the text as it stands; that the cursor went on is told later than a key is. */
function isFresh() {
  return offered !== EMPTY && same(field.context, shownFor);
}

/** The words that can be picked, be it once their answer has come. */
function meant() {
  return isFresh() ? offered : early.seen(field.context);
}

function arm() {
  const { places, best, tab, digits } = picking();
  strip.arm(places.size > 0 && digits && !digitGoesOn, best !== null && tab);
}

/**
 * @param {Place} place
 * @param {(() => void) | null} [key] writes the key that picks, if it is a plain one where nothing is picked
 */
function pick(place, key = null) {
  why.close();
  if (!isFresh()) return early.wait(place, field.context, key);
  const suggestion = wordAt(offered, place);
  if (!suggestion) return;
  early.clear();
  if (place === "literal") correcting.leave(suggestion.text);
  field.pick(suggestion.edit, connection.lesson("accept", { answer: answered, place }));
  announcer.say("Picked ", spoken(suggestion.text));
  effort.picked(suggestion.text);
}

/** @param {string} word */
function forgetWord(word) {
  forgetting.forget({ word }, `“${word}”`);
  if (document.activeElement === area) return;
  area.focus({ preventScroll: true }); // its button goes
  visiting = true; // who went there by Tab goes on by Tab
}

/** A word in the language that is written. @param {string} text */
const spoken = (text) => ({ text, lang: strip.lang });

function announce() {
  /** @type {(string | import("/effort/announcer.js").Said)[]} */
  const pieces = offered.slots.flatMap((word, place) => (word ? [", ", `${place + 1} `, spoken(word.text)] : []));
  if (offered.autocorrect) pieces.push(", ", "a space writes ", spoken(offered.autocorrect.text));
  const writes = () => [area, keyboard, strip].some((each) => each.contains(document.activeElement));
  announcer.offer(pieces.slice(1), () => written !== "" && writes());
}

/** Whether what is written here stays here, and goes with the page. */
function discreet() {
  return privately.checked || isSecret(purposeOf(area));
}

/** Learn a line that was finished; one that went on since it was copied is learned once. @param {string} text */
function learnLine(text) {
  if (copied.lesson && text.startsWith(copied.text)) connection.revert(copied.lesson);
  copied = NOTHING;
  return connection.lesson("learn", { text });
}

/** Tell what was counted since it was told last. */
function tell() {
  const counts = tally.take();
  if (counts) connection.request("tally", counts).catch(() => tally.giveBack(counts));
}
const keeping = new Keeping(field, discreet, tell);

field.addEventListener("change", (event) => {
  refresh();
  if (detailOf(event)) mirror.reveal();
});
field.addEventListener("separator", (event) => {
  if (!away) correcting.typed(detailOf(event).end, detailOf(event).sign);
});
field.addEventListener("line", (event) => {
  const { change, before, cut } = detailOf(event);
  const line = { end: field.caret - 1, learn: () => learn() };
  const learn = () => {
    const text = field.lineBefore(line.end);
    // A word that the break cut in two was none of the writer's.
    field.teach(change, learnLine(cut ? text.replace(/\S+$/, "") : text), before);
    learned.renew();
  };
  correcting.ended(line);
  tell();
});
field.addEventListener("counted", (event) => discreet() || tally.add(detailOf(event)));
field.addEventListener("undo", (event) => connection.revert(detailOf(event).lesson));
field.addEventListener("key", () => carousel.push());

area.addEventListener("focus", (event) => {
  const from = /** @type {Element | null} */ (event.relatedTarget);
  if (tabbing || (from && !from.closest("suggestion-strip, on-screen-keyboard, .notice"))) visiting = true;
  refresh();
});

area.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  keyboard.echo(event.key);
  const place = chosenPlace(event, picking());
  if (place !== null) {
    event.preventDefault();
    pick(place, event.key === "Tab" || event.altKey ? null : () => field.write(event.key));
  } else if (event.key === "Tab" && !event.shiftKey && !event.altKey && !event.ctrlKey && !visiting && !away && settings.on("tab-picks")) {
    event.preventDefault(); // no word yet: whoever writes on does not want to be elsewhere
  } else if (event.key === "Escape") {
    away = true;
    mirror.underline(null); // it stays as it is
    arm();
  }
});

for (const type of ["keydown", "pointerdown"]) {
  const hear = (/** @type {Event} */ event) => {
    tabbing = event instanceof KeyboardEvent && event.key === "Tab";
    if (!(event instanceof KeyboardEvent && event.repeat)) early.drop();
  };
  document.addEventListener(type, hear, true);
}

strip.addEventListener("pick", (event) => {
  const { place, byKey } = detailOf(event);
  pick(place);
  area.focus({ preventScroll: true });
  if (byKey) visiting = true; // who went there by Tab goes on by Tab
  arm();
});
strip.addEventListener("why", (event) => {
  const { place, byKey, button: at } = detailOf(event);
  const suggestion = wordAt(offered, place);
  if (suggestion) why.open(at, suggestion.text, connection.request("why", { answer: answered, place }), byKey);
});
strip.addEventListener("forget", (event) => {
  const suggestion = wordAt(meant(), detailOf(event).place);
  if (suggestion) forgetWord(suggestion.text);
});
inside.addEventListener("change", () => mirror.reveal());
sign.addEventListener("change", (event) => {
  connection.describe({ language: sign.fixed });
  announcer.say(detailOf(event));
});
keyboard.addEventListener("press", (event) => {
  const elsewhere = document.activeElement !== area && !keyboard.contains(document.activeElement);
  if (elsewhere) area.focus({ preventScroll: true });
  /** @type {import("/keyboard.js").Press} */
  const { text, erase, tap } = detailOf(event);
  if (text === null) field.erase(erase ?? "character");
  else field.write(text, tap);
});
keyboard.addEventListener("back", (event) => field.giveBack(detailOf(event)));
keyboard.addEventListener("find", () => field.beginName());
keyboard.addEventListener("caret", (event) => field.step(detailOf(event)));

keyboard.addEventListener("layout", () => (connection.layout = keyboard.layout));

connection.addEventListener("welcome", (event) => {
  const { rules, rules_of, separators, languages, capabilities } = detailOf(event);
  byId("open-inside", HTMLElement).hidden = !capabilities.includes("inside");
  field.rules = rules;
  rulesOf = rules_of ?? {};
  correcting.separators = separators;
  sign.tags = languages;
  connection.describe({ language: sign.fixed });
  why.several = languages.length > 1;
  learned.welcome(detailOf(event));
  const damage = detailOf(event).notice;
  if (damage && damage !== told) forgetting.say(damage, null);
  told = damage;
});
connection.addEventListener("answer", (event) => {
  const { number, literal, slots, best, starts_sentence, digit_goes_on, languages, language, context } = detailOf(event);
  notice.failure("");
  const autocorrect = correcting.answered(detailOf(event));
  if (!same(context, field.context)) return refresh(); // it was about a word that was ended meanwhile
  answered = number;
  shownFor = context;
  digitGoesOn = digit_goes_on;
  offer({ literal, slots, best, autocorrect });
  keyboard.suggestCapital(starts_sentence);
  if (language) strip.lang = area.lang = language;
  strip.show(offered, context.left);
  strip.ariaBusy = "false";
  inside.answered({ number, slots, best });
  sign.believe(languages);
  field.rules = rulesOf[language] ?? field.rules;
  arm();
  keyboard.glow(nextLetters(slots));
  announce();
  effort.answered(slots);
  const place = early.answered(offered, context, digit_goes_on);
  if (place !== null) pick(place);
});
/** No answer comes. */
function giveUp() {
  correcting.giveUp();
  early.drop();
  early.clear();
  offer(EMPTY);
  strip.show(EMPTY, "");
}
connection.addEventListener("failure", (event) => {
  giveUp();
  notice.failure(detailOf(event));
});
connection.addEventListener("state", (event) => {
  const state = detailOf(event);
  if (state.name !== "ready") {
    giveUp();
    keyboard.glow(new Map());
    effort.answered([]);
  }
  notice.state(state);
});

byId("retry", HTMLElement).addEventListener("click", () => connection.retry());
byId("clear", HTMLElement).addEventListener("click", () => {
  correcting.giveUp(); // a line that was finished is learned, however soon it goes
  field.clear();
  announcer.forget();
  announcer.say("Cleared");
  area.focus({ preventScroll: true }); // a space pressed now is a space
});
const copy = byId("copy", HTMLElement);
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(field.text);
  const line = field.lineBefore(); // who takes it away has finished it
  if (line !== copied.text) copied = { text: line, lesson: learnLine(line) };
  connection.askAgain();
  tell();
  copy.textContent = "Copied";
  announcer.say("Copied");
  setTimeout(() => (copy.textContent = "Copy"), 1500);
});

function obey() {
  field.doubleSpace = settings.on("double-space");
  field.backspaceUndoes = settings.on("backspace-undoes");
  correcting.on = settings.value("autocorrect") !== "off";
  connection.damage = correcting.on ? Number(settings.value("autocorrect")) : null;
  field.discreet = privately.checked || isSilent(purposeOf(area));
  connection.describe({ private: discreet(), purpose: purposeOf(area), app: APP });
  byId("discreet", HTMLElement).hidden = !privately.checked;
  byId("privately", HTMLElement).ariaPressed = String(privately.checked);
  keyboard.hidden = !settings.on("show-keyboard") && settings.value("scanning") === "off";
  area.inputMode = keyboard.hidden ? "text" : "none"; // one keyboard on a phone, not two
  wear(settings);
  offer(offered);
  arm();
  effort.obey();
}
settings.addEventListener("change", obey);
privately.addEventListener("change", () => {
  keepPrivate(privately.checked);
  keeping.now();
  obey();
});
const discreetly = byId("privately", HTMLElement);
discreetly.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
discreetly.addEventListener("click", () => privately.click());
byId("open-learned", HTMLElement).addEventListener("click", () => {
  tell();
  learned.open();
});
// Whoever embeds the field may say later what it is for.
new MutationObserver(() => {
  keeping.now();
  obey();
}).observe(area, { attributeFilter: ["autocomplete", "data-purpose", "type"] });
privately.checked = isPrivate();
followScreen();
obey();
field.restore(keptText());
visiting = true;
connection.layout = keyboard.layout;
connection.start();

/** What one of our own events tells. @param {Event} event */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
