/**
 * What the keyboard saved, day by day: of all letters written, those that took no key.
 *
 * @typedef {{day: string, keys: number, letters: number, picks: number, corrected: number, undone: number}} Day
 */

import { bar, make } from "/elements.js";
import { counted, percent } from "/memory/phrases.js";

const DAYS = 14; // that are shown

/**
 * @param {Day[]} days
 * @returns {HTMLElement[]}
 */
export function savingsShown(days) {
  const shown = days.filter(({ keys, letters }) => keys + letters > 0).slice(-DAYS);
  if (!shown.length) return [make("p", "soft", "Nothing is counted yet. It is once a line is finished, or the page is left.")];
  const sum = shown.reduce(added);
  const most = Math.max(...shown.map(({ letters }) => letters));
  const rows = shown.reverse().map((day) => dayRow(day, most));
  const table = make("table", "days", head(), make("tbody", "", ...rows));
  return [total(sum, shown.length), table];
}

/** Of the letters, how many took no key; none is saved where corrections took more. @param {Day} day */
function saved({ keys, letters }) {
  return letters > 0 ? Math.max(0, 1 - keys / letters) : 0;
}

/**
 * @param {Day} one
 * @param {Day} other
 * @returns {Day}
 */
function added(one, other) {
  return {
    day: other.day,
    keys: one.keys + other.keys,
    letters: one.letters + other.letters,
    picks: one.picks + other.picks,
    corrected: one.corrected + other.corrected,
    undone: one.undone + other.undone,
  };
}

/**
 * @param {Day} sum
 * @param {number} days
 */
function total(sum, days) {
  const share = make("strong", "", `${percent(saved(sum))} saved`);
  const keys = `${counted(sum.keys, "key")} for ${counted(sum.letters, "letter")} on ${counted(days, "day")}`;
  const more = [counted(sum.picks, "pick"), `${counted(sum.corrected, "word")} corrected`, `${sum.undone} undone`];
  return make("p", "total", share, make("span", "", keys), make("span", "soft", more.join(" · ")));
}

function head() {
  const cells = ["Day", "Letters, and how many the keys wrote", "Saved"].map((text) => {
    const cell = make("th", "", text);
    cell.scope = "col";
    return cell;
  });
  return make("thead", "unseen", make("tr", "", ...cells));
}

/**
 * @param {Day} day
 * @param {number} most letters of a day
 */
function dayRow(day, most) {
  const date = new Date(`${day.day}T12:00`);
  const name = make("th", "", date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" }));
  name.scope = "row";
  const written = bar(saved(day));
  written.style.setProperty("--long", String(most ? day.letters / most : 0));
  const keys = make("span", "soft", `${counted(day.keys, "key")} for ${counted(day.letters, "letter")}`);
  return make("tr", "", name, make("td", "", written, keys), make("td", "", percent(saved(day))));
}
