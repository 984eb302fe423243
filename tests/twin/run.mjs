/**
 * Runs functions of the keyboard's JavaScript twin, one line of JSON a call, answered by one line of JSON.
 *
 * A call is `{"module": PATH, "function": NAME, "cases": [[ARGUMENT...]...]}`; PATH lies under the page's
 * `static/`, or beside this file if it begins with "./". The answer has, for each case, `{"value": ...}` or
 * `{"error": MESSAGE, "stack": ...}`. What JSON cannot say becomes what it can: typed arrays and sets lists,
 * maps objects, numbers that are not finite their names, nothing null.
 */

import { createInterface } from "node:readline";

const STATIC = new URL("../../src/karussell/web/static/", import.meta.url);

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { module, function: name, cases } = JSON.parse(line);
  const place = new URL(module, module.startsWith("./") ? import.meta.url : STATIC);
  const answers = [];
  try {
    const found = (await import(place.href))[name];
    if (typeof found !== "function") throw new TypeError(`${module} exports no function ${name}`);
    for (const given of cases) answers.push(await answered(found, given));
  } catch (error) {
    for (const _ of cases) answers.push(refusal(error));
  }
  process.stdout.write(`${JSON.stringify(answers, sayable)}\n`);
}

async function answered(called, given) {
  try {
    return { value: (await called(...given)) ?? null };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error) {
  return { error: String(error?.message ?? error), stack: String(error?.stack ?? "") };
}

function sayable(_, value) {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set || ArrayBuffer.isView(value)) return Array.from(value);
  return value;
}
