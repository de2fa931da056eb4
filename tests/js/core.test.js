// What all instruments stand on: a place's view, numbers as they are written, draws.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mounted } from "../../genlab/live/static/core/component.js";
import { digits, exact, figure, signed } from "../../genlab/live/static/core/format.js";
import { noise, normals, uniforms } from "../../genlab/live/static/maths/random.js";

test("a view stays while it is of the same things, and hands on what it leaves", () => {
  const done = [];
  const mount = mounted(({ run }) => run, ({ data }, left, again) => {
    done.push(["made", data.run, left]);
    return { again, update: ({ step }) => done.push(["updated", step]), destroy: () => `after ${data.run}` };
  });
  const [parentElement, other] = [{}, {}];
  mount({ data: { run: "a", step: 1 }, parentElement });
  mount({ data: { run: "a", step: 2 }, parentElement });
  mount({ data: { run: "b", step: 3 }, parentElement });
  mount({ data: { run: "a", step: 4 }, parentElement: other });
  assert.deepEqual(done, [
    ["made", "a", undefined], ["updated", 2], ["made", "b", "after a"], ["made", "a", undefined],
  ]);
});

test("a view whose root has left the page is made anew, and one may ask for that", () => {
  let made = 0;
  let restart;
  const root = { isConnected: true };
  const mount = mounted(() => 1, (_component, _left, again) => {
    made += 1;
    restart = again;
    return { root, destroy() {} };
  });
  const component = { data: {}, parentElement: {} };
  mount(component);
  mount(component);
  assert.equal(made, 1);
  root.isConnected = false;
  mount(component);
  assert.equal(made, 2);
  restart();
  assert.equal(made, 3);
});

test("numbers have a true minus, and zero has none", () => {
  assert.deepEqual([1.5, -1.5, -0.001, Number.NaN].map((value) => figure(value)), ["1.50", "−1.50", "0.00", "–"]);
  assert.deepEqual([1.234, -1.234, -0.001].map((value) => signed(value)), ["\u20071.23", "−1.23", "\u20070.00"]);
  assert.deepEqual([0.3, -2, 0.12345, -1e-9].map((value) => exact(value)), ["0.30", "−2.00", "0.1235", "0.00"]);
  assert.deepEqual([Number.NaN, 123.456, 0].map(digits), ["–", "123.5", "0.000"]);
});

test("a seed gives the same draws again", () => {
  const [first, second] = [uniforms(7), uniforms(7)];
  for (let i = 0; i < 100; i++) assert.equal(first(), second());
  assert.deepEqual(noise(5, 20), normals(20, uniforms(5)));
});
