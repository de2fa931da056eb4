// A hand on the latent space: sliders and a plane move z, the decoder runs here, in the browser, at every move.

import { COLORS } from "./palette.js";
import { loadNet } from "./net.js";

const FIRST_SLIDERS = 8;
const MAP_PIXELS = 672;
const PICTURE_PIXELS = 560; // of the drawing of points; images keep their own size and are scaled by the page
const WEIGHTS_PAUSE = 2000; // ms between maps of images while a net trains
const MOVE_PAUSE = 150; // ms at rest before the map follows a latent that is not one of its axes; between maps of points
const IDLE_SLICE = 8; // ms of map at a time, so that a move never waits longer

const ENGLISH = {
  image: "Decoded from z",
  plane: "Plane of two latents: drag, or use the arrow keys",
  across: "across",
  up: "up",
  random: "Random z",
  mean: "Mean (z = 0)",
  reset: "Reset",
  more: "More latents",
  values: "Present z",
  empty: "No decoder yet: train or load a model.",
  broken: "These weights cannot be shown (not finite, or not a net this page knows). The picture is the last good one.",
};

const LATENT_STYLE = `
.latent { --ink: var(--st-text-color, #31333f); --line: var(--st-border-color, #d5d6db);
  --panel: var(--st-secondary-background-color, #f0f2f6); --paper: var(--st-background-color, #fff);
  box-sizing: border-box; width: 100%; color: var(--ink); font: 14px/1.4 var(--st-font, system-ui, sans-serif);
  font-variant-numeric: tabular-nums; display: grid; gap: 16px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr)); }
.latent *, .latent *::before { box-sizing: border-box; }
.latent canvas { display: block; width: 100%; max-width: 420px; margin: 0 auto; border: 1px solid var(--line);
  border-radius: 6px; background: var(--panel); }
.latent .picture { aspect-ratio: 1; image-rendering: pixelated; }
.latent .picture.smooth { image-rendering: auto; }
.latent .plane { touch-action: none; cursor: crosshair; }
.latent :focus-visible { outline: 2px solid ${COLORS.latent}; outline-offset: 2px; }
.latent .axes { display: flex; flex-wrap: wrap; gap: 4px 16px; min-height: 32px; align-items: center; margin-top: 6px; }
.latent .controls { min-width: 0; }
.latent .row { display: grid; grid-template-columns: 3.2em 1fr 3.6em; gap: 8px; align-items: center; min-height: 32px; }
.latent .row output { text-align: right; }
.latent input[type=range] { appearance: none; width: 100%; min-width: 0; height: 28px; margin: 0; background: none;
  cursor: pointer; --track: linear-gradient(var(--ink), var(--ink)) center / 1px 100% no-repeat var(--line); }
.latent input::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: var(--track); }
.latent input::-moz-range-track { height: 4px; border-radius: 2px; background: var(--track); }
.latent input::-webkit-slider-thumb { appearance: none; width: 18px; height: 18px; margin-top: -7px; border: 0;
  border-radius: 50%; background: ${COLORS.latent}; }
.latent input::-moz-range-thumb { width: 18px; height: 18px; border: 0; border-radius: 50%; background: ${COLORS.latent}; }
.latent button, .latent select { font: inherit; color: inherit; background: var(--paper); min-height: 32px;
  border: 1px solid var(--line); border-radius: 6px; padding: 4px 12px; cursor: pointer; }
.latent button:hover { border-color: ${COLORS.latent}; }
.latent .buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 8px; }
.latent summary { cursor: pointer; min-height: 32px; padding: 5px 0; }
.latent .hidden-sliders { max-height: 260px; overflow-y: auto; }
.latent .values { display: block; margin-top: 8px; padding: 8px; height: 5.2em; overflow-y: auto; user-select: all;
  overflow-wrap: anywhere; background: var(--panel); border-left: 3px solid ${COLORS.latent}; border-radius: 4px; }
.latent .status { min-height: 2.8em; max-width: 420px; margin: 6px auto 0; }
.latent [hidden] { display: none; }
`;

// root: an element or a ShadowRoot. options (all optional):
// order: latents by importance, the first two span the plane; labels: texts, as in ENGLISH; points: outputs are 1-D or
// 2-D points, not images; reach: z goes from -reach to reach (3); extent: the axes of points go from -extent to extent
// (1.5); noise: "normal" or "uniform", what "random" draws; start: the z that "reset" returns to (zeros).
// Returns {setWeights(bytes), destroy()}; setWeights may be called again at any time: z stays where it is.
export function mountLatent(root, options = {}) {
  const labels = { ...ENGLISH, ...options.labels };
  const reach = options.reach ?? 3;
  const page = latentPage(labels);
  root.append(page.style, page.body);

  let net = null;
  let z = new Float32Array(0);
  let axes = [0, 1];
  let sliders = [];
  let frame = 0;
  let drawer = null;
  const map = createMapJob((index) => drawer.cell(index), (done) => {
    if (done) drawer.mapDone();
    invalidate();
  });

  function invalidate() {
    if (!frame && net) frame = requestAnimationFrame(paint);
  }

  function paint() {
    frame = 0;
    drawer.picture(z);
    drawer.plane(z);
    for (const { input, output, latent } of sliders) {
      const text = signed(z[latent]);
      if (output.textContent !== text) {
        output.textContent = text;
        if (input.valueAsNumber !== roundZ(z[latent])) input.value = z[latent].toFixed(2);
      }
    }
    page.values.textContent = `[${Array.from(z, (value) => value.toFixed(2)).join(", ")}]`;
    const place = axes.map((latent) => `z${latent + 1} ${signed(z[latent])}`).join(", ");
    page.plane.setAttribute("aria-label", `${labels.plane}: ${place}`);
  }

  function setLatent(latent, value) {
    z[latent] = roundZ(Math.min(reach, Math.max(-reach, value)));
    if (!axes.includes(latent)) map.schedule(MOVE_PAUSE);
    invalidate();
  }

  function setAll(valueOf) {
    for (let latent = 0; latent < z.length; latent++) setLatent(latent, valueOf(latent));
  }

  function setAxes(next) {
    axes = next;
    [page.across, page.up].forEach((select, i) => (select.value = String(axes[i] ?? axes[0])));
    drawer = createDrawer(net, page, { points: options.points, extent: options.extent ?? 1.5, reach, axes, z });
    map.resize(drawer.cells);
    map.schedule(0);
    invalidate();
  }

  // A net of another latent size: new sliders, z at its start.
  function rebuild() {
    const order = completeOrder(options.order, net.inputs);
    z = Float32Array.from({ length: net.inputs }, (_, latent) => options.start?.[latent] ?? 0);
    sliders = order.map((latent, place) => sliderRow(latent, place, reach, (value) => setLatent(latent, value)));
    const rows = sliders.map(({ row }) => row);
    page.sliders.replaceChildren(...rows.slice(0, FIRST_SLIDERS));
    page.hidden.replaceChildren(...rows.slice(FIRST_SLIDERS));
    page.more.hidden = rows.length <= FIRST_SLIDERS;
    for (const select of [page.across, page.up]) {
      select.replaceChildren(...order.map((latent) => make("option", { value: latent }, `z${latent + 1}`)));
    }
    page.axes.hidden = order.length <= 2;
    setAxes(order.slice(0, 2));
  }

  function moveHandle(event) {
    const box = page.plane.getBoundingClientRect();
    setLatent(axes[0], reach * ((2 * (event.clientX - box.left)) / box.width - 1));
    if (axes.length > 1) setLatent(axes[1], reach * (1 - (2 * (event.clientY - box.top)) / box.height));
  }

  page.plane.addEventListener("pointerdown", (event) => {
    if (!net) return;
    page.plane.setPointerCapture(event.pointerId);
    moveHandle(event);
  });
  page.plane.addEventListener("pointermove", (event) => {
    if (net && page.plane.hasPointerCapture(event.pointerId)) moveHandle(event);
  });
  page.plane.addEventListener("keydown", (event) => {
    const [axis, sign] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }[event.key] ?? [];
    if (axis === undefined || axis >= axes.length || !net) return;
    event.preventDefault();
    setLatent(axes[axis], z[axes[axis]] + sign * (event.shiftKey ? 0.5 : 0.1));
  });
  page.random.addEventListener("click", () => setAll(options.noise === "uniform" ? () => 2 * Math.random() - 1 : normal));
  page.mean.addEventListener("click", () => setAll(() => 0));
  page.reset.addEventListener("click", () => {
    if (!net) return;
    setAll((latent) => options.start?.[latent] ?? 0);
    setAxes(completeOrder(options.order, net.inputs).slice(0, 2));
  });
  const chooseAxis = (axis) => (event) => {
    const chosen = Number(event.target.value);
    const other = axes[1 - axis];
    // Choosing the other axis' latent swaps the two: a plane needs two different ones.
    setAxes(axis === 0 ? [chosen, chosen === other ? axes[0] : other] : [chosen === other ? axes[1] : other, chosen]);
  };
  page.across.addEventListener("change", chooseAxis(0));
  page.up.addEventListener("change", chooseAxis(1));

  return {
    setWeights(bytes) {
      let next;
      try {
        next = loadNet(bytes);
        if (!next.finite) throw new Error("Net file: a weight is not finite.");
        if (!options.points && !imageSize(next)) throw new Error(`Net file: got outputs of [${next.outputShape}], allowed: images.`);
        if (options.points && next.outputs > 2) throw new Error(`Net file: got ${next.outputs} outputs, allowed: 1 or 2.`);
      } catch (error) {
        page.status.textContent = labels.broken;
        page.status.title = error.message;
        return;
      }
      page.status.textContent = "";
      page.status.removeAttribute("title");
      const sameOutputs = String(net?.outputShape) === String(next.outputShape);
      net = next;
      if (net.inputs !== z.length) rebuild();
      else if (!sameOutputs) setAxes(axes);
      else {
        drawer.use(net);
        map.scheduleAfter(drawer.pause);
        invalidate();
      }
    },
    destroy() {
      map.stop();
      cancelAnimationFrame(frame);
      net = null;
      page.style.remove();
      page.body.remove();
    },
  };
}

function latentPage(labels) {
  const testid = (name) => ({ "data-testid": `latent-${name}` });
  const button = (name) => make("button", { type: "button", ...testid(name) }, labels[name]);
  const page = {
    style: make("style", {}, LATENT_STYLE),
    status: make("p", { class: "status", role: "status", ...testid("status") }, labels.empty),
    picture: make("canvas", { class: "picture", role: "img", "aria-label": labels.image, width: 28, height: 28, ...testid("image") }),
    plane: make("canvas", {
      class: "plane", role: "application", "aria-label": labels.plane, tabindex: 0,
      width: MAP_PIXELS, height: MAP_PIXELS, ...testid("plane"),
    }),
    across: make("select", { "aria-label": labels.across }),
    up: make("select", { "aria-label": labels.up }),
    random: button("random"),
    mean: button("mean"),
    reset: button("reset"),
    sliders: make("div"),
    hidden: make("div", { class: "hidden-sliders" }),
    values: make("output", { class: "values", tabindex: 0, "aria-label": labels.values, "aria-live": "off", ...testid("values") }),
  };
  page.more = make("details", { hidden: "", ...testid("more") }, make("summary", {}, labels.more), page.hidden);
  const choice = (label, select) => make("label", {}, `${label} `, select);
  page.axes = make("div", { class: "axes", hidden: "" }, choice(labels.across, page.across), choice(labels.up, page.up));
  page.body = make(
    "div",
    { class: "latent" },
    make("div", {}, page.picture, page.status),
    make("div", {}, page.plane, page.axes),
    make(
      "div",
      { class: "controls" },
      make("div", { class: "buttons" }, page.random, page.mean, page.reset),
      page.sliders,
      page.more,
      page.values,
    ),
  );
  return page;
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function sliderRow(latent, place, reach, onValue) {
  const name = `z${latent + 1}`;
  const input = make("input", {
    type: "range", min: -reach, max: reach, step: 0.01, value: 0, "aria-label": name, "data-testid": `latent-slider-${place}`,
  });
  const output = make("output", { "aria-live": "off" });
  input.addEventListener("input", () => onValue(input.valueAsNumber));
  return { row: make("div", { class: "row" }, make("span", {}, name), input, output), input, output, latent };
}

// The wanted order, of those latents that exist, then the rest.
function completeOrder(order, count) {
  const all = Array.from({ length: count }, (_, latent) => latent);
  return [...new Set([...(order ?? []).filter((latent) => all.includes(latent)), ...all])];
}

function roundZ(value) {
  return Math.round(value * 100) / 100;
}

// With a sign of the same width (a true minus, or a figure space), so that numbers do not jump.
function signed(value) {
  return `${roundZ(value) < 0 ? "\u2212" : "\u2007"}${Math.abs(value).toFixed(2)}`;
}

// Box and Muller's way to a draw from N(0, 1).
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

// [height, width] of a net's image, null where its output is none.
function imageSize({ outputShape }) {
  const [height, width] = outputShape.slice(-2);
  return outputShape.length >= 2 && outputShape.slice(0, -2).every((n) => n === 1) ? [height, width] : null;
}

// Draws `total` cells in turn while the browser has nothing better to do. A new start goes on from the present cell, so
// that a slow net which is given new weights all the time still gets round to its last cells.
function createMapJob(drawCell, onSlice) {
  // Safari has no idle callbacks; a short pause serves.
  const request = window.requestIdleCallback ?? ((callback) => setTimeout(callback, 16));
  const cancel = window.cancelIdleCallback ?? clearTimeout;
  let total = 0;
  let cursor = 0;
  let remaining = 0;
  let idle = 0;
  let timer = 0;
  let started = -Infinity;

  function start() {
    started = performance.now();
    remaining = total;
    if (!idle) idle = request(slice, { timeout: 500 });
  }

  function slice() {
    const end = performance.now() + IDLE_SLICE;
    do {
      drawCell(cursor);
      cursor = (cursor + 1) % total;
      remaining -= 1;
    } while (remaining > 0 && performance.now() < end);
    idle = remaining > 0 ? request(slice, { timeout: 500 }) : 0;
    onSlice(remaining === 0);
  }

  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(start, wait);
  }

  return {
    schedule,
    scheduleAfter: (pause) => schedule(Math.max(0, started + pause - performance.now())),
    resize({ columns, rows }) {
      total = columns * rows;
      cursor = 0;
      remaining = total;
    },
    stop() {
      clearTimeout(timer);
      cancel(idle);
    },
  };
}

// A drawer owns the two canvases: picture(z) and plane(z) paint them, cell(index) decodes one cell of the map of the
// plane's two latents, the others being as they are in z.
function createDrawer(net, page, settings) {
  return settings.points ? pointDrawer(net, page, settings) : imageDrawer(net, page, settings);
}

function imageDrawer(firstNet, page, { axes, reach, z }) {
  let net = firstNet;
  const [height, width] = imageSize(net);
  const cells = { columns: 12, rows: axes.length > 1 ? 12 : 1 };
  const scratch = new Float32Array(z.length);
  const image = new ImageData(width, height);
  image.data.fill(255);
  const picture = resized(page.picture, width, height);
  const plane = resized(page.plane, MAP_PIXELS, (MAP_PIXELS * cells.rows) / cells.columns);
  const map = resized(document.createElement("canvas"), cells.columns * width, cells.rows * height);

  function decode(latent) {
    const x = net.run(latent);
    for (let i = 0; i < x.length; i++) {
      const grey = x[i] * 255; // ImageData clamps
      image.data[4 * i] = grey;
      image.data[4 * i + 1] = grey;
      image.data[4 * i + 2] = grey;
    }
    return image;
  }

  return {
    cells,
    pause: WEIGHTS_PAUSE,
    use: (next) => (net = next),
    cell(index) {
      const column = index % cells.columns;
      const row = Math.floor(index / cells.columns);
      scratch.set(z);
      scratch[axes[0]] = reach * ((2 * column + 1) / cells.columns - 1);
      if (axes.length > 1) scratch[axes[1]] = reach * (1 - (2 * row + 1) / cells.rows);
      map.putImageData(decode(scratch), column * width, row * height);
    },
    mapDone() {},
    picture: (latent) => picture.putImageData(decode(latent), 0, 0),
    plane(latent) {
      plane.imageSmoothingEnabled = false;
      plane.drawImage(map.canvas, 0, 0, plane.canvas.width, plane.canvas.height);
      drawHandle(plane, latent, axes, reach);
    },
  };
}

function pointDrawer(firstNet, page, { axes, reach, extent, z }) {
  let net = firstNet;
  const flat = axes.length === 1;
  const cells = flat ? { columns: 201, rows: 1 } : { columns: 25, rows: 25 };
  const scratch = new Float32Array(z.length);
  const decoded = new Float32Array(2 * cells.columns * cells.rows);
  let shown = null; // the last complete lattice of decoded points
  const picture = resized(page.picture, PICTURE_PIXELS, PICTURE_PIXELS);
  const plane = resized(page.plane, MAP_PIXELS, flat ? MAP_PIXELS / 12 : MAP_PIXELS);
  page.picture.classList.add("smooth");
  const toPicture = (value) => ((value / extent + 1) * PICTURE_PIXELS) / 2;

  // Every second line of the lattice; the points between keep the lines round.
  function latticeLines(visit) {
    const line = (from, step, count) => visit(Array.from({ length: count }, (_, i) => from + i * step));
    for (let row = 0; row < cells.rows; row += 2) line(row * cells.columns, 1, cells.columns);
    if (!flat) for (let column = 0; column < cells.columns; column += 2) line(column, cells.columns, cells.rows);
  }

  return {
    cells,
    pause: MOVE_PAUSE,
    use: (next) => (net = next),
    cell(index) {
      scratch.set(z);
      scratch[axes[0]] = reach * ((2 * (index % cells.columns)) / (cells.columns - 1) - 1);
      if (!flat) scratch[axes[1]] = reach * ((2 * Math.floor(index / cells.columns)) / (cells.rows - 1) - 1);
      const x = net.run(scratch);
      decoded[2 * index] = x[0];
      decoded[2 * index + 1] = x[1] ?? 0;
    },
    mapDone: () => (shown = decoded.slice()),
    picture(latent) {
      const { line, ink } = colours(page.body);
      picture.clearRect(0, 0, PICTURE_PIXELS, PICTURE_PIXELS);
      const middle = PICTURE_PIXELS / 2;
      stroke(picture, line, 2, [[0, middle], [PICTURE_PIXELS, middle]]);
      stroke(picture, line, 2, [[middle, 0], [middle, PICTURE_PIXELS]]);
      if (shown) {
        latticeLines((points) => {
          const places = points.map((i) => [toPicture(shown[2 * i]), toPicture(-shown[2 * i + 1])]);
          stroke(picture, COLORS.generated, flat ? 4 : 1.5, places);
        });
      }
      const x = net.run(latent);
      disc(picture, toPicture(x[0]), toPicture(-(x[1] ?? 0)), 11, COLORS.generated, ink);
    },
    plane(latent) {
      const { width, height } = plane.canvas;
      const { line } = colours(page.body);
      plane.clearRect(0, 0, width, height);
      for (let i = 0; i <= 12; i++) {
        const at = (i / 12) * width;
        stroke(plane, line, 1.5, [[at, 0], [at, height]]);
        if (!flat) stroke(plane, line, 1.5, [[0, at], [width, at]]);
      }
      if (flat) stroke(plane, line, 3, [[0, height / 2], [width, height / 2]]);
      drawHandle(plane, latent, axes, reach);
    },
  };
}

function resized(canvas, width, height) {
  // Setting a size wipes a canvas, and with it the last good picture.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return canvas.getContext("2d");
}

function drawHandle(context, z, axes, reach) {
  const { width, height } = context.canvas;
  const x = ((z[axes[0]] / reach + 1) * width) / 2;
  const y = axes.length > 1 ? ((1 - z[axes[1]] / reach) * height) / 2 : height / 2;
  disc(context, x, y, 14, COLORS.latent, "#fff");
}

function disc(context, x, y, radius, fill, rim) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = rim;
  context.lineWidth = 4;
  context.stroke();
}

function stroke(context, colour, width, places) {
  context.beginPath();
  for (const [x, y] of places) context.lineTo(x, y);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function colours(element) {
  const style = getComputedStyle(element);
  return { line: style.getPropertyValue("--line"), ink: style.getPropertyValue("--ink") };
}
