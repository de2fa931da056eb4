// A walk between two points of 1-D or 2-D data: the decoded path, drawn where the data live.

import { sharp } from "../core/canvas.js";
import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { COLORS } from "../core/palette.js";
import { PATHS, codesCsv, evenly, norm, shell } from "../maths/paths.js";
import { noise } from "../maths/random.js";
import { drawNorms, line, slider } from "./pieces.js";

const CLOUD = 1000;
const FINE = 65;
const REACH = 1.6; // the plane shows [-REACH, REACH]
const PATH_NAMES = Object.keys(PATHS);

export function mountPoints(root, context) {
  const { labels, state, jobs, offer } = context;
  const model = context.models.find(({ run }) => run.chosen);
  const { run } = model;
  if (run.encodes) model.wantAtlas();
  const move = (t) => state.set({ t: Math.round(t * 100) / 100 });
  const handle = slider(root, "t", { min: 0, max: 1, step: 0.01, testid: "walk-t" }, move);
  handle.input.setAttribute("aria-label", labels.handle);
  const box = element(root, "section", "gl-walk-model gl-walk-points", "", { "data-testid": `walk-${run.family}` });
  context.heading(box, model);
  const canvas = element(box, "canvas", "gl-walk-field", "", { role: "img", "aria-label": labels.pointsPlane });
  canvas.dataset.testid = "walk-field";
  element(box, "p", "gl-walk-said", labels.pointsHow);
  if (run.prior) element(box, "small", "gl-walk-row", labels.priorShell);
  const chart = element(box, "canvas", "gl-walk-norms", "", { role: "img", "aria-label": labels.norms });
  chart.hidden = !run.prior;
  const said = element(box, "p", "gl-walk-said", "", { "data-testid": "walk-place" });
  element(root, "p", "gl-walk-note", labels.pointsNote);
  let cloud = null; // {z: [], x: [[u, v]]}
  let frame = 0;

  const end = (name) => cloud.z[Math.min(state.values[name], cloud.z.length - 1)];
  const zAt = (path, t) => PATHS[path](end("from"), end("to"), t);
  // A 1-D point has no second coordinate: a path climbs with t, the cloud lies on the floor.
  const placeOf = (z, height) => {
    const x = model.decode(z);
    return [x[0], x.length > 1 ? x[1] : height];
  };
  const pathPoints = (path) => evenly(FINE).map((t) => placeOf(zAt(path, t), (2 * t - 1) * 1.4));

  function* rebuild() {
    if (!model.ready || (run.encodes && !model.atlas?.has("means"))) return;
    const codes = run.encodes ? model.atlas.get("means").data : noise(1, CLOUD * run.latents, run.noise);
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
    const to = ([u, v]) => [((u / REACH + 1) * size) / 2, ((1 - v / REACH) * size) / 2];
    dots(drawing, cloud.x.map(to), run.encodes ? COLORS.reconstruction : COLORS.generated, 1.6);
    drawing.strokeStyle = COLORS.latent;
    for (const [path, dash] of [["straight", []], ["spherical", [6, 5]]]) {
      drawing.lineWidth = 2.5;
      drawing.setLineDash(dash);
      line(drawing, pathPoints(path).map(to));
      drawing.setLineDash([]);
      dots(drawing, [to(placeOf(zAt(path, t), (2 * t - 1) * 1.4))], COLORS.latent, path === "straight" ? 8 : 6);
    }
    drawing.fillStyle = getComputedStyle(box).color;
    drawing.font = "bold 13px system-ui, sans-serif";
    for (const [name, t1] of [["from", 0], ["to", 1]]) {
      const [x, y] = to(placeOf(end(name), (2 * t1 - 1) * 1.4));
      drawing.fillText(labels[name], x + 8, y - 8);
      dots(drawing, [[x, y]], drawing.fillStyle, 4);
    }
    const band = run.prior ? shell(run.latents, run.noise) : null;
    const lengths = (path) => evenly(FINE).map((moment) => norm(zAt(path, moment)));
    const curves = Object.fromEntries(PATH_NAMES.map((path) => [path, lengths(path)]));
    if (band) drawNorms(chart, curves, band, t, getComputedStyle(box).color);
    said.textContent = PATH_NAMES.map((path) => {
      const x = Array.from(model.decode(zAt(path, t)), (value) => figure(value));
      return `${labels[path]}: x = (${x.join(", ")}), |z| = ${figure(norm(zAt(path, t)))}`;
    }).join(" · ");
  }

  function moved() {
    if (!frame) frame = requestAnimationFrame(paint);
  }

  let dragged = null;

  // The end that is nearer to the pointer is taken along, from point to point of the cloud.
  function drag(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const at = [((2 * (event.clientX - left)) / width - 1) * REACH, (1 - (2 * (event.clientY - top)) / height) * REACH];
    const flat = model.dimensions < 2;
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
      csv: [[run.family.toUpperCase(), `walk-${run.id}`, () => codesCsv(["path", "t"], PATH_NAMES.flatMap((path) =>
        evenly(FINE).map((t) => [[path, t], zAt(path, t)])))]],
    },
  };
}

function dots(context, points, colour, radius) {
  context.fillStyle = colour;
  for (const [x, y] of points) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}
