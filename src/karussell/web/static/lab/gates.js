// The gates of the LSTM: what each block does with them at an entry, and a hand on each gate.

const GATES = [
  ["input", "Write", "input gate"],
  ["forget", "Keep", "forget gate"],
  ["output", "Read", "output gate"],
];
const CHOICES = [
  ["learned", undefined],
  ["open", true],
  ["shut", false],
];

/** The gates' rows. */
export class Gates {
  #rows = new Map();
  #held = {};

  /**
   * @param place the element that they stand in.
   * @param units how many blocks there are.
   * @param onHeld called when a gate was taken or let go by hand.
   */
  constructor(place, units, onHeld) {
    for (const [name, verb, formal] of GATES) {
      const row = made("fieldset", "gate");
      const legend = made("legend", "", verb);
      legend.append(made("small", "", formal));
      const bars = made("div", "bars");
      bars.setAttribute("role", "img");
      for (let i = 0; i < units; i++) bars.append(made("i"));
      const mean = made("output", "mean-open");
      row.append(legend, bars, mean, this.#choices(name, verb, onHeld));
      place.append(row);
      this.#rows.set(name, { bars, mean, verb });
    }
  }

  /** The gates that are held, as `read` takes them. */
  get held() {
    return this.#held;
  }

  #choices(name, verb, onHeld) {
    const choices = made("div", "choices");
    for (const [title, value] of CHOICES) {
      const label = made("label");
      const input = made("input");
      input.type = "radio";
      input.name = `gate-${name}`;
      input.checked = value === undefined;
      input.setAttribute("aria-label", `${verb}: ${title}`);
      input.addEventListener("change", () => {
        this.#held = { ...this.#held, [name]: value };
        onHeld();
      });
      label.append(input, made("span", "", title));
      choices.append(label);
    }
    return choices;
  }

  /** Show the gates at one entry; nothing, before the first. */
  show(step) {
    for (const [name, { bars, mean, verb }] of this.#rows) {
      const values = step ? step[name] : [];
      const average = values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
      [...bars.children].forEach((bar, i) => bar.style.setProperty("--open", String(values[i] ?? 0)));
      mean.value = step ? `${Math.round(100 * average)} %` : "";
      bars.setAttribute("aria-label", step ? `${verb}: ${mean.value} open on average` : `${verb}: nothing read`);
    }
  }
}

/** A new element. */
export function made(tag, name = "", text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}
