// A critic of a run's pictures: asked for here, trained on the server, its bound of JS drawn as it learns.
import { contextOf, greyPainter } from "../core/canvas.js";
import { mounted } from "../core/component.js";
import { element, onResize } from "../core/dom.js";
import { figure } from "../core/format.js";
import { troubleOf } from "../core/lab.js";
import { createPoll, restMs } from "../core/poll.js";
import { inkOf, name } from "../shared/told/told.js";
import { fill } from "../core/words.js";
import { parseSafetensors } from "../core/safetensors.js";
import { asStop, explainSymbols } from "../shared/symbols.js";
import { LOW, highestNoise, mountChart } from "./chart.js";

/** @typedef {import("../core/lab.js").CriticNews} CriticNews */
/** @typedef {import("../core/lab.js").CriticRow} CriticRow */
/** @typedef {import("../core/lab.js").CriticVerdict} CriticVerdict */
/** @typedef {import("../core/safetensors.js").Tensor} Tensor */

const POLL_MS = 400;
const REPLAY_MS = 5000;
const STILLS = 8; // pictures of a replay, where the system asks for reduced motion
const NEARLY_LOG_2 = 0.6;
const SIDE = 28;
const SHOWN = [8, 4]; // columns, rows

export const mount = mounted(
  (data) => [data.run, data.language],
  ({ data, parentElement }) => createView(data, parentElement),
);

/** @param {number} value */
const nats = (value) => figure(value, 3);

// The first pictures of u8 [n, 28, 28] as one drawing.
/** @param {HTMLCanvasElement} canvas @param {Tensor | undefined} pictures */
function drawPictures(canvas, pictures) {
  if (!pictures) return;
  const { data, shape } = pictures;
  const [columns, rows] = SHOWN;
  Object.assign(canvas, { width: columns * SIDE, height: rows * SIDE });
  const context = contextOf(canvas);
  const paint = greyPainter(SIDE, SIDE, 255);
  for (let i = 0; i < Math.min(columns * rows, shape[0]); i++)
    paint(context, data, (i % columns) * SIDE, Math.floor(i / columns) * SIDE, i * SIDE * SIDE);
}

/** @param {any} data @param {Element} parent */
function createView(data, parent) {
  const { labels, base, run } = data;
  const address = `${base}/lab/runs/${run}`;
  parent.querySelectorAll(".gl-critic").forEach((old) => old.remove());
  const root = element(parent, "div", "gl-critic");
  root.dataset.testid = "critic";
  /** @type {CriticNews | null} */
  let news = null;
  let alive = true;
  /** @type {number | null} */
  let replayed = null; // how many rows of the curve a replay shows by now

  const left = element(root, "div", "gl-critic-left");
  const pictures = element(left, "div", "gl-critic-pictures");
  const canvases = Object.fromEntries(["data", "samples"].map((name) => {
    const figure = element(pictures, "figure", `gl-critic-${name}`);
    const canvas = element(figure, "canvas");
    canvas.dataset.testid = `critic-${name}`;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", labels[name]);
    element(figure, "figcaption", "", labels[name]);
    return [name, canvas];
  }));
  const formula = element(left, "div", "gl-critic-formula");
  formula.insertAdjacentHTML("beforeend", data.formula); // our own MathML, from the server
  asStop(formula, labels.chart.bound);
  explainSymbols(formula);
  const number = element(left, "output", "gl-critic-number");
  number.dataset.testid = "critic-number";
  const verdict = element(left, "p", "gl-critic-verdict");
  verdict.dataset.testid = "critic-verdict";

  const right = element(root, "div", "gl-critic-right");
  const bar = element(right, "div", "gl-critic-bar");
  const button = element(bar, "button", "gl-critic-main", labels.start);
  button.type = "button";
  button.dataset.testid = "critic-start";
  const cancel = element(bar, "button", "gl-critic-cancel", labels.cancel);
  cancel.type = "button";
  cancel.hidden = true;
  cancel.dataset.testid = "critic-cancel";
  const status = element(bar, "span", "gl-critic-status");
  status.setAttribute("role", "status");
  status.dataset.testid = "critic-status";
  const chart = mountChart(right, { labels: labels.chart, steps: data.steps });
  button.addEventListener("click", () => (finished() ? replay() : act("POST")));
  cancel.addEventListener("click", () => act("DELETE"));

  const finished = () => news?.state === "done" && news.step === news.saved_step;
  const busy = () => news?.state === "waiting" || news?.state === "running";

  const poll = createPoll({ watched: () => root.isConnected, look: (quiet) => ask("GET", quiet) });

  // quiet: as of a poll. Another tab may have asked; the run may train on.
  /** @param {"GET" | "POST" | "DELETE"} method */
  async function ask(method, quiet = 0) {
    try {
      const answer = await fetch(`${address}/critic`, { method });
      if (!alive) return Infinity;
      if (answer.status === 404) {
        say(labels.problems.gone);
        return Infinity;
      }
      if (answer.ok) news = await answer.json();
      show();
      if (answer.status === 503) {
        say(labels[await troubleOf(answer)] ?? labels.offline);
        button.disabled = false;
      }
    } catch {
      say(labels.offline); // for a moment: what is drawn stays, and the next look tells
      button.disabled = false;
    }
    return busy() ? POLL_MS : restMs(quiet);
  }

  /** @param {"POST" | "DELETE"} method */
  async function act(method) {
    if (method === "POST") button.disabled = true;
    await ask(method);
    poll.now();
  }

  /** @param {string} text */
  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function show() {
    if (!news || replayed !== null) return;
    root.dataset.state = news.state;
    button.disabled = busy() || news.saved_step === null;
    cancel.hidden = !(busy() && news.mine);
    button.textContent = finished() ? labels.again : busy() ? labels.learning : labels.start;
    const rows = news.rows ?? [];
    say(sentence(news, rows));
    chart.show(rows, news.verdict ?? null);
    tell(news.verdict, rows);
  }

  /** @param {CriticNews} present @param {CriticRow[]} rows */
  function sentence(present, rows) {
    const { state, ahead, step, saved_step: saved, problem } = present;
    if (saved === null) return labels.noCheckpoint;
    if (state === "none") return labels.none;
    if (state === "cancelled") return labels.cancelled;
    if (state === "waiting") return labels.waiting.replace("{n}", ahead);
    if (state === "failed") return labels.problems[problem] ?? labels[problem] ?? labels.problems.fault;
    if (state === "running" && !rows.length) return labels.begins;
    const at = rows[rows.length - 1][0];
    if (state === "running") return labels.running.replace("{step}", at).replace("{steps}", data.steps);
    return step === saved ? labels.done.replace("{step}", step) : labels.older.replace("{step}", step);
  }

  // The number and what it means; until a critic has learned something, a poor critic's.
  /** @param {CriticVerdict | null | undefined} verdictNow @param {CriticRow[]} rows */
  function tell(verdictNow, rows) {
    const found = rows.length < 2 ? null : verdictNow; // before its first steps it says nothing yet, of anything
    const [at, newest] = rows.at(-1) ?? [0, 0];
    number.textContent = found ? `JS ≥ ${nats(found.bound)} ± ${nats(found.standard_error)} ${labels.nats}` : "JS ≥ –";
    root.dataset.bound = found ? String(found.bound) : "";
    chart.describe(`${labels.chart.bound}: ${found ? number.textContent : labels.told_empty}`);
    if (!found) verdict.textContent = labels.meaning.before;
    else if (busy() && newest < LOW)
      verdict.textContent = labels.meaning.below.replace("{bound}", nats(newest));
    else if (busy()) verdict.textContent = labels.meaning.learning;
    else if (found.bound - 2 * found.standard_error <= highestNoise(found)) verdict.textContent = labels.meaning.noise;
    else if (found.bound > NEARLY_LOG_2)
      verdict.textContent = labels.meaning.disjoint.replace("{bound}", found.bound.toFixed(2))
        .replace("{n}", found.pictures);
    else if (at > 0) verdict.textContent = labels.meaning.between;
  }

  // The finished curve once more, as it was learned.
  function replay() {
    const { rows = [], verdict: found = null } = news ?? {};
    if (replayed !== null || !rows.length) return;
    const began = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    /** @param {number} now */
    const frame = (now) => {
      if (!root.isConnected) return;
      const share = Math.min(1, Math.max(0, now - began) / REPLAY_MS);
      replayed = Math.ceil((still ? Math.floor(share * STILLS) / STILLS : share) * rows.length);
      if (replayed >= rows.length) {
        replayed = null;
        return show();
      }
      chart.show(rows.slice(0, replayed), found);
      requestAnimationFrame(frame);
    };
    replayed = 0;
    requestAnimationFrame(frame);
  }

  /** @param {"data" | "samples"} kind @param {Tensor | undefined} drawn */
  function picture(kind, drawn) {
    if (!drawn) return;
    const n = Math.min(SHOWN[0] * SHOWN[1], drawn.shape[0]);
    drawPictures(canvases[kind], drawn);
    const ink = inkOf(drawn.data.subarray(0, n * SIDE * SIDE), 255);
    name(canvases[kind], `${labels[kind]}: ${fill(labels.told_draws, { n })}, ${fill(labels.told_ink, { ink })}`);
  }

  async function fetchPictures() {
    try {
      const examples = await fetch(`${base}/lab/data/${data.data}/examples`);
      if (examples.ok) picture("data", tensor(await examples.arrayBuffer(), "images"));
      const { frames } = await (await fetch(`${address}?after=999999999`)).json();
      if (!frames.length) return;
      const frame = await fetch(`${address}/frames/${frames.at(-1)}`);
      if (frame.ok) picture("samples", tensor(await frame.arrayBuffer(), "samples"));
    } catch {
      // the server is away: the status says so
    }
  }

  /** @param {ArrayBuffer} bytes @param {string} name */
  const tensor = (bytes, name) => parseSafetensors(bytes).tensors.get(name);
  const unwatch = onResize([right], () => chart.resize(right.clientWidth));
  tell(null, []);
  fetchPictures();
  poll.now();

  return {
    run,
    language: data.language,
    destroy() {
      alive = false;
      poll.destroy();
      unwatch();
      root.remove();
    },
  };
}
