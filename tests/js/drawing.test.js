// A drawing is centred as Python centres it; draws and axes of its code.
import assert from "node:assert/strict";
import { test } from "node:test";
import { roundReach } from "../../genlab/live/static/maths/code.js";
import { centred } from "../../genlab/live/static/maths/ink.js";
import { normals } from "../../genlab/live/static/maths/random.js";
import { cases, close } from "./cases.js";

const given = cases("drawing");
const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const picture = ({ ink, width, height }) => centred(bytes(ink), width, height);

test("centring is the same in both languages", () => {
  for (const drawing of given.drawings) {
    const [found, wanted] = [picture(drawing), bytes(drawing.picture)];
    const apart = Array.from(found, (grey, i) => Math.abs(grey - wanted[i]));
    assert.ok(Math.max(...apart) <= 1);
    assert.ok(apart.filter(Boolean).length < 0.01 * apart.length);
  }
  assert.equal(centred(new Uint8Array(81), 9, 9), null);
});

test("digits of MNIST are left where they are", () => {
  const same = given.digits.filter((digit) => Buffer.from(picture(digit)).equals(Buffer.from(bytes(digit.ink))));
  assert.ok(same.length >= 0.95 * given.digits.length);
});

test("draws are standard normal", () => {
  const draws = normals(20000);
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  const deviation = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length);
  close([mean, deviation], [0, 1], [0.04, 0]);
});

test("an axis is round and holds all", () => {
  assert.deepEqual([[0.2], [-2.5, 1], [12], [5000]].map(roundReach), [1, 3, 15, 5000]);
});
