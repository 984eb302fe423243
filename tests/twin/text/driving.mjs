/** What tests ask of the twin that is no function of a module. */

import { Vocabulary } from "../../../src/karussell/web/static/twin/text/index.js";
import { edgeOf, rulesOf, spaceBefore, styleOf, typed } from "../../../src/karussell/web/static/twin/writing/index.js";

export function looked(words, casing, word) {
  const known = new Vocabulary(words, casing);
  const id = known.id(word);
  return {
    id,
    prefix: known.prefix(word),
    has: known.has(word),
    word: known.word(id),
    display: known.has(word) ? known.display(id) : "",
  };
}

export function edge(language, before) {
  return edgeOf(rulesOf(language), before);
}

export function space(language, left, right) {
  return spaceBefore(rulesOf(language), left, right);
}

export function style(before, acronyms, right) {
  return styleOf(before, (word) => acronyms.includes(word), right);
}

export function keys(language, left, pending, pressed) {
  for (const key of pressed) {
    const done = typed(rulesOf(language), left, key, pending, true);
    left = left.slice(0, left.length - done.deleteLeft) + done.insert;
    pending = done.pending;
  }
  return [left, pending];
}
