/** How likely it is that a button is wanted next: what is offered, and how often letters are written at all. */

/** Letters by how common they are. @type {Record<string, string>} */
const ORDERS = {
  de: "enisratdhulcgmobwfkzvüpäßjöyxq",
  en: "etaoinshrdlucmfwypvbgkjqxz",
  es: "eaosrnidlctumpbgvyqhfzjñxkw",
  fr: "esaitnrulodcmpévqfbghjàxèyêzw",
};
const COMMON = ORDERS.en;
/** What else is pressed, each so often among the keys. @type {Record<string, number>} */
const OTHERS = { backspace: 0.05, ".": 0.04, ",": 0.03, "'": 0.01, shift: 0.01, enter: 0.01 };
const SELDOM = 0.003;
const LITERAL = 0.03;

/**
 * @param {{slots: ({probability: number} | null)[], inWord: boolean, language: string}} offered
 * @param {HTMLButtonElement[]} slots the buttons of the words
 * @returns {(target: HTMLButtonElement) => number}
 */
export function weights({ slots: words, inWord, language }, slots) {
  const order = ORDERS[language.split("-")[0]] ?? COMMON;
  const sure = words.reduce((sum, word) => sum + (word?.probability ?? 0), 0);
  const keys = Math.max(0.1, 1 - sure); // how likely none of the words is wanted
  const all = [...order].reduce((sum, _letter, rank) => sum + 1 / (rank + 3), 0);
  return (target) => {
    const word = slots.indexOf(target);
    if (word >= 0) return words[word]?.probability ?? 0;
    if (target.dataset.likelihood) return Number(target.dataset.likelihood);
    if (target.classList.contains("literal")) return LITERAL;
    const name = target.dataset.key ?? "";
    if (name === "space") return keys * (inWord ? 0.18 : 0.01);
    const rank = order.indexOf(name);
    if (rank >= 0 && name) return (keys * 0.8) / (rank + 3) / all;
    return keys * (OTHERS[name] ?? SELDOM);
  };
}
