// What a person is told whose guess or experiment the server refuses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../../genlab/live/static/lesson/refused.js";

const words = { offline: "away", trouble_full: "full" };
const problems = { key: "no cookies", many: "many experiments", often: "many requests" };

/** @param {number} status @param {object | string} body */
const told = async (status, body) =>
  (await refused(new Response(typeof body === "string" ? body : JSON.stringify(body), { status }), words, problems)).message;

test("a refusal is told by its own reason", async () => {
  assert.equal(await told(429, { error: "too many experiments wait", problem: "many" }), "many experiments");
  assert.equal(await told(429, { error: "Too many requests at once" }), "many requests");
  assert.equal(await told(429, "<html>a proxy's page</html>"), "many requests");
  assert.equal(await told(403, { error: "no key" }), "no cookies");
  assert.equal(await told(503, { trouble: "full" }), "full");
  assert.equal(await told(500, "broken"), "away");
});
