// bound.js against genlab.likelihoods and against integrals: every term of log p(x) = ELBO + gap.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS, SITUATIONS, USUAL } from "../../genlab/live/static/elbo/settings.js";
import { climb, gradient, iwaeGap, joint, marginal, posterior, terms } from "../../genlab/live/static/maths/bound.js";
import { cases, close } from "./cases.js";

const given = cases("bound");

test("what Python was asked about is all that can be set", () => {
  assert.deepEqual(LIMITS, given.limits);
  const situations = Object.values(SITUATIONS).map((changes) => ({ ...USUAL, ...changes }));
  assert.deepEqual(given.terms.slice(0, situations.length).map(([one]) => one), situations);
});

test("every term is Python's and the gap is the KL", () => {
  for (const [one, wanted, exact] of given.terms) {
    const found = terms(one);
    const said = JSON.stringify(one);
    close(found, wanted, [1e-10, 1e-11], said);
    close(found.posterior, exact, [1e-12, 1e-12], said);
    assert.ok(Math.abs(found.logPx - found.elbo - found.klPosterior) < 1e-9, said);
    assert.ok(found.klPosterior >= 0 && found.klPrior >= 0, said);
  }
});

test("the terms are what quadrature gives", () => {
  for (const [one, wanted] of given.integrals) {
    const found = terms(one);
    const { logPx, ...others } = wanted;
    close(found.logPx, logPx, [1e-6, 1e-6], JSON.stringify(one));
    close(found, others, [1e-8, 1e-8], JSON.stringify(one));
    assert.ok(found.slip - found.elbo >= 0.5 * Math.log(2 * Math.PI));
  }
});

test("the area under p(z) p(x|z) is p(x), and its shape is the posterior's", () => {
  for (const [one] of given.terms) {
    const { logPx, posterior: exact } = terms(one);
    close({ log: Math.log(marginal(one)) }, { log: logPx }, [1e-9, 1e-9], JSON.stringify(one));
    const beside = joint(one, exact.mean + exact.std) / joint(one, exact.mean);
    assert.ok(Math.abs(beside - Math.exp(-0.5)) < 1e-9);
  }
});

test("at the posterior nothing is left of the gap", () => {
  for (const [one] of given.terms) {
    const { mean, std } = posterior(one);
    const found = terms({ ...one, mu: mean, sigma: std });
    assert.ok(found.klPosterior >= 0 && found.klPosterior < 1e-15);
    close(found.elbo, found.logPx, [1e-12, 1e-12]);
  }
});

test("the gradient is that of the ELBO", () => {
  for (const [one, wanted] of given.slopes) close(gradient(one), wanted, [1e-4, 1e-5], JSON.stringify(one));
});

test("every climb rises and closes the gap", () => {
  for (const [start] of given.terms) {
    let now = start;
    let before = Infinity;
    for (let i = 0; i < 400; i++) {
      const gap = terms(now).klPosterior;
      assert.ok(gap <= before + 1e-12, JSON.stringify(now));
      before = gap;
      now = { ...now, ...climb(now, 0.07) };
    }
    assert.ok(before < 1e-6, JSON.stringify(start));
  }
});

test("the importance weighted bound is what draws give, and no looser with more of them", () => {
  let last = Infinity;
  for (const [one, k, mean, error] of given.importance) {
    const found = terms(one);
    const gap = iwaeGap({ ...one, posterior: found.posterior }, k);
    if (k === 1) close(gap, found.klPosterior, [1e-6, 0]);
    else assert.ok(gap >= 0 && gap <= last);
    last = gap;
    close(found.logPx - gap, mean, [4 * error + 1e-9, 0], `${k} of ${JSON.stringify(one)}`);
  }
});
