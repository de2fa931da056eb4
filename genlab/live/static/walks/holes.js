// Codes against the prior, and the holes between them: where the prior puts mass but no code lies.

import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { drawCodes, drawFitted, measureHoles, nearest, project } from "../maths/holes.js";
import { normalOnPlane, onPlane, planeOf, reachOf } from "../maths/plane.js";
import { noise } from "../maths/random.js";
import { tell } from "../shared/told/told.js";
import { digit, put } from "../shared/digits.js";
import { CELLS, DECODED, SIZE, drawCodesOn, drawMap, drawSpot, mapSheet } from "./map.js";
import { atlasOf, chooser } from "./pieces.js";

/** @typedef {import("./types.js").Changes} Changes */
/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("../maths/holes.js").Holes} Holes */
/** @typedef {NonNullable<ReturnType<typeof layOut>>} Found */
/** @typedef {Found & {inPlane: Holes, far: Float32Array}} Stage */

/** @param {Element} root @param {Context} context */
export function mountHoles(root, context) {
  const { labels, models, state, jobs, offer } = context;
  /** @type {[string, string][]} */
  const kinds = [["axes", labels.axes], ["latents", labels.twoLatents]];
  const select = chooser(root, labels.plane, kinds, (plane) => state.set({ plane: plane === "latents" ? "latents" : "axes" }), "walk-plane");
  const grid = element(root, "div", "gl-walk-models gl-walk-pairs");
  const columns = models.filter(({ run }) => run.encodes).map((model) => {
    model.wantAtlas();
    return createColumn(grid, model, context);
  });
  element(root, "p", "gl-walk-note", labels.holesNote);

  /** @param {Model} [model] */
  function rebuild(model) {
    select.value = state.values.plane;
    for (const column of columns) {
      if (!model || column.model === model) jobs.run(`holes ${column.model.run.id}`, column.rebuild(offer));
    }
  }

  rebuild();

  return {
    /** @param {Changes} changes */
    changed(changes) {
      if (Object.keys(changes).every((name) => name === "spot")) columns.forEach((column) => column.spot());
      else rebuild();
    },
    model: rebuild,
    resized() {},
    destroy() {},
    take() {
      const ready = columns.filter((column) => column.ready);
      return ready.length ? { name: "holes", png: () => mapSheet(ready.map((column) => column.sheet())) } : null;
    },
  };
}

/** @param {Element} grid @param {Model} model @param {Context} context */
function createColumn(grid, model, context) {
  const { labels, state, classes } = context;
  const { run } = model;
  const box = element(grid, "section", "gl-walk-model", "", { "data-testid": `holes-${run.family}` });
  context.heading(box, model);
  const pair = element(box, "div", "gl-walk-pair");
  /** @param {string} name */
  const view = (name) => {
    const place = element(pair, "figure", "gl-walk-plane");
    const attributes = { width: SIZE, height: SIZE, role: "img", "aria-label": labels[name] };
    const canvas = element(place, "canvas", "", "", attributes);
    canvas.dataset.testid = `${name}-${run.family}`;
    element(place, "figcaption", "", labels[name]);
    return canvas;
  };
  const codesCanvas = view("codesPlane");
  const mapCanvas = view("holeMap");
  mapCanvas.setAttribute("role", "application");
  mapCanvas.tabIndex = 0;
  const numbers = element(box, "p", "gl-walk-share", "", { "data-testid": `holes-said-${run.family}` });
  const probe = element(box, "div", "gl-walk-probe");
  const probed = digit(probe, `${labels.probe}: ${labels.told_ink}`, `probe-${run.family}`);
  const probeText = element(probe, "p", "gl-walk-said");
  const decoded = element(null, "canvas", "", "", { width: DECODED * 28, height: DECODED * 28 });
  const map = element(null, "canvas", "", "", { width: SIZE, height: SIZE });
  /** @type {Stage | null} */
  let stage = null;

  /** @param {PointerEvent} event */
  function place(event) {
    const { left, top, width, height } = mapCanvas.getBoundingClientRect();
    /** @param {number} value */
    const share = (value) => Math.min(100, Math.max(0, Math.round(100 * value)));
    state.set({ spot: [share((event.clientX - left) / width), share((event.clientY - top) / height)] });
  }

  mapCanvas.addEventListener("pointerdown", (event) => {
    mapCanvas.setPointerCapture(event.pointerId);
    place(event);
  });
  mapCanvas.addEventListener("pointermove", (event) => mapCanvas.hasPointerCapture(event.pointerId) && place(event));
  mapCanvas.addEventListener("keydown", (event) => {
    const x = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
    const y = Number(event.key === "ArrowDown") - Number(event.key === "ArrowUp");
    if (!x && !y) return;
    event.preventDefault();
    /** @param {number} value @param {number} by */
    const move = (value, by) => Math.min(100, Math.max(0, value + by * (event.shiftKey ? 5 : 1)));
    state.set({ spot: [move(state.values.spot[0], x), move(state.values.spot[1], y)] });
  });

  /** @param {() => void} onDone */
  function* rebuild(onDone) {
    if (!model.ready || !model.atlas?.has("means")) return;
    const found = layOut(model, state.values.plane);
    pair.hidden = probe.hidden = !found;
    if (!found) {
      numbers.textContent = labels.oneLatent;
      return;
    }
    yield;
    const inPlane = yield* last(measureHoles(found.points, found.drawn, 2));
    if (!inPlane) return;
    const far = yield* distances(found);
    for (let i = 0; i < DECODED ** 2; i++) {
      const [column, row] = [i % DECODED, Math.floor(i / DECODED)];
      const [u, v] = found.at((column + 0.5) / DECODED, (row + 0.5) / DECODED);
      put(decoded, model.decode(onPlane(found.plane, u, v)), column, row);
      if (i % 4 === 3) yield;
    }
    stage = { ...found, inPlane, far };
    drawMap(map, decoded, stage);
    drawCodesOn(codesCanvas, stage, model.atlas?.get("labels")?.data ?? null, classes.length);
    spot();
    say(null);
    say(yield* last(measureHoles(found.codes, found.draws, run.latents, 20)));
    onDone();
  }

  /** @param {Holes | null} all */
  function say(all) {
    /** @param {Holes | null} result */
    const share = (result) => (result ? `${figure(100 * result.share, 1)}\u00a0%` : "…");
    tell(codesCanvas, () => `${run.title}. ${labels.codesPlane}. ${numbers.textContent}`);
    const names = labels.inAll.replace("N", String(run.latents));
    numbers.textContent = [
      `${run.prior ? labels.holesPrior : labels.holesFitted} ${names} ${share(all)}`,
      `${labels.inPlane} ${share(stage?.inPlane ?? null)}`,
      labels.fivePercent,
    ].join(" · ");
  }

  function spot() {
    if (!stage) return;
    const [x, y] = state.values.spot.map((value) => value / 100);
    const [u, v] = stage.at(x, y);
    drawSpot(mapCanvas, map, x, y);
    put(probed, model.decode(onPlane(stage.plane, u, v)));
    const times = nearest(stage.points, 2, [u, v], 0) / stage.inPlane.typical;
    const names = stage.plane.names ?? [labels.firstAxis, labels.secondAxis];
    const place = `${names[0]} ${figure(u)}, ${names[1]} ${figure(v)}`;
    probeText.textContent = `${place} · ${labels.times.replace("N", figure(times, 1))}`;
    mapCanvas.setAttribute("aria-label", `${labels.holeMap}: ${probeText.textContent}`);
  }

  return {
    model,
    rebuild,
    spot,
    get ready() {
      return Boolean(stage);
    },
    sheet: () => ({ title: `${run.title}: ${numbers.textContent}`, canvases: [codesCanvas, mapCanvas] }),
  };
}

// What a model's codes and its prior look like on the plane; null where a single latent spans none.
/** @param {Model} model @param {string} kind */
function layOut(model, kind) {
  const { atlas, run } = model;
  if (run.latents < 2 || !atlas) return null;
  const means = atlasOf(model, "means");
  const count = means.length / run.latents;
  // The prior's counterpart is the aggregate posterior: one z from each q(z|x), not their means.
  const codes = atlas.has("log_variances") ? drawCodes(means, atlasOf(model, "log_variances"), 1, run.noise) : means;
  const draws = run.prior
    ? noise(2, means.length, run.noise)
    : drawFitted(atlasOf(model, "center"), atlasOf(model, "axes"), atlasOf(model, "axis_deviation"), count, 2);
  const plane = planeOf(atlas, kind);
  /** @param {Float32Array} z */
  const flat = (z) => project(z, run.latents, plane.origin, plane.across, plane.up);
  const points = flat(codes);
  const normal = normalOnPlane(plane, points, run.prior);
  const reach = reachOf(normal, points);
  /** @param {number} x @param {number} y */
  const at = (x, y) => [normal.middle[0] + (2 * x - 1) * reach, normal.middle[1] + (1 - 2 * y) * reach];
  return { codes, draws, plane, points, drawn: flat(draws), normal, reach, at };
}

// The distance of each cell's middle to the nearest code on the plane.
/** @param {Pick<Found, "points" | "at">} found */
function* distances({ points, at }) {
  const far = new Float32Array(CELLS ** 2);
  for (let i = 0; i < far.length; i++) {
    far[i] = nearest(points, 2, at(((i % CELLS) + 0.5) / CELLS, (Math.floor(i / CELLS) + 0.5) / CELLS), 0);
    if (i % 200 === 199) yield;
  }
  return far;
}

// A generator's last value.
/** @param {Generator<Holes | null, void>} steps */
function* last(steps) {
  /** @type {Holes | null} */
  let found = null;
  for (found of steps) yield;
  return found;
}
