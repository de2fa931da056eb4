// How often a run is asked about, told by a clock of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createFollower } from "../../genlab/live/static/explore/feed.js";

// Follows a run in this state for two looks and a return to the tab: what it waited for, asked for and said.
async function follow(state, rests) {
  const real = { setTimeout, fetch, now: performance.now };
  const settled = () => new Promise((done) => real.setTimeout.call(globalThis, done, 5));
  const told = { waits: [], asked: [], trouble: [] };
  const page = Object.assign(new EventTarget(), { hidden: false });
  let next = null;
  let clock = 0;
  globalThis.document = page;
  performance.now = () => clock;
  globalThis.setTimeout = (call, wait) => {
    told.waits.push(wait);
    next = call;
  };
  globalThis.fetch = async (address) => {
    told.asked.push(new URL(address, "http://here").pathname.replace("/run", ""));
    const empty = new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 123, 125]); // a safetensors file without tensors
    if (/nets|atlas/.test(address)) return new Response(empty, { headers: { "X-Step": 10 } });
    return Response.json({ state, step: 10, saved: 10, nets: { decoder: 10 }, edition: "e" });
  };
  const nothing = () => {};
  const follower = createFollower({
    address: "/run", rests, watched: () => true, onAtlas: nothing, onDecoder: nothing, onFine: nothing,
    onUnexportable: nothing, onNews: nothing, onTrouble: (kind) => told.trouble.push(kind),
  });
  await settled();
  clock += told.waits[0] ?? 0;
  next?.();
  await settled();
  page.dispatchEvent(new Event("visibilitychange")); // back in the tab at once
  await settled();
  follower.destroy();
  Object.assign(globalThis, { setTimeout: real.setTimeout, fetch: real.fetch });
  performance.now = real.now;
  return told;
}

for (const [state, wait] of [["running", 2000], ["paused", 5000], ["finished", 30000]]) {
  test(`a ${state} run is asked about every ${wait} ms`, async () => {
    const told = await follow(state, false);
    assert.deepEqual(told.waits, [wait, wait, 2000]);
    // The nets once: a look at an unchanged run asks for nothing but its state.
    assert.deepEqual(told.asked, ["", "/atlas", "/nets/decoder", ""]);
    assert.deepEqual(told.trouble, []);
  });
}

test("a run that never changes is asked about once", async () => {
  assert.deepEqual((await follow("finished", true)).asked, ["", "/atlas", "/nets/decoder"]);
});
