// A walk between two points of 1-D or 2-D data: the decoded path, drawn where the data live.

import { sharp } from "../core/canvas.js";
import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { COLORS } from "../core/palette.js";
import { letters } from "../core/theme.js";
import { tell } from "../shared/told/told.js";
import { PATHS, codesCsv, evenly, norm, shell } from "../maths/paths.js";
import { noise } from "../maths/random.js";
import { atlasOf, chosenOf, drawNorms, line, slider } from "./pieces.js";

/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").PathName} PathName */

const CLOUD = 1000;
const FINE = 65;
const REACH = 1.6; // the plane shows [-REACH, REACH]
const PATH_NAMES = /** @type {PathName[]} */ (Object.keys(PATHS));

/** @param {Element} root @param {Context} context */
export function mountPoints(root, context) {
  const { labels, state, jobs, offer } = context;
  const model = chosenOf(context.models);
  const { run } = model;
  if (run.encodes) model.wantAtlas();
  /** @param {number} t */
  const move = (t) => state.set({ t: Math.round(t * 100) / 100 });
  const handle = slider(root, "t", { min: 0, max: 1, step: 0.01, testid: "walk-t" }, move);
  handle.input.setAttribute("aria-label", labels.handle);
  const box = element(root, "section", "gl-walk-model gl-walk-points", "", { "data-testid": `walk-${run.family}` });
  context.heading(box, model);
  const canvas = element(box, "canvas", "gl-walk-field", "", { role: "img", "aria-label": labels.pointsPlane });
  canvas.dataset.testid = "walk-field";
  element(box, "p", "gl-walk-said", labels.pointsHow);
  if (run.prior) element(box, "small", "gl-walk-row", labels.priorShell);
  const chart = element(box, "canvas", "gl-walk-norms", "", { role: "img", "aria-label": `${labels.norms}: ${labels.told_empty}` });
  chart.hidden = !run.prior;
  const said = element(box, "p", "gl-walk-said", "", { "data-testid": "walk-place" });
  element(root, "p", "gl-walk-note", labels.pointsNote);
  /** @type {{z: Float32Array[], x: number[][]} | null} */
  let cloud = null; // {z: [], x: [[u, v]]}
  let frame = 0;

  /** @param {"from" | "to"} name */
  const end = (name) => (cloud ? cloud.z[Math.min(state.values[name], cloud.z.length - 1)] : new Float32Array(run.latents));
  /** @param {PathName} path @param {number} t */
  const zAt = (path, t) => PATHS[path](end("from"), end("to"), t);
  // A 1-D point has no second coordinate: a path climbs with t, the cloud lies on the floor.
  /** @param {Float32Array} z @param {number} height */
  const placeOf = (z, height) => {
    const x = model.decode(z);
    return [x[0], x.length > 1 ? x[1] : height];
  };
  /** @param {PathName} path */
  const pathPoints = (path) => evenly(FINE).map((t) => placeOf(zAt(path, t), (2 * t - 1) * 1.4));

  function* rebuild() {
    if (!model.ready || (run.encodes && !model.atlas?.has("means"))) return;
    const codes = run.encodes ? atlasOf(model, "means") : noise(1, CLOUD * run.latents, run.noise);
    const z = Array.from({ length: Math.min(CLOUD, codes.length / run.latents) }, (_, i) =>
      codes.slice(i * run.latents, (i + 1) * run.latents));
    const x = [];
    for (const code of z) {
      x.push(placeOf(code, -1.5));
      if (x.length % 50 === 0) yield;
    }
    cloud = { z, x };
    moved();
    offer();
  }

  function paint() {
    frame = 0;
    const { t } = state.values;
    handle.show(t, figure(t));
    if (!cloud) return;
    const size = canvas.clientWidth;
    const drawing = sharp(canvas, size, size);
    /** @param {number[]} place */
    const to = ([u, v]) => [((u / REACH + 1) * size) / 2, ((1 - v / REACH) * size) / 2];
    dots(drawing, cloud.x.map(to), run.encodes ? COLORS.reconstruction : COLORS.generated, 1.6);
    drawing.strokeStyle = COLORS.latent;
    for (const path of PATH_NAMES) {
      drawing.lineWidth = 2.5;
      drawing.setLineDash(path === "straight" ? [] : [6, 5]);
      line(drawing, pathPoints(path).map(to));
      drawing.setLineDash([]);
      dots(drawing, [to(placeOf(zAt(path, t), (2 * t - 1) * 1.4))], COLORS.latent, path === "straight" ? 8 : 6);
    }
    drawing.fillStyle = getComputedStyle(box).color;
    drawing.font = `bold ${letters(13)}px system-ui, sans-serif`;
    for (const name of /** @type {const} */ (["from", "to"])) {
      const [x, y] = to(placeOf(end(name), name === "from" ? -1.4 : 1.4));
      drawing.fillText(labels[name], x + 8, y - 8);
      dots(drawing, [[x, y]], drawing.fillStyle, 4);
    }
    const band = run.prior ? shell(run.latents, run.noise) : null;
    /** @param {PathName} path */
    const lengths = (path) => evenly(FINE).map((moment) => norm(zAt(path, moment)));
    const curves = { straight: lengths("straight"), spherical: lengths("spherical") };
    if (band) drawNorms(chart, curves, { band, t, ink: getComputedStyle(box).color, labels, of: run.title });
    said.textContent = PATH_NAMES.map((path) => {
      const x = Array.from(model.decode(zAt(path, t)), (value) => figure(value));
      return `${labels[path]}: x = (${x.join(", ")}), |z| = ${figure(norm(zAt(path, t)))}`;
    }).join(" · ");
    tell(canvas, () => `${labels.pointsPlane}. t = ${figure(t)}; ${said.textContent}`);
  }

  function moved() {
    if (!frame) frame = requestAnimationFrame(paint);
  }

  /** @type {"from" | "to" | null} */
  let dragged = null;

  // The end that is nearer to the pointer is taken along, from point to point of the cloud.
  /** @param {PointerEvent} event */
  function drag(event) {
    if (!cloud) return;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const at = [((2 * (event.clientX - left)) / width - 1) * REACH, (1 - (2 * (event.clientY - top)) / height) * REACH];
    const flat = model.dimensions < 2;
    /** @param {number[]} place */
    const away = ([u, v]) => (u - at[0]) ** 2 + (flat ? 0 : (v - at[1]) ** 2);
    if (!dragged) dragged = away(placeOf(end("from"), 0)) <= away(placeOf(end("to"), 0)) ? "from" : "to";
    const distances = cloud.x.map(away);
    state.set({ [dragged]: distances.indexOf(Math.min(...distances)) });
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!cloud) return;
    canvas.setPointerCapture(event.pointerId);
    dragged = null;
    drag(event);
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && drag(event));

  const begin = () => jobs.run("points", rebuild());
  begin();

  return {
    changed: moved,
    model: begin,
    resized: moved,
    destroy: () => cancelAnimationFrame(frame),
    take: () => cloud && {
      name: `walk-${state.values.from}-${state.values.to}`,
      png: () => canvas,
      csv: [/** @type {[string, string, () => string]} */ ([run.family.toUpperCase(), `walk-${run.id}`, () => codesCsv(["path", "t"], PATH_NAMES.flatMap((path) =>
        evenly(FINE).map((t) => /** @type {[(string | number)[], Float32Array]} */ ([[path, t], zAt(path, t)]))))])],
    },
  };
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points @param {string} colour
 * @param {number} radius */
function dots(context, points, colour, radius) {
  context.fillStyle = colour;
  for (const [x, y] of points) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}
