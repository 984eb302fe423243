/**
 * The panel "What it learned": the words with their search, the corrections, the savings, and what
 * forgets them. It is a modal sheet, so that what is typed in it is no part of the text.
 */

import { button, byId, make } from "/elements.js";
import { Forgetting } from "/memory/forgetting.js";
import { counted, size, todayBegan } from "/memory/phrases.js";
import { savingsShown } from "/memory/savings.js";
import { pairRow, walk, wordRow } from "/memory/words.js";

const PAGE = 100; // words at a time
const HOUR = 3600; // seconds
const UNDOABLE = 600_000; // milliseconds that the way back is offered here

export class LearnedPanel {
  #connection;
  #dialog = byId("learned", HTMLDialogElement);
  #summary = byId("learned-summary", HTMLElement);
  #notice = byId("learned-notice", HTMLElement);
  #find = byId("learned-find", HTMLInputElement);
  #where = byId("learned-where", HTMLSelectElement);
  #found = byId("learned-found", HTMLElement);
  #list = byId("learned-list", HTMLElement);
  #more = byId("learned-more", HTMLButtonElement);
  #pairs = byId("learned-pairs", HTMLElement);
  #savings = byId("learned-savings", HTMLElement);
  #counting = byId("counting", HTMLInputElement);
  #buttons = byId("learned-forget", HTMLElement);
  #tabs = /** @type {HTMLButtonElement[]} */ ([...this.#dialog.querySelectorAll("[role=tab]")]);
  #forgetting;
  #asked = 0; // how often the list was asked for: only the newest reply is shown
  #several = false;
  #keeps = false;

  /** @param {import("/connection.js").Connection} connection */
  constructor(connection) {
    this.#connection = connection;
    this.#forgetting = new Forgetting(byId("learned-forgotten", HTMLElement), connection, UNDOABLE);
    this.#forgetting.addEventListener("change", () => this.renew());
    this.#find.addEventListener("input", () => this.#load());
    this.#where.addEventListener("change", () => {
      this.#offerForgetting();
      this.#load();
    });
    this.#more.addEventListener("click", () => this.#load(this.#list.children.length));
    this.#counting.addEventListener("change", () => this.#count());
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    byId("learned-close", HTMLElement).addEventListener("click", () => this.#dialog.close());
    walk(this.#list);
    for (const tab of this.#tabs) {
      tab.addEventListener("click", () => this.#turn(tab));
      tab.addEventListener("keydown", (event) => this.#tabKey(event, tab));
    }
    this.#offerForgetting();
  }

  /**
   * What the server said of itself.
   * @param {{keeps: boolean, notice: string | null, languages: string[]}} welcome
   */
  welcome({ keeps, notice, languages }) {
    this.#keeps = keeps;
    this.#several = languages.length > 1;
    this.#notice.textContent = notice ?? "";
    this.#notice.hidden = !notice;
    this.renew();
  }

  /** More may be known than before, or less: it is seen, too, by who looked too early. */
  async renew() {
    if (this.#dialog.open) await Promise.all([this.#load(), this.#loadSavings()]);
  }

  async open() {
    this.#find.value = "";
    this.#forgetting.hide();
    this.#offerForgetting();
    this.#dialog.showModal();
    await this.renew();
  }

  /** Show what is known now, from a place in the list on. @param {number} [offset] */
  async #load(offset = 0) {
    const asked = (this.#asked += 1);
    const word = this.#find.value.trim() || null;
    const app = this.#where.value || null;
    try {
      const memory = await this.#connection.request("learned", { word, app, offset, limit: PAGE });
      if (asked === this.#asked) this.#show(memory, offset, word, app);
    } catch (failure) {
      this.#summary.textContent = /** @type {Error} */ (failure).message;
    }
  }

  /**
   * @param {{words: import("/memory/words.js").LearnedWord[], repairs: import("/memory/words.js").Pair[],
   *   rejections: import("/memory/words.js").Pair[], total: number, sentences: number, apps: string[],
   *   bytes: number}} memory
   * @param {number} offset
   * @param {string | null} word that was looked for
   * @param {string | null} app
   */
  #show({ words, repairs, rejections, total, sentences, apps, bytes }, offset, word, app) {
    const everything = !word && !app;
    if (everything) this.#summary.replaceChildren(...this.#summed(total, sentences, bytes));
    const place = this.#place();
    const rows = words.map((each) => wordRow(each, this.#several, (lost) => this.#forget(lost)));
    if (offset) this.#list.append(...rows);
    else this.#list.replaceChildren(...rows);
    this.#more.hidden = this.#list.children.length >= total;
    const nothing = word ? `No word of yours begins with “${word}”.` : "Nothing was learned there.";
    if (everything) this.#found.replaceChildren(...(total ? [] : [empty()]));
    else this.#found.textContent = total ? counted(total, "word") : nothing;
    this.#dialog.classList.toggle("empty", everything && !total);
    this.#showApps(apps, app);
    this.#pairs.replaceChildren(...pairsShown(repairs, rejections, everything));
    if (place >= 0) this.#focus(place);
  }

  /**
   * @param {number} total
   * @param {number} sentences
   * @param {number} bytes
   */
  #summed(total, sentences, bytes) {
    const words = make("strong", "", counted(total, "word"));
    const kept = this.#keeps
      ? `Kept on this machine${bytes ? ` (${size(bytes)})` : ""} until you forget it.`
      : "Kept until Karussell is closed, and in no file.";
    if (!total) return [`What it learns is k${kept.slice(1)}`];
    return [make("span", "", words, ` from ${counted(sentences, "sentence")}. `), kept];
  }

  /**
   * @param {string[]} apps
   * @param {string | null} chosen
   */
  #showApps(apps, chosen) {
    if (chosen) return; // the list is narrowed, and so are they
    this.#where.replaceChildren(new Option("everywhere", ""), ...apps.map((app) => new Option(app, app)));
    this.#where.hidden = apps.length < 2;
  }

  /** @param {string} word */
  async #forget(word) {
    await this.#forgetting.forget({ word }, `“${word}”`);
  }

  /** Where in the list the focus is, or -1. */
  #place() {
    const row = document.activeElement?.closest("li");
    return row && this.#list.contains(row) ? [...this.#list.children].indexOf(row) : -1;
  }

  /** Leave the focus where it was in the list, or at what is left. @param {number} place */
  #focus(place) {
    const bins = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll(".bin")]);
    (bins[Math.min(place, bins.length - 1)] ?? this.#find).focus();
  }

  #offerForgetting() {
    const app = this.#where.value || null; // of what is shown, if one is chosen
    const from = app ? ` from ${app}` : "";
    const { all, hour, day } = {
      hour: () => this.#askFirst(`the last hour${from}`, { app, since: Math.floor(Date.now() / 1000) - HOUR }),
      day: () => this.#askFirst(`today${from}`, { app, since: todayBegan() }),
      all: () => this.#askFirst(`everything${from}`, app ? { app } : { everything: true }),
    };
    this.#buttons.replaceChildren(
      make("span", "soft", `Forget${from}`),
      button("quiet", "the last hour", hour),
      button("quiet", "today", day),
      button("quiet", "everything", all),
    );
  }

  /**
   * @param {string} named
   * @param {object} what
   */
  #askFirst(named, what) {
    const keep = button("quiet", "Keep it", () => this.#offerForgetting());
    const forget = button("quiet sure", "Forget", () => {
      this.#offerForgetting();
      this.#forgetting.forget(what, named);
      this.#tabs.find(({ tabIndex }) => tabIndex === 0)?.focus();
    });
    this.#buttons.replaceChildren(make("span", "", `Forget ${named}?`), forget, keep);
    keep.focus();
  }

  async #loadSavings() {
    try {
      const { days, on } = await this.#connection.request("saved");
      this.#counting.checked = on;
      this.#savings.replaceChildren(...savingsShown(days));
    } catch {
      this.#savings.replaceChildren(); // the list of words says why
    }
  }

  async #count() {
    await this.#connection.request("saving", { on: this.#counting.checked }).catch(() => {});
    await this.#loadSavings();
  }

  /** @param {HTMLButtonElement} chosen */
  #turn(chosen) {
    for (const tab of this.#tabs) {
      tab.ariaSelected = String(tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls") ?? "", HTMLElement).hidden = tab !== chosen;
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLButtonElement} tab
   */
  #tabKey(event, tab) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && this.#tabs.at((this.#tabs.indexOf(tab) + step) % this.#tabs.length);
    if (!next) return;
    event.preventDefault();
    this.#turn(next);
    next.focus();
  }
}

function empty() {
  return make(
    "div",
    "nothing",
    make("p", "", "Nothing yet."),
    make(
      "p",
      "soft",
      "Once you finish a line or copy your text, it remembers the words and what you write before and after them, " +
        "and offers them sooner. It stays on this machine.",
    ),
    make("p", "soft", "Never learned: passwords, codes, numbers of four digits or more, and what you write in private."),
  );
}

/**
 * @param {import("/memory/words.js").Pair[]} repairs
 * @param {import("/memory/words.js").Pair[]} rejections
 * @param {boolean} everything whether the list of words, and so this one, is not narrowed
 */
function pairsShown(repairs, rejections, everything) {
  const parts = [];
  if (repairs.length) parts.push(make("h3", "", "Corrections that you kept"), make("ul", "", ...repairs.map(pairRow)));
  if (rejections.length) {
    parts.push(make("h3", "", "Undone, and never made again"), make("ul", "", ...rejections.map(pairRow)));
  }
  if (parts.length) return parts;
  const none = everything
    ? "None yet. What is corrected, and what you undo of it, stands here."
    : "None among what is looked for under Words.";
  return [make("p", "soft", none)];
}
