// likelihood.js: the best normal and the fits against closed forms, and what no fit may do: lower the likelihood.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestNormal,
  between,
  drawn,
  emStep,
  histogram,
  logLikelihood,
  towards,
} from "../../genlab/live/static/maths/likelihood.js";
import { uniforms } from "../../genlab/live/static/maths/random.js";

const PEAKS = [-0.6, 0.6].map((mean) => ({ mean, std: 0.12, weight: 0.5 }));
const examples = (seed, count = 4000) => {
  const random = uniforms(seed);
  return Float64Array.from({ length: count }, () => drawn(PEAKS, random));
};

test("the same seed draws the same, with the moments of the mixture", () => {
  const [one, two, other] = [examples(1), examples(1), examples(2)];
  assert.deepEqual(one, two);
  assert.notDeepEqual(one, other);
  const [{ mean, std }] = bestNormal(one);
  assert.ok(Math.abs(mean) < 0.04, `${mean}`);
  assert.ok(Math.abs(std - Math.hypot(0.6, 0.12)) < 0.01, `${std}`);
});

test("the best normal's likelihood is -log(s sqrt(2 pi e)), and no other is better", () => {
  const data = examples(3);
  const [best] = bestNormal(data);
  const most = logLikelihood([best], data);
  assert.ok(Math.abs(most + Math.log(best.std) + 0.5 * Math.log(2 * Math.PI * Math.E)) < 1e-9);
  for (const [dMean, dStd] of [[0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]]) {
    assert.ok(logLikelihood([{ ...best, mean: best.mean + dMean, std: best.std + dStd }], data) < most);
  }
});

test("on the way to the best normal the likelihood never falls, wherever it begins", () => {
  const data = examples(4, 1000);
  const [best] = bestNormal(data);
  for (const begun of [{ mean: 0.6, std: 0.2 }, { mean: -1, std: 1 }, { mean: 0, std: 0.17 }]) {
    let normal = { ...begun, weight: 1 };
    let last = logLikelihood([normal], data);
    for (let step = 0; step < 400; step++) {
      normal = towards(normal, best, 0.06);
      const now = logLikelihood([normal], data);
      assert.ok(now >= last - 1e-12, `${step}: ${last} to ${now}`);
      last = now;
    }
    assert.ok(Math.abs(normal.mean - best.mean) + Math.abs(normal.std - best.std) < 1e-4);
  }
});

test("EM never lowers the likelihood, keeps the weights, and finds the peaks", () => {
  const data = examples(5);
  let mixture = [{ mean: -0.2, std: 0.4, weight: 0.5 }, { mean: 0.2, std: 0.4, weight: 0.5 }];
  let last = logLikelihood(mixture, data);
  for (let step = 0; step < 60; step++) {
    mixture = emStep(mixture, data);
    const now = logLikelihood(mixture, data);
    assert.ok(now >= last - 1e-12, `${step}: ${last} to ${now}`);
    assert.ok(Math.abs(mixture[0].weight + mixture[1].weight - 1) < 1e-9);
    last = now;
  }
  mixture.forEach(({ mean, std }, k) => {
    assert.ok(Math.abs(mean - PEAKS[k].mean) < 0.02);
    assert.ok(Math.abs(std - 0.12) < 0.01);
  });
});

test("a histogram's area is the share of examples within; a curve is straight between its values", () => {
  const area = histogram(examples(6), [-1.5, 1.5], 60).reduce((sum, height) => sum + height * 0.05, 0);
  assert.ok(Math.abs(area - 1) < 1e-9);
  assert.equal(between([0, 1, 4], [0, 2], 1.5), 2.5);
  assert.equal(between([0, 1, 4], [0, 2], -7), 0);
  assert.equal(between([0, 1, 4], [0, 2], 9), 4);
});
