/** The layer of emoji: groups in one grid that scrolls, and a row of keys that lead to them, or to their names. */

import { GROUPS, inTone } from "/keys/emoji.js";
import { makeKey } from "/keys/key.js";

const GROUP = "group-"; // how the names of the keys begin that lead to one

/**
 * @param {string} tone the skin tone
 * @returns {HTMLElement[]}
 */
export function emojiRows(tone) {
  const tabs = document.createElement("div");
  tabs.className = "row tabs";
  tabs.append(makeKey("find"));
  const grid = document.createElement("div");
  grid.className = "emoji-grid";
  GROUPS.forEach(({ name, emoji }, place) => {
    const tab = makeKey(`${GROUP}${place}`, { text: emoji[0] });
    tab.setAttribute("aria-label", name);
    tabs.append(tab);
    const group = document.createElement("div");
    group.className = "emoji-group";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", name);
    group.append(...emoji.map((sign) => makeKey(sign, { text: inTone(sign, tone) })));
    grid.append(group);
  });
  return [tabs, grid];
}

/**
 * Scroll to a group, if a key leads to one.
 * @param {HTMLElement} keyboard
 * @param {string} name of the key
 * @returns {HTMLElement | null} the first of the group
 */
export function goToGroup(keyboard, name) {
  if (!name.startsWith(GROUP)) return null;
  const grid = /** @type {HTMLElement} */ (keyboard.querySelector(".emoji-grid"));
  const group = /** @type {HTMLElement} */ (grid.children[Number(name.slice(GROUP.length))]);
  grid.scrollTop = group.offsetTop - grid.offsetTop;
  return /** @type {HTMLElement} */ (group.children[0]);
}
