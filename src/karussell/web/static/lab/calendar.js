// The calendar: two networks read a day side by side.
import { Gates, made } from "/lab/gates.js";
import { drawBars, drawStates, palette } from "/lab/heat.js";
import { best, drawDay, encode, likelihoods, read } from "/lab/network.js";

const find = (selector) => document.querySelector(selector);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const WHOLE_DAY = 7000; // milliseconds that a day takes when it plays, about
const [QUICKEST, SLOWEST] = [40, 450]; // milliseconds an entry
const NAMES = ["rnn", "lstm"];
const WHATS = {
  rnn: "Every entry goes into every unit. Some are rewritten each time, others have stuck: nothing chooses.",
  relu: "Begun as the identity, each unit begins as a cell without gates: it adds, and keeps what it has.",
};

const { hours, kinds, networks } = await (await fetch("/lab/calendar.json")).json();
const clock = (hour) => `${hour}:00`;

/** Which units change least, from some days that nobody sees: they stand on top. */
function steadiest(name) {
  const totals = networks[name].answer[0].map(() => 0);
  for (let i = 0; i < 10; i++) {
    const steps = read(networks[name], encoded(drawDay(30, hours, kinds)));
    for (let t = 1; t < steps.length; t++) {
      const [before, after] = [steps[t - 1].state, steps[t].state];
      after.forEach((value, unit) => {
        const sizes = Math.abs(value) + Math.abs(before[unit]);
        totals[unit] += Math.abs(value - before[unit]) / Math.max(sizes, 1e-12);
      });
    }
  }
  return totals.map((_, unit) => unit).sort((a, b) => totals[a] - totals[b]);
}

const encoded = (day) => day.map((entry) => encode(entry, hours, kinds));

// What holds more than one is shown as less strong: a value of two as two thirds.
const bounded = (value) => value / (1 + Math.abs(value));
const LOOKS = {
  rnn: { strength: (value) => value, order: steadiest("rnn") },
  relu: { strength: bounded, order: steadiest("relu") },
  lstm: { strength: bounded, order: steadiest("lstm") },
};

class Calendar {
  #day = [];
  #steps = {};
  #seen = 0;
  #timer = 0;
  #scored = false;
  #right = { rnn: 0, lstm: 0 };
  #days = 0;
  #gates = new Gates(find(".gates"), networks.lstm.answer[0].length, () => this.#hold());

  constructor() {
    for (const name of NAMES) {
      const place = find(`#${name} .hours`);
      place.replaceChildren(...hours.map((hour) => made("span", "", String(hour))));
      this.#tellSize(name);
    }
    find("#play").addEventListener("click", () => this.#playOrPause());
    find("#step").addEventListener("click", () => this.#go(this.#seen + 1));
    find("#back").addEventListener("click", () => this.#go(this.#seen - 1));
    find("#new-day").addEventListener("click", () => this.#begin(true));
    find("#hundred").addEventListener("click", () => this.#readMany(100));
    find("#units").addEventListener("change", () => {
      this.#tellSize("rnn");
      this.#hold();
    });
    find("#length").addEventListener("input", () => this.#resize());
    new ResizeObserver(() => this.#draw()).observe(find(".reading"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    this.#begin(!still.matches);
    if (still.matches) this.#go(this.#day.length);
  }

  /** Which of the trained networks stands in a place: "rnn" is one of two. */
  #kind(name) {
    return name === "rnn" ? find("#units").value : name;
  }

  #tellSize(name) {
    const { weight_ih, weight_hh, bias, answer, answer_bias } = networks[this.#kind(name)];
    const size = [weight_ih, weight_hh, bias, answer, answer_bias].flat(2).length;
    const what = name === "rnn" ? "units" : "cells";
    find(`#${name} .size`).textContent = `${answer[0].length} ${what}, ${size.toLocaleString("en")} weights`;
    if (name === "rnn") find("#rnn-what").textContent = WHATS[this.#kind(name)];
  }

  get #length() {
    return Number(find("#length").value);
  }

  #read(day) {
    const inputs = encoded(day);
    return {
      rnn: read(networks[this.#kind("rnn")], inputs),
      lstm: read(networks.lstm, inputs, this.#gates.held),
    };
  }

  /** Begin a new day. */
  #begin(plays) {
    this.#day = drawDay(this.#length, hours, kinds);
    this.#steps = this.#read(this.#day);
    this.#scored = false;
    this.#go(0);
    if (plays) this.#play();
  }

  /** Days of another length: what was right of those before is no longer told. */
  #resize() {
    find("#length-shown").value = String(this.#length);
    this.#forgetScore();
    this.#begin(false);
    this.#go(this.#day.length);
  }

  /** Another network, or a gate held by hand: the same day, read anew. */
  #hold() {
    this.#steps = this.#read(this.#day);
    this.#forgetScore();
    this.#scored = true; // this day was seen already
    this.#show();
  }

  #forgetScore() {
    this.#right = { rnn: 0, lstm: 0 };
    this.#days = 0;
    this.#tellScore();
  }

  #playOrPause() {
    if (this.#timer) this.#pause();
    else if (this.#seen === this.#day.length) this.#begin(true);
    else this.#play();
  }

  #play() {
    this.#pause();
    const pace = Math.min(SLOWEST, Math.max(QUICKEST, WHOLE_DAY / this.#day.length));
    this.#timer = setInterval(() => {
      this.#advance();
      if (this.#seen === this.#day.length) this.#pause();
    }, pace);
    find("#play-name").textContent = "Pause";
  }

  #pause() {
    clearInterval(this.#timer);
    this.#timer = 0;
    find("#play-name").textContent = "Play";
  }

  /** Go to an entry, and stay there. */
  #go(seen) {
    this.#pause();
    this.#seen = Math.min(this.#day.length, Math.max(0, seen));
    this.#show();
  }

  #advance() {
    this.#seen += 1;
    find("#carousel").push?.();
    this.#show();
  }

  #show() {
    this.#list();
    for (const name of NAMES) this.#tell(name);
    this.#gates.show(this.#steps.lstm[this.#seen - 1]);
    this.#draw();
    if (this.#seen === this.#day.length) this.#end();
  }

  #list() {
    const list = find("#entries");
    while (list.children.length > this.#seen) list.lastChild.remove();
    while (list.children.length < this.#seen) list.append(card(this.#day[list.children.length]));
    // Another day: the cards that stand there are not its own.
    this.#day.slice(0, this.#seen).forEach((entry, place) => {
      if (list.children[place].entry !== entry) list.children[place].replaceWith(card(entry));
    });
    list.scrollTop = list.scrollHeight;
    find("#day-count").textContent = `${this.#seen} of ${this.#day.length}`;
  }

  get #fixed() {
    return this.#day.findIndex((entry) => entry.fixed);
  }

  /** The hours that a network says: of the fixed appointment, and of the last. */
  #says(name, steps = this.#steps, at = this.#seen) {
    const { scores } = steps[name][at - 1];
    return [hours[best(scores.slice(0, hours.length))], hours[best(scores.slice(hours.length))]];
  }

  /** How sure a network is of the fixed hour after each entry from the fixed one on. */
  #sure(name) {
    const due = hours.indexOf(this.#day[this.#fixed].hour);
    return this.#steps[name]
      .slice(0, this.#seen)
      .map(({ scores }, t) => (t < this.#fixed ? 0 : likelihoods(scores.slice(0, hours.length))[due]));
  }

  #tell(name) {
    const place = find(`#${name}`);
    const step = this.#steps[name][this.#seen - 1];
    const changes = this.#steps[name].slice(1, this.#seen).map(({ change }) => change);
    const percent = (part) => `${Math.round(100 * part)} %`;
    place.querySelector(".change").textContent = step ? percent(step.change) : "–";
    const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
    place.querySelector(".mean").textContent = changes.length ? percent(mean) : "–";
    const due = this.#day[this.#fixed].hour;
    const known = this.#fixed < this.#seen;
    place.querySelector(".sure").textContent = known ? percent(this.#sure(name).at(-1)) : "–";
    const parts = step ? likelihoods(step.scores.slice(0, hours.length)) : hours.map(() => 0);
    [...place.querySelector(".hours").children].forEach((bar, i) => {
      bar.style.setProperty("--likely", parts[i].toFixed(3));
      bar.classList.toggle("due", known && hours[i] === due);
    });
    this.#answer(name, place, due, known);
    this.#label(place, due, known);
  }

  #answer(name, place, due, known) {
    const answer = place.querySelector(".answer");
    const over = this.#seen === this.#day.length;
    const [kept, latest] = this.#seen ? this.#says(name) : [];
    const verdict = kept === due ? "right" : "wrong";
    answer.dataset.verdict = over ? verdict : "";
    if (over) answer.replaceChildren(`Fixed: ${clock(kept)}, ${verdict}`);
    else answer.replaceChildren(known ? `Fixed, so far: ${clock(kept)}` : "The fixed one has not come yet");
    if (this.#seen) answer.append(made("span", "", `Last: ${clock(latest)} ${this.#lastIs(latest)}`));
  }

  #lastIs(latest) {
    return this.#day[this.#seen - 1].hour === latest ? "✓" : "✗";
  }

  #label(place, due, known) {
    const text = (selector) => place.querySelector(selector).textContent;
    const label = (selector, words) => place.querySelector(selector).setAttribute("aria-label", words);
    label(".states", `Its state after each of ${this.#seen} entries`);
    label(".changes", `How much each entry overwrote: ${text(".mean")} on average`);
    label(".memory", `How sure it is of the fixed hour: ${text(".sure")} now`);
    label(".hours", known ? `How likely each hour is; fixed is ${clock(due)}` : "Nothing to keep yet");
  }

  #draw() {
    const colours = palette();
    for (const name of NAMES) {
      const [states, changes, memory] = find(`#${name}`).querySelectorAll("canvas");
      const [length, fixed] = [this.#day.length, this.#fixed];
      const each = this.#steps[name].slice(0, this.#seen).map(({ change }) => change);
      drawStates(states, this.#steps[name], this.#seen, fixed, LOOKS[this.#kind(name)], colours);
      drawBars(changes, each, length, fixed, "bar", colours);
      drawBars(memory, this.#sure(name), length, fixed, "sure", colours);
    }
  }

  /** The day is over: count it once. */
  #end() {
    if (this.#scored) return;
    this.#scored = true;
    this.#count(this.#day, this.#steps);
    this.#tellScore();
    const due = this.#day[this.#fixed].hour;
    const verdict = (name) => {
      const [kept] = this.#says(name);
      return `${clock(kept)}, ${kept === due ? "right" : "wrong"}`;
    };
    find("#announcement").textContent =
      `The day is over. Fixed was ${clock(due)}. Plain RNN: ${verdict("rnn")}. LSTM: ${verdict("lstm")}.`;
  }

  #count(day, steps) {
    const due = day.find((entry) => entry.fixed).hour;
    this.#days += 1;
    for (const name of NAMES) this.#right[name] += Number(this.#says(name, steps, day.length)[0] === due);
  }

  #readMany(count) {
    this.#pause();
    this.#forgetScore();
    for (let i = 0; i < count; i++) {
      const day = drawDay(this.#length, hours, kinds);
      this.#count(day, this.#read(day));
    }
    this.#tellScore();
    find("#announcement").textContent =
      `Of ${this.#days} days, the plain RNN had ${this.#right.rnn} right, the LSTM ${this.#right.lstm}.`;
  }

  #tellScore() {
    for (const name of NAMES) {
      const right = `${this.#right[name]} of ${this.#days} ${this.#days === 1 ? "day" : "days"} right`;
      find(`#${name} .score`).textContent = this.#days ? right : "";
    }
  }
}

/** The card of an appointment. */
function card(entry) {
  const item = made("li", entry.fixed ? "fixed" : "");
  item.entry = entry;
  item.append(made("time", "", clock(entry.hour)), made("span", "", entry.kind));
  item.append(made("small", "", entry.fixed ? "fixed" : "movable"));
  return item;
}

new Calendar();
