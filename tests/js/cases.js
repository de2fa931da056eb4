// What Python wrote for a subject (python -m js.cases), and how numbers are compared with it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const folder = new URL("./cases/", import.meta.url);

export const cases = (subject) => JSON.parse(readFileSync(new URL(`${subject}.json`, folder), "utf8"));
export const bytesOf = (name) => readFileSync(new URL(name, folder));

// Whether all that is wanted is there: each number within absolute + relative |wanted|, all else as it is.
export function close(found, wanted, [absolute, relative] = [0, 0], said = "") {
  if (typeof wanted === "number") {
    const apart = Math.abs(found - wanted);
    assert.ok(apart <= absolute + relative * Math.abs(wanted), `${said}: got ${found}, wanted ${wanted}`);
  } else if (Array.isArray(wanted)) {
    assert.equal(found?.length, wanted.length, said);
    wanted.forEach((value, i) => close(found[i], value, [absolute, relative], `${said}[${i}]`));
  } else if (wanted !== null && typeof wanted === "object") {
    for (const [key, value] of Object.entries(wanted)) close(found[key], value, [absolute, relative], `${said}.${key}`);
  } else assert.deepEqual(found, wanted, said);
}

// What is marked as float32 becomes such an array, at any depth.
export function unmarked(value) {
  if (value?.float32) return Float32Array.from(value.float32);
  if (Array.isArray(value)) return value.map(unmarked);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unmarked(inner)]));
}
