/** What a long press on a key offers: accented letters and kindred signs. */

/** The letters that each base letter also comes as; the most common first. */
const ACCENTED = [..."áàâäãåæāąăçćčĉďđðéèêëēęěėğģĝíìîïīįıłľļñńňņóòôöõøœōőřŕśšşșťțţþúùûüūůűųýÿžźż"];

/**
 * The accented letters of a language, which come first in it.
 * @type {Record<string, string>}
 */
const OWN = {
  cs: "áčďéěíňóřšťúůýž",
  da: "åæø",
  de: "äöüß",
  es: "áéíñóúü",
  fi: "äåö",
  fr: "éèêëàâçîïôœùûüÿæ",
  hu: "áéíóöőúüű",
  it: "àéèìòù",
  nb: "åæø",
  nl: "éëïöü",
  pl: "ąćęłńóśźż",
  pt: "ãáàâçéêíõóôú",
  ro: "ăâîșț",
  sv: "åäö",
  tr: "çğıöşü",
};

/** @type {Record<string, string>} */
const BASES = { æ: "a", đ: "d", ð: "d", ı: "i", ł: "l", ø: "o", œ: "o", ß: "s", þ: "t" };

/** @type {Record<string, string>} */
const KINDRED = {
  ".": "?!…:;",
  ",": "?!;:'",
  "'": "’‘‚‹›`´",
  "-": "–—_·~",
  "/": "\\|÷",
  "(": "[{<",
  ")": "]}>",
  "?": "¿‽",
  "!": "¡",
  "&": "§",
  "+": "±×÷=",
  "*": "•†‡",
  "%": "‰°",
  "=": "≠≈≡",
  "<": "≤«‹",
  ">": "≥»›",
  "«": "‹",
  "»": "›",
  "„": "‚",
  "“": "”‘",
  "–": "—-",
  "•": "·",
  0: "°⁰",
  1: "¹½⅓¼",
  2: "²⅔",
  3: "³¾",
};
const CURRENCIES = "$€£¥₹¢₺₽₩";
const QUOTES = "“”„«»";

/** Quotation marks in the order in which a language needs them. @type {Record<string, string>} */
const OWN_QUOTES = { cs: "„“", de: "„“»«", es: "«»“”", fr: "«»“”", it: "«»“”", pl: "„”", pt: "«»“”", sv: "”" };
const MOST = 9; // choices side by side on a telephone

/**
 * What a key also writes, the likeliest first.
 * @param {string} name of the key, as `layout.js` has it
 * @param {string} language a BCP 47 tag
 * @param {string} digit the one that the key stands for in the top row, or ""
 * @returns {string[]}
 */
export function alternativesOf(name, language, digit) {
  const spoken = language.toLowerCase().split("-")[0];
  if (name === "ß") return ["ẞ"];
  if (name === '"') return unique([...(OWN_QUOTES[spoken] ?? ""), ...QUOTES]);
  if (CURRENCIES.includes(name)) return [...CURRENCIES].filter((sign) => sign !== name);
  if (name in KINDRED) return [...(digit ? [digit] : []), ...KINDRED[name]];
  const accented = ACCENTED.filter((letter) => base(letter) === name);
  if (name === "s") accented.unshift("ß");
  const own = accented.filter((letter) => OWN[spoken]?.includes(letter));
  return unique([...own, ...(digit ? [digit] : []), ...accented]).slice(0, MOST);
}

/** @param {string} letter */
function base(letter) {
  return BASES[letter] ?? letter.normalize("NFD")[0];
}

/** @param {string[]} signs */
function unique(signs) {
  return [...new Set(signs)];
}
