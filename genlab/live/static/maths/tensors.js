// What a file of tensors holds, by name; who reads it is core/safetensors.js.

/** @typedef {{shape: number[], data: Float32Array}} Tensor */
/** @typedef {Map<string, Tensor>} Tensors */

// The numbers of a tensor that has to be there.
/** @param {Tensors} tensors @param {string} name */
export function numbersOf(tensors, name) {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`No tensor ${name}; there are ${[...tensors.keys()].join(", ")}.`);
  return tensor.data;
}
