// One view for a run that trains, has finished, or was imported: it polls what is new, draws it, and lets one go back.
import { mountCurves } from "./curves.js";
import { mountFormula } from "./formula.js";
import { mountPictures } from "./pictures.js";
import { createFeed } from "./runfeed.js";
import { parseSafetensors as parse } from "./safetensors.js";
import { mountLatent } from "./latent.js";
import { onTheme } from "./theme.js";
import { mountTimeline } from "./timeline.js";
import { passes, standstillOf } from "./trouble.js";

const WEIGHTS_MS = 2000;
const views = new WeakMap();

export function mount({ data, parentElement, setTriggerValue }) {
  const known = views.get(parentElement);
  if (known && known.run === data.run && known.said === said(data)) return known.update(data);
  if (known) known.destroy();
  views.set(parentElement, createView(data, parentElement, setTriggerValue));
}

// What a view is made for: a knob that was moved may make other terms of it.
function said(data) {
  return JSON.stringify([data.language, data.terms, data.formula]);
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
  const problem = element(root, "p", "gl-problem gl-trouble");
  const formula = data.formula.length ? mountFormula(element(root, "div", "gl-formula"), data) : null;
  const stage = element(root, "div", "gl-stage");
  const pictures = mountPictures(element(stage, "div", "gl-pictures"), data);
  const place = element(data.compact ? stage : root, "div", "gl-timeline"); // compact: right below the picture
  const timeline = mountTimeline(place, labels, () => show());
  let seen; // once there is a picture: the chart library, larger than all else, comes after it
  const after = new Promise((resolve) => (seen = resolve));
  const curves = mountCurves(element(stage, "div", "gl-curves"), data, { after });
  const latent = data.latent ? createLatent(element(root, "details", "gl-latent"), data, () => feed) : null;

  let state = null;
  let reported = data.state;
  let wanted = -1;

  function trouble(kind) {
    words.textContent = labels[kind];
    dot.dataset.state = passes(kind) ? "offline" : "failed";
  }

  async function take(news) {
    state = news;
    timeline.set(news.frames);
    dot.dataset.state = news.state;
    const speed = news.seconds > 0 ? `${count(news.step / news.seconds)} ${labels.speed}` : "";
    const parts = [labels[news.state], `${labels.step} ${count(news.step)} / ${count(news.plan)}`];
    words.textContent = [...parts, `${news.seconds.toFixed(1)} s`, speed].filter(Boolean).join(" · ");
    problem.textContent = news.error || standstillOf(news, labels);
    root.dataset.step = news.step;
    root.dataset.state = news.state;
    if (news.points.length || !curves.drawn) curves.draw(feed.sorted(), news.events);
    if (!news.frames.length) seen();
    show();
    if (latent) latent.refresh(news);
    if (news.state !== reported && setTriggerValue) {
      reported = news.state;
      setTriggerValue("state", news.state);
    }
    if (!pictures.complete && news.frames.length) {
      // what the run reconstructs: written by its first slice
      const probe = await feed.net("probe");
      if (probe) pictures.originals(parse(probe.bytes).tensors);
    }
  }

  async function show() {
    const step = timeline.step;
    if (step === undefined) return;
    const { following } = timeline;
    timeline.say(following && state.state === "running" ? labels.live : `${labels.step} ${count(step)}`);
    if (formula) formula.show(feed.valuesAt(following ? feed.last() : step));
    curves.mark(following ? null : step);
    if (wanted === step) return;
    wanted = step;
    const tensors = await feed.frame(step);
    if (wanted !== step) return;
    if (tensors) {
      pictures.draw(tensors, step);
      seen();
    } else wanted = -1; // the next poll asks again
  }

  root.addEventListener("term", (event) => {
    if (formula) formula.light(event.detail);
    curves.light(event.detail);
  });

  onTheme(root, () => {
    pictures.recolour();
    curves.recolour();
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
    run,
    said: said(data),
    update(changed) {
      reported = changed.state;
      feed.eager();
    },
    destroy() {
      feed.destroy();
      if (latent) latent.destroy();
      root.remove();
    },
  };
}

// The latent sliders of the run: its decoder's weights are fetched only while the panel is open.
function createLatent(details, data, feed) {
  element(details, "summary", "", data.labels.hold);
  const place = element(details, "div", "gl-latent-body");
  let widget = null;
  let have = -1;
  let asked = 0;
  let lastNews = null;

  async function refresh(present) {
    lastNews = present;
    // A net of the run's present step is the newest that there can be.
    if (!details.open || have === present.step || Date.now() - asked < WEIGHTS_MS) return;
    asked = Date.now();
    if (!widget) place.dataset.empty = data.labels.wait;
    const news = await feed().net("decoder", have);
    if (!news) return; // nothing new, or the server is away for a moment
    delete place.dataset.empty;
    have = news.step;
    place.dataset.step = have;
    if (!widget) widget = mountLatent(place, {
      labels: data.labels.latentWidget,
      points: data.kind === "points",
      noise: data.noise,
      reach: data.noise === "uniform" ? 1 : 3,
    });
    widget.setWeights(news.bytes);
  }

  details.addEventListener("toggle", () => {
    asked = 0;
    if (lastNews) refresh(lastNews);
  });
  details.open = Boolean(data.latentOpen);
  return { refresh, destroy: () => widget && widget.destroy() };
}
