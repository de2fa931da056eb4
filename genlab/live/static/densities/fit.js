// The buttons that fit q to p by either KL, and the fit as it is watched: its descent runs ahead, its picture follows.
import { between, createFit, way } from "../maths/mixtures/mixture_fit.js";
import { show } from "./numbers.js";

/** @typedef {import("../maths/mixtures/mixtures.js").Mixture} Mixture */
/** @typedef {import("./state.js").Values} Values */
/** @typedef {import("../maths/mixtures/mixture_fit.js").Way} Way */
/**
 * @typedef {object} Fit
 * @property {Way} key
 * @property {Mixture} from where it began
 * @property {ReturnType<typeof createPath>} path
 * @property {ReturnType<typeof createPath>} other by the other direction
 * @property {"running" | "stopped" | "settled"} state
 * @property {number} place on the path
 * @property {number} steps
 * @property {number} seen ms
 * @property {number} last when its latest frame was
 */

const WATCHED = 3000; // ms that a whole fit takes, however many steps it has: it is to be seen, and to be stopped
const SLICE = 8; // ms of a frame in which the descents run ahead
const LONGEST = 100; // ms of a frame that count: a tab that was hidden goes on where it was
/** @type {Record<Way, Way>} */
const OTHER = { kl_pq: "kl_qp", kl_qp: "kl_pq" };
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

// A descent from `from`: all its steps so far, and how far along the way each lies.
/** @param {Mixture} p @param {Mixture} from @param {Way} key */
function createPath(p, from, key) {
  const descent = createFit(p, from, key);
  const stops = [from];
  const marks = [0];
  const last = () => ({ stop: stops[stops.length - 1], mark: marks[marks.length - 1] });
  let settled = false;
  let passed = 0;
  return {
    settled: () => settled,
    length: () => last().mark,
    end: () => last().stop,
    /** @param {number} until */
    advance(until) {
      while (!settled && performance.now() < until) {
        const reached = descent.step();
        settled = reached.settled;
        if (settled) return;
        marks.push(last().mark + way(last().stop, reached.q));
        stops.push(reached.q);
      }
    },
    // {q, steps} at a place on the way; places never go back
    /** @param {number} place */
    at(place) {
      while (passed + 1 < marks.length && marks[passed + 1] <= place) passed += 1;
      if (passed + 1 === marks.length) return { q: stops[passed], steps: passed };
      const share = (place - marks[passed]) / (marks[passed + 1] - marks[passed]);
      return { q: between(stops[passed], stops[passed + 1], share), steps: passed };
    },
  };
}

// begin(key): a fit by this number begins, gives {p, q}; ended(): it has come to rest.
/** @param {Element} root @param {Record<string, string>} labels @param {typeof import("./button.js").button} button
 * @param {{begin: (key: Way) => {p: Mixture, q: Mixture}, ended: () => void}} told */
export function mountFit(root, labels, button, { begin, ended }) {
  /** @type {Fit | null} */
  let fit = null;
  const starts = /** @type {Way[]} */ (Object.keys(OTHER)).map((key) => ({
    key,
    node: button(root, labels[`fit_${key}`], `fit-${key}`, () => start(key)),
  }));
  const halt = button(root, labels.stop, "fit-stop", stop);
  const news = root.appendChild(document.createElement("output"));
  news.className = "gl-dn-news";
  news.dataset.testid = "fit-news";

  /** @param {Way} key */
  const goesOn = (key) => fit?.state === "stopped" && fit.key === key;

  /** @param {Way} key */
  function start(key) {
    const { p, q } = begin(key);
    const last = performance.now();
    if (fit && goesOn(key)) return void Object.assign(fit, { state: "running", last });
    // Until a hand moves something every fit begins where the first one did: so the two directions can be compared
    const from = fit?.from ?? q;
    fit = { key, from, path: createPath(p, from, key), other: createPath(p, from, OTHER[key]), state: "running",
            place: 0, steps: 0, seen: 0, last };
  }

  function stop() {
    if (fit?.state !== "running") return;
    fit.state = "stopped";
    ended();
  }

  return {
    stop,
    forget() {
      fit = null;
    },
    key: () => fit?.key ?? null,
    state: () => fit?.state ?? "none",
    running: () => fit?.state === "running",
    // Whether another frame is of use.
    busy: () => fit !== null && (fit.state === "running" || !fit.other.settled()),
    // Where the other direction ends, when that is known.
    ghost: () => (fit?.other.settled() ? fit.other.end() : null),
    // Lets the descents run ahead, and gives the q to be shown now, or null where it stays.
    descend() {
      if (!fit) return null;
      const now = performance.now();
      fit.path.advance(now + SLICE);
      if (fit.path.settled()) fit.other.advance(now + SLICE);
      if (fit.state !== "running") return null;
      const passed = Math.min(LONGEST, now - fit.last);
      const left = fit.path.length() - fit.place;
      const share = Math.min(1, passed / Math.max(1, WATCHED - fit.seen));
      fit.last = now;
      fit.seen += passed;
      if (!reduced.matches) fit.place += left * share;
      else if (fit.path.settled()) fit.place = fit.path.length();
      const { q, steps } = fit.path.at(fit.place);
      fit.steps = steps;
      if (!fit.path.settled() || fit.place < fit.path.length()) return q;
      fit.state = "settled";
      ended();
      return fit.path.end();
    },
    /** @param {Values} values */
    show(values) {
      for (const { key, node } of starts) {
        node.disabled = fit?.state === "running";
        node.textContent = goesOn(key) ? labels[`resume_${key}`] : labels[`fit_${key}`];
      }
      halt.disabled = fit?.state !== "running";
      if (!fit) return (news.textContent = labels.hint);
      const text = { running: labels.fitting, settled: labels.settled, stopped: labels.stopped }[fit.state];
      news.textContent = text.replace("{steps}", String(fit.steps)).replace("{value}", show(values[fit.key]));
    },
  };
}
