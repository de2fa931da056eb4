// What walks measure and draw: holes, noise, planes, tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawCodes, drawFitted, measureHoles, project } from "../../genlab/live/static/maths/holes.js";
import { cumulative } from "../../genlab/live/static/maths/normal.js";
import { codesCsv, norm, slerp } from "../../genlab/live/static/maths/paths.js";
import { normalOnPlane, onPlane, planeOf } from "../../genlab/live/static/maths/plane.js";
import { noise } from "../../genlab/live/static/maths/random.js";
import { cases, close, unmarked } from "./cases.js";

const given = cases("walks");
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const measured = (...all) => [...measureHoles(...all)].at(-1);

// The largest difference of the draws' distribution function from the wanted one (Kolmogorov and Smirnov).
function farthest(draws, distribution) {
  const sorted = Float64Array.from(draws).sort();
  return Math.max(...Array.from(sorted, (value, i) => Math.abs((i + 0.5) / sorted.length - distribution(value))));
}

test("an arc keeps a length", () => {
  const [a, b, length] = given.arcs.map(unmarked);
  for (let t = 0; t <= 1; t += 1 / 6) close(norm(slerp(a, b, t)), length, [0, 1e-6]);
});

test("holes are those of their rule", () => {
  for (const [codes, draws, dims, { share, ...others }] of given.holes.map(unmarked)) {
    const found = measured(codes, draws, dims);
    close(found, others, [0, 1e-5]);
    close(found.share, share, [1e-9, 0]);
    assert.ok(found.share > 0.08);
  }
});

test("no holes are found where codes and draws are alike", () => {
  const [codes, draws] = given.alike.map(unmarked);
  close(measured(codes, draws, 3).share, 0.05, [0.02, 0]);
});

test("noise has the distribution that its name says, and depends on its seed alone", () => {
  const most = 1.63 / Math.sqrt(20000); // at the level of 1 %
  assert.ok(farthest(noise(3, 20000), cumulative) < most);
  assert.ok(farthest(noise(3, 20000, "uniform"), (x) => (x + 1) / 2) < most);
  assert.deepEqual(noise(3, 50), noise(3, 50));
  assert.notDeepEqual(noise(3, 50), noise(4, 50));
});

test("draws from codes and from the fitted normal have their moments", () => {
  const means = new Float32Array(20000).fill(3);
  const drawn = drawCodes(means, new Float32Array(20000).fill(2 * Math.log(0.5)), 1);
  close(mean(drawn), 3, [0.02, 0]);
  close(Math.sqrt(mean(drawn.map((z) => (z - 3) ** 2))), 0.5, [0.01, 0]);

  const { center, axes, deviations, covariance } = unmarked(given.fitted);
  const draws = drawFitted(center, axes, deviations, 20000, 5);
  const along = [0, 1, 2].map((k) => draws.filter((_, i) => i % 3 === k).map((z) => z - center[k]));
  for (let j = 0; j < 3; j++) {
    close(mean(along[j]), 0, [0.04, 0]);
    for (let k = 0; k < 3; k++) close(mean(along[j].map((z, i) => z * along[k][i])), covariance[j][k], [0.06, 0]);
  }
});

test("a plane of an atlas holds what it should", () => {
  for (const one of given.planes.map(unmarked)) {
    const atlas = new Map(Object.entries(one.atlas).map(([name, data]) => [name, { shape: [], data }]));
    const plane = planeOf(atlas, one.kind);
    const z = onPlane(plane, 0.7, -1.2);
    close(z, one.z, [1e-5, 0]);
    close(project(z, 4, plane.origin, plane.across, plane.up), [0.7, -1.2], [1e-5, 0]);
    if (one.names) assert.deepEqual(plane.names, one.names);
    close(normalOnPlane(plane, [], true).middle, one.prior, [1e-5, 0]);
    const fitted = normalOnPlane(plane, one.points, false);
    close(fitted.middle, one.middle, [1e-6, 0]);
    close(fitted.deviations, one.deviations, [0, 1e-6]);
    const cosine = Math.cos(fitted.angle) * one.direction[0] + Math.sin(fitted.angle) * one.direction[1];
    close(Math.abs(cosine), 1, [1e-6, 0]);
  }
});

test("a table of codes gives every float32 back", () => {
  const z = Float32Array.from(given.kept);
  const [head, row] = codesCsv(["path", "t"], [[["straight", 0.5], z]]).trim().split("\n");
  assert.equal(head, "path,t,z1,z2,z3,z4");
  assert.deepEqual(row.split(",").slice(0, 2), ["straight", "0.5"]);
  assert.deepEqual(Float32Array.from(row.split(",").slice(2), Number), z);
});
