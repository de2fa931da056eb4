// What the playground draws between its frames, and how curves are compared.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as maths from "../../genlab/live/static/maths/playground.js";
import { digits } from "../../genlab/live/static/core/format.js";
import { draws, laplaceQuantile, uniforms } from "../../genlab/live/static/maths/random.js";
import { cases, close } from "./cases.js";

const { nothingSaid } = cases("playground");

test("the median of curves stands where half of them do", () => {
  const curves = [[[0, 3], [1, 1]], [[0, 1], [1, 2]], [[0, 2]], [[0, 9], [2, 5]]];
  assert.deepEqual(maths.medianCurve(curves), [[0, 2.5], [1, 1.5]]);
});

test("between two frames numbers go straight", () => {
  const frame = (arrays) => Object.fromEntries(Object.entries(arrays).map(([k, v]) => [k, Float32Array.from(v)]));
  const [from, to] = [frame({ a: [0, 4], b: [1] }), frame({ a: [8, 0], b: [5, 5] })];
  close(maths.blend(from, to, 0.25).a, [2, 3]);
  close(maths.blend(from, to, 1).a, [8, 0]);
  close(maths.blend(from, to, 0.5).b, [5, 5]); // what has another size now is as it is now
  const eased = [0, 0.25, 0.5, 0.75, 1].map(maths.ease);
  assert.deepEqual(eased, [...eased].sort());
  assert.deepEqual([eased[0], eased[2], eased[4]], [0, 0.5, 1]);
});

test("a belief of one half is paper, and row 0 lies below", () => {
  const colours = { data: [0, 0, 255], generated: [255, 165, 0], paper: [250, 250, 250] };
  const belief = [0.5, 1, 0, 0.5];
  const pixels = maths.beliefPixels((i) => belief[i], 2, colours, 1);
  const rows = [0, 4, 8, 12].map((at) => [...pixels.slice(at, at + 3)]);
  assert.deepEqual(rows, [[255, 165, 0], [250, 250, 250], [250, 250, 250], [0, 0, 255]]);
});

test("arrows point along the gradient on one scale", () => {
  const gradient = [3, 4, 0.3, 0.4, 0, 0, 6, 8];
  const found = maths.arrows(new Float32Array(8), gradient, { longest: 0.3, half: 5, each: 1 });
  const lengths = found.map(([x, y, toX, toY]) => Math.hypot(toX - x, toY - y));
  close(lengths, [0.15, (0.3 * 0.5) / 5.5, 0, 0.2], [1e-6, 0]);
  close([found[1][2] / lengths[1], found[1][3] / lengths[1]], [0.6, 0.8], [1e-6, 0]);
  // Other arrows beside it change none: a gradient that vanishes is seen to vanish.
  close(maths.arrows(new Float32Array(2), [0.3, 0.4], { longest: 0.3, half: 5 })[0], found[1], [1e-7, 0]);
});

test("what lies beyond the stage is counted", () => {
  const points = Float32Array.from([0, 0, 1.6, 0, 1.5, -1.5, 0, -1.51, 1e30, 1e30]);
  assert.deepEqual([...maths.beyond(points)], [1, 3, 4]);
});

test("where D* says nothing no D is wrong", () => {
  const frame = { field: [255, 0, 255, 0], best: [nothingSaid, nothingSaid, 0, 255] };
  assert.deepEqual([0, 1, 2, 3].map(maths.beliefOf(frame, "difference")), [0.5, 0.5, 1, 0]);
});

test("curves are compared at the last step that all have", () => {
  const curves = [[[1, 0.6], [10, 0.5], [20, 0.1]], [[1, 0.7], [15, 0.4]]];
  assert.deepEqual(maths.together(curves), { step: 15, values: [0.5, 0.4] });
  assert.equal(maths.together([[], [[1, 0.6]]]), null);
});

test("what rounding leaves of nothing is 0, and an infinite KL is told in four signs", () => {
  const values = [0, -2.3e-9, 1e-8, 0.0004, -0.0213, 0.5, 12.3, 1e6];
  const told = ["0.000", "0.000", "0.000", "4.0e-4", "−0.0213", "0.500", "12.30", "1e+6"];
  assert.deepEqual(values.map((value) => digits(value)), told);
});

test("a Laplace distribution has the deviation 1, and quantiles of its own", () => {
  close([0.5, 0.25, 0.75, 0.05].map(laplaceQuantile), [0, -Math.LN2 / Math.SQRT2, Math.LN2 / Math.SQRT2, Math.log(0.1) / Math.SQRT2]);
  const found = [...draws(20000, "laplace", uniforms(1))];
  const moment = (/** @type {number} */ k) => found.reduce((sum, z) => sum + z ** k, 0) / found.length;
  close([moment(1), moment(2)], [0, 1], [0.05, 0.05]);
  assert.ok(moment(4) > 5); // of a normal 3
  close(maths.latticeNoise(101, "laplace").slice(50, 51), [0], [1e-6, 1e-6]);
});
