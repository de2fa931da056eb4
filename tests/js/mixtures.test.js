// mixtures.js against genlab.divergences, quadrature and closed forms, and its laws wherever a hand can drag.
import assert from "node:assert/strict";
import { test } from "node:test";
import { show } from "../../genlab/live/static/densities/numbers.js";
import { format, fromAddress, parse } from "../../genlab/live/static/densities/state.js";
import { tick } from "../../genlab/live/static/densities/draw.js";
import { between, createFit, way } from "../../genlab/live/static/maths/mixtures/mixture_fit.js";
import { beyond, toMiddle } from "../../genlab/live/static/maths/mixtures/mixture_parts.js";
import {
  INTEGRANDS, compile, discriminator, distribution, divergences, logDensity,
} from "../../genlab/live/static/maths/mixtures/mixtures.js";
import { cumulative } from "../../genlab/live/static/maths/normal.js";
import { cases, close } from "./cases.js";

const given = cases("mixtures");
const REACH = 10;

test("the numbers agree with Python, the reference and closed forms", () => {
  for (const [p, q, wanted] of given.pairs) {
    const found = divergences(compile(p), compile(q));
    assert.deepEqual(Object.keys(found).sort(), ["cost", "js", "kl_pq", "kl_qp", "tv", "w1"]);
    close(found, wanted, [1e-6, 1e-10], JSON.stringify([p, q]));
  }
});

test("C(G) is -log 4 and the KL of each to their mixture", () => {
  for (const [p, q] of given.pairs) {
    const [first, second] = [compile(p), compile(q)];
    const halves = toMiddle(first, second);
    close(halves.p + halves.q - Math.log(4), divergences(first, second).cost, [1e-9, 0], JSON.stringify([p, q]));
    assert.ok(halves.p >= 0 && halves.q >= 0);
  }
  const one = (mean) => ({ mean, std: 0.7, weight: 0.5 });
  const missed = toMiddle(compile([one(-3), one(3)]), compile([{ ...one(3), weight: 1 }]));
  close(missed.p, 0.1438, [1e-4, 0]);
  close(missed.q, 0.2877, [1e-4, 0]);
});

test("D* is that of the reference", () => {
  for (const [p, q, points] of given.discriminators) {
    const [first, second] = [compile(p), compile(q)];
    for (const [x, d] of points) close(discriminator(logDensity(first, x), logDensity(second, x)), d, [0, 1e-9]);
  }
});

test("no wrong sign nor infinity wherever a hand can drag", () => {
  for (const [first, second] of given.draggable) {
    const [p, q] = [compile(first), compile(second)];
    const found = divergences(p, q);
    const back = divergences(q, p);
    const near = (a, b) => Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a));
    const check = (law, holds) => assert.ok(holds, `${law}: ${JSON.stringify([first, second, found])}`);
    check("finite", Object.values(found).every(Number.isFinite));
    check("KL >= 0", found.kl_pq >= 0 && found.kl_qp >= 0);
    check("0 <= JS <= log 2", found.js >= 0 && found.js <= Math.LN2);
    check("-log 4 <= C(G) <= 0", found.cost >= -Math.log(4) && found.cost <= 0);
    check("0 <= TV <= 1", found.tv >= 0 && found.tv <= 1);
    check("Pinsker", found.tv ** 2 <= 0.5 * Math.min(found.kl_pq, found.kl_qp) + 1e-12);
    check("JS <= TV log 2", found.js <= found.tv * Math.LN2 + 1e-12);
    const means = [first, second].map((mixture) => mixture.reduce((sum, { mean, weight }) => sum + mean * weight, 0));
    check("W1 >= distance of the means", found.w1 >= Math.abs(means[0] - means[1]) - 1e-9);
    check("exchange", near(found.kl_pq, back.kl_qp) && near(found.kl_qp, back.kl_pq) && near(found.js, back.js));
    check("exchange", near(found.tv, back.tv) && near(found.w1, back.w1));
    check("shown", Object.values(found).every((value) => /^(0|−?\d+\.\d+)$/.test(show(value))));
    check("address", parse(format(first))?.length === first.length);
    for (let x = -REACH; x <= REACH; x += 0.5) {
      const logs = [logDensity(p, x), logDensity(q, x)];
      const best = discriminator(...logs);
      check("D* at x", best >= 0 && best <= 1);
      check("F at x", distribution(p, x) >= 0 && distribution(p, x) <= 1 + 1e-15);
      check("integrands at x", Object.values(INTEGRANDS).every((of) => Number.isFinite(of(...logs))));
      check("signs at x", INTEGRANDS.js(...logs) >= 0 && INTEGRANDS.tv(...logs) >= 0 && INTEGRANDS.cost(...logs) <= 0);
    }
  }
});

test("what lies outside of the picture is what a grid finds there", () => {
  for (const [p, q, shares] of given.outside)
    for (const [number, wanted] of Object.entries(shares))
      close(beyond(number, compile(p), compile(q), 12), wanted, [2e-3, 0], `${number} ${JSON.stringify([p, q])}`);
});

test("a fit descends to where theory says", () => {
  for (const [p, start, key, end, tolerance] of given.fits) {
    const fit = createFit(p, start, key);
    const values = [];
    let reached = { settled: false };
    while (!reached.settled && values.length < 2000) values.push((reached = fit.step()).value);
    assert.ok(reached.settled);
    for (let i = 1; i < values.length - 1; i++) assert.ok(values[i] < values[i - 1]);
    close(reached.q.map(({ mean }) => mean), end.map(({ mean }) => mean), [tolerance, 0], "means");
    close(reached.q.map(({ std }) => std), end.map(({ std }) => std), [1e-2, 1e-3], "widths");
    close(reached.q.map(({ weight }) => weight), end.map(({ weight }) => weight), [1e-2, 0], "weights");
  }
});

test("between two steps of a fit q is a mixture on the way", () => {
  const start = [{ mean: -2, std: 0.5, weight: 0.2 }, { mean: 3, std: 1, weight: 0.8 }];
  const end = [{ mean: 0, std: 2, weight: 0.6 }, { mean: 3, std: 1, weight: 0.4 }];
  const middle = [{ mean: -1, std: 1, weight: 0.4 }, { mean: 3, std: 1, weight: 0.6 }];
  [start, middle, end].forEach((wanted, i) => close(between(start, end, i / 2), wanted, [1e-12, 1e-12]));
  assert.ok(way(start, end) > way(start, start) && way(start, start) > 0);
});

test("the normal's distribution function is right in both tails", () => {
  for (const [z, wanted] of given.normal) close(cumulative(z), wanted, [1e-300, 1e-11], `at ${z}`);
});

test("the axis' numbers have room", () => {
  const values = [0, 15, -0.075, 0.75, 0.0015, 0.000015, -0.00002, 1.5e-9];
  for (const value of values) {
    assert.ok(tick(value).length <= 6, tick(value));
    assert.equal(Number(tick(value).replaceAll("−", "-")), value);
  }
});

test("nonsense in a link is ignored", () => {
  const nonsense = [
    "p=1,2", "p=0,-1,1", "p=0,1,0", "p=99,1,1", "p=0,99,1", "p=a,b,c", "p=0,1,1;0,1,1;0,1,1;0,1,1", "p=,,", "p=",
    "p=NaN,1,1&q=Infinity,1,1", "q=0,1,1,1", "preset=constructor&number=__proto__", "number=d_star",
  ];
  for (const query of nonsense) assert.deepEqual(fromAddress(query), fromAddress(""), query);
});
