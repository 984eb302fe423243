/**
 * Settings that outlive a reload, in the browser's storage for this page. Never what was written.
 */

const OURS = "karussell.";

/**
 * @param {string} name
 * @param {string} otherwise what it is until somebody chose
 */
export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(OURS + name) ?? otherwise;
  } catch {
    return otherwise; // a browser may keep its storage from us
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(OURS + name, value);
  } catch {
    // It holds until the page is left.
  }
}
