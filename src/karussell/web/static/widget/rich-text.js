/**
 * What stands in an element with `contenteditable`, as a plain text: its blocks and breaks as lines, what
 * cannot be edited in it as one character.
 *
 * @typedef {{node: Node, start: number, end: number}} Piece of the text, a text node or what stands for one
 */

const BLOCK =
  /^(ADDRESS|ARTICLE|ASIDE|BLOCKQUOTE|DD|DETAILS|DIV|DL|DT|FIGCAPTION|FIGURE|FOOTER|FORM|H[1-6]|HEADER|HR|LI|MAIN|NAV|OL|P|PRE|SECTION|TABLE|T(?:BODY|D|FOOT|H|HEAD|R)|UL)$/;
const WHOLE = /^(AUDIO|BUTTON|CANVAS|EMBED|HR|IFRAME|IMG|INPUT|METER|OBJECT|PROGRESS|SELECT|TEXTAREA|VIDEO)$/;
const OBJECT = "\ufffc";

export class RichText {
  oneLine = false;
  longest = -1;
  tells = true;
  #watch = new MutationObserver(() => (this.#read = null));
  /** @type {Reading | null} */
  #read = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.#watch.observe(element, { childList: true, characterData: true, subtree: true });
  }

  get #reading() {
    if (this.#watch.takeRecords().length) this.#read = null;
    return (this.#read ??= new Reading(this.element));
  }

  get text() {
    return this.#reading.text;
  }

  /** @returns {{start: number, end: number}} */
  get selection() {
    // No range is asked for: one that lives makes the browser end a step of its history at any moment.
    const { anchorNode, anchorOffset = 0, focusNode, focusOffset = 0 } = this.#selection ?? {};
    const one = this.#placeOf(anchorNode, anchorOffset);
    const other = this.#placeOf(focusNode, focusOffset);
    return { start: Math.min(one, other), end: Math.max(one, other) };
  }

  /** @param {Node | null | undefined} node @param {number} offset */
  #placeOf(node, offset) {
    return node && this.element.contains(node) ? this.#reading.placeOf(node, offset) : this.text.length;
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  select(start, end) {
    const reading = this.#reading;
    this.#selection?.setBaseAndExtent(...reading.pointOf(start), ...reading.pointOf(end));
  }

  /** Whether a place may be selected from the character before it on. @param {number} place */
  joins(place) {
    return place > 0 && !`\n${OBJECT}`.includes(this.text[place - 1]);
  }

  /** Nothing can be written here without the browser's help. */
  overwrite() {}

  /** @returns {Selection | null} */
  get #selection() {
    const root = /** @type {any} */ (this.element.getRootNode());
    return (root.getSelection ? root : document).getSelection();
  }
}

/** One reading of an element, good until it changes. */
class Reading {
  text = "";
  /** @type {Piece[]} */
  #pieces = [];
  /** @type {Map<Node, {start: number, end: number}>} */
  #places = new Map();
  #begun = false; // something stands in the line
  #breaks = false; // what comes next stands in another one
  #keeps; // breaks inside of texts are seen

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#keeps = /^(pre|break)/.test(getComputedStyle(element).whiteSpace);
    for (const child of element.childNodes) this.#visit(child);
    this.#places.set(element, { start: 0, end: this.text.length });
  }

  /** @param {Node} node @param {number} offset */
  placeOf(node, offset) {
    const place = this.#places.get(node);
    if (!place) return this.text.length; // in a part that cannot be edited
    if (node instanceof Text) return Math.min(place.start + offset, place.end);
    const child = node.childNodes[offset];
    return (child && this.#places.get(child)?.start) ?? place.end;
  }

  /** @param {number} place @returns {[Node, number]} */
  pointOf(place) {
    const near = this.#pieces.filter(({ start, end }) => start <= place && place <= end);
    const texts = near.filter(({ node }) => node instanceof Text);
    const text = texts.find(({ start }) => start < place) ?? texts[0];
    if (text) return [text.node, place - text.start];
    const piece = near[0] ?? this.#pieces.at(-1);
    if (!piece) return [[...this.#places.keys()].at(-1) ?? document.body, 0];
    const parent = /** @type {Node} */ (piece.node.parentNode);
    const index = [...parent.childNodes].indexOf(/** @type {ChildNode} */ (piece.node));
    return [parent, index + (place > piece.start ? 1 : 0)];
  }

  /** @param {Node} node */
  #visit(node) {
    if (node instanceof Text) this.#write(node, this.#spell(node.data));
    else if (node instanceof HTMLBRElement) this.#write(node, endsBlock(node) ? "" : "\n");
    else if (node instanceof HTMLElement && node.isContentEditable && !WHOLE.test(node.tagName)) this.#enter(node);
    else if (node instanceof Element) this.#write(node, OBJECT);
  }

  /** @param {HTMLElement} element */
  #enter(element) {
    const block = BLOCK.test(element.tagName);
    if (block) this.#breaks = this.#begun;
    for (const child of element.childNodes) this.#visit(child);
    const first = element.firstChild && this.#places.get(element.firstChild);
    this.#places.set(element, { start: first?.start ?? this.text.length, end: this.text.length });
    if (block) this.#breaks = this.#begun;
  }

  /** @param {string} data */
  #spell(data) {
    const seen = data.replaceAll("\u00a0", " ");
    if (this.#keeps) return seen;
    const between = (this.#breaks || !this.#begun) && /^[ \n\t]*$/.test(data);
    return between ? null : seen.replace(/[\n\t]/g, " ");
  }

  /** @param {Node} node @param {string | null} text null if nothing of it is seen */
  #write(node, text) {
    if (text !== null && this.#breaks) {
      this.text += "\n";
      this.#breaks = false;
    }
    const start = this.text.length;
    this.text += text ?? "";
    const piece = { node, start, end: this.text.length };
    this.#places.set(node, piece);
    if (text === null) return;
    this.#begun = true;
    this.#pieces.push(piece);
  }
}

/** Whether a break only holds a line open that would have no height. @param {Node} node */
function endsBlock(node) {
  /** @type {Node | null} */
  let at = node;
  while (at && !at.nextSibling) {
    at = at.parentNode;
    if (!(at instanceof HTMLElement) || BLOCK.test(at.tagName) || !at.parentElement?.isContentEditable) return true;
  }
  return at?.nextSibling instanceof HTMLElement && BLOCK.test(at.nextSibling.tagName);
}
