/**
 * What of this tab outlives a reload: its text, whether it is private, the language that was fixed, and the
 * key that opens the line.
 * It lies in the browser's storage for this tab and this port alone, and goes with the tab.
 */

const TEXT = "karussell.text";
const PRIVATE = "karussell.private";
const LANGUAGE = "karussell.language";
const KEY = "karussell.key";
let held = ""; // the key, where a browser keeps its storage from us

/** @returns {string} */
export function keptText() {
  return read(TEXT);
}

/** Keep a text; an empty one is forgotten. @param {string} text @returns {boolean} whether it is kept */
export function keepText(text) {
  return write(TEXT, text);
}

/** Whether nothing of this tab is kept or learned. */
export function isPrivate() {
  return read(PRIVATE) !== "";
}

/** @param {boolean} private_ */
export function keepPrivate(private_) {
  write(PRIVATE, private_ ? "yes" : "");
}

/** The tag of the language that was fixed, "" for none. */
export function keptLanguage() {
  return read(LANGUAGE);
}

/** @param {string} tag "" for none */
export function keepLanguage(tag) {
  write(LANGUAGE, tag);
}

/** What the greeting bears, "" if this tab does not know it. @returns {string} */
export function keptKey() {
  return held || read(KEY);
}

/** @param {string} key "" to forget it */
export function keepKey(key) {
  held = key;
  write(KEY, key);
}

/** @param {string} name */
function read(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return ""; // a browser may keep its storage from us
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
function write(name, value) {
  try {
    if (value) sessionStorage.setItem(name, value);
    else sessionStorage.removeItem(name);
    return true;
  } catch {
    return false; // too long, or not allowed
  }
}
