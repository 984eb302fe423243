/** What words are made of, for the page as for the server: letters, their marks, digits, apostrophes. */

const IN_WORD = String.raw`\p{L}\p{M}\p{N}'’`;

/** The run of letters that ends a text, or nothing. */
export const LAST_RUN = new RegExp(`[${IN_WORD}]*$`, "u");

/** A sign that parts words. */
export const NO_LETTER = new RegExp(`[^${IN_WORD}]`, "u");

/** One or two signs and nothing else. */
export const SIGNS = new RegExp(`^[^${IN_WORD}]{1,2}$`, "u");
