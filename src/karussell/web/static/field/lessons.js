/**
 * What the keyboard is told to learn of a text, and what of it is taken back. Lines that were finished while
 * nobody could be told wait in the page until somebody can.
 *
 * @typedef {import("./history.js").Lesson} Lesson
 */

const MOST = 50; // of more that wait, the oldest are let go

/** @template {{private: boolean}} Field what is written, and how, by which a line is learned or not */
export class Lessons {
  #send;
  #age = 0; // lessons of an earlier text or line cannot be taken back
  #open = false;
  /** @type {{field: Field, text: string, lesson: Lesson, wanted: boolean}[]} */
  #waiting = [];

  /** @param {(type: string, fields: object) => number} send tells something, and gives the number of its message */
  constructor(send) {
    this.#send = send;
  }

  /**
   * Tell what was done with a word or line, of which the keyboard may learn.
   * @param {Field} field
   * @param {"accept" | "correct" | "learn"} type
   * @param {{text?: string, answer?: number, place?: unknown}} fields
   * @returns {Lesson | null} what `revert` takes back; one of a line that waits is complete once it is told
   */
  teach(field, type, fields) {
    if (field.private && type !== "correct") return null;
    if (this.#open) return { message: this.#send(type, fields), age: this.#age };
    if (!fields.text) return null;
    const lesson = { message: 0, age: -1 };
    this.#waiting = [...this.#waiting.slice(1 - MOST), { field, text: fields.text, lesson, wanted: true }];
    return lesson;
  }

  /** Take a lesson back, or teach it again. @param {Lesson} lesson */
  revert(lesson) {
    const line = this.#waiting.find((each) => each.lesson === lesson);
    if (line) line.wanted = !line.wanted;
    else if (this.#open && lesson.age === this.#age) lesson.message = this.#send("revert", { message: lesson.message });
  }

  /** Another text begins. */
  begin() {
    this.#age += 1;
  }

  /** The line was cut. */
  close() {
    this.#open = false;
    this.#age += 1;
  }

  /**
   * The line is there: tell the lines that wait, as what they were written in.
   * @param {(field: Field) => void} describe
   * @returns {boolean} whether there were any
   */
  open(describe) {
    this.#open = true;
    this.#age += 1;
    const lines = this.#waiting.splice(0).filter(({ wanted }) => wanted);
    for (const { field, text, lesson } of lines) {
      describe(field);
      Object.assign(lesson, { message: this.#send("learn", { text }), age: this.#age });
    }
    return lines.length > 0;
  }
}
