/**
 * In which elements words are offered. Of all others nothing is read, not even how much stands in them:
 * passwords, codes, cards, numbers, and whatever lies in something `data-private`.
 */

import { isSecret, isSilent, purposeOf } from "../field/purpose.js";

const TYPES = ["text", "search", "email", "url"]; // of the last two more is asked below
const NAMES = new Set(
  "cvc cvv cvv2 csc otp passcode passphrase passwd password passwort pin pwd secret ssn tan totp".split(" "),
);

/** Fields that once were of passwords: a button that shows one makes it a text. @type {WeakSet<Element>} */
const secrets = new WeakSet();

/**
 * Whether words may be offered in an element.
 * @param {Element} element
 * @param {readonly string[]} also purposes to offer in that nothing is learned of: "email", "url"
 * @returns {element is HTMLElement}
 */
export function isAllowed(element, also = []) {
  if (!(element instanceof HTMLElement) || isPrivate(element)) return false;
  const purpose = purposeOf(element);
  if (isSecret(purpose)) return false;
  if (isSilent(purpose) && !also.includes(purpose)) return false;
  if (element instanceof HTMLInputElement && !TYPES.includes(element.type)) return false;
  if (isPlain(element)) return !element.disabled && !element.readOnly;
  return element.isContentEditable && !element.parentElement?.isContentEditable;
}

/** @param {Element} element @returns {element is HTMLInputElement | HTMLTextAreaElement} */
export function isPlain(element) {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

/** Whether an element holds, or once held, what is nobody's business. @param {HTMLElement} element */
function isPrivate(element) {
  const names = `${element.id} ${element.getAttribute("name") ?? ""}`.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
  const named = names.toLowerCase().split(/[^\p{L}\p{N}]+/u).some((name) => NAMES.has(name));
  const masked = (getComputedStyle(element).getPropertyValue("-webkit-text-security") || "none") !== "none";
  if (purposeOf(element) === "password" || named || masked) secrets.add(element);
  return secrets.has(element) || isWithinPrivate(element);
}

/** @param {Element} element */
function isWithinPrivate(element) {
  /** @type {Node | null} */
  let node = element;
  while (node) {
    if (node instanceof HTMLElement && (node.dataset.private ?? "false") !== "false") return true;
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
  return false;
}
