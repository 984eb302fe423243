/** Where a strip that floats stands: under its field, or above it where there is no room, and always in sight. */

const GAP = 4; // pixels to the field
const EDGE = 4; // and to the edge of the window
const HOMES = "dialog[open], [role=dialog], main, [role=main], aside, [role=complementary], [role=search], search";
const NARROW = 360; // pixels that four words need, each on one line

export class Placing {
  #strip;
  #field;
  #sized = new ResizeObserver(() => this.update());
  #listening = new AbortController();

  /**
   * Follow a field until it is left.
   * @param {HTMLElement} strip
   * @param {HTMLElement} field
   */
  constructor(strip, field) {
    this.#strip = strip;
    this.#field = field;
    const options = { capture: true, passive: true, signal: this.#listening.signal };
    for (const root of rootsOf(field)) root.addEventListener("scroll", () => this.update(), options);
    for (const type of ["scroll", "resize"]) {
      addEventListener(type, () => this.update(), options);
      visualViewport?.addEventListener(type, () => this.update(), options);
    }
    this.#sized.observe(field);
  }

  close() {
    this.#listening.abort();
    this.#sized.disconnect();
    this.show(false);
  }

  /** Show it, if the field itself is seen. @param {boolean} wanted */
  show(wanted) {
    if (!this.#strip.isConnected) return;
    if (wanted) {
      this.#strip.showPopover();
      this.update();
    } else if (this.#strip.matches(":popover-open")) {
      this.#strip.hidePopover();
    }
  }

  update() {
    const strip = this.#strip;
    if (!strip.isConnected || !strip.matches(":popover-open")) return;
    const field = seenPart(this.#field);
    const top = visualViewport?.offsetTop ?? 0;
    const bottom = top + (visualViewport?.height ?? innerHeight);
    const seen = this.#field.isConnected && field.bottom > Math.max(top, field.top) && field.top < bottom;
    strip.style.setProperty("--seen", seen ? "visible" : "hidden");
    const right = document.documentElement.clientWidth;
    const zoom = strip.currentCSSZoom ?? 1; // of what it stands in: its pixels are larger by so much
    const width = Math.min(Math.max(field.right - field.left, NARROW * zoom), right - 2 * EDGE);
    strip.style.setProperty("--width", `${width / zoom}px`);
    const start = getComputedStyle(this.#field).direction === "rtl" ? field.right - width : field.left;
    const side = Math.max(EDGE, Math.min(start, right - width - EDGE));
    const { height } = strip.getBoundingClientRect();
    const under = field.bottom + GAP;
    const above = field.top - GAP - height;
    const place = under + height + EDGE <= bottom ? under : above >= top ? above : bottom - height - EDGE;
    strip.style.setProperty("--left", `${side / zoom}px`);
    strip.style.setProperty("--top", `${place / zoom}px`);
  }
}

/**
 * What of a field is seen inside of what scrolls around it.
 * @param {HTMLElement} field
 */
function seenPart(field) {
  let { left, top, right, bottom } = field.getBoundingClientRect();
  for (let box = parentOf(field); box && box !== document.documentElement && box !== document.body; box = parentOf(box)) {
    const { overflowX, overflowY } = getComputedStyle(box);
    if (overflowX === "visible" && overflowY === "visible") continue;
    const clip = box.getBoundingClientRect();
    top = Math.max(top, clip.top);
    bottom = Math.min(bottom, clip.bottom);
    left = Math.max(left, clip.left);
    right = Math.min(right, clip.right);
  }
  return { left, top, right, bottom };
}

/** @param {Element} element @returns {Element | null} */
function parentOf(element) {
  if (element.assignedSlot) return element.assignedSlot;
  const parent = element.parentNode;
  return parent instanceof ShadowRoot ? parent.host : element.parentElement;
}

/** The trees that an element stands in, where scrolling is heard. @param {Element} element */
function rootsOf(element) {
  const roots = [];
  for (let root = element.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) roots.push(root);
  return roots;
}

/**
 * Where a strip that floats is put in: in the tree of its field, since names of elements reach no further, in
 * the open dialog around it, since what is outside of one cannot be used, and in the part of the page.
 * @param {HTMLElement} field
 */
export function homeOf(field) {
  const root = field.getRootNode();
  return field.closest(HOMES) ?? (root instanceof ShadowRoot ? root : document.body);
}
