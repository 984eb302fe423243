/**
 * What the keyboard is told to learn of a text, and what of it is taken back. Lines that were finished while
 * nobody could be told, or that nobody said to have heard, wait in the page until somebody does.
 *
 * @typedef {import("./history.js").Lesson} Lesson
 */
/** @template Field @typedef {{field: Field, text: string, lesson: Lesson, wanted: boolean}} Line that was finished */

const MOST = 50; // of more that wait, the oldest are let go

/** @template {{private: boolean}} Field what is written, and how, by which a line is learned or not */
export class Lessons {
  #send;
  #age = 0; // lessons of an earlier text or line cannot be taken back
  #open = false;
  /** @type {Line<Field>[]} */
  #waiting = [];
  /** Lines that were told, by their messages, until they are heard. @type {Map<number, Line<Field>>} */
  #told = new Map();

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
    if (!fields.text) return this.#open ? { message: this.#send(type, fields), age: this.#age } : null;
    const line = { field, text: fields.text, lesson: { message: 0, age: -1 }, wanted: true };
    if (this.#open) this.#tell(line);
    else this.#waiting = [...this.#waiting.slice(1 - MOST), line];
    return line.lesson;
  }

  /** @param {Line<Field>} line */
  #tell(line) {
    const message = this.#send("learn", { text: line.text });
    Object.assign(line.lesson, { message, age: this.#age });
    this.#told.set(message, line);
  }

  /** A message has its reply. @param {number} message */
  heard(message) {
    this.#told.delete(message);
  }

  /** Take a lesson back, or teach it again. @param {Lesson} lesson */
  revert(lesson) {
    const line = [...this.#waiting, ...this.#told.values()].find((each) => each.lesson === lesson);
    if (line) line.wanted = !line.wanted;
    if (this.#open && lesson.age === this.#age) lesson.message = this.#send("revert", { message: lesson.message });
  }

  /** Another text begins. */
  begin() {
    this.#age += 1;
  }

  /** The line was cut. */
  close() {
    this.#open = false;
    this.#age += 1;
    this.#waiting = [...this.#told.values(), ...this.#waiting].slice(-MOST);
    this.#told.clear();
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
    for (const line of lines) {
      describe(line.field);
      this.#tell(line);
    }
    return lines.length > 0;
  }
}
