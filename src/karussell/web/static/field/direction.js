/** In which direction a line is read. */

const RIGHT_TO_LEFT =
  /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/**
 * Whether the line that is written reads from right to left; an empty one as the text does.
 * @param {string} left what stands before the cursor
 * @param {string} text the whole of it
 */
export function readsRightToLeft(left, text) {
  const line = left.slice(left.lastIndexOf("\n") + 1);
  return RIGHT_TO_LEFT.test((/\p{L}/u.test(line) ? line : text).slice(0, 1000));
}
