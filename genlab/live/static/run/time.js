// The way from noise to samples: a slider over t, the places that the same noises have come to, and where the field
// would carry them next. All of it is computed here, from the field's net.
import { greyPainter, contextOf, square } from "../core/canvas.js";
import { element, onResize } from "../core/dom.js";
import { COLORS } from "../core/palette.js";
import { onTheme } from "../core/theme.js";
import { normal } from "../maths/random.js";
import { loadNet } from "../shared/nets/net.js";

/** @typedef {import("../core/safetensors.js").Tensor} Tensor */
/** @typedef {import("../shared/nets/ode.js").Way} Way */

const SIDE = 28;
const COLUMNS = 5;
const ROWS = 3;
const PICTURES = COLUMNS * ROWS;
const GAP = 8; // between the pictures and what becomes of them
const PARTICLES = 200;
const ARROWS = 13; // in a row
const REACH = 3; // points are drawn on [-REACH, REACH]
const ARROW = 0.1; // of a velocity, drawn
const BUDGET_MS = 10; // of a frame, for paths
const PLAY_MS = 3000;

// labels: words; points: whether x is one or two numbers, else a picture; data(): examples of the data, once they are there.
// Returns {setWeights(bytes), redraw(), destroy()}: weights may come again at any time, the noise stays.
/** @param {HTMLElement} root @param {{labels: Record<string, string>, points: boolean, data: () => Tensor | undefined}} options */
export function mountTime(root, { labels, points, data }) {
  const box = element(root, "div", "gl-way");
  const canvas = element(box, "canvas", points ? "gl-way-plane" : "gl-pixels", "", { role: "img", "data-testid": "way-picture" });
  const row = element(box, "div", "gl-way-row");
  const play = element(row, "button", "gl-replay", "▶", { type: "button", "aria-label": labels.play, "data-testid": "way-play" });
  const slider = element(row, "input", "gl-time", "", {
    type: "range", min: 0, max: 1, step: 0.01, value: 1, "aria-label": labels.time, "data-testid": "way-time",
  });
  const said = element(row, "output", "gl-moment");
  const again = element(box, "button", "gl-way-again", labels.again, { type: "button", "data-testid": "way-again" });
  const note = element(box, "p", "gl-way-note", labels.note);
  const status = element(box, "p", "gl-way-status", "", { role: "status" });

  /** @type {Way | null} */
  let way = null;
  let size = 0;
  /** @type {Float32Array[]} */
  let noises = [];
  /** @type {Float32Array[][]} */
  let paths = [];
  let made = 0; // paths of the newest weights
  let frame = 0;
  let began = 0; // when a play began; 0 while none is on

  const t = () => Number(slider.value);

  function drawNoise() {
    noises = Array.from({ length: points ? PARTICLES : PICTURES }, () => Float32Array.from({ length: size }, () => normal()));
    paths = [];
    made = 0;
    wake();
  }

  function wake() {
    if (!frame) frame = requestAnimationFrame(tick);
  }

  /** @param {number} now */
  function tick(now) {
    frame = 0;
    if (!way || !box.isConnected) return;
    if (began) {
      const at = Math.min(1, (now - began) / PLAY_MS);
      slider.value = String(at);
      if (at === 1) stop();
    }
    const until = performance.now() + BUDGET_MS;
    while (made < noises.length && performance.now() < until) {
      paths[made] = way.path(noises[made]);
      made += 1;
    }
    draw();
    if (made < noises.length || began) wake();
  }

  function stop() {
    began = 0;
    play.textContent = "▶";
    play.setAttribute("aria-label", labels.play);
  }

  // Where a noise has come to at t: between two steps on the straight line that Euler's rule walks.
  /** @param {Float32Array[]} path @param {number} at @param {number} i */
  function placeAt(path, at, i) {
    const along = at * (path.length - 1);
    const step = Math.min(path.length - 2, Math.floor(along));
    return path[step][i] + (along - step) * (path[step + 1][i] - path[step][i]);
  }

  function draw() {
    const at = t();
    said.textContent = `t = ${at.toFixed(2)}`;
    slider.setAttribute("aria-valuetext", `t = ${at.toFixed(2)}`);
    canvas.setAttribute("aria-label", `${labels.picture}, t = ${at.toFixed(2)}`);
    canvas.dataset.made = String(made);
    if (points) canvas.dataset.behind = String((data()?.data.length ?? 0) / size);
    if (!points) pictures(at);
    else if (size === 1) line(at);
    else plane(at);
  }

  // Above where each noise is at t, below where its present velocity would take it until t = 1.
  /** @param {number} at */
  function pictures(at) {
    const [width, height] = [COLUMNS * SIDE, 2 * ROWS * SIDE + GAP];
    if (canvas.width !== width) Object.assign(canvas, { width, height });
    const context = contextOf(canvas);
    const paint = greyPainter(SIDE, SIDE);
    const [x, end] = [new Float32Array(size), new Float32Array(size)];
    paths.forEach((path, k) => {
      const step = Math.min(path.length - 2, Math.floor(at * (path.length - 1)));
      for (let i = 0; i < size; i++) {
        x[i] = placeAt(path, at, i);
        end[i] = x[i] + (1 - at) * (path.length - 1) * (path[step + 1][i] - path[step][i]);
      }
      const [left, top] = [(k % COLUMNS) * SIDE, Math.floor(k / COLUMNS) * SIDE];
      paint(context, x, left, top);
      paint(context, end, left, top + ROWS * SIDE + GAP);
    });
  }

  /** @param {CanvasRenderingContext2D} context @param {string} colour @param {number} alpha */
  function ink(context, colour, alpha) {
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.strokeStyle = colour;
  }

  /** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius */
  function dot(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }

  // The way of a noise up to t, through toX(x, t) and toY(x).
  /** @param {CanvasRenderingContext2D} context @param {Float32Array[]} path @param {number} at
   * @param {(x: (i: number) => number, t: number) => [number, number]} to */
  function trail(context, path, at, to) {
    context.beginPath();
    const last = at * (path.length - 1);
    for (let step = 0; step < last; step++) context.lineTo(...to((i) => path[step][i], step / (path.length - 1)));
    context.lineTo(...to((i) => placeAt(path, at, i), at));
    context.stroke();
  }

  // Two dimensions: data, the field at t, the ways so far, and where each noise is.
  /** @param {number} at */
  function plane(at) {
    const { context, side } = square(canvas);
    /** @param {number} v */
    const to = (v) => side / 2 + (v / REACH) * (side / 2);
    const examples = data()?.data ?? [];
    ink(context, COLORS.data, 0.55);
    for (let i = 0; i < examples.length; i += 2) dot(context, to(examples[i]), side - to(examples[i + 1]), 1.6);
    arrows(context, to, side, at);
    context.lineWidth = 1;
    ink(context, COLORS.generated, 0.3);
    for (const path of paths) trail(context, path, at, (x) => [to(x(0)), side - to(x(1))]);
    ink(context, COLORS.generated, 1);
    for (const path of paths) dot(context, to(placeAt(path, at, 0)), side - to(placeAt(path, at, 1)), 2);
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {(v: number) => number} to @param {number} side @param {number} at */
  function arrows(context, to, side, at) {
    if (!way) return;
    const [x, v] = [new Float32Array(2), new Float32Array(2)];
    context.lineWidth = 1;
    ink(context, COLORS.transport, 0.5);
    for (let k = 0; k < ARROWS * ARROWS; k++) {
      x[0] = REACH * ((2 * (k % ARROWS) + 1) / ARROWS - 1);
      x[1] = REACH * ((2 * Math.floor(k / ARROWS) + 1) / ARROWS - 1);
      way.velocity(x, Math.min(at, 1 - 1 / way.steps), v);
      const [fromX, fromY] = [to(x[0]), side - to(x[1])];
      context.beginPath();
      context.moveTo(fromX, fromY);
      context.lineTo(to(x[0] + ARROW * v[0]), side - to(x[1] + ARROW * v[1]));
      context.stroke();
      dot(context, fromX, fromY, 1);
    }
  }

  // One dimension: t to the right, x upwards.
  /** @param {number} at */
  function line(at) {
    const { context, side } = square(canvas);
    /** @param {number} v */
    const up = (v) => side / 2 - (v / REACH) * (side / 2);
    /** @param {number} moment */
    const across = (moment) => 6 + moment * (side - 18);
    ink(context, COLORS.data, 0.55);
    for (const example of data()?.data ?? []) dot(context, side - 4, up(example), 1.6);
    context.lineWidth = 1;
    ink(context, COLORS.generated, 0.3);
    for (const path of paths) trail(context, path, at, (x, moment) => [across(moment), up(x(0))]);
    ink(context, COLORS.generated, 1);
    for (const path of paths) dot(context, across(at), up(placeAt(path, at, 0)), 2);
    context.globalAlpha = 1;
  }

  play.addEventListener("click", () => {
    if (began) stop();
    else {
      began = performance.now();
      play.textContent = "■";
      play.setAttribute("aria-label", labels.stop);
    }
    wake();
  });
  slider.addEventListener("input", () => {
    stop();
    wake();
  });
  again.addEventListener("click", drawNoise);
  onTheme(box, wake);
  const sized = onResize([box], wake);

  return {
    /** @param {ArrayBuffer} bytes */
    setWeights(bytes) {
      try {
        const net = loadNet(bytes);
        if (!net.way || !net.finite) throw new Error("Net file: no field, or one that is not finite.");
        way = net.way;
        status.textContent = "";
        if (net.inputs === size) made = 0;
        else {
          size = net.inputs;
          note.textContent = size === 1 ? labels.noteLine : labels.note;
          drawNoise();
        }
        canvas.dataset.made = String(made);
        wake();
      } catch (error) {
        status.textContent = labels.broken;
        status.title = /** @type {Error} */ (error).message;
      }
    },
    redraw: wake,
    destroy() {
      sized();
      cancelAnimationFrame(frame);
      box.remove();
    },
  };
}
