// What is new of a run: asked for again and again, kept, and handed to whoever draws it.
import { ofStep, troubleOf } from "../core/lab.js";
import { createPoll, REST_MS, restMs } from "../core/poll.js";
import { parseSafetensors } from "../core/safetensors.js";

/** @typedef {import("../core/lab.js").RunNews} RunNews */
/** @typedef {import("../core/safetensors.js").Tensor} Tensor */
/**
 * @typedef {{address: string, language: string, watched: () => boolean, onNews: (news: RunNews) => unknown,
 *   onTrouble: (name: string) => void, pace?: number}} FeedOptions
 */

export const LIVE_MS = 500; // twice a second: what a person can follow
const EAGER_MS = 150; // after a click: a step is seen when it is made
const EAGER_FOR_MS = 3000;

// address: the run's; language: of its sentences; watched(): whether its view is still on the page; onNews(news): draws what came, and may fetch
// more; onTrouble("gone", "offline" or "trouble_KIND"). Returns the feed: curve points by step, the steps of its frames, frames and nets.
/** @param {FeedOptions} options */
export function createFeed({ address, language, watched, onNews, onTrouble, pace = LIVE_MS }) {
  /** @type {Map<number, Record<string, number>>} */
  const points = new Map();
  /** @type {Map<number, Map<string, Tensor>>} */
  const frames = new Map();
  let newest = -1; // the last step of which there is a point
  /** @type {number[]} */
  let moments = [];
  /** @type {RunNews | null} */
  let latest = null; // the run's state
  let alive = true;
  let eagerUntil = 0;
  let changed = -Infinity; // when there was something new
  /** @type {string | null} */
  let tag = null; // of what was told last

  const last = () => newest;
  const sorted = () => [...points.entries()].sort((a, b) => a[0] - b[0]);

  const poll = createPoll({ watched, look, stirs: true });

  /** @param {number} quiet */
  async function look(quiet) {
    const news = await ask();
    if (news === "gone" || !alive) return Infinity;
    if (!news) return REST_MS;
    onNews(news);
    if (news.state === "running") return pace;
    const now = performance.now();
    return now < eagerUntil ? EAGER_MS : restMs(Math.min(quiet, now - changed));
  }

  /** @returns {Promise<RunNews | "gone" | null>} */
  async function ask() {
    try {
      const answer = await fetch(`${address}?after=${last()}&lang=${language}`);
      if (answer.status === 404) {
        onTrouble("gone");
        return "gone";
      }
      if (!answer.ok) {
        onTrouble(await troubleOf(answer)); // its store is in trouble: what is drawn stays, and the next poll tells
        return null;
      }
      const news = await answer.json();
      if (tag !== (tag = answer.headers.get("ETag"))) changed = performance.now();
      for (const [step, values] of news.points) {
        points.set(step, values);
        newest = Math.max(newest, step);
      }
      moments = news.frames;
      latest = news;
      return news;
    } catch {
      onTrouble("offline"); // for a moment: what is drawn stays, and the next poll tells
      return null;
    }
  }

  // A frame's arrays by name; null while the server is away or where it was thinned out.
  /** @param {number} step */
  async function frame(step) {
    if (!frames.has(step)) {
      try {
        const answer = await fetch(latest ? ofStep(`${address}/frames/${step}`, step, latest) : `${address}/frames/${step}`);
        if (answer.ok) frames.set(step, parseSafetensors(await answer.arrayBuffer()).tensors);
      } catch {
        // the poll says so
      }
    }
    return frames.get(step) ?? null;
  }

  // A net newer than the one of step `have`: {step, bytes}; null where there is none.
  /** @param {string} name @param {number} have */
  async function net(name, have = -1) {
    const step = latest?.nets[name] ?? have;
    if (!latest || step === have) return null;
    const answer = await fetch(ofStep(`${address}/nets/${name}`, step, latest)).catch(() => null);
    if (answer?.status !== 200) return null;
    return { step: Number(answer.headers.get("X-Step")), bytes: await answer.arrayBuffer() };
  }

  // Each term's latest number at or before a step: not every point carries every term.
  /** @param {number} step */
  function valuesAt(step) {
    /** @type {Record<string, number>} */
    const values = {};
    for (const [at, terms] of sorted()) {
      if (at > step) break;
      Object.assign(values, terms);
    }
    return values;
  }

  // The step of the newest point at or before a step; -1 before the first.
  /** @param {number} step */
  const pointAt = (step) => [...points.keys()].reduce((best, at) => (at <= step && at > best ? at : best), -1);

  return {
    poll: poll.now,
    pointAt,
    frame,
    net,
    valuesAt,
    sorted,
    last,
    get moments() {
      return moments;
    },
    // Something was done to the run: looks at once, and often for a while.
    eager() {
      eagerUntil = performance.now() + EAGER_FOR_MS;
      poll.now();
    },
    destroy() {
      alive = false;
      poll.destroy();
    },
  };
}

// The feed of no run: there is nothing yet, and nothing comes.
/** @returns {ReturnType<typeof createFeed>} */
export const noFeed = () => ({
  poll: async () => {},
  pointAt: () => -1,
  frame: async () => null,
  net: async () => null,
  valuesAt: () => ({}),
  sorted: () => [],
  last: () => -1,
  moments: [],
  eager() {},
  destroy() {},
});
