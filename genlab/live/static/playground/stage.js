// The stage: a run on points, drawn at the screen's pace between the server's snapshots.
import { onResize } from "../core/dom.js";
import { passes, standstillOf } from "../core/lab.js";
import { parseSafetensors } from "../core/safetensors.js";
import { onTheme } from "../core/theme.js";
import { count, fill, statusText } from "../core/words.js";
import { beyond, noisePlaces } from "../maths/playground.js";
import { examplesOf } from "../maths/playground_line.js";
import { mountCode } from "../shared/code.js";
import { lastStep } from "../shared/curves/curves.js";
import { createFeed, noFeed } from "../shared/feed.js";
import { mountFormula } from "../shared/formula.js";
import { mountShown } from "../shared/shown/shown.js";
import { mountSymptoms } from "../shared/symptoms/symptoms.js";
import { mountTimeline } from "../shared/timeline.js";
import { mountCharts } from "./charts.js";
import { mountLayers, mountSlowButtons } from "./controls.js";
import { arraysOf, codePlaces, flying } from "./frames.js";
import { createMotion } from "./motion.js";
import { mountNumbers } from "./numbers.js";
import { mountGraphs } from "./graph/overview.js";
import { build } from "./page.js";
import { createPlayback } from "./playback.js";
import { mountSaid } from "./told/said.js";
import { mountPointer } from "./pointer.js";
import { drawScene, themeOf } from "./scene.js";
import { filled, slowValues } from "./step/slow.js";
import { createUntrained } from "./untrained.js";
import { mountWalk } from "./step/walk.js";

/** @typedef {import("./types.js").PlayData} PlayData */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("../core/lab.js").RunNews} RunNews */

const CHANGE_MS = 300; // from one untrained model to another, when a knob moves

/**
 * @param {HTMLElement} root @param {PlayData} data
 * @param {{ask: import("./types.js").Ask, tell: (name: string, value: unknown) => void, keep: (name: string, value: unknown) => void}} hands
 */
export function createStage(root, data, { ask, tell, keep }) {
  const { labels } = data;
  const walked = data.picture.stages; // of a step in slow motion
  const page = build(root, data);
  const { canvas } = page;
  const layers = new Set(data.layers);
  /** @type {{examples: import("./types.js").Points, noise: Float32Array | null}} */
  const known = { examples: examplesOf(Float32Array.from(data.examples), data), noise: null };
  let theme = themeOf(root);
  /** @type {[values: Record<string, number>, frame: Frame] | null} */
  let told = null; // the values and the frame whose numbers are shown
  /** @type {RunNews | null} */
  let state = null;
  let reported = data.state;
  /** @type {import("./types.js").Stage | null} */
  let stage = null; // of slow motion
  /** @type {string[] | null} */
  let pointed = null; // the layers of the part that one points at
  let gone = false; // the run was deleted

  const graph = mountGraphs(root, page, { picture: data.picture, labels, onPoint: point, draws: () => motion.repaint() });
  const numbers = mountNumbers(page.numbers, data);
  const sayFigures = mountSaid(page, data, known);
  const pointer = mountPointer(page.values, canvas, data);
  const formulas = [{ place: page.formula, formula: data.bound }, { place: page.objective, formula: data.formula }]
    .filter(({ formula }) => formula.length)
    .map(({ place, formula }) => mountFormula(place, { terms: data.terms, formula, labels: data.labels }));
  const code = mountCode(document.createElement("details"), data.code);
  page.more.before(code.root);
  const charts = mountCharts(page, data);
  const shown = mountShown(page.says, () => ask({ do: "fork", step: timeline.step }));
  shown.update(data.shown);
  const symptoms = data.symptoms
    ? mountSymptoms(page.symptoms, data.symptoms, (name, step) => ask({ do: "cure", name, step }))
    : null;
  const timeline = mountTimeline(page.timeline, labels, () => {
    if (slow.stage >= 0) slow.leave();
    const shown = playback.seek(timeline.step, 160);
    say();
    return shown;
  });
  const motion = createMotion(paint);
  const playback = createPlayback({
    frameOf: async (step) => arraysOf(await feed.frame(step), data),
    moments: () => feed.moments,
    running: () => state?.state === "running",
    motion,
    shown(step, frame) {
      charts.seen();
      page.available(frame);
      pointer.model(frame);
      Object.assign(canvas.dataset, { step, moving: motion.moving });
      say();
    },
  });

  /** @param {Record<string, number>} values @param {Frame} frame */
  function tellNumbers(values, frame) {
    told = [values, frame];
    numbers.show(values, frame, theme.ink);
    sayFigures(values, frame);
  }

  // What is on the stage: the person's layers, those of the part that is pointed at, or in slow motion the stage's.
  function shownLayers() {
    return new Set(stage?.show ?? pointed ?? layers);
  }

  /** @param {import("./types.js").Node | null} part */
  function point(part) {
    if (stage) return; // slow motion says what is at work
    pointed = part?.pointed.length ? part.pointed : null; // else the person's own layers stay
    page.hint.textContent = part?.says ?? labels.slowHint;
    graph.light(part ? [part.name] : []);
    motion.repaint();
    if (part?.morphs) motion.morph();
  }

  /** @param {Frame} frame @param {number | null} morph */
  function paint(frame, morph) {
    const placed = morph === null ? frame : flying(frame, morph, known.noise, data);
    const noise = known.noise && noisePlaces(known.noise, data.latents, data.noise);
    const dot = canvas.clientWidth / 150;
    const { density } = data;
    drawScene(canvas, { frame: placed, examples: known.examples, layers: shownLayers(), theme, noise, dot, density });
    canvas.dataset.moving = String(motion.moving);
    if (motion.moving && !motion.ending) return;
    const away = frame.samples ? beyond(frame.samples).size : 0;
    page.away.textContent = away ? fill(labels.away, { n: away, all: frame.samples.length / 2 }) : "";
    const scene = { frame, examples: known.examples, theme, noise, latent: codePlaces(frame), density };
    graph.draw(scene);
    for (const [layer, small] of Object.entries(page.beliefs))
      drawScene(small, { ...scene, layers: new Set([layer]), dot: 1 });
  }

  /** @param {string} kind */
  function trouble(kind) {
    gone = kind === "gone";
    page.words.textContent = labels[kind];
    page.dot.dataset.state = passes(kind) ? "offline" : "failed";
  }

  /** @param {RunNews} news */
  async function take(news) {
    state = news;
    timeline.set(news.frames, lastStep(feed.sorted(), charts.behind.points, news.plan));
    page.dot.dataset.state = news.state;
    page.problem.textContent = news.error || standstillOf(news, labels);
    root.dataset.step = String(news.step);
    root.dataset.state = news.state;
    page.slow.disabled = false;
    for (const { button } of page.alone) button.disabled = !steered();
    charts.draw(feed.sorted(), news);
    symptoms?.take(news.symptoms);
    if (!news.frames.length) charts.seen();
    if (!known.noise && news.frames.length) await fetchProbe();
    if (timeline.following && slow.stage < 0) playback.follow();
    say();
    if (news.state === reported) return;
    reported = news.state;
    tell("state", news.state);
  }

  async function fetchProbe() {
    const probe = await feed.net("probe");
    if (probe) takeProbe(parseSafetensors(probe.bytes).tensors);
  }

  /** @param {Map<string, import("../core/safetensors.js").Tensor>} tensors */
  function takeProbe(tensors) {
    const [examples, noise] = ["examples", "noise"].map((name) => tensors.get(name)?.data);
    if (examples) known.examples = examplesOf(examples, data);
    if (noise) known.noise = noise;
  }

  const untrained = createUntrained(`${data.base}/lab/untrained`, (tensors, values) => {
    takeProbe(tensors);
    const frame = arraysOf(tensors, data) ?? {};
    page.available(frame);
    pointer.model(frame);
    motion.go(frame, CHANGE_MS);
    tellNumbers(values, frame);
  });

  // Every number beside the picture, at the moment that is shown.
  function say() {
    if (!state) return;
    const live = timeline.following && slow.stage < 0;
    const step = live ? feed.last() : slow.stage >= 0 ? playback.wanted : timeline.step;
    const moment = slow.stage >= 0 ? playback.wanted : (timeline.step ?? 0);
    timeline.say(live && state.state === "running" ? labels.live : fill(labels.atStep, { n: count(moment) }));
    symptoms?.show(feed.pointAt(step));
    page.words.textContent = statusText(labels, state, live ? null : moment);
    const values = slow.stage >= 0 ? slowValues(data.terms, feed, slow.known, step) : feed.valuesAt(step);
    for (const formula of formulas) formula.show(values);
    graph.say(values);
    tellNumbers(values, motion.target);
    for (const chart of charts.all) chart.mark(live ? null : step);
    shown.from((state.checkpoints ?? []).filter((at) => at <= (timeline.step ?? -1)).at(-1) ?? null, state.short);
    saySlow();
  }

  function saySlow() {
    const on = slow.stage >= 0;
    root.classList.toggle("gl-play-slowly", on);
    page.slow.setAttribute("aria-pressed", String(on));
    if (on) page.asks(false);
    page.hint.hidden = on || !page.consent.hidden;
    page.walk.hidden = !on;
    if (!on) return graph.light([]);
    const { title, says } = walked[slow.stage];
    const values = feed.valuesAt(slow.known);
    page.title.textContent = `${slow.stage + 1} / ${walked.length} · ${title}`;
    page.sentence.textContent = slow.busy ? labels.waiting : filled(says, values);
    page.next.disabled = slow.busy;
    page.previous.disabled = slow.busy || slow.stage === 0;
    page.auto.setAttribute("aria-pressed", String(slow.automatic));
    page.walks(slow.stage, slow.busy);
    root.dataset.stage = String(slow.stage + 1);
  }

  const { slow, begin: beginSlow } = mountWalk(walked, {
    page, root, timeline, playback, motion, graph, ask, labels,
    feed: () => feed,
    state: () => state,
    broken: () => gone || state?.state === "failed",
    chosen(part) {
      stage = part;
      code.light(part && `stage${walked.indexOf(part) + 1}`);
    },
  }, saySlow);

  mountLayers(page, layers, labels, () => {
    motion.repaint();
    keep("layers", [...layers]);
  });
  // Of a run that one may not steer the page has no steps; where it is copied first, it has.
  const steered = () => data.copies || !data.run || (data.mine && ["running", "paused"].includes(state?.state ?? ""));
  for (const { part, count: many, button } of page.alone)
    button.addEventListener("click", () => ask({ do: part, count: many }));
  mountSlowButtons(page, slow, () => {
    if (data.run && !data.copies && (!data.mine || state?.state === "finished")) return page.asks(Boolean(page.consent.hidden));
    if (!data.run || state?.state === "failed") return ask({ do: "slow" });
    slow.begin();
  }, () => ask({ do: "slow" }));
  page.toFan?.addEventListener("click", () => ask({ do: "fan" }));
  root.addEventListener("term", (event) => {
    const { detail } = /** @type {CustomEvent<string | null>} */ (event);
    for (const lights of [...formulas, ...charts.all]) lights.light(detail);
    code.light(detail ?? (stage && `stage${walked.indexOf(stage) + 1}`));
  });
  const unwatch = onResize([canvas], () => motion.repaint());
  onTheme(root, () => {
    theme = themeOf(root);
    motion.repaint();
    if (told) numbers.show(...told, theme.ink);
    for (const chart of charts.all) chart.recolour();
  });

  /** @type {import("./types.js").Feed} */
  const feed = data.run
    ? createFeed({
        address: `${data.base}/lab/runs/${data.run}`,
        language: data.language,
        watched: () => root.isConnected,
        onNews: take,
        onTrouble: trouble,
      })
    : noFeed();
  if (data.parent)
    page.about.textContent = fill(labels.forkOf, { name: data.parent.name, step: count(data.parent.step) });
  if (data.run) feed.poll();
  else page.words.textContent = labels.ready;
  motion.go({}, 0);
  if (!data.run) untrained({ family: data.family, data: data.target, ...data.config });
  if (data.slow) beginSlow();

  return {
    /** @param {PlayData} changed */
    update(changed) {
      reported = changed.state;
      shown.update(changed.shown);
      if (data.acts !== changed.acts) {
        feed.eager();
        timeline.live(); // who acts on the run looks at its present
      }
      if (changed.slow) beginSlow();
      if (!data.run) untrained({ family: data.family, data: data.target, ...changed.config });
      data.acts = changed.acts;
    },
    destroy() {
      slow.leave();
      feed.destroy();
      motion.destroy();
      unwatch();
      root.remove();
    },
  };
}
