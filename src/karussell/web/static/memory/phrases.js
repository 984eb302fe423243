/**
 * What the server says in numbers, in plain words.
 *
 * @typedef {{source: string, language: string | null, share: number, after: string[], uses: number,
 *   last: number | null}} Part of the reason why a word is offered
 */

const MINUTE = 60; // seconds
const HOUR = 3600;
const DAY = 86_400;
const LOCALE = "en-GB"; // the page's own language

const number = new Intl.NumberFormat(LOCALE);
const names = new Intl.DisplayNames([LOCALE], { type: "language" });

/**
 * A number and its noun.
 * @param {number} count
 * @param {string} noun
 * @param {string} [nouns]
 */
export function counted(count, noun, nouns = `${noun}s`) {
  return `${number.format(count)} ${count === 1 ? noun : nouns}`;
}

/** How often. @param {number} uses */
export function times(uses) {
  return uses === 1 ? "once" : uses === 2 ? "twice" : `${number.format(uses)} times`;
}

/** The share of something, 0 to 1. @param {number} share */
export function percent(share) {
  return share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(100 * share)} %`;
}

/**
 * When something was.
 * @param {number} time in UNIX seconds
 * @param {number} [now] in UNIX seconds
 */
export function ago(time, now = Date.now() / 1000) {
  const past = now - time;
  if (past < MINUTE) return "just now";
  if (past < HOUR) return `${counted(Math.floor(past / MINUTE), "minute")} ago`;
  const then = new Date(1000 * time);
  const days = Math.round((midnight(new Date(1000 * now)) - midnight(then)) / (1000 * DAY));
  if (days <= 0) return "today";
  if (days === 1) return "yesterday";
  if (days < 7) return `on ${then.toLocaleDateString(LOCALE, { weekday: "long" })}`;
  const year = then.getFullYear() === new Date(1000 * now).getFullYear() ? undefined : "numeric";
  return `on ${then.toLocaleDateString(LOCALE, { day: "numeric", month: "long", year })}`;
}

/** The beginning of a day. @param {Date} day */
function midnight(day) {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

/** When today began, in UNIX seconds. */
export function todayBegan() {
  return Math.floor(midnight(new Date()) / 1000);
}

/** What a language is called; its tag where nobody knows. @param {string} tag */
export function languageName(tag) {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** How much room something takes. @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return counted(bytes, "byte");
  return bytes < 1e6 ? `${number.format(Math.round(bytes / 1000))}\u00a0kB` : `${number.format(Math.round(bytes / 1e5) / 10)}\u00a0MB`;
}

/**
 * What was forgotten, and the proof of it.
 * @param {string} what
 * @param {{entries: number, copies: number, files: number}} forgotten
 */
export function forgottenPhrase(what, { entries, copies, files }) {
  if (!entries) return `There is nothing to forget of ${what}.`;
  const searched = files ? `, ${number.format(copies)} copies left in ${counted(files, "file")}` : "; it was in no file";
  return `Forgot ${what}: ${counted(entries, "entry", "entries")}${searched}.`;
}

/**
 * A part of a reason as a title and what there is to say of it.
 * @param {Part} part
 * @param {boolean} several whether there are several languages
 */
export function reasonPhrase({ source, language, after, uses, last }, several) {
  const named = several && language ? ` (${languageName(language)})` : "";
  const used = uses ? times(uses) : "";
  const since = last === null ? "" : (uses > 1 && !/now$|ago$/.test(ago(last)) ? "last " : "") + ago(last);
  const behind = after.length ? `after “${after.join(" ")}”` : "";
  const detail = [behind, used, since].filter(Boolean).join(", ");
  return { title: (TITLES[source] ?? source) + named, detail: detail || (DETAILS[source] ?? "") };
}

/** @type {Record<string, string>} */
const TITLES = {
  network: "The language model",
  rare: "The list of rarer words",
  habit: "Your habit",
  cache: "Written just now",
  word: "A word of yours",
  learned: "A word of yours",
  text: "A word of this text",
  typed: "What you typed",
};

/** @type {Record<string, string>} */
const DETAILS = {
  network: "what people often write here",
  rare: "spelt so by many, said seldom",
};
