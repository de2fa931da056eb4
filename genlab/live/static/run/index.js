// One view for a run that trains, has finished, or was imported: it polls what is new, draws it, and lets one go back.
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { ofStep, passes, standstillOf } from "../core/lab.js";
import { parseSafetensors as parse } from "../core/safetensors.js";
import { onTheme } from "../core/theme.js";
import { count, fill, statusText } from "../core/words.js";
import { mountCode } from "../shared/code.js";
import { fetchBehind } from "../shared/curves/behind.js";
import { lastStep, mountCurves } from "../shared/curves/curves.js";
import { createFeed } from "../shared/feed.js";
import { mountFormula } from "../shared/formula.js";
import { mountLatent } from "../shared/latent/latent.js";
import { whileSeen } from "../shared/visitor/seen.js";
import { mountShown } from "../shared/shown/shown.js";
import { mountSymptoms } from "../shared/symptoms/symptoms.js";
import { mountTimeline } from "../shared/timeline.js";
import { mountPictures } from "./pictures.js";
import { mountSizes } from "./sizes.js";
import { mountTime } from "./time.js";

/** @typedef {import("../core/lab.js").RunNews} RunNews */
/** @typedef {ReturnType<typeof createFeed>} Feed */

const WEIGHTS_MS = 5000; // while it trains: a decoder is large, and a hand needs no more

// What a view is made for: a knob that was moved may make other terms of the run.
export const mount = mounted(
  (data) => [data.run, data.language, data.behind, data.terms, data.formula],
  ({ data, parentElement, setTriggerValue }, room) => createView(data, parentElement, setTriggerValue, room),
);

// room: the size of the pictures of the view before, kept until this one's are there: nothing below them jumps.
/** @param {any} data @param {Element} parent @param {(name: string, value: unknown) => void} setTriggerValue
 * @param {DOMRect | null} room */
function createView(data, parent, setTriggerValue, room = null) {
  const { labels, base, run } = data;
  const address = `${base}/lab/runs/${run}`;
  const root = document.createElement("div");
  root.className = data.bench ? "gl-run gl-bench" : "gl-run";
  parent.classList.add("gl-run-room");
  parent.querySelectorAll(".gl-run").forEach((old) => old.remove());
  parent.appendChild(root);

  const head = element(root, "div", "gl-head");
  const status = element(head, "div", "gl-status");
  const dot = element(status, "span", "gl-dot");
  const words = element(status, "span", "gl-words", labels.loading);
  words.setAttribute("role", "status");
  const symptoms = mountSymptoms(element(head, "div"), data.symptoms, (name, step) => setTriggerValue("cure", { name, step }));
  const shown = data.shown
    ? mountShown(element(head, "div", ""), () => setTriggerValue("fork", timeline.step ?? 0))
    : null;
  shown?.update(data.shown);
  const problem = element(root, "p", "gl-problem gl-trouble");
  const formula = data.formula.length ? mountFormula(element(root, "div", "gl-formula"), data) : null;
  const code = mountCode(element(root, "details"), data.code);
  const stage = element(root, "div", "gl-stage");
  // The slider stands right above the curves, on their steps; what can be pressed stands in the order in which one reads.
  const course = element(stage, "div", "gl-course");
  const gallery = element(stage, "div", "gl-pictures");
  const pictures = mountPictures(gallery, data);
  if (room) stage.style.minHeight = `${room.height}px`;
  const timeline = mountTimeline(element(course, "div", "gl-timeline"), labels, () => show());
  let seen = () => {}; // once there is a picture: the chart library, larger than all else, comes after it
  /** @type {Promise<void>} */
  const after = new Promise((resolve) => (seen = resolve));
  const curves = mountCurves(element(course, "div", "gl-curves"), data, { stacked: true, after });
  const behind = fetchBehind(base, data.behind, [curves]);
  behind.ready.then(() => state && span());
  const sizes = data.pca?.sizes ? mountSizes(gallery, data, { address, after }) : null;
  const latent = data.latent ? createLatent(element(root, "details", "gl-latent"), data, () => feed, pictures, after) : null;

  /** @type {RunNews | null} */
  let state = null;
  let reported = data.state;
  let wanted = -1;

  /** @param {string} kind */
  function trouble(kind) {
    words.textContent = labels[kind];
    dot.dataset.state = passes(kind) ? "offline" : "failed";
  }

  // The slider reaches as far as the axis of the curves.
  function span() {
    if (!state) return;
    timeline.set(state.frames, lastStep(feed.sorted(), behind.points, state.plan));
  }

  /** @param {RunNews} news */
  async function take(news) {
    state = news;
    span();
    dot.dataset.state = news.state;
    problem.textContent = news.error || standstillOf(news, labels);
    root.dataset.run = run;
    root.dataset.step = String(news.step);
    root.dataset.state = news.state;
    if (news.points.length || !curves.drawn) curves.draw(feed.sorted(), news.events, news.plan);
    if (!news.frames.length) seen();
    symptoms.take(news.symptoms);
    show();
    if (latent) latent.refresh(news);
    if (news.state !== reported) sizes?.look();
    if (news.state !== reported && setTriggerValue) {
      reported = news.state;
      setTriggerValue("state", news.state);
    }
    if (!pictures.complete && news.frames.length) {
      // what the run reconstructs: written by its first slice
      const probe = await feed.net("probe");
      if (probe) pictures.originals(parse(probe.bytes).tensors);
      if (probe) latent?.redraw();
      if (probe && data.pca) showPca(ofStep(`${address}/pca`, probe.step, news));
      if (probe) stage.style.minHeight = "";
    }
  }

  // PCA with as many numbers on the same data: the level that a bent map is compared with, and a strip of pictures.
  /** @param {string} from */
  async function showPca(from) {
    const answer = await fetch(from).catch(() => null);
    if (answer?.status !== 200 || !root.isConnected) return;
    const { tensors } = parse(await answer.arrayBuffer());
    const [error] = tensors.get("error")?.data ?? [Number.NaN];
    root.dataset.pca = String(error);
    curves.level("mse", error, data.pca.label);
    const [rebuilt, errors] = ["reconstructions", "errors"].map((name) => tensors.get(name));
    if (errors) sizes?.pca(errors.data);
    if (data.pca.strip && rebuilt) pictures.pca(rebuilt);
  }

  async function show() {
    const step = timeline.step;
    if (state) symptoms.show(feed.pointAt(timeline.following || step === undefined ? feed.last() : step));
    if (step === undefined || !state) return;
    const { following } = timeline;
    timeline.say(following && state.state === "running" ? labels.live : fill(labels.atStep, { n: count(step) }));
    words.textContent = statusText(labels, state, following ? null : step);
    shown?.from(state.checkpoints.filter((at) => at <= step).at(-1) ?? null, state.short);
    const values = feed.valuesAt(following ? feed.last() : step);
    formula?.show(values);
    sizes?.show(values.test_mse ?? values.mse);
    curves.mark(following ? null : step);
    if (wanted === step) return;
    wanted = step;
    const tensors = await feed.frame(step);
    if (wanted !== step) return;
    if (tensors) {
      pictures.draw(tensors);
      seen();
    } else wanted = -1; // the next poll asks again
  }

  root.addEventListener("term", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (formula) formula.light(detail);
    curves.light(detail);
    code.light(detail);
  });

  onTheme(root, () => {
    pictures.recolour();
    curves.recolour();
    sizes?.recolour();
  });

  const feed = createFeed({
    address,
    language: data.language,
    watched: () => root.isConnected,
    onNews: take,
    onTrouble: trouble,
  });
  feed.poll();

  return {
    /** @param {any} changed */
    update(changed) {
      reported = changed.state;
      shown?.update(changed.shown);
      feed.eager();
    },
    // What it leaves: the room of its pictures.
    destroy() {
      const taken = stage.getBoundingClientRect();
      feed.destroy();
      if (latent) latent.destroy();
      sizes?.destroy();
      root.remove();
      return taken;
    },
  };
}

// The latent sliders of the run: its decoder's weights are fetched only while the panel is open and in sight.
/**
 * @param {HTMLDetailsElement} details @param {any} data @param {() => Feed} feed
 * @param {ReturnType<typeof mountPictures>} pictures @param {Promise<unknown>} after
 */
function createLatent(details, data, feed, pictures, after) {
  element(details, "summary", "", data.labels.hold);
  const place = element(details, "div", "gl-latent-body");
  /** @type {ReturnType<typeof mountLatent> | ReturnType<typeof mountTime> | null} */
  let widget = null;
  let have = -1;
  let asked = 0;
  let busy = false;
  /** @type {RunNews | null} */
  let lastNews = null;
  const sight = whileSeen(details, () => lastNews && refresh(lastNews));

  // The pictures come first, on a slow network too.
  let first = true;
  after.then(() => {
    first = false;
    if (lastNews) refresh(lastNews);
  });

  /** @param {RunNews} present */
  async function refresh(present) {
    lastNews = present;
    if (first) return;
    const early = present.state === "running" && Date.now() - asked < WEIGHTS_MS;
    // A net of the run's present step is the newest that there can be.
    if (!details.open || !sight.now || busy || early || have === present.step) return;
    asked = Date.now();
    if (!widget) place.dataset.empty = data.labels.wait;
    busy = true;
    const news = await feed().net("decoder", have);
    busy = false;
    if (!news) return; // nothing new, or the server is away for a moment
    delete place.dataset.empty;
    have = news.step;
    place.dataset.step = String(have);
    const points = data.kind === "points";
    if (!widget && data.unfolds) widget = mountTime(place, { labels: data.labels.way, points, data: pictures.behind });
    widget ??= mountLatent(place, {
      labels: { ...data.labels, ...data.labels.latentWidget },
      order: pictures.order(),
      points,
      classes: data.classNames,
      noise: data.noise,
      reach: data.noise === "uniform" ? 1 : 3,
    });
    widget.setWeights(news.bytes);
  }

  details.addEventListener("toggle", () => {
    asked = 0;
    if (lastNews) refresh(lastNews);
  });
  details.open = Boolean(data.bench);
  return {
    refresh,
    // The data came after the net: what shows both shows them now.
    redraw: () => widget && "redraw" in widget && widget.redraw(),
    destroy() {
      sight.destroy();
      widget?.destroy();
    },
  };
}
