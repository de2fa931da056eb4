// One view for a run that trains, has finished, or was imported: it polls what is new, draws it, and lets one go back.
import { mountCurves } from "./curves.js";
import { mountFormula } from "./formula.js";
import { mountPictures } from "./pictures.js";
import { parseSafetensors as parse } from "./safetensors.js";
import { mountLatent } from "./latent.js";

const LIVE_MS = 500; // twice a second: what a person can follow
const IDLE_MS = 3000; // another tab may resume the run
const EAGER_MS = 150; // after a click: a step is seen when it is made
const EAGER_FOR_MS = 3000;
const WEIGHTS_MS = 2000;
const views = new WeakMap();

export function mount({ data, parentElement, setTriggerValue }) {
  const known = views.get(parentElement);
  if (known && known.run === data.run && known.language === data.language) return known.update(data);
  if (known) known.destroy();
  views.set(parentElement, createView(data, parentElement, setTriggerValue));
}

function element(parent, tag, className, text) {
  const node = parent.appendChild(document.createElement(tag));
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function count(number) {
  return Math.round(number).toLocaleString("en-US");
}

function createView(data, parent, setTriggerValue) {
  const { labels, base, run } = data;
  const address = `${base}/lab/runs/${run}`;
  const root = document.createElement("div");
  root.className = data.compact ? "gl-run gl-compact" : "gl-run";
  parent.querySelectorAll(".gl-run").forEach((old) => old.remove());
  parent.appendChild(root);

  const status = element(root, "div", "gl-status");
  const dot = element(status, "span", "gl-dot");
  const words = element(status, "span", "gl-words", labels.loading);
  words.setAttribute("role", "status");
  const problem = element(root, "p", "gl-problem");
  const formula = data.formula.length ? mountFormula(element(root, "div", "gl-formula"), data) : null;
  const stage = element(root, "div", "gl-stage");
  const pictures = mountPictures(element(stage, "div", "gl-pictures"), data);
  const timeline = element(data.compact ? stage : root, "label", "gl-timeline"); // compact: right below the picture
  const curves = mountCurves(element(stage, "div", "gl-curves"), data);
  element(timeline, "span", "", labels.moment);
  const slider = element(timeline, "input");
  Object.assign(slider, { type: "range", min: 0, max: 0, value: 0, step: 1, className: "gl-time" });
  slider.dataset.testid = "time-slider";
  slider.setAttribute("aria-label", labels.moment);
  const moment = element(timeline, "output", "gl-moment");
  const latent = data.latent ? createLatent(element(root, "details", "gl-latent"), data, address) : null;

  const points = new Map();
  const frames = new Map();
  let moments = [];
  let following = true;
  let state = null;
  let reported = data.state;
  let timer = 0;
  let alive = true;
  let wanted = -1;
  let eagerUntil = 0;

  const last = () => (points.size ? Math.max(...points.keys()) : -1);

  async function poll() {
    clearTimeout(timer);
    if (!alive || !root.isConnected) return;
    let wait = IDLE_MS;
    if (!document.hidden) {
      try {
        const answer = await fetch(`${address}?after=${last()}`);
        if (answer.status === 404) return say(labels.gone);
        take(await answer.json());
        if (!pictures.complete && state.frames.length) await fetchProbe();
        if (state.state === "running") wait = LIVE_MS;
        else if (performance.now() < eagerUntil) wait = EAGER_MS;
      } catch (error) {
        // the server is away for a moment: what is drawn stays, and the next poll tells
        words.textContent = labels.offline;
        dot.dataset.state = "offline";
      }
    }
    if (alive) timer = setTimeout(poll, wait);
  }

  function say(text) {
    words.textContent = text;
    dot.dataset.state = "failed";
  }

  function take(news) {
    state = news;
    for (const [step, values] of news.points) points.set(step, values);
    moments = news.frames;
    slider.max = Math.max(0, moments.length - 1);
    if (following) slider.value = slider.max;
    dot.dataset.state = news.state;
    const speed = news.seconds > 0 ? `${count(news.step / news.seconds)} ${labels.speed}` : "";
    const parts = [labels[news.state], `${labels.step} ${count(news.step)} / ${count(news.plan)}`];
    words.textContent = [...parts, `${news.seconds.toFixed(1)} s`, speed].filter(Boolean).join(" · ");
    problem.textContent = news.error || "";
    root.dataset.step = news.step;
    root.dataset.state = news.state;
    if (news.points.length || !curves.drawn) curves.draw(sorted(), news.events);
    show(following ? moments.length - 1 : Number(slider.value));
    if (latent) latent.refresh(news);
    if (news.state !== reported && setTriggerValue) {
      reported = news.state;
      setTriggerValue("state", news.state);
    }
  }

  const sorted = () => [...points.entries()].sort((a, b) => a[0] - b[0]);

  async function show(index) {
    const step = moments[index];
    if (step === undefined) return;
    moment.textContent = following && state.state === "running" ? labels.live : `${labels.step} ${count(step)}`;
    const at = following ? last() : step;
    if (formula) formula.show(valuesAt(at));
    curves.mark(following ? null : step);
    if (wanted === step) return;
    wanted = step;
    if (!frames.has(step)) await fetchFrame(step);
    if (wanted !== step) return;
    if (frames.has(step)) pictures.draw(frames.get(step), step);
    else wanted = -1; // the next poll asks again
  }

  async function fetchFrame(step) {
    try {
      const answer = await fetch(`${address}/frames/${step}`);
      if (answer.ok) frames.set(step, parse(await answer.arrayBuffer()).tensors);
    } catch (error) {
      // the server is away for a moment; the poll says so
    }
  }

  function valuesAt(step) {
    // each term's latest number at or before this step: not every point carries every term
    const values = {};
    for (const [at, terms] of sorted()) {
      if (at > step) break;
      Object.assign(values, terms);
    }
    return values;
  }

  slider.addEventListener("input", () => {
    following = Number(slider.value) === Number(slider.max);
    show(Number(slider.value));
  });
  const visible = () => !document.hidden && poll();
  document.addEventListener("visibilitychange", visible);
  root.addEventListener("term", (event) => {
    if (formula) formula.light(event.detail);
    curves.light(event.detail);
  });

  async function fetchProbe() {
    // what the run reconstructs: written by its first slice
    const answer = await fetch(`${address}/nets/probe`);
    if (answer.status === 200) pictures.originals(parse(await answer.arrayBuffer()).tensors);
  }

  poll();

  return {
    run,
    language: data.language,
    update(changed) {
      reported = changed.state;
      eagerUntil = performance.now() + EAGER_FOR_MS;
      poll();
    },
    destroy() {
      alive = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", visible);
      if (latent) latent.destroy();
      root.remove();
    },
  };
}

// The latent sliders of the run: its decoder's weights are fetched only while the panel is open.
function createLatent(details, data, address) {
  element(details, "summary", "", data.labels.hold);
  const place = element(details, "div", "gl-latent-body");
  let widget = null;
  let have = -1;
  let asked = 0;
  let lastNews = null;

  async function refresh(news) {
    lastNews = news;
    if (!details.open || Date.now() - asked < WEIGHTS_MS) return;
    asked = Date.now();
    if (!widget) place.dataset.empty = data.labels.wait;
    const answer = await fetch(`${address}/nets/decoder?have=${have}`).catch(() => null);
    if (answer?.status !== 200) return; // nothing new, or the server is away for a moment
    delete place.dataset.empty;
    have = Number(answer.headers.get("X-Step"));
    const weights = await answer.arrayBuffer();
    if (!widget) widget = mountLatent(place, {
      labels: data.labels.latentWidget,
      points: data.kind === "points",
      noise: data.noise,
      reach: data.noise === "uniform" ? 1 : 3,
    });
    widget.setWeights(weights);
  }

  details.addEventListener("toggle", () => {
    asked = 0;
    if (lastNews) refresh(lastNews);
  });
  details.open = Boolean(data.latentOpen);
  return { refresh, destroy: () => widget && widget.destroy() };
}
