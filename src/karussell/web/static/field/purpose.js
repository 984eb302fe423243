/**
 * What a field is for, as the server is told it. Of a password, code or card nothing is learned, and the
 * server does not even look at it; so whoever embeds the keyboard says what they ask for, by the
 * attributes that browsers know, or plainly by `data-purpose`.
 *
 * @typedef {"text" | "name" | "address" | "url" | "email" | "number" | "code" | "card" | "password" | "pin"} Purpose
 */

/** @type {readonly Purpose[]} */
const PURPOSES = ["text", "name", "address", "url", "email", "number", "code", "card", "password", "pin"];

/** What the last word of `autocomplete` asks for. @type {readonly [RegExp, Purpose][]} */
const COMPLETED = [
  [/password$/, "password"],
  [/^one-time-code$/, "code"],
  [/^cc-/, "card"],
  [/^(tel|bday|transaction-amount)/, "number"],
  [/^email$/, "email"],
  [/^(url|photo|impp)$/, "url"],
  [/^username$/, "email"],
  [/name$/, "name"],
  [/^(street-address|address-|postal-code|country|organization)/, "address"],
];

/** What `type` or `inputmode` asks for. @type {Record<string, Purpose>} */
const TYPED = {
  password: "password",
  email: "email",
  url: "url",
  tel: "number",
  number: "number",
  numeric: "number",
  decimal: "number",
  date: "number",
  time: "number",
};

/**
 * What a field is for: what `data-purpose` says, else `autocomplete`, `type` or `inputmode`; a field of
 * type `password` is one whatever `autocomplete` says.
 * @param {HTMLElement} field
 * @returns {Purpose}
 */
export function purposeOf(field) {
  const said = PURPOSES.find((purpose) => purpose === field.dataset.purpose);
  if (said) return said;
  const type = TYPED[field.getAttribute("type") ?? ""];
  if (type === "password") return type;
  const wanted = field.getAttribute("autocomplete")?.trim().toLowerCase().split(/\s+/).at(-1) ?? "";
  const completed = COMPLETED.find(([pattern]) => pattern.test(wanted))?.[1];
  return completed ?? type ?? TYPED[field.getAttribute("inputmode") ?? ""] ?? "text";
}

/** Whether the server learns nothing in such a field. @param {Purpose} purpose */
export function isSilent(purpose) {
  return !["text", "name", "address"].includes(purpose);
}

/** Whether what stands in such a field is nobody's business. @param {Purpose} purpose */
export function isSecret(purpose) {
  return ["number", "code", "card", "password", "pin"].includes(purpose);
}
