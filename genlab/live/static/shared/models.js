// The models of a walk: their nets and atlases, fetched once, and again where a run still trains.

import { ofStep } from "../core/edition.js";
import { parseSafetensors } from "../core/safetensors.js";
import { passes, troubleOf } from "../core/trouble.js";
import { readCode } from "../maths/code.js";
import { loadNet } from "./net.js";

const FOLLOW_MS = 2000;
const REST_MS = 8000; // a run that does not train may be resumed, or deleted, in another tab
const NO_POINTS = 999999999; // only the run's state is wanted, none of its curve

// run: {id, family, encodes, latents, noise, chosen}. Returns a model: decode(z) -> numbers of a picture or point, a
// buffer used again; encode(numbers) -> the mean of z; problem: "wait", "gone", "offline", "trouble_KIND",
// "broken" or null.
// onChange(model, what) is called with "nets", "atlas" or "problem". isShown() is false once the page is left.
export function createModel(base, run, onChange, isShown) {
  const address = `${base}/lab/runs/${run.id}`;
  const nets = {};
  const have = {};
  let atlasWanted = false;
  let alive = true;
  let asking = false;
  let timer = 0;
  let seen = null;

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
      if (!model.atlas) poll();
    },
    destroy() {
      alive = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", poll);
    },
  };

  function trouble(problem) {
    if (model.problem === problem || !alive) return;
    model.problem = problem;
    onChange(model, "problem");
  }

  async function ask(path) {
    const answer = await fetch(`${address}${path}`).catch(() => null);
    if (answer?.ok) return answer;
    throw new Error({ 404: "gone", 422: "broken" }[answer?.status] ?? await troubleOf(answer));
  }

  async function fetchNets(news) {
    const names = run.encodes ? ["decoder", "encoder"] : ["decoder"];
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
      nets[name] = net;
      have[name] = step;
    }
    if (!model.ready) return;
    model.problem = null;
    model.version += 1;
    onChange(model, "nets");
  }

  function read(bytes) {
    try {
      const net = loadNet(bytes);
      return net.finite ? net : null;
    } catch {
      return null; // said by "broken"
    }
  }

  async function fetchAtlas(news) {
    const step = news.saved ?? have.atlas;
    if (step === have.atlas) return; // no checkpoint yet, or the latest is here
    const answer = await ask(ofStep("/atlas", step, news));
    if (answer.status !== 200 || !alive) return;
    have.atlas = Number(answer.headers.get("X-Step"));
    model.atlas = parseSafetensors(await answer.arrayBuffer()).tensors;
    onChange(model, "atlas");
  }

  async function poll() {
    clearTimeout(timer);
    if (!alive || asking) return;
    if (!isShown()) return model.destroy(); // the page went on to something else
    let training = false;
    if (!document.hidden) {
      asking = true;
      try {
        const news = await (await ask(`?after=${NO_POINTS}`)).json();
        training = news.state === "running";
        const moment = `${news.step} ${news.state}`;
        if (moment !== seen || !model.ready) await fetchNets(news);
        if (atlasWanted && (moment !== seen || !model.atlas)) await fetchAtlas(news);
        seen = moment;
        if (model.ready && passes(model.problem)) trouble(null);
      } catch (error) {
        trouble(error.message);
        if (error.message === "gone") return;
      } finally {
        asking = false;
      }
    }
    // A shipped run beside the chosen one never changes: once it is here, nobody asks again.
    const complete = model.ready && (model.atlas || !atlasWanted);
    if (alive && (run.chosen || !complete)) timer = setTimeout(poll, training || !complete ? FOLLOW_MS : REST_MS);
  }

  document.addEventListener("visibilitychange", poll);
  poll();
  return model;
}

// Held-out digits: [{index, label, pixels: Float32Array in [0, 1]}], null where there are none.
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
