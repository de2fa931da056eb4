// One clock for all that asks again and again, told by a clock of its own.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createPoll, restMs } from "../../genlab/live/static/core/poll.js";

const real = { setTimeout, clearTimeout, now: performance.now };
let page;
let clock;
let next; // what waits, and how long

beforeEach(() => {
  page = Object.assign(new EventTarget(), { hidden: false });
  globalThis.document = page;
  clock = 0;
  next = null;
  performance.now = () => clock;
  globalThis.setTimeout = (call, wait) => {
    next = { call, wait };
    return 1;
  };
  globalThis.clearTimeout = () => {
    next = null;
  };
});

afterEach(() => {
  Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
  performance.now = real.now;
});

// A look that counts how often it was made, and says to wait so long.
function counted(wait) {
  const look = async () => {
    look.times += 1;
    return wait;
  };
  look.times = 0;
  return look;
}

const settled = () => new Promise((done) => real.setTimeout.call(globalThis, done, 2));

test("it waits as long as a look says, and rests after the last", async () => {
  const waits = [300, 700, Infinity];
  let looks = 0;
  const poll = createPoll({ watched: () => true, look: async () => waits[looks++] });
  for (const wait of [300, 700]) {
    (next?.call ?? poll.now)();
    await settled();
    assert.equal(next.wait, wait);
  }
  next.call();
  await settled();
  assert.equal(next, null);
  page.dispatchEvent(new Event("visibilitychange")); // seen again, it looks again
  await settled();
  assert.equal(looks, 4);
});

test("nobody looks where nobody sees, nor after the end", async () => {
  const look = counted(100);
  let there = true;
  const poll = createPoll({ watched: () => there, look });
  page.hidden = true;
  poll.now();
  await settled();
  assert.equal(look.times, 0);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.equal(look.times, 1);
  there = false; // the view has left the page
  next.call();
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.equal(look.times, 1);
});

test("two at once do not become two clocks, and who asked meanwhile is answered after", async () => {
  let looks = 0;
  let finish;
  const look = () => {
    looks += 1;
    return new Promise((done) => {
      finish = () => done(50);
    });
  };
  const poll = createPoll({ watched: () => true, look });
  poll.now();
  poll.now();
  poll.now();
  assert.equal(looks, 1);
  finish();
  await settled();
  assert.equal(looks, 2);
  finish();
  await settled();
  assert.deepEqual([looks, next.wait], [2, 50]);
});

test("going back and forth between tabs asks no more often than it may", async () => {
  const look = counted(5000);
  const poll = createPoll({ watched: () => true, look, least: 2000 });
  poll.now();
  await settled();
  clock = 500;
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.deepEqual([look.times, next.wait], [1, 1500]);
});

test("the longer a page rests, the more seldom it looks, and a press, a return or a class has it look soon", async () => {
  page.querySelector = () => null;
  const waits = [];
  const look = async (quiet) => {
    waits.push(Math.round(restMs(quiet) / 100) / 10);
    return restMs(quiet);
  };
  const poll = createPoll({ watched: () => true, look, stirs: true });
  const step = async (act) => {
    act();
    await settled();
  };
  const rest = () =>
    step(() => {
      clock += next.wait;
      next.call();
    });
  await step(poll.now);
  for (let times = 0; times < 12; times++) await rest();
  assert.deepEqual(waits.slice(0, 6), [3, 3, 3, 3, 3, 3.8]);
  assert.ok(waits.every((wait, index) => wait <= 10 && wait >= (waits[index - 1] ?? 0)), String(waits));
  assert.equal(waits.at(-1), 10);
  clock += 5000;
  await step(() => page.dispatchEvent(new Event("pointerdown")));
  assert.deepEqual([waits.length, waits.at(-1)], [14, 3]);
  await step(() => page.dispatchEvent(new Event("keydown"))); // it has just looked
  assert.equal(waits.length, 14);
  for (let times = 0; times < 12; times++) await rest();
  await step(() => page.dispatchEvent(new Event("visibilitychange")));
  assert.equal(waits.at(-1), 3);
  page.querySelector = (chosen) => (chosen === ".gl-class" ? {} : null);
  assert.equal(restMs(1e6), 3000);
  poll.destroy();
  const { length } = waits;
  clock += 1e6;
  await step(() => page.dispatchEvent(new Event("pointerdown")));
  assert.equal(waits.length, length);
});
