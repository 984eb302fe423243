/**
 * What a screen reader is told: politely, briefly, nothing twice and nothing that is past.
 *
 * @typedef {{text: string, lang?: string}} Said a piece of it, in a language of its own if it has one
 */

import { byId, inLanguage } from "/elements.js";

const CALM = 900; // milliseconds without a change before the words are told
const GAP = 50; // milliseconds that the region is empty, so that the same words twice are two messages

export class Announcer {
  #region = byId("announcement", HTMLElement);
  #calm = 0;
  #gap = 0;
  #told = "";

  /** Tell at once that something was done. @param {...(string | Said)} pieces */
  say(...pieces) {
    this.past();
    this.#gap = setTimeout(() => this.#fill(pieces), GAP);
  }

  /**
   * Tell of words that are offered, once nothing changes, unless they were told last.
   * @param {(string | Said)[]} pieces
   * @param {() => boolean} wanted whether somebody writes who wants to know
   */
  offer(pieces, wanted) {
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => {
      const text = pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
      if (!wanted() || text === this.#told) return;
      this.#told = text;
      this.#fill(pieces);
    }, CALM);
  }

  /** What was told is past: nobody shall find it there. */
  past() {
    clearTimeout(this.#calm);
    clearTimeout(this.#gap);
    if (this.#region.hasChildNodes()) this.#region.replaceChildren();
  }

  /** Another text begins: what was told of the one before may be told again. */
  forget() {
    this.#told = "";
  }

  /** @param {(string | Said)[]} pieces */
  #fill(pieces) {
    const parts = pieces.map((piece) => (typeof piece === "string" ? piece : inLanguage("", piece.text, piece.lang)));
    this.#region.replaceChildren(...parts);
  }
}
