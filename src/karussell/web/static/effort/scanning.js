/**
 * Scanning: one group after the other is marked, a switch chooses one, then what is in it is marked, and the
 * switch presses it. With one switch it goes on by itself; with two, the other one moves it.
 *
 * @typedef {import("/effort/targets.js").Target} Target
 * @typedef {{items: Target[], at: number, round: number}} Level
 */

import { isPressable, leaves } from "/effort/targets.js";

const FIRST = 1.5; // the first mark stays so much longer: whoever has just pressed must look first

export class Scanning {
  #targets;
  #left;
  /** @type {Level[]} */
  #levels = [];
  #timer = 0;
  /** What was marked before it went on by itself, and until when. @type {{levels: Level[], until: number}} */
  #before = { levels: [], until: -Infinity };
  #period = 0; // milliseconds; 0 while it is off or a switch moves it
  #rounds = 2;
  #on = false;

  /**
   * @param {() => Target[]} targets what there is to reach now
   * @param {() => void} left all of it was gone through, and nothing was wanted
   */
  constructor(targets, left) {
    this.#targets = targets;
    this.#left = left;
  }

  /**
   * @param {boolean} on
   * @param {{period: number, rounds: number}} how many milliseconds a mark stays, 0 if a switch moves it, and
   *   how often a group is gone through before it is left
   */
  configure(on, { period, rounds }) {
    const same = on === this.#on && period === this.#period && rounds === this.#rounds;
    [this.#on, this.#period, this.#rounds] = [on, period, rounds];
    if (!same) this.restart();
  }

  /** Begin again with the first group. */
  restart() {
    this.#levels = [];
    this.#mark();
    if (!this.#on || isCovered()) return this.#wait();
    this.#enter(this.#targets());
  }

  /** Other words are offered: begin with them, unless somebody is further than the first group. */
  refresh() {
    const [first, ...deeper] = this.#levels;
    if (!this.#on || !first || deeper.length || first.at || first.round) return;
    first.items = this.#targets();
    this.#mark();
  }

  /** Mark the next. */
  move() {
    if (!this.#on) return;
    const level = this.#levels.at(-1);
    if (!level || isCovered() || leaves(level.items).some((each) => !each.isConnected)) return this.restart();
    level.at += 1;
    if (level.at === level.items.length) {
      level.at = 0;
      level.round += 1;
      if (level.round >= this.#rounds) return this.#leave();
    }
    this.#mark();
    this.#wait();
  }

  /** Take what is marked. @param {number} when that was pressed, which a busy page may hear late */
  choose(when) {
    if (when < this.#before.until) this.#levels = this.#before.levels;
    this.#before.until = -Infinity;
    const level = this.#levels.at(-1);
    if (!this.#on || isCovered()) return;
    const target = level?.items[level.at];
    if (!target) return this.restart(); // it rested
    const [only, ...others] = leaves([target]);
    if (others.length) return this.#enter(/** @type {Target[]} */ (target));
    if (only.isConnected && isPressable(only)) only.click();
    this.restart();
  }

  /** @param {Target[]} items */
  #enter(items) {
    this.#levels.push({ items, at: 0, round: 0 });
    this.#mark();
    this.#wait(FIRST);
  }

  /** It was gone through often enough: go on behind it, or rest until a switch is pressed. */
  #leave() {
    this.#levels.pop();
    if (this.#levels.length) return this.move();
    this.#left();
    this.#mark();
    clearTimeout(this.#timer);
    if (!this.#period) this.restart();
  }

  #wait(times = 1) {
    clearTimeout(this.#timer);
    if (this.#on && this.#period) this.#timer = setTimeout(() => this.#goOn(), times * this.#period);
  }

  #goOn() {
    const levels = this.#levels.map((level) => ({ ...level }));
    this.move();
    this.#before = { levels, until: performance.now() };
  }

  #mark() {
    for (const each of document.querySelectorAll(".scanned")) each.classList.remove("scanned", "one");
    const level = this.#levels.at(-1);
    const target = level?.items[level.at];
    if (!target) return;
    const marked = leaves([target]);
    for (const each of marked) {
      each.classList.add("scanned");
      each.classList.toggle("one", marked.length === 1);
    }
    marked[0]?.scrollIntoView({ block: "nearest" });
  }
}

/** Whether a dialog lies over the page: a carer sets something up. */
function isCovered() {
  return document.querySelector("dialog[open]") !== null;
}
