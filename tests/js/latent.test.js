// Planes through latent space, ranges of latents, z as text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { latentDeviations, moveTo, rangesOf, zFromText, zToText } from "../../genlab/live/static/maths/latent/plane.js";
import { cases, close, unmarked } from "./cases.js";

const given = unmarked(cases("latent"));

test("moving to places on two directions is the least move, and parallel ones count once", () => {
  const { z, vectors, offsets, places, both, first } = given.move;
  const directions = vectors.map((vector, i) => ({ vector, offset: offsets[i] }));
  close(moveTo(z, directions, places), both, [1e-5, 0]);
  close(moveTo(z, directions.slice(0, 1), places), first, [1e-5, 0]);
  close(moveTo(z, [directions[0], directions[0]], places), first, [1e-5, 0]);
});

test("deviations and ranges of latents are those of the codes", () => {
  const { center, axes, along, deviations, ranges } = given.ranges;
  const atlas = new Map(Object.entries({ axes, center, axis_deviation: along }).map(([name, data]) => [name, { data }]));
  close(latentDeviations(axes, along), deviations, [0, 1e-5]);
  const found = rangesOf(3, 3, atlas);
  close(found, ranges, [0.1001, 0]);
  found.forEach(([low], i) => assert.ok(low <= ranges[i][0] + 1e-5));
  assert.deepEqual(rangesOf(2, 1, null), [[-1, 1], [-1, 1]]);
});

test("z is read from text, and nonsense is not", () => {
  const texts = { "1_-0.5": [1, -0.5], "[1, -0.5]": [1, -0.5], " 1 2 ": [1, 2], "0.126_0": [0.13, 0] };
  for (const [text, z] of Object.entries(texts)) {
    close(zFromText(text, 2), z, [1e-6, 0]);
    close(zFromText(zToText(zFromText(text, 2)), 2), z, [1e-6, 0]);
  }
  for (const text of ["1", "1_2_3", "1_x", "1_Infinity", "1_1e9", "", "NaN_0"]) assert.equal(zFromText(text, 2), null);
});
