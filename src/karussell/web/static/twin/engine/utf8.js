/** UTF-8 that holds halves of surrogate pairs, too, as Python's "surrogatepass" does. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const HALF = /[\ud800-\udfff]/u;

/** A string's bytes. @param {string} text */
export function encode(text) {
  if (!HALF.test(text)) return encoder.encode(text);
  const bytes = [];
  for (const character of text) {
    const code = /** @type {number} */ (character.codePointAt(0));
    if (HALF.test(character)) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** The string of some bytes. @param {Uint8Array} bytes */
export function decode(bytes) {
  let text = "";
  let done = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    if (bytes[at] !== 0xed || bytes[at + 1] < 0xa0) continue;
    text += decoder.decode(bytes.subarray(done, at));
    text += String.fromCharCode(0xd000 | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f));
    done = at + 3;
    at += 2;
  }
  return text + decoder.decode(bytes.subarray(done));
}
