/** Messages as a keyboard writes them, checked against what Python told of them: JSON Schema, as far as it is used. */

import { length } from "./text/characters.js";

/**
 * @typedef {{version: number, context_limit: number, capabilities: string[], separators: string,
 *   messages: Record<string, any>, named: Record<string, any>}} Protocol
 */

/** @type {Protocol | null} */
let told = null;

/** Take over the protocol. @param {Protocol} protocol */
export function tellProtocol(protocol) {
  told = protocol;
}

/** The protocol as it was told. */
export function protocol() {
  if (!told) throw new Error("no protocol was told; give `tell` what karussell.service.told_to_twin wrote");
  return told;
}

/** A text that is no message; the number is what it bears, if that can be read. */
export class NoMessage extends Error {
  /** @param {string} said */
  constructor(said) {
    super(`Not a message that version ${protocol().version} reads: ${said}`);
  }
}

/** The message in a text, whole: what it leaves out is as it is usually. @param {string} text */
export function decode(text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    throw new NoMessage("it is no JSON");
  }
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    throw new NoMessage(`expected an object, found ${kindOf(message)}`);
  }
  const { messages } = protocol();
  if (typeof message.type !== "string" || !Object.hasOwn(messages, message.type)) {
    throw new NoMessage(`its type is ${JSON.stringify(message.type)?.slice(0, 40)}, expected one of ${Object.keys(messages).join(", ")}`);
  }
  check(message, messages[message.type], "$");
  return message;
}

/** Refuse a value that is not as a schema has it, and fill in what it leaves out. @param {any} value @param {any} schema @param {string} where */
function check(value, schema, where) {
  if (schema.$ref) return check(value, protocol().named[schema.$ref.split("/").at(-1)], where);
  if (schema.anyOf) {
    const fitting = schema.anyOf.find((each) => isOf(value, each));
    if (!fitting) throw new NoMessage(`\`${where}\` is ${kindOf(value)}, which it must not be`);
    return check(value, fitting, where);
  }
  if (!isOf(value, schema)) throw new NoMessage(`\`${where}\` is ${kindOf(value)}, expected ${schema.type ?? schema.enum.join(", ")}`);
  if (value < schema.minimum || value > schema.maximum) throw new NoMessage(`\`${where}\` is not from ${schema.minimum} to ${schema.maximum}`);
  if (typeof value === "string") checkSize(length(value), schema.minLength, schema.maxLength, where);
  else if (Array.isArray(value)) checkList(value, schema, where);
  else if (value && typeof value === "object") checkObject(value, schema, where);
}

/** @param {number} size @param {number} least @param {number} most @param {string} where */
function checkSize(size, least, most, where) {
  if (size < least || size > most) throw new NoMessage(`\`${where}\` has ${size} of ${least ?? 0} to ${most}`);
}

/** @param {any[]} value @param {any} schema @param {string} where */
function checkList(value, schema, where) {
  checkSize(value.length, schema.minItems, schema.maxItems, where);
  value.forEach((each, place) => check(each, schema.prefixItems?.[place] ?? schema.items, `${where}[${place}]`));
}

/** @param {Record<string, any>} value @param {any} schema @param {string} where */
function checkObject(value, schema, where) {
  const names = Object.keys(value);
  checkSize(names.length, 0, schema.maxProperties ?? Infinity, where);
  const known = schema.properties ?? {};
  for (const name of names) {
    if (schema.propertyNames) checkSize(length(name), 0, schema.propertyNames.maxLength, where);
    if (Object.hasOwn(known, name)) check(value[name], known[name], `${where}.${name}`);
    else if (schema.additionalProperties === false) throw new NoMessage(`\`${where}\` has an unknown field \`${name.slice(0, 40)}\``);
    else if (typeof schema.additionalProperties === "object") check(value[name], schema.additionalProperties, `${where}.${name}`);
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) throw new NoMessage(`\`${where}\` lacks the field \`${name}\``);
  }
  for (const [name, each] of Object.entries(known)) {
    if (!Object.hasOwn(value, name) && "default" in each) value[name] = structuredClone(each.default);
  }
}

/** Whether a value is of a schema's kind. @param {any} value @param {any} schema */
function isOf(value, schema) {
  if (schema.$ref) return isOf(value, protocol().named[schema.$ref.split("/").at(-1)]);
  if (schema.enum) return schema.enum.includes(value);
  const kind = kindOf(value);
  return kind === schema.type || (kind === "integer" && schema.type === "number");
}

/** @param {any} value */
function kindOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
