/** What goes wrong, told so that whoever reads it can help themselves. */

export class KarussellError extends Error {
  get name() {
    return this.constructor.name;
  }
}

/** Something was asked for that cannot be. */
export class UsageError extends KarussellError {}

/** What was learned cannot be kept or read. */
export class HistoryError extends KarussellError {}
