// net.js against torch, number for number, and what is said of files that are none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSafetensors } from "../../genlab/live/static/core/safetensors.js";
import { loadNet } from "../../genlab/live/static/shared/nets/net.js";
import { bytesOf, cases, close } from "./cases.js";

for (const { file, input, output, facts } of cases("nets")) {
  test(`${file} runs as in torch`, () => {
    const net = loadNet(bytesOf(file));
    assert.equal(net.finite, output !== null);
    if (!output) return;
    assert.deepEqual([net.inputs, net.outputs], [input.length, output.length]);
    net.run(new Float32Array(net.inputs).fill(0.3)); // whatever a call leaves behind must not reach the next one
    close(net.run(Float32Array.from(input)), output, [1e-4, 1e-4], file);
    close(net.facts, facts);
  });
}

const length = (number) => new Uint8Array(new BigUint64Array([BigInt(number)]).buffer);
const file = (header, data = []) => {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  return Buffer.concat([length(text.length), text, Buffer.from(data)]);
};
const entry = (dtype, shape, begin, end) => ({ dtype, shape, data_offsets: [begin, end] });
const zeros = (count) => new Uint8Array(count);

test("a malformed file is refused in words", () => {
  const malformed = [
    [Buffer.alloc(0), "0 bytes"],
    [Buffer.concat([length(1e12), Buffer.from("{}")]), "claims 1000000000000 bytes"],
    [file("{'a'"), "not JSON"],
    [file([]), "not a JSON object"],
    [file({ a: null }), "dtype"],
    [file({ a: entry("F64", [1], 0, 8) }, zeros(8)), "dtype F64"],
    [file({ a: entry("F32", [-1], 0, 4) }, zeros(4)), "no valid shape"],
    [file({ a: entry("F32", [2], 0, 4) }, zeros(4)), "takes 8 bytes"],
    [file({ a: entry("F32", [2], 0, 8) }, zeros(4)), "takes 8 bytes"],
    [file({ a: { dtype: "F32", shape: [1] } }, zeros(4)), "no valid offsets"],
  ];
  for (const [bytes, words] of malformed) {
    assert.throws(() => parseSafetensors(bytes), ({ message }) => message.includes(words), words);
  }
});

test("a file that is no net is refused in words", () => {
  const wrong = [
    [{ format: "other" }, "format other"],
    [{ layers: '[{"op": "softmax", "input": [4], "output": [4]}]' }, "layer 0 is softmax"],
    [{ layers: '[{"op": "relu", "input": [5], "output": [5]}]' }, "takes [5], but is given [4]"],
    [{ layers: '[{"op": "linear", "input": [4], "output": [4]}]' }, "no weight"],
    [{ layers: '[{"op": "add", "kept": 0, "input": [4], "output": [4]}]' }, "nothing to add"],
    [{ layers: "nonsense" }, "cannot be read"],
  ];
  for (const [change, words] of wrong) {
    const bytes = file({ __metadata__: { format: "genlab-net 1", input: "[4]", layers: "[]", ...change } });
    assert.throws(() => loadNet(bytes), ({ message }) => message.includes(words), words);
  }
});

test("every number format is read from an unaligned view", () => {
  const half = [0x00, 0x00, 0x00, 0xbe, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c]; // 0, -1.5, 65504, 2^-24, infinity
  const long = new Uint8Array(new BigInt64Array([BigInt(-(2 ** 53))]).buffer);
  const single = new Uint8Array(new Float32Array([0.1]).buffer);
  const header = {
    half: entry("F16", [5], 0, 10), byte: entry("U8", [2], 10, 12), long: entry("I64", [1], 12, 20),
    single: entry("F32", [], 20, 24),
  };
  const bytes = Buffer.concat([Buffer.from("x"), file(header, [...half, 3, 255, ...long, ...single])]).subarray(1);
  const { tensors } = parseSafetensors(bytes);
  const read = [...tensors].map(([name, { shape, data }]) => [name, shape, Array.from(data, Number)]);
  assert.deepEqual(read, [
    ["half", [5], [0, -1.5, 65504, 2 ** -24, Infinity]],
    ["byte", [2], [3, 255]],
    ["long", [1], [-(2 ** 53)]],
    ["single", [], [Math.fround(0.1)]],
  ]);
});
