// The models of a walk: their nets and atlases, fetched once, and again where a run still trains.

import { ofStep, passes, troubleOf } from "../../core/lab.js";
import { createPoll } from "../../core/poll.js";
import { parseSafetensors } from "../../core/safetensors.js";
import { readCode } from "../../maths/code.js";
import { loadNet } from "./net.js";

/** @typedef {import("../../core/lab.js").RunNews} RunNews */
/** @typedef {import("./net.js").Net} Net */
/** @typedef {import("../../core/safetensors.js").Tensor} Tensor */
/**
 * @typedef {{id: string, family: string, encodes: boolean, latents: number, noise: string | null, chosen: boolean,
 *   [more: string]: any}} ModelRun
 */
/** @typedef {{mean: Float32Array<ArrayBuffer>, deviation: Float32Array | null}} Code of one picture: what the encoder says of z */
/**
 * @typedef {object} Model
 * @property {ModelRun} run
 * @property {Map<string, Tensor> | null} atlas
 * @property {string | null} problem
 * @property {number} version
 * @property {boolean} ready
 * @property {number} dimensions
 * @property {(z: Float32Array) => Float32Array} decode
 * @property {(x: Float32Array) => Float32Array} encode
 * @property {(x: Float32Array) => Code} code
 * @property {() => void} wantAtlas
 * @property {() => void} look at once
 * @property {() => void} destroy
 */

const FOLLOW_MS = 2000;
const REST_MS = 8000; // a run that does not train may be resumed, or deleted, in another tab
const NO_POINTS = 999999999; // only the run's state is wanted, none of its curve

// run: {id, family, encodes, latents, noise, chosen}. Returns a model: decode(z) -> numbers of a picture or point, a
// buffer used again; encode(numbers) -> the mean of z; problem: "wait", "gone", "offline", "trouble_KIND",
// "broken" or null.
// onChange(model, what) is called with "nets", "atlas" or "problem". isShown() is false once the page is left; while
// inSight() is false nothing is asked for. follow: ms between two looks at a run that trains.
/** @param {string} base @param {ModelRun} run @param {(model: Model, what: string) => void} onChange
 * @param {() => boolean} isShown @param {{inSight?: () => boolean, follow?: number}} options */
export function createModel(base, run, onChange, isShown, { inSight = () => true, follow = FOLLOW_MS } = {}) {
  const address = `${base}/lab/runs/${run.id}`;
  /** @type {Record<string, Net>} */
  const nets = {};
  /** @type {Record<string, number>} */
  const have = {};
  let atlasWanted = false;
  let alive = true;
  /** @type {string | null} */
  let seen = null;

  /** @type {Model} */
  const model = {
    run,
    atlas: null,
    problem: "wait",
    version: 0, // counts the weights that came
    get ready() {
      return Boolean(nets.decoder && (nets.encoder || !run.encodes));
    },
    get dimensions() {
      return nets.decoder?.outputs ?? 0;
    },
    decode: (z) => nets.decoder.run(z),
    encode: (x) => Float32Array.from(nets.encoder.run(x).subarray(0, run.latents)),
    code: (x) => readCode(nets.encoder.run(x), nets.encoder.facts.outputs),
    wantAtlas() {
      atlasWanted = true;
      if (!model.atlas) poll.now();
    },
    look: () => poll.now(),
    destroy() {
      alive = false;
      poll.destroy();
    },
  };

  /** @param {string | null} problem */
  function trouble(problem) {
    if (model.problem === problem || !alive) return;
    model.problem = problem;
    onChange(model, "problem");
  }

  /** @param {string} path */
  async function ask(path) {
    const answer = await fetch(`${address}${path}`).catch(() => null);
    if (answer?.ok) return answer;
    const said = answer?.status === 404 ? "gone" : answer?.status === 422 ? "broken" : await troubleOf(answer);
    throw new Error(said);
  }

  /** @param {RunNews} news */
  async function fetchNets(news) {
    const names = run.encodes ? ["decoder", "encoder"] : ["decoder"];
    /** @type {Record<string, {step: number, net: Net | null}>} */
    const fresh = {};
    for (const name of names) {
      const step = news.nets[name] ?? have[name];
      if (step === have[name]) continue; // not written yet, or the latest is here
      const answer = await ask(ofStep(`/nets/${name}`, step, news));
      if (answer.status !== 200) continue;
      fresh[name] = { step: Number(answer.headers.get("X-Step")), net: read(await answer.arrayBuffer()) };
    }
    if (!alive || !Object.keys(fresh).length) return;
    // An encoder and a decoder of different moments do not belong together: both or none.
    if (Object.values(fresh).some(({ net }) => !net)) return trouble("broken");
    for (const [name, { step, net }] of Object.entries(fresh)) {
      if (net) nets[name] = net;
      have[name] = step;
    }
    if (!model.ready) return;
    model.problem = null;
    model.version += 1;
    onChange(model, "nets");
  }

  /** @param {ArrayBuffer} bytes */
  function read(bytes) {
    try {
      const net = loadNet(bytes);
      return net.finite ? net : null;
    } catch {
      return null; // said by "broken"
    }
  }

  /** @param {RunNews} news */
  async function fetchAtlas(news) {
    const step = news.saved ?? have.atlas;
    if (step === have.atlas) return; // no checkpoint yet, or the latest is here
    const answer = await ask(ofStep("/atlas", step, news));
    if (answer.status !== 200 || !alive) return;
    have.atlas = Number(answer.headers.get("X-Step"));
    model.atlas = parseSafetensors(await answer.arrayBuffer()).tensors;
    onChange(model, "atlas");
  }

  const poll = createPoll({ watched: isShown, look });

  async function look() {
    if (!inSight()) return Infinity; // who comes into sight asks for a look
    let training = false;
    try {
      const news = await (await ask(`?after=${NO_POINTS}`)).json();
      training = news.state === "running";
      const moment = `${news.step} ${news.state}`;
      if (moment !== seen || !model.ready) await fetchNets(news);
      if (atlasWanted && (moment !== seen || !model.atlas)) await fetchAtlas(news);
      seen = moment;
      if (model.ready && passes(model.problem)) trouble(null);
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      trouble(message);
      if (message === "gone") return Infinity;
    }
    // A shipped run beside the chosen one never changes: once it is here, nobody asks again.
    const complete = model.ready && (model.atlas || !atlasWanted);
    if (!run.chosen && complete) return Infinity;
    return training || !complete ? follow : REST_MS;
  }

  poll.now();
  return model;
}

// Held-out digits: [{index, label, pixels: Float32Array in [0, 1]}], null where there are none.
/** @param {string} base @param {string} name */
export async function fetchExamples(base, name) {
  const answer = await fetch(`${base}/lab/data/${name}/examples`);
  if (!answer.ok) return null;
  const { tensors } = parseSafetensors(await answer.arrayBuffer());
  const images = tensors.get("images");
  const labels = tensors.get("labels");
  if (!images || !labels) return null;
  const size = images.data.length / images.shape[0];
  return Array.from(labels.data, (label, index) => ({
    index,
    label,
    pixels: Float32Array.from(images.data.subarray(index * size, (index + 1) * size), (grey) => grey / 255),
  }));
}
