// Follows what a run's latent space is drawn from: its decoder and its atlas, asked for when there may be newer ones.

import { ofStep, passes, troubleOf } from "../core/lab.js";
import { createPoll } from "../core/poll.js";
import { parseSafetensors } from "../core/safetensors.js";

/** @typedef {import("../core/lab.js").RunNews} RunNews */
/**
 * @typedef {object} FollowerOptions
 * @property {string} address
 * @property {boolean} rests
 * @property {() => boolean} watched
 * @property {(file: import("../core/safetensors.js").File) => void} onAtlas
 * @property {(bytes: ArrayBuffer) => void} onDecoder
 * @property {() => void} onUnexportable
 * @property {(news: RunNews) => void} onNews
 * @property {() => void} onFine
 * @property {(kind: string) => void} onTrouble
 */

/** @type {Record<string, number> & {running: number, paused: number}} */
const PACE_MS = { running: 2000, paused: 5000 };
const REST_MS = 30000; // a finished run may be trained on or deleted in another tab
const ATLAS_MS = 5000; // a training run's newest checkpoint is no newer
const NO_POINTS = 999999999; // only the run's state is wanted, none of its curve

// rests: the run never changes, so that once it is here nobody asks again. watched(): still on the page.
// onAtlas({tensors, metadata}), onDecoder(bytes), onUnexportable(), onNews(news), onFine() after an answer,
// onTrouble("wait" | "gone" | "offline" | "trouble_KIND" | "notFinite"). Returns {destroy()}.
/** @param {FollowerOptions} options */
export function createFollower(options) {
  const { address, rests, watched, onAtlas, onDecoder, onUnexportable, onNews, onFine, onTrouble } = options;
  const have = { decoder: -1, atlas: -1 };
  let atlasAsked = -Infinity;
  let seen = -1; // the run's step when its nets were last asked for
  let alive = true;

  // What belongs to the step that the run's state tells, unless it is here; null where there is none.
  /** @param {string} path @param {number} known @param {number | null | undefined} step @param {RunNews} news */
  const newest = (path, known, step, news) => (step === null || step === undefined || step === known ? null : ask(ofStep(path, step, news)));

  /** @param {string} path */
  async function ask(path) {
    const answer = await fetch(`${address}${path}`);
    if (answer.status === 404) throw new Error("gone");
    if (!answer.ok && answer.status !== 422) throw new Error(await troubleOf(answer));
    return answer;
  }

  async function look() {
    try {
      const news = await (await ask(`?after=${NO_POINTS}`)).json();
      if (!alive) return Infinity;
      onNews(news);
      onFine();
      if (news.step !== seen || have.decoder < 0) await fetchNets(news);
      if (rests && have.decoder >= 0) return Infinity;
      return PACE_MS[news.state] ?? (have.atlas < 0 && have.decoder < 0 ? PACE_MS.running : REST_MS);
    } catch (error) {
      if (!alive) return Infinity;
      const { message } = /** @type {Error} */ (error);
      onTrouble(message === "gone" || passes(message) ? message : "offline");
      return message === "gone" ? Infinity : PACE_MS.paused;
    }
  }

  // The atlas first: it says where z begins and what its axes are.
  /** @param {RunNews} news */
  async function fetchNets(news) {
    const due = performance.now() - atlasAsked > ATLAS_MS || news.state !== "running";
    if (due) atlasAsked = performance.now();
    const wanted = [
      due ? newest("/atlas", have.atlas, news.saved, news) : null,
      newest("/nets/decoder", have.decoder, news.nets.decoder, news),
    ];
    const [atlas, decoder] = await Promise.all(wanted);
    const bytes = decoder?.status === 200 ? await decoder.arrayBuffer() : null;
    const body = atlas?.status === 200 ? await atlas.arrayBuffer() : null;
    if (!alive) return;
    seen = news.step;
    if (atlas && body) {
      have.atlas = Number(atlas.headers.get("X-Step"));
      onAtlas(parseSafetensors(body));
    }
    if (decoder && bytes) {
      have.decoder = Number(decoder.headers.get("X-Step"));
      onDecoder(bytes);
    } else if (have.decoder < 0 && have.atlas >= 0) onUnexportable();
    else if (have.decoder < 0 && atlas?.status !== 422) onTrouble("wait");
    if (atlas?.status === 422) onTrouble("notFinite");
  }

  const poll = createPoll({ watched, look, least: PACE_MS.running });
  poll.now();

  return {
    destroy() {
      alive = false;
      poll.destroy();
    },
  };
}
