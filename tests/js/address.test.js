// The address as components and Streamlit write it together: what one of them said once must not come back.
import assert from "node:assert/strict";
import { test } from "node:test";

const entries = ["http://here/latent?run=a&z=1_0"];
const here = () => entries[entries.length - 1];
globalThis.location = /** @type {any} */ ({
  get href() { return here(); },
  get pathname() { return new URL(here()).pathname; },
  get search() { return new URL(here()).search; },
});
globalThis.history = /** @type {any} */ ({
  state: null,
  pushState: (_state, _unused, url) => entries.push(url),
  replaceState: (_state, _unused, url) => entries.splice(-1, 1, url),
});
const listeners = {};
globalThis.addEventListener = (name, listener) => (listeners[name] ??= []).push(listener);
globalThis.MouseEvent ??= class extends Event {};
globalThis.HTMLAnchorElement ??= class {};
const { createState } = await import("../../genlab/live/static/core/address.js");
const click = () => listeners.click.forEach((listener) => listener(new Event("click")));
const place = () => createState({ z: { kind: (text) => text, usual: "" } }, () => undefined, "explore a");
const z = () => new URL(here()).searchParams.get("z");

test("a place that a hand has moved to is not taken back by what a link once said", () => {
  const first = place();
  assert.equal(first.values.z, "1_0");
  first.set({ z: "3_0" });
  click();
  history.pushState(null, "", "/latent?run=a&view=walks&z=1_0"); // Streamlit knows of no other z
  assert.equal(z(), null);
  click();
  history.pushState(null, "", "/latent?run=a&z=1_0");
  assert.equal(z(), null);
  history.pushState(null, "", "/latent?run=a&lang=zh&z=1_0"); // a click that comes before the view stands again
  assert.equal(z(), null);
  assert.equal(place().values.z, "3_0");
});

test("Back brings what the entry says", () => {
  entries.push("http://here/latent?run=a&z=7_0");
  listeners.popstate.forEach((listener) => listener());
  assert.equal(place().values.z, "7_0");
});
