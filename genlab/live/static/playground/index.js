// The playground's stage: a run on points, drawn at the screen's pace between the server's snapshots.
import { mounted } from "../core/component.js";
import { element } from "../core/dom.js";
import { passes, standstillOf } from "../core/lab.js";
import { parseSafetensors } from "../core/safetensors.js";
import { onTheme } from "../core/theme.js";
import { count, fill, statusText } from "../core/words.js";
import { beyond, latticeNoise, noisePlaces } from "../maths/playground.js";
import { examplesOf, lifted } from "../maths/playground_line.js";
import { fetchBehind } from "../shared/curves/behind.js";
import { lastStep, mountCurves } from "../shared/curves/curves.js";
import { createFeed } from "../shared/feed.js";
import { mountFormula } from "../shared/formula.js";
import { mountShown } from "../shared/shown.js";
import { mountTimeline } from "../shared/timeline.js";
import { mountFan } from "./fan.js";
import { mountGraph } from "./graph.js";
import { createMotion } from "./motion.js";
import { mountNumbers } from "./numbers.js";
import { build } from "./page.js";
import { createPlayback } from "./playback.js";
import { BELIEFS, drawScene, themeOf } from "./scene.js";
import { createSlow, filled } from "./slow.js";
import { createUntrained } from "./untrained.js";

const SIDE_PANELS = ["value", "js", "loss", "losses"];
const TALL = 900; // pixels of a window that has room for more and larger charts
const CHANGE_MS = 300; // from one untrained model to another, when a knob moves
const ARRAYS = ["samples", "grid", "field", "best", "gradient", "shares", "reconstructions", "latent"];

export const mount = mounted(
  ({ run, family, target, language, noise, latents, probabilistic, terms, behind, fan }) => [
    run, family, target, language, noise, latents, probabilistic, behind, !run && fan.length > 0 && fan,
    terms.map((term) => term.key), // another loss is another formula, with other words
  ],
  ({ data, parentElement: parent, setTriggerValue, setStateValue }) => {
    parent.querySelectorAll(".gl-play").forEach((old) => old.remove());
    const root = element(parent, "div", "gl-play");
    const ask = (wish) => setTriggerValue("ask", wish);
    if (!data.run && data.fan.length) return mountFan(root, data, ask);
    return createStage(root, data, { ask, tell: setTriggerValue, keep: setStateValue });
  },
);

// A frame's tensors as plain arrays by name, points on a line put into the plane; null where there is no frame.
function arraysOf(tensors, { dimensions, noise }) {
  if (!tensors) return null;
  const names = ARRAYS.filter((name) => tensors.has(name));
  const arrays = Object.fromEntries(names.map((name) => [name, tensors.get(name).data]));
  return dimensions === 1 ? lifted(arrays, noise) : arrays;
}

function createStage(root, data, { ask, tell, keep }) {
  const { labels } = data;
  const walked = data.picture.stages; // of a step in slow motion
  const page = build(root, data);
  const { canvas } = page;
  const layers = new Set(data.layers);
  const known = { examples: examplesOf(Float32Array.from(data.examples), data), noise: null };
  let theme = themeOf(root);
  let told = null; // the values and the frame whose numbers are shown
  let state = null;
  let reported = data.state;
  let stage = null; // of slow motion
  let pointed = null; // the layers of the part that one points at
  let gone = false; // the run was deleted

  const graph = mountGraph(page.graph, { picture: data.picture, onPoint: point });
  const numbers = mountNumbers(page.numbers, data);
  const formulas = [[page.formula, data.bound], [page.objective, data.formula]]
    .filter(([, pieces]) => pieces.length)
    .map(([place, formula]) => mountFormula(place, { ...data, formula }));
  const panels = [...new Set(data.terms.map((term) => term.panel))];
  const tall = window.innerHeight >= TALL;
  const beside = SIDE_PANELS.filter((name) => panels.includes(name)).slice(0, tall ? 3 : 2);
  let seen; // once there is a picture: the chart library, larger than all else, comes after it
  const after = new Promise((resolve) => (seen = resolve));
  const small = { panels: beside, height: tall ? 170 : 118, after };
  const curves = data.terms.length ? mountCurves(page.curves, data, small) : null;
  const others = panels.filter((name) => !beside.includes(name));
  const more = others.length ? mountCurves(page.moreCurves, data, { panels: others, height: 190, after }) : null;
  page.more.hidden = data.terms.length === 0;
  const behind = fetchBehind(data.base, data.behind, [curves, more]);
  const shown = mountShown(page.says, () => ask({ do: "fork", step: timeline.step }));
  shown.update(data.shown);
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
    running: () => state.state === "running",
    motion,
    shown(step, frame) {
      seen();
      page.available(frame);
      Object.assign(canvas.dataset, { step, moving: motion.moving });
      say();
    },
  });

  function tellNumbers(values, frame) {
    told = [values, frame];
    numbers.show(values, frame, theme.ink);
  }

  function latentPlaces(frame) {
    return frame.latent ? noisePlaces(frame.latent, 2, "normal") : null;
  }

  // What is on the stage: the person's layers, those of the part that is pointed at, or in slow motion the stage's.
  function shownLayers() {
    return new Set(stage?.show ?? pointed ?? layers);
  }

  function point(part) {
    if (stage) return; // slow motion says what is at work
    pointed = part?.pointed.length ? part.pointed : null; // else the person's own layers stay
    page.hint.textContent = part?.says ?? labels.slowHint;
    graph.light(part ? [part.name] : []);
    motion.repaint();
    if (part?.morphs) motion.morph();
  }

  function paint(frame, morph) {
    const placed = morph === null ? frame : flying(frame, morph);
    const noise = known.noise && noisePlaces(known.noise, data.latents, data.noise);
    const dot = canvas.clientWidth / 150;
    const { density } = data;
    drawScene(canvas, { frame: placed, examples: known.examples, layers: shownLayers(), theme, noise, dot, density });
    canvas.dataset.moving = motion.moving;
    if (motion.moving && !motion.ending) return;
    const away = frame.samples ? beyond(frame.samples).size : 0;
    page.away.textContent = away ? fill(labels.away, { n: away, all: frame.samples.length / 2 }) : "";
    const scene = { frame, examples: known.examples, theme, noise, latent: latentPlaces(frame), density };
    graph.draw(scene);
    for (const [layer, small] of Object.entries(page.beliefs))
      drawScene(small, { ...scene, layers: new Set([layer]), dot: 1 });
  }

  // Samples and lattice on their straight way from the noise, `share` of it gone.
  function flying(frame, share) {
    const between = { ...frame };
    const fly = (name, from) => {
      if (!frame[name] || from?.length !== frame[name].length) return;
      between[name] = frame[name].map((end, i) => from[i] + (end - from[i]) * share);
    };
    const { latents, noise } = data;
    if (known.noise) fly("samples", noisePlaces(known.noise, latents, noise));
    if (frame.grid) fly("grid", noisePlaces(latticeNoise(frame.grid.length / 2, noise), latents, noise));
    return between;
  }

  function trouble(kind) {
    gone = kind === "gone";
    page.words.textContent = labels[kind];
    page.dot.dataset.state = passes(kind) ? "offline" : "failed";
  }

  async function take(news) {
    state = news;
    timeline.set(news.frames, lastStep(feed.sorted(), behind.points, news.plan));
    page.dot.dataset.state = news.state;
    page.problem.textContent = news.error || standstillOf(news, labels);
    root.dataset.step = news.step;
    root.dataset.state = news.state;
    page.slow.disabled = false;
    for (const { button } of page.alone) button.disabled = !steered();
    if (news.points.length || !curves?.drawn)
      for (const chart of [curves, more]) chart?.draw(feed.sorted(), news.events, news.plan);
    if (!news.frames.length) seen();
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

  function takeProbe(tensors) {
    if (tensors.has("examples")) known.examples = examplesOf(tensors.get("examples").data, data);
    if (tensors.has("noise")) known.noise = tensors.get("noise").data;
  }

  const untrained = createUntrained(`${data.base}/lab/untrained`, (tensors, values) => {
    takeProbe(tensors);
    const frame = arraysOf(tensors, data);
    page.available(frame);
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
    page.words.textContent = statusText(labels, state, live ? null : moment);
    const values = slow.stage >= 0 ? slowValues(step) : feed.valuesAt(step);
    for (const formula of formulas) formula.show(values);
    graph.say(values);
    tellNumbers(values, motion.target);
    for (const chart of [curves, more]) chart?.mark(live ? null : step);
    shown.from((state.checkpoints ?? []).filter((at) => at <= (timeline.step ?? -1)).at(-1) ?? null);
    saySlow();
  }

  // In slow motion the losses are those of the step that is walked through, known before its frame is shown; what the
  // samples are measured by belongs to the frame.
  function slowValues(step) {
    const values = feed.valuesAt(slow.known);
    const shown = feed.valuesAt(step);
    for (const { key, heldOut } of data.terms) if (heldOut) values[key] = shown[key];
    return values;
  }

  function saySlow() {
    const on = slow.stage >= 0;
    root.classList.toggle("gl-play-slowly", on);
    page.slow.setAttribute("aria-pressed", on);
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
    page.auto.setAttribute("aria-pressed", slow.automatic);
    root.dataset.stage = slow.stage + 1;
  }

  const broken = () => gone || state?.state === "failed";
  // Whoever left slow motion waits no longer, nor does one whose run will not move again.
  const hopeless = () => broken() || slow.stage < 0;

  // Slow motion of a run that was just made, or is to be paused: when its first frame is there.
  async function beginSlow() {
    const ready = () => state?.frames.length && state.state === "paused";
    if (await page.until(ready, () => feed.eager(), broken)) slow.begin();
  }

  // The next frame after the newest one: a promise of its step, null where none comes.
  async function nextFrame(asked) {
    const after = feed.moments.at(-1) ?? -1;
    asked();
    feed.eager();
    const over = () => hopeless() || state?.state === "finished";
    return (await page.until(() => feed.moments.at(-1) > after, () => feed.eager(), over)) ? feed.moments.at(-1) : null;
  }

  const slow = createSlow(walked, {
    async hold() {
      timeline.stop();
      if (state?.state === "running") {
        ask({ do: "slow" });
        await page.until(() => state?.state !== "running", () => feed.eager(), hopeless);
      }
      // The server makes a frame of the step at which a run pauses; what is walked through begins there.
      if (!(await page.until(() => feed.moments.at(-1) === state?.step, () => feed.eager(), hopeless))) return null;
      const step = feed.moments.at(-1);
      await playback.seek(step, 0);
      return step;
    },
    step: (part) => nextFrame(() => ask({ do: part })),
    over() {
      page.hint.textContent = labels.slowOver;
    },
    show(part, step, ahead) {
      stage = part;
      if (!part) {
        delete root.dataset.stage;
        playback.restart();
        return timeline.following ? playback.follow() : playback.seek(timeline.step, 0);
      }
      graph.light(part.lit);
      playback.seek(step, part.moves && ahead ? 1600 : 0, part.morph && ahead ? () => motion.morph() : undefined);
    },
  }, saySlow);

  for (const [name, button] of Object.entries(page.layers)) {
    button.addEventListener("click", () => {
      const on = !layers.has(name);
      if (BELIEFS.includes(name)) BELIEFS.forEach((other) => layers.delete(other)); // one field at a time
      if (on) layers.add(name);
      else layers.delete(name);
      page.press(layers);
      motion.repaint();
      keep("layers", [...layers]);
    });
    // What a layer shows is said below the picture too: a finger and the keyboard see no title.
    for (const [event, said] of [["pointerenter", labels.layers[name][1]], ["focus", labels.layers[name][1]],
                                 ["pointerleave", labels.slowHint], ["blur", labels.slowHint]])
      button.addEventListener(event, () => (page.hint.textContent = said));
  }
  page.press(layers);
  // Of a run that one may not steer the page has no steps; where it is copied first, it has.
  const steered = () => data.copies || !data.run || (data.mine && ["running", "paused"].includes(state?.state));
  for (const { part, count: many, button } of page.alone)
    button.addEventListener("click", () => ask({ do: part, count: many }));
  page.slow.addEventListener("click", () => {
    if (slow.stage >= 0) return slow.leave();
    if (data.run && !data.copies && (!data.mine || state?.state === "finished")) return page.asks(page.consent.hidden);
    if (!data.run || state?.state === "failed") return ask({ do: "slow" });
    slow.begin();
  });
  page.agree.addEventListener("click", () => {
    page.asks(false);
    ask({ do: "slow" });
  });
  const refuse = () => {
    page.asks(false);
    page.slow.focus();
  };
  page.refuse.addEventListener("click", refuse);
  page.consent.addEventListener("keydown", ({ key }) => key === "Escape" && refuse());
  page.next.addEventListener("click", () => slow.next());
  page.previous.addEventListener("click", () => slow.previous());
  page.auto.addEventListener("click", () => slow.auto());
  page.leave.addEventListener("click", () => slow.leave());
  page.toFan?.addEventListener("click", () => ask({ do: "fan" }));
  root.addEventListener("term", (event) => {
    for (const lights of [...formulas, curves, more]) lights?.light(event.detail);
  });
  const resized = new ResizeObserver(() => motion.repaint());
  resized.observe(canvas);
  onTheme(root, () => {
    theme = themeOf(root);
    motion.repaint();
    if (told) numbers.show(...told, theme.ink);
    for (const chart of [curves, more]) chart?.recolour();
  });

  const feed = data.run
    ? createFeed({
        address: `${data.base}/lab/runs/${data.run}`,
        language: data.language,
        watched: () => root.isConnected,
        onNews: take,
        onTrouble: trouble,
      })
    : { moments: [], destroy() {}, eager() {}, last: () => -1, valuesAt: () => ({}), sorted: () => [] };
  if (data.parent)
    page.about.textContent = fill(labels.forkOf, { name: data.parent.name, step: count(data.parent.step) });
  if (data.run) feed.poll();
  else page.words.textContent = labels.ready;
  motion.go({}, 0);
  if (!data.run) untrained({ family: data.family, data: data.target, ...data.config });
  if (data.slow) beginSlow();

  return {
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
      resized.disconnect();
      root.remove();
    },
  };
}
