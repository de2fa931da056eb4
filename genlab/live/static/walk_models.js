// The models of a walk: their nets and atlases, fetched once, and again where a run still trains.

import { loadNet } from "./net.js";
import { parseSafetensors } from "./safetensors.js";

const FOLLOW_MS = 2000;
const REST_MS = 8000; // a run that does not train may be resumed, or deleted, in another tab
const NO_POINTS = 999999999; // only the run's state is wanted, none of its curve

// run: {id, family, encodes, latents, noise, chosen}. Returns a model: decode(z) -> numbers of a picture or point, a
// buffer used again; encode(numbers) -> the mean of z; problem: "wait", "gone", "offline", "broken" or null.
// onChange(model, what) is called with "nets", "atlas" or "problem".
export function createModel(base, run, onChange) {
  const address = `${base}/lab/runs/${run.id}`;
  const nets = {};
  const have = {};
  let atlasWanted = false;
  let alive = true;
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
    wantAtlas() {
      if (atlasWanted) return;
      atlasWanted = true;
      fetchAtlas();
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
    const answer = await fetch(`${address}${path}`);
    if (answer.status === 404) throw new Error("gone");
    if (!answer.ok) throw new Error("offline");
    return answer;
  }

  async function fetchNets() {
    const names = run.encodes ? ["decoder", "encoder"] : ["decoder"];
    const fresh = {};
    for (const name of names) {
      const answer = await ask(`/nets/${name}?have=${have[name] ?? -1}`);
      if (answer.status === 200) fresh[name] = { step: Number(answer.headers.get("X-Step")), net: read(await answer.arrayBuffer()) };
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

  async function fetchAtlas() {
    try {
      const answer = await ask("/atlas");
      if (answer.status !== 200 || !alive) return;
      model.atlas = parseSafetensors(await answer.arrayBuffer()).tensors;
      onChange(model, "atlas");
    } catch (error) {
      trouble(error.message === "gone" && !model.ready ? "gone" : "offline");
    }
  }

  async function poll() {
    clearTimeout(timer);
    if (!alive) return;
    let wait = REST_MS;
    if (!document.hidden) {
      try {
        const news = await (await ask(`?after=${NO_POINTS}`)).json();
        if (news.state === "running" || !model.ready) wait = FOLLOW_MS;
        if (news.step !== seen || !model.ready) {
          const first = seen === null;
          seen = news.step;
          await fetchNets();
          if (atlasWanted && (!first || !model.atlas)) await fetchAtlas();
        } else if (model.ready && model.problem === "offline") {
          model.problem = null;
          onChange(model, "problem");
        }
      } catch (error) {
        trouble(error.message === "gone" ? "gone" : "offline");
        if (model.problem === "gone") return;
      }
    }
    // A shipped run beside the chosen one never changes: once it is here, nobody asks again.
    if (alive && (run.chosen || !model.ready)) timer = setTimeout(poll, wait);
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
