// The calendar: two networks read a day side by side.
import { Gates, made } from "/lab/gates.js";
import { drawChanges, drawStates, palette } from "/lab/heat.js";
import { best, drawDay, encode, likelihoods, read } from "/lab/network.js";

const find = (selector) => document.querySelector(selector);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const WHOLE_DAY = 7000; // milliseconds that a day takes when it plays, about
const [QUICKEST, SLOWEST] = [40, 450]; // milliseconds an entry
// Cells may hold more than one; a value of two is as strong as two thirds.
const STRENGTHS = { rnn: (value) => value, lstm: (value) => value / (1 + Math.abs(value)) };
const NAMES = ["rnn", "lstm"];

const { hours, kinds, networks } = await (await fetch("/lab/calendar.json")).json();
const clock = (hour) => `${hour}:00`;

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
      const { weight_ih, weight_hh, bias, answer, answer_bias } = networks[name];
      const size = [weight_ih, weight_hh, bias, answer, answer_bias].flat(2).length;
      const what = name === "rnn" ? "units" : "cells";
      find(`#${name} .size`).textContent = `${answer[0].length} ${what}, ${size.toLocaleString("en")} weights`;
    }
    find("#play").addEventListener("click", () => this.#playOrPause());
    find("#step").addEventListener("click", () => this.#go(this.#seen + 1));
    find("#back").addEventListener("click", () => this.#go(this.#seen - 1));
    find("#new-day").addEventListener("click", () => this.#begin(true));
    find("#hundred").addEventListener("click", () => this.#readMany(100));
    find("#length").addEventListener("input", () => this.#resize());
    new ResizeObserver(() => this.#draw()).observe(find(".reading"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    this.#begin(!still.matches);
    if (still.matches) this.#go(this.#day.length);
  }

  get #length() {
    return Number(find("#length").value);
  }

  #read(day) {
    const inputs = day.map((entry) => encode(entry, hours, kinds));
    return {
      rnn: read(networks.rnn, inputs),
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

  /** A gate was taken by hand: the same day, read anew. */
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

  #says(name, steps = this.#steps, at = this.#seen) {
    return hours[best(steps[name][at - 1].scores)];
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
    const parts = step ? likelihoods(step.scores) : hours.map(() => 0);
    [...place.querySelector(".hours").children].forEach((bar, i) => {
      bar.style.setProperty("--likely", parts[i].toFixed(3));
      bar.classList.toggle("due", known && hours[i] === due);
    });
    this.#answer(name, place, step, due, known);
  }

  #answer(name, place, step, due, known) {
    const answer = place.querySelector(".answer");
    const over = this.#seen === this.#day.length;
    const said = step && this.#says(name);
    const verdict = said === due ? "right" : "wrong";
    answer.dataset.verdict = over ? verdict : "";
    if (over) answer.textContent = `Says ${clock(said)}: ${verdict}`;
    else answer.textContent = known ? `So far: ${clock(said)}` : "The fixed one has not come yet";
    const shown = known ? `Fixed at ${clock(due)}. It would say ${clock(said)}.` : "Nothing to keep yet.";
    place.querySelector(".hours").setAttribute("aria-label", shown);
    place.querySelector(".states").setAttribute("aria-label", `States after ${this.#seen} entries`);
    const told = `How much each entry overwrote: ${place.querySelector(".mean").textContent} on average`;
    place.querySelector(".changes").setAttribute("aria-label", told);
  }

  #draw() {
    const colours = palette();
    for (const name of NAMES) {
      const [states, changes] = find(`#${name}`).querySelectorAll("canvas");
      drawStates(states, this.#steps[name], this.#seen, this.#fixed, STRENGTHS[name], colours);
      drawChanges(changes, this.#steps[name], this.#seen, this.#fixed, colours);
    }
  }

  /** The day is over: count it once. */
  #end() {
    if (this.#scored) return;
    this.#scored = true;
    this.#count(this.#day, this.#steps);
    this.#tellScore();
    const due = this.#day[this.#fixed].hour;
    const verdict = (name) => `${clock(this.#says(name))}, ${this.#says(name) === due ? "right" : "wrong"}`;
    find("#announcement").textContent =
      `The day is over. Fixed was ${clock(due)}. Plain RNN: ${verdict("rnn")}. LSTM: ${verdict("lstm")}.`;
  }

  #count(day, steps) {
    const due = day.find((entry) => entry.fixed).hour;
    this.#days += 1;
    for (const name of NAMES) this.#right[name] += Number(this.#says(name, steps, day.length) === due);
  }

  #readMany(count) {
    this.#pause();
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
      const score = find(`#${name} .score`);
      score.hidden = !this.#days;
      score.textContent = `${this.#right[name]} of ${this.#days} days right`;
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
