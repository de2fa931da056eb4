// Reads a safetensors file: 8 bytes of header length (little-endian), a JSON header, then the raw tensors.

// Told as the floats that nearly all tensors are; who reads labels or orders knows that they are whole numbers.
/** @typedef {{shape: number[], data: Float32Array}} Tensor */
/** @typedef {{tensors: Map<string, Tensor>, metadata: Record<string, string>}} File */

/** @type {Record<string, number>} */
const ELEMENT_BYTES = { F32: 4, F16: 2, U8: 1, I64: 8 };

// bytes: an ArrayBuffer or a view of one (a view need not be aligned).
// Returns {tensors: Map name -> {shape, data}, metadata}; data is a Float32Array (F32, F16), Uint8Array (U8) or
// BigInt64Array (I64), always a copy. Throws an Error that says what is wrong with the file.
/** @param {ArrayBuffer | ArrayBufferView} bytes @returns {File} */
export function parseSafetensors(bytes) {
  const view = asDataView(bytes);
  if (view.byteLength < 8) throw malformed(`got ${view.byteLength} bytes, a header takes at least 8`);
  const headerLength = Number(view.getBigUint64(0, true));
  const start = 8 + headerLength;
  if (start > view.byteLength) {
    throw malformed(`its header claims ${headerLength} bytes, the file has ${view.byteLength}`);
  }
  const { __metadata__: metadata = {}, ...entries } = parseHeader(view, headerLength);
  const tensors = new Map();
  for (const [name, entry] of Object.entries(entries)) {
    tensors.set(name, { shape: entry?.shape, data: readTensor(view, start, name, entry) });
  }
  return { tensors, metadata };
}

/** @param {ArrayBuffer | ArrayBufferView} bytes */
function asDataView(bytes) {
  if (ArrayBuffer.isView(bytes)) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes instanceof ArrayBuffer) return new DataView(bytes);
  throw malformed("got something that is not an ArrayBuffer or a view of one");
}

/** @param {DataView<ArrayBufferLike>} view @param {number} length @returns {Record<string, any>} */
function parseHeader(view, length) {
  const text = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + 8, length));
  let header;
  try {
    header = JSON.parse(text);
  } catch {
    throw malformed("its header is not JSON");
  }
  if (header === null || typeof header !== "object" || Array.isArray(header)) {
    throw malformed("its header is not a JSON object");
  }
  return header;
}

/** @param {DataView<ArrayBufferLike>} view @param {number} start @param {string} name @param {any} entry */
function readTensor(view, start, name, entry) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const size = Object.hasOwn(ELEMENT_BYTES, dtype ?? "") ? ELEMENT_BYTES[dtype] : undefined;
  if (size === undefined) {
    throw malformed(`tensor ${name} has dtype ${dtype}, allowed: ${Object.keys(ELEMENT_BYTES).join(", ")}`);
  }
  /** @param {unknown} n */
  const isCount = (n) => Number.isSafeInteger(n) && Number(n) >= 0;
  if (!Array.isArray(shape) || !shape.every(isCount)) throw malformed(`tensor ${name} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw malformed(`tensor ${name} has no valid offsets`);
  }
  const [from, to] = offsets;
  const expected = shape.reduce((product, n) => product * n, size);
  if (to - from !== expected || start + to > view.byteLength) {
    throw malformed(`tensor ${name} of shape [${shape}] takes ${expected} bytes, its offsets are ${from} to ${to}`);
  }
  const first = view.byteOffset + start + from;
  const raw = view.buffer.slice(first, first + expected);
  if (dtype === "F32") return new Float32Array(raw);
  if (dtype === "F16") return Float32Array.from(new Uint16Array(raw), halfToNumber);
  return dtype === "U8" ? new Uint8Array(raw) : new BigInt64Array(raw);
}

// IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits.
/** @param {number} bits */
function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @param {string} reason */
function malformed(reason) {
  return new Error(`Not a readable safetensors file: ${reason}.`);
}
