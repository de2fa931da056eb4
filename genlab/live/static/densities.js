// Two mixtures of normals on a line, moved by hand: every divergence between them follows within the frame.
import { createFit } from "./mixture_fit.js";
import { createHands } from "./densities_hands.js";
import { MARGIN, REACH, createScales, draw, integrandOver, place, sample, wantedScales } from "./densities_draw.js";
import { mountNumbers, show } from "./densities_numbers.js";
import { mountSlide } from "./densities_slide.js";
import { MOST, PRESETS, clamp, fromAddress, preset, presetOf, toAddress, withOneMore, without }
  from "./densities_state.js";
import { compile, discriminator, divergences, logDensity } from "./mixtures.js";

const ADDRESS_PAUSE = 250; // ms at rest before the address follows: browsers refuse a hundred changes in ten seconds
const FIT_JUMP = 40; // steps at once, and
const FIT_PAUSE = 300; // ms between them, where the system asks for reduced motion
const views = new WeakMap();
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

export function mount({ data, parentElement }) {
  const known = views.get(parentElement);
  if (known && known.language === data.language && known.root.isConnected) return;
  known?.destroy();
  views.set(parentElement, createView(data, parentElement, known?.state() ?? fromAddress(location.search)));
}

function element(parent, tag, className, text) {
  const node = parent.appendChild(document.createElement(tag));
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function button(parent, text, testid, action, label) {
  const node = element(parent, "button", "gl-dn-button", text);
  node.type = "button";
  node.dataset.testid = testid;
  if (label) node.title = label;
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", action);
  return node;
}

function createView(data, parent, begin) {
  const { labels } = data;
  const terms = Object.fromEntries(data.numbers.map((term) => [term.key, term]));
  const words = { density: labels.density, discriminator: labels.discriminator, numbers: terms };
  let { p, q, number } = begin;
  let lit = null;
  let probe = 0;
  let fit = null;
  let heldTop = 0;
  let scheduled = 0;
  let addressTimer = 0;
  let atOnce = true;

  const root = element(parent, "div", "gl-dn");
  const presets = element(root, "div", "gl-dn-presets");
  presets.setAttribute("role", "group");
  const chips = data.presets.map(({ key, title }) => {
    const chip = button(presets, title, `preset-${key}`, () => {
      ({ p, q, number } = preset(key));
      [fit, atOnce] = [null, true];
      slide.stop();
      changed();
    });
    return { key, chip };
  });
  const copy = button(presets, labels.copy, "copy-link", copyLink);
  const sentence = element(root, "p", "gl-dn-see");
  sentence.dataset.testid = "what-to-see";
  sentence.setAttribute("role", "status");
  const grid = element(root, "div", "gl-dn-grid");
  const left = element(grid, "div", "gl-dn-left");
  const legend = element(left, "div", "gl-dn-legend");
  const counts = ["p", "q"].map((name) => {
    const box = element(legend, "span", `gl-dn-name gl-dn-of-${name}`);
    element(box, "b", "", labels[name]);
    const fewer = button(box, "−", `remove-${name}`, () => remove(name, hands.chosen(name)), labels.remove);
    const more = button(box, "+", `add-${name}`, () => set(name, withOneMore(name === "p" ? p : q)), labels.add);
    return { name, fewer, more };
  });
  element(legend, "span", "gl-dn-hint", labels.hint);
  const stage = element(left, "div", "gl-dn-stage");
  const canvas = element(stage, "canvas");
  canvas.dataset.testid = "densities";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", labels.picture);
  const foot = element(left, "div", "gl-dn-foot");
  const fits = ["kl_pq", "kl_qp"].map((key) => button(foot, labels[`fit_${key}`], `fit-${key}`, () => startFit(key)));
  const halt = button(foot, labels.stop, "fit-stop", () => endFit());
  const news = element(foot, "output", "gl-dn-news");
  news.dataset.testid = "fit-news";
  const right = element(grid, "div", "gl-dn-right");
  const numbers = mountNumbers(element(right, "div", "gl-dn-numbers"), data.numbers, labels, {
    light(key) {
      lit = key;
      request();
    },
    choose(key) {
      number = key;
      changed();
    },
  });
  const slideBox = element(right, "div", "gl-dn-slide");
  const slide = mountSlide(slideBox, labels.slide, (moved) => set("q", moved));
  const scales = createScales();
  const hands = createHands(stage, labels, {
    get: () => ({ p, q }),
    set(name, mixture, mean) {
      probe = mean;
      slide.stop();
      set(name, mixture);
    },
    top: () => scales.now.top || 1,
    remove,
    grasp() {
      heldTop = scales.now.top;
      if (fit?.running) endFit();
    },
    release() {
      heldTop = 0;
      request();
    },
  });

  function set(name, mixture) {
    if (name === "p") p = mixture;
    else q = mixture;
    fit = null;
    changed();
  }

  function remove(name, index) {
    set(name, without(name === "p" ? p : q, index));
  }

  function changed() {
    request();
    clearTimeout(addressTimer);
    addressTimer = setTimeout(writeAddress, ADDRESS_PAUSE);
  }

  function writeAddress() {
    clearTimeout(addressTimer);
    if (!root.isConnected) return;
    const search = toAddress(location.search, { p, q, number });
    if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
  }

  function request() {
    scheduled ||= requestAnimationFrame(frame);
  }

  function frame() {
    scheduled = 0;
    if (!root.isConnected || !stage.clientWidth) return;
    const begun = performance.now();
    if (fit?.running) descend();
    const arrived = update();
    root.dataset.ms = performance.now() - begun;
    if (!arrived || (fit?.running && !reduced.matches)) request();
  }

  function update() {
    const [densityP, densityQ] = [compile(p), compile(q)];
    const values = divergences(densityP, densityQ);
    values.d_star = discriminator(logDensity(densityP, probe), logDensity(densityQ, probe));
    const ink = getComputedStyle(root).color;
    const columns = sample(densityP, densityQ, stage.clientWidth);
    const shown = lit && lit !== "d_star" ? lit : number;
    const curve = integrandOver(shown, densityP, densityQ, columns);
    const peaks = Math.max(...[...p, ...q].map((part) => part.weight / (part.std * Math.sqrt(2 * Math.PI))));
    const arrived = scales.follow(wantedScales(columns, curve, peaks, heldTop), atOnce || reduced.matches);
    atOnce = false;
    draw(canvas, { p: densityP, q: densityQ, number: shown, columns, values: curve, scales: scales.now, probe, lit, ink,
                   labels: words });
    numbers.show(values, probe);
    numbers.choose(number);
    hands.settle();
    settleControls(values);
    return arrived;
  }

  function settleControls(values) {
    const name = presetOf({ p, q });
    for (const { key, chip } of chips) chip.setAttribute("aria-pressed", key === name && !fit);
    const text = labels.see[fit ? `fit_${fit.key}` : (name ?? "free")];
    if (sentence.textContent !== text) sentence.textContent = text;
    for (const { name: its, fewer, more } of counts) {
      const size = (its === "p" ? p : q).length;
      fewer.disabled = size === 1;
      more.disabled = size === MOST;
    }
    for (const one of fits) one.disabled = Boolean(fit?.running);
    halt.disabled = !fit?.running;
    news.textContent = fit ? fitNews(values) : "";
    root.dataset.fit = fit ? (fit.running ? "running" : fit.settled ? "settled" : "stopped") : "none";
    const sliding = name === "sliding" && !fit;
    root.classList.toggle("gl-dn-sliding", sliding);
    if (sliding) slide.show(q, values);
  }

  function fitNews(values) {
    const state = fit.running ? labels.fitting : fit.settled ? labels.settled : labels.stopped;
    return state.replace("{steps}", fit.steps).replace("{value}", show(values[fit.key]));
  }

  function startFit(key) {
    slide.stop();
    // Until a hand moves something every fit begins where the first one did: so the two directions can be compared
    const start = fit?.start ?? q;
    fit = { key, start, descent: createFit(p, start, key), running: true, settled: false, steps: 0 };
    number = key;
    request();
  }

  function descend() {
    for (let i = 0; i < (reduced.matches ? FIT_JUMP : 1) && fit.running; i++) {
      const reached = fit.descent.step();
      q = reached.q;
      Object.assign(fit, { steps: reached.steps, settled: reached.settled, running: !reached.settled });
    }
    if (!fit.running) changed();
    else if (reduced.matches) setTimeout(request, FIT_PAUSE);
  }

  function endFit() {
    fit.running = false;
    changed();
  }

  async function copyLink() {
    writeAddress();
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      // over plain http in a classroom there is no clipboard; the old way still works
      const text = element(root, "textarea", "", location.href);
      text.select();
      document.execCommand("copy");
      text.remove();
    }
    copy.textContent = labels.copied;
    setTimeout(() => (copy.textContent = labels.copy), 1500);
  }

  stage.addEventListener("pointermove", (event) => {
    if (hands.dragging()) return;
    probe = placeOf(event);
    request();
  });
  stage.addEventListener("pointerdown", (event) => {
    if (hands.dragging()) return;
    probe = placeOf(event);
    request();
  });

  function placeOf(event) {
    const pixels = event.clientX - stage.getBoundingClientRect().left;
    return clamp(place(stage.clientWidth).toX(Math.max(MARGIN.left, pixels)), [-REACH, REACH]);
  }

  const observer = new ResizeObserver(() => {
    atOnce = true;
    request();
  });
  observer.observe(stage);

  return {
    root,
    language: data.language,
    state: () => ({ p, q, number }),
    destroy() {
      observer.disconnect();
      clearTimeout(addressTimer);
      cancelAnimationFrame(scheduled);
      slide.stop();
      root.remove();
    },
  };
}
