// What the stage says at a place: the estimate of p_g against the density that its samples are from, and D* from both.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as maths from "../../genlab/live/static/maths/places.js";
import { cases, close } from "./cases.js";

const { sampled } = cases("places");

test("p_g by kernels is near the density that its samples are from", () => {
  const { density, width } = maths.kernelDensity(Float32Array.from(sampled.samples));
  assert.ok(width > 0.02 && width < 0.12, `got ${width}`); // about half of the modes' deviation, 0.12
  sampled.places.forEach((place, k) => close(density(place), sampled.densities[k], [0, 0.4], `at ${place}`));
  assert.ok(density([0, 0]) < 0.05); // between the modes is nothing
});

test("it sums to 1, wherever the samples are", () => {
  const { density } = maths.kernelDensity(Float32Array.from(sampled.samples));
  const cell = 3 / 120;
  let sum = 0;
  for (let i = 0; i < 120; i++) for (let j = 0; j < 120; j++) sum += density([-1.5 + cell * (i + 0.5), -1.5 + cell * (j + 0.5)]);
  close(sum * cell * cell, 1, [0, 0.01]);
});

test("one stray sample does not make the kernel wide", () => {
  const stray = [...sampled.samples];
  stray.splice(0, 2, 40, -40);
  close(maths.kernelDensity(stray).width, maths.kernelDensity(sampled.samples).width, [0, 0.7]);
});

test("on a line it is the curve that is drawn", () => {
  const heap = Float32Array.from({ length: 512 }, (_, i) => (i % 2 ? -1 : 0)); // all at 0
  const at = maths.lineDensity(heap);
  const deviation = 2.5 * (3 / 120); // of the curve's kernel
  close(at([0]), 1 / (deviation * Math.sqrt(2 * Math.PI)), [0, 0.01]);
  close(at([0.0125]), (at([0]) + at([0.025])) / 2, [0, 1e-6]);
});

test("D* is read from the two densities", () => {
  close([maths.bestBelief(1.2, 3.1), maths.bestBelief(2, 2), maths.bestBelief(0, 1), maths.bestBelief(1, 0)], [1.2 / 4.3, 0.5, 0, 1], [1e-12, 0]);
  assert.ok(Number.isNaN(maths.bestBelief(1e-9, 1e-7))); // where neither is, D* is nothing
  assert.ok(Number.isNaN(maths.bestBelief(Number.NaN, 1)));
  assert.ok(Number.isNaN(maths.exactDensity(null, [0, 0])));
});
