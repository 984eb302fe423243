/** The choice of a layout: what a person chose is remembered; else the language decides. */

import { byId } from "/elements.js";
import { OnScreenKeyboard } from "/keyboard.js";
import { LAYOUTS } from "/layout.js";
import { remember, remembered } from "/remembered.js";

const NAME = "layout";

const keyboard = byId("keyboard", OnScreenKeyboard);
const choice = byId("layout", HTMLSelectElement);

choice.append(...LAYOUTS.map(({ name, label }) => new Option(label, name)));
keyboard.setAttribute(NAME, remembered(NAME, ""));
choice.value = keyboard.layout;
choice.addEventListener("change", () => {
  keyboard.setAttribute(NAME, choice.value);
  remember(NAME, choice.value);
});
