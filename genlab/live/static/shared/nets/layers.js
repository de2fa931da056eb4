// What each layer of a net computes, of one example, into a buffer of its own or in place.

import { multiply } from "./product.js";

/** @typedef {(x: Float32Array) => Float32Array} Step it may work in place */
/**
 * @typedef {object} Layer as netfile.py writes it
 * @property {string} op
 * @property {number} index
 * @property {number[]} input
 * @property {number[]} output
 * @property {number[]} kernel
 * @property {number[]} stride
 * @property {number[]} padding
 * @property {number[]} dilation
 * @property {number} groups
 * @property {number} epsilon
 * @property {number} negative_slope
 * @property {number} beta
 * @property {number} threshold
 * @property {number} kept the entry whose input is to be added
 * @property {Map<number, Float32Array>} buffers what entries have kept, by their index
 * @property {(key: string, size?: number) => Float32Array | null} tensor
 */
/** @typedef {(layer: Layer) => Step} Builder */

/** @param {number[]} shape */
export function sizeOf(shape) {
  return shape.reduce((product, n) => product * n, 1);
}

/** @param {Float32Array | null} data @param {Layer} layer */
function need(data, layer) {
  if (!data) throw new Error(`Net file: layer ${layer.index} (${layer.op}) has no weight.`);
  return data;
}

/** @type {Builder} */
function linear(layer) {
  const width = sizeOf(layer.input);
  const height = sizeOf(layer.output);
  const weight = need(layer.tensor("weight", height * width), layer);
  const bias = layer.tensor("bias", height) ?? new Float32Array(height);
  const out = new Float32Array(height);
  return (x) => {
    multiply({ rows: weight, vectors: x, bias, out, count: 1, width }, height);
    return out;
  };
}

// A kernel moved over an image of height x width, to rows x columns positions: calls visit(position, tap, pixel),
// where pixel is the index of the image's pixel under that tap of the kernel, -1 where it hangs over the edge.
/** @param {Layer} layer @param {number[]} positions @param {number[]} image
 * @param {(position: number, tap: number, pixel: number) => void} visit */
function walkKernel(layer, [rows, columns], [height, width], visit) {
  const kernel = layer.kernel;
  const [strideY, strideX] = layer.stride;
  const [paddingY, paddingX] = layer.padding;
  const [dilationY, dilationX] = layer.dilation;
  for (let position = 0; position < rows * columns; position++) {
    for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
      const y = Math.floor(position / columns) * strideY - paddingY + Math.floor(tap / kernel[1]) * dilationY;
      const x = (position % columns) * strideX - paddingX + (tap % kernel[1]) * dilationX;
      visit(position, tap, y >= 0 && y < height && x >= 0 && x < width ? y * width + x : -1);
    }
  }
}

// Gather the patch under each output pixel, then one matrix product: [out, in * taps] by [pixels, in * taps].
/** @type {Builder} */
function conv2d(layer) {
  const [inside, ...size] = layer.input;
  const [outside, ...outSize] = layer.output;
  const taps = sizeOf(layer.kernel);
  const pixels = sizeOf(outSize);
  const width = inside * taps;
  const source = new Int32Array(pixels * width);
  walkKernel(layer, outSize, size, (position, tap, pixel) => {
    for (let channel = 0; channel < inside; channel++) {
      source[position * width + channel * taps + tap] = pixel < 0 ? -1 : channel * sizeOf(size) + pixel;
    }
  });
  const weight = need(layer.tensor("weight", outside * width), layer);
  const bias = layer.tensor("bias", outside) ?? new Float32Array(outside);
  const patches = new Float32Array(pixels * width);
  const out = new Float32Array(outside * pixels);
  return (x) => {
    for (let i = 0; i < source.length; i++) patches[i] = source[i] < 0 ? 0 : x[source[i]];
    multiply({ rows: weight, vectors: patches, bias, out, count: pixels, width }, outside);
    return out;
  };
}

// One matrix product, [out * taps, in] by [pixels, in], then add each product to the output pixel under its tap.
/** @type {Builder} */
function convTranspose2d(layer) {
  const [inside, ...size] = layer.input;
  const [outside, ...outSize] = layer.output;
  const taps = sizeOf(layer.kernel);
  const pixels = sizeOf(size);
  const outPixels = sizeOf(outSize);
  const height = outside * taps;
  const target = new Int32Array(height * pixels);
  walkKernel(layer, size, outSize, (position, tap, pixel) => {
    for (let channel = 0; channel < outside; channel++) {
      target[(channel * taps + tap) * pixels + position] = pixel < 0 ? -1 : channel * outPixels + pixel;
    }
  });
  const weight = transposed(need(layer.tensor("weight", inside * height), layer), inside, height);
  const bias = layer.tensor("bias", outside) ?? new Float32Array(outside);
  const none = new Float32Array(height);
  const vectors = new Float32Array(pixels * inside);
  const products = new Float32Array(height * pixels);
  const out = new Float32Array(outside * outPixels);
  return (x) => {
    for (let channel = 0; channel < inside; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) vectors[pixel * inside + channel] = x[channel * pixels + pixel];
    }
    multiply({ rows: weight, vectors, bias: none, out: products, count: pixels, width: inside }, height);
    for (let channel = 0; channel < outside; channel++) {
      out.fill(bias[channel], channel * outPixels, (channel + 1) * outPixels);
    }
    for (let i = 0; i < target.length; i++) if (target[i] >= 0) out[target[i]] += products[i];
    return out;
  };
}

/** @param {Float32Array} matrix @param {number} rows @param {number} columns */
function transposed(matrix, rows, columns) {
  const out = new Float32Array(matrix.length);
  for (let r = 0, i = 0; r < rows; r++) for (let c = 0; c < columns; c++, i++) out[c * rows + r] = matrix[i];
  return out;
}

// x * weight + bias for each channel (or each number, where there are as many weights as numbers).
/** @type {Builder} */
function scaleShift(layer) {
  const weight = need(layer.tensor("weight"), layer);
  const bias = need(layer.tensor("bias", weight.length), layer);
  const area = sizeOf(layer.input) / weight.length;
  if (!Number.isInteger(area)) throw new Error(`Net file: layer ${layer.index} (${layer.op}) has a wrong weight.`);
  return (x) => {
    for (let channel = 0, i = 0; channel < weight.length; channel++) {
      for (let n = 0; n < area; n++, i++) x[i] = x[i] * weight[channel] + bias[channel];
    }
    return x;
  };
}

// (x - mean) / sqrt(variance + epsilon) over each group of neighbouring channels.
/** @type {Builder} */
function normalise({ input, groups, epsilon }) {
  const width = sizeOf(input) / groups;
  return (x) => {
    for (let from = 0; from < x.length; from += width) {
      let mean = 0;
      for (let i = from; i < from + width; i++) mean += x[i] / width;
      let variance = 0;
      for (let i = from; i < from + width; i++) variance += (x[i] - mean) ** 2 / width;
      const scale = 1 / Math.sqrt(variance + epsilon);
      for (let i = from; i < from + width; i++) x[i] = (x[i] - mean) * scale;
    }
    return x;
  };
}

// erf by Abramowitz and Stegun 7.1.26; its error is at most 1.5e-7.
/** @param {number} x */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/** @param {(layer: Layer) => (x: number) => number} functionOf @returns {Builder} */
function elementwise(functionOf) {
  return (layer) => {
    const f = functionOf(layer);
    return (x) => {
      for (let i = 0; i < x.length; i++) x[i] = f(x[i]);
      return x;
    };
  };
}

// A copy of its input, for an `add` further on: the layers between may work in place.
/** @type {Builder} */
function keep(layer) {
  const out = new Float32Array(sizeOf(layer.input));
  layer.buffers.set(layer.index, out);
  return (x) => {
    out.set(x);
    return x;
  };
}

// x and what was kept, number by number: the end of a residual block.
/** @type {Builder} */
function add(layer) {
  const other = layer.buffers.get(layer.kept);
  if (other?.length !== sizeOf(layer.input)) throw new Error(`Net file: layer ${layer.index} (add) has nothing to add.`);
  return (x) => {
    for (let i = 0; i < x.length; i++) x[i] += other[i];
    return x;
  };
}

/** @type {Record<string, Builder>} */
export const LAYERS = {
  keep,
  add,
  linear,
  conv2d,
  conv_transpose2d: convTranspose2d,
  scale_shift: scaleShift,
  normalise,
  relu: elementwise(() => (x) => (x > 0 ? x : 0)),
  leaky_relu: elementwise(({ negative_slope: slope }) => (x) => (x > 0 ? x : slope * x)),
  silu: elementwise(() => (x) => x / (1 + Math.exp(-x))),
  gelu: elementwise(() => (x) => (x * (1 + erf(x * Math.SQRT1_2))) / 2),
  tanh: elementwise(() => Math.tanh),
  sigmoid: elementwise(() => (x) => 1 / (1 + Math.exp(-x))),
  softplus: elementwise(({ beta, threshold }) => (x) => (beta * x > threshold ? x : Math.log1p(Math.exp(beta * x)) / beta)),
};
