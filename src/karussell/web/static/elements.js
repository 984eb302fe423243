/** Elements of the page: found, and made. */

/**
 * The element of the page with an id, which is of the kind that it is taken for.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`#${id} is no ${kind.name}`);
  return element;
}

/**
 * A new element with what stands in it.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {...(Node | string)} content
 */
export function make(tag, className, ...content) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
}

/**
 * A new button.
 * @param {string} className
 * @param {string} text
 * @param {() => void} act
 */
export function button(className, text, act) {
  const made = make("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/**
 * A bar that is filled to a share, 0 to 1.
 * @param {number} share
 */
export function bar(share) {
  const made = make("span", "bar");
  made.style.setProperty("--share", String(Math.max(0, Math.min(1, share))));
  made.ariaHidden = "true";
  return made;
}
