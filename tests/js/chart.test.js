// The course's charts: round numbers on their axes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { label, powers, ticks } from "../../genlab/live/static/lesson/chart.js";

test("few powers of ten are helped by what lies between them", () => {
  assert.deepEqual(powers([135, 6000]), [200, 500, 1000, 2000, 5000]);
  assert.deepEqual(powers([1, 100000]), [1, 10, 100, 1000, 10000, 100000]);
});

test("ticks are round and within their range", () => {
  assert.deepEqual(ticks([1, 6], 6), [1, 2, 3, 4, 5, 6]);
  assert.ok(ticks([0.82, 1.33], 4).every((tick) => tick >= 0.82 && tick <= 1.33));
});

test("what is written along an axis is written as in the words beside it", () => {
  assert.deepEqual([-100000, -50000, 0, 1000, 0.0005, 0.25, -1.5].map(label),
    ["−100,000", "−50,000", "0", "1,000", "0.0005", "0.25", "−1.5"]);
});
