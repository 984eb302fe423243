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
 * Say whether a button can be pressed. One that has the focus hands it to the text first: the browser
 * would drop it, and whoever goes by keys would begin anew at the top of the page.
 * @param {HTMLButtonElement} button
 * @param {boolean} disabled
 */
export function disable(button, disabled) {
  if (disabled) handOn(button);
  button.disabled = disabled;
}

/** What goes hands its focus to the text, or to the first button of the dialog around it. @param {HTMLElement} element */
export function handOn(element) {
  if (!element.contains(document.activeElement)) return;
  const home = element.closest("dialog")?.querySelector("button") ?? byId("field", HTMLTextAreaElement);
  home.focus({ preventScroll: true });
}

/**
 * A text in another language than what stands around it.
 * @param {string} className
 * @param {string} text
 * @param {string} [language] a tag, if it is known
 */
export function inLanguage(className, text, language) {
  const made = make("span", className, text);
  if (language) made.lang = language;
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
