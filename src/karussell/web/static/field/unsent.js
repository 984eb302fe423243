/**
 * Lines that were finished while nobody could be told: they wait in the page until somebody can.
 *
 * @typedef {import("./history.js").Lesson} Lesson
 */

const MOST = 50; // of more, the oldest are let go

/** @template Field what is written, and how, by which a line is learned or not */
export class Unsent {
  /** @type {{field: Field, text: string, lesson: Lesson, wanted: boolean}[]} */
  #lines = [];

  /**
   * @param {Field} field
   * @param {string} text
   * @returns {Lesson} which is complete once it is told
   */
  keep(field, text) {
    const lesson = { message: 0, age: -1 };
    this.#lines = [...this.#lines.slice(1 - MOST), { field, text, lesson, wanted: true }];
    return lesson;
  }

  /** A line was undone, or made again. @param {Lesson} lesson */
  revert(lesson) {
    const line = this.#lines.find((each) => each.lesson === lesson);
    if (line) line.wanted = !line.wanted;
  }

  /** What can be told now. */
  take() {
    const lines = this.#lines.filter(({ wanted }) => wanted);
    this.#lines = [];
    return lines;
  }
}
