// Runs a net that genlab/netfile.py wrote: one example at a time, into buffers made once, when the net is loaded.

import { parseSafetensors } from "../../core/safetensors.js";
import { LAYERS, sizeOf } from "./layers.js";
import { TIMES, ode } from "./ode.js";

/** @typedef {import("../../core/safetensors.js").Tensor} Tensor */
/**
 * @typedef {object} Net
 * @property {number} inputs
 * @property {number} outputs
 * @property {number[]} inputShape
 * @property {number[]} outputShape
 * @property {Record<string, string>} facts
 * @property {boolean} finite
 * @property {(x: Float32Array) => Float32Array} run
 * @property {number} label the class that its input is told, where it is told one
 * @property {import("./ode.js").Way | null} way where its first layer carries x along a velocity field
 */

const NET_FORMAT = "genlab-net 1";

// bytes: an ArrayBuffer or a view of one. Throws an Error that says what is wrong with the file.
// Returns {run, inputs, outputs, inputShape, outputShape, facts, finite}:
// run(Float32Array of `inputs` numbers) -> Float32Array of `outputs` numbers, the same array at every call;
// facts: the file's metadata; finite: false where a weight is NaN or infinite.
/** @param {ArrayBuffer | ArrayBufferView} bytes @returns {Net} */
export function loadNet(bytes) {
  const { tensors, metadata } = parseSafetensors(bytes);
  if (metadata.format !== NET_FORMAT) {
    throw new Error(`Not a net file: format ${metadata.format}, allowed: ${NET_FORMAT}.`);
  }
  if (metadata.steps) fromPlanes(tensors, metadata.steps);
  const layers = parseList(metadata, "layers");
  const inputShape = parseList(metadata, "input");
  const { steps, ways } = stepsOf(layers, inputShape, (key, size) => tensorOf(tensors, key, size));

  const outputShape = layers.length ? layers.at(-1).output : inputShape;
  // A net that is told the class of x takes it as so many more numbers, of which one is 1: they are no part of z.
  const told = Number(metadata.net === "decoder" && metadata.told ? metadata.told : 0);
  const inputs = sizeOf(inputShape) - told;
  const entry = new Float32Array(inputs + told); // a copy of the input, so that a layer may work in place
  return {
    inputs,
    outputs: sizeOf(outputShape),
    inputShape,
    outputShape,
    facts: metadata,
    finite: [...tensors.values()].every(({ data }) => allFinite(data)),
    run(input) {
      if (input.length !== inputs) throw new Error(`Net: got ${input.length} numbers, allowed: ${inputs}.`);
      entry.set(input);
      if (told) entry.fill(0, inputs)[inputs + this.label] = 1;
      /** @type {Float32Array} */
      let x = entry;
      for (let i = 0; i < steps.length; i++) x = steps[i](x);
      return x;
    },
    label: 0,
    way: ways[0] ?? null,
  };
}

// What a list of layers does one after the other, and the fields among them; tensor(name, size) has their weights.
/** @param {any[]} layers @param {number[]} inputShape @param {(name: string, size?: number) => Float32Array | null} tensor */
function stepsOf(layers, inputShape, tensor) {
  let shape = inputShape;
  /** @type {Map<number, Float32Array>} */
  const buffers = new Map();
  /** @type {import("./ode.js").Way[]} */
  const ways = [];
  const steps = layers.map((layer, index) => {
    if (!Array.isArray(layer.input) || !Array.isArray(layer.output) || sizeOf(layer.input) !== sizeOf(shape)) {
      throw new Error(`Net file: layer ${index} takes [${layer.input}], but is given [${shape}].`);
    }
    shape = layer.output;
    /** @param {string} key @param {number} [size] */
    const own = (key, size) => tensor(`${index}.${key}`, size);
    if (layer.op === "ode") {
      const size = sizeOf(layer.input);
      const field = stepsOf(layer.layers, [size + TIMES], own).steps;
      ways.push(ode(layer, size, (x) => field.reduce((now, step) => step(now), x)));
      return ways[ways.length - 1].end;
    }
    const builder = Object.hasOwn(LAYERS, layer.op) ? LAYERS[layer.op] : null;
    if (!builder) throw new Error(`Net file: layer ${index} is ${layer.op}, allowed: ${Object.keys(LAYERS).join(", ")}, ode.`);
    return builder({ ...layer, index, buffers, tensor: own });
  });
  return { steps, ways };
}

const PLANES_BITS = 20;

// Puts float32 matrices in the place of those that in_planes of netfile.py wrote as integers of 20 bits and a step.
/** @param {Map<string, Tensor>} tensors @param {string} json */
function fromPlanes(tensors, json) {
  for (const [name, step] of Object.entries(JSON.parse(json))) {
    const planes = tensors.get(name);
    const size = planes ? planes.data.length / 3 : 0;
    if (!(planes?.data instanceof Uint8Array) || planes.shape[0] !== 3 || !Number.isFinite(step)) {
      throw new Error(`Net file: tensor ${name} is not in planes.`);
    }
    const { data: bytes } = planes;
    const data = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const bits = (bytes[i] << 16) | (bytes[size + i] << 8) | bytes[2 * size + i];
      data[i] = step * ((bits >> (24 - PLANES_BITS)) - 2 ** (PLANES_BITS - 1));
    }
    tensors.set(name, { shape: planes.shape.slice(1), data });
  }
}

/** @param {Record<string, string>} metadata @param {string} key @returns {any[]} */
function parseList(metadata, key) {
  try {
    const list = JSON.parse(metadata[key]);
    if (Array.isArray(list)) return list;
  } catch {
    // said below, in the same words as for JSON that is no list
  }
  throw new Error(`Net file: its ${key} cannot be read.`);
}

/** @param {ArrayLike<number>} numbers */
function allFinite(numbers) {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return false;
  return true;
}

// The numbers of a tensor of `size` numbers; null where the layer does without it.
/** @param {Map<string, Tensor>} tensors @param {string} name @param {number} [size] */
function tensorOf(tensors, name, size) {
  const tensor = tensors.get(name);
  if (!tensor) return null;
  if (!(tensor.data instanceof Float32Array) || (size !== undefined && tensor.data.length !== size)) {
    throw new Error(`Net file: tensor ${name} has ${tensor.data.length} numbers, its layer takes ${size}.`);
  }
  return tensor.data;
}
