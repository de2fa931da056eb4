// Stands for a net that the browser cannot run: the server decodes, a moment later, many z in one request.

/** @typedef {import("../shared/latent/map.js").LatentNet} LatentNet */

const PAUSE_MS = 80; // a hand in motion asks so often at most
const MOST = 256; // z in one request, as the server allows
const KEPT = 2000;

// onNet(net): called when something new can be drawn; net is like one of loadNet's, but run gives null for what is not
// known yet. onFail(): the server did not answer. Returns {open(), forget()}.
/** @param {string} address @param {number} latents @param {string} kind @param {(net: LatentNet) => void} onNet
 * @param {() => void} onFail */
export function createRemoteNet(address, latents, kind, onNet, onFail) {
  /** @type {Map<string, Float32Array>} */
  const known = new Map();
  /** @type {Map<string, Float32Array>} */
  let wanted = new Map();
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let timer = 0;
  /** @type {LatentNet | null} */
  let net = null;

  /** @param {Float32Array} z @returns {Float32Array | null} */
  function run(z) {
    const key = z.join();
    const found = known.get(key);
    if (found) return found;
    wanted.set(key, Float32Array.from(z));
    if (!timer) timer = setTimeout(fetchWanted, PAUSE_MS);
    return null;
  }

  async function fetchWanted() {
    const asked = [...wanted].slice(-MOST);
    wanted = new Map([...wanted].slice(0, -MOST));
    const body = new Float32Array(asked.length * latents);
    asked.forEach(([, z], i) => body.set(z, i * latents));
    try {
      const answer = await fetch(address, { method: "POST", body });
      if (answer.status !== 200) throw new Error(`status ${answer.status}`);
      const x = new Float32Array(await answer.arrayBuffer());
      const outputs = x.length / asked.length;
      if (known.size > KEPT) known.clear();
      asked.forEach(([key], i) => known.set(key, x.subarray(i * outputs, (i + 1) * outputs)));
      net ??= { inputs: latents, outputs, outputShape: kind === "images" ? [1, 28, 28] : [outputs], run };
      onNet(net);
    } catch {
      onFail();
    } finally {
      timer = wanted.size ? setTimeout(fetchWanted, PAUSE_MS) : 0;
    }
  }

  return {
    open: () => net ?? run(new Float32Array(latents)),
    // Other weights: what was decoded is no longer true.
    forget() {
      known.clear();
      if (net) onNet(net);
    },
  };
}
