// A frame's arrays as pictures: digits in a grid, originals above their reconstructions, the latent plane, points.
import { contextOf, greyPainter } from "../core/canvas.js";
import { COLORS, NAMED, classColour } from "../core/palette.js";
import { letters } from "../core/theme.js";
import { tell } from "../shared/told/told.js";
import { ofCloud } from "../shared/told/cloud.js";
import { ofCodes, ofLatents, ofRebuilt, ofSamples } from "./said.js";

/** @typedef {import("../core/safetensors.js").Tensor} Tensor */

// Left to right, whichever arrives first.
const ORDER = ["reconstructions", "samples", "cloud", "sizes", "plane", "klBars"];
/** @param {string} name */
export const place = (name) => String(ORDER.indexOf(name));
const SIDE = 28;
const REBUILT = 10; // examples with their reconstructions
const PLANE = 300;
const ACTIVE_NATS = 0.01; // a latent below has collapsed onto the prior
const REACH = 1.6; // points are drawn on [-REACH, REACH]

/** @param {Element} root @param {string} caption @param {string} testid */
function figure(root, caption, testid) {
  const box = root.appendChild(document.createElement("figure"));
  box.dataset.of = testid;
  box.style.order = place(testid);
  const canvas = box.appendChild(document.createElement("canvas"));
  canvas.dataset.testid = testid;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", caption);
  box.appendChild(document.createElement("figcaption")).textContent = caption;
  return canvas;
}

// images: Uint8Array of n x 28 x 28, drawn row by row, `columns` in a row, `rowOf(i)` says in which
/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} images @param {number} count @param {number} columns
 * @param {{rows?: number, y: (row: number) => number}} place */
function tiles(canvas, images, count, columns, place) {
  const rows = Math.ceil(count / columns);
  const width = columns * SIDE;
  const height = place.rows ?? rows * SIDE;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.classList.add("gl-pixels");
  const context = contextOf(canvas);
  const paint = greyPainter(SIDE, SIDE, 255);
  for (let i = 0; i < count; i++)
    paint(context, images, (i % columns) * SIDE, place.y(Math.floor(i / columns)), i * SIDE * SIDE);
}

/** @param {HTMLCanvasElement} canvas */
function crisp(canvas) {
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  if (canvas.width !== PLANE * ratio || canvas.height !== PLANE * ratio) Object.assign(canvas, { width: PLANE * ratio, height: PLANE * ratio });
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, PLANE, PLANE);
  return context;
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} points @param {number} columns
 * @param {string | ((i: number) => string)} colour @param {(v: number) => number} toX @param {(v: number) => number} toY
 * @param {number} radius */
function dots(context, points, columns, colour, toX, toY, radius) {
  for (let i = 0; i < points.length / columns; i++) {
    context.fillStyle = typeof colour === "function" ? colour(i) : colour;
    context.beginPath();
    const x = points[i * columns];
    const y = columns > 1 ? points[i * columns + 1] : 0;
    context.arc(toX(x), toY(y), radius, 0, 2 * Math.PI);
    context.fill();
  }
}

/** @param {HTMLElement} root @param {any} data */
export function mountPictures(root, data) {
  /** @type {Map<string, HTMLCanvasElement>} */
  const canvases = new Map();
  /** @type {{originals?: Tensor, labels?: Tensor, pca?: Tensor}} */
  const known = {};
  /** @type {Map<string, Tensor> | null} */
  let lastTensors = null;
  /** @param {string} key */
  const canvas = (key) => {
    const there = canvases.get(key) ?? figure(root, data.labels[key], key);
    canvases.set(key, there);
    return there;
  };

  /** @param {string} key @param {() => string} words */
  const say = (key, words) => tell(canvas(key), () => `${data.labels[key]}. ${words()}`);

  /** @param {Tensor} tensor */
  function samples(tensor) {
    if (tensor.shape.length !== 3) return;
    say("samples", () => ofSamples(data.labels, tensor, known.originals));
    tiles(canvas("samples"), tensor.data, tensor.shape[0], data.columns ?? 8, { y: (row) => row * SIDE });
  }

  /** @param {Tensor} tensor */
  function reconstructions(tensor) {
    if (tensor.shape.length !== 3 || !known.originals) return;
    const strips = [known.originals, tensor, ...(data.pca?.strip ? [known.pca] : [])]; // its place is kept until it is there
    const target = canvas("reconstructions");
    const { originals } = known;
    say("reconstructions", () => ofRebuilt(data.labels, REBUILT, originals, tensor, data.pca?.strip ? known.pca : undefined));
    strips.forEach((strip, at) => {
      if (strip) tiles(target, strip.data, REBUILT, REBUILT, { rows: strips.length * SIDE, y: () => at * SIDE });
    });
  }

  /** @param {Tensor} tensor */
  function plane(tensor) {
    const context = crisp(canvas("plane"));
    say("plane", () => ofCodes(data.labels, tensor.data, data.prior));
    const reach = Math.max(3, ...quantile(tensor.data));
    /** @param {number} v */
    const to = (v) => PLANE / 2 + (v / reach) * (PLANE / 2 - 6);
    if (data.prior) {
      context.strokeStyle = "rgba(128,128,128,.35)";
      context.beginPath(); // N(0, I) at two standard deviations
      context.arc(PLANE / 2, PLANE / 2, (2 / reach) * (PLANE / 2 - 6), 0, 2 * Math.PI);
      context.stroke();
    }
    const labels = known.labels && data.classes > 0 ? known.labels.data : null;
    dots(context, tensor.data, 2, (i) => (labels ? classColour(labels[i]) : COLORS.data), to, (v) => PLANE - to(v), 3);
    if (labels && data.classes <= NAMED) legend(context);
  }

  /** @param {CanvasRenderingContext2D} context */
  function legend(context) {
    context.font = `bold ${letters(12)}px system-ui, sans-serif`;
    for (let label = 0; label < data.classes; label++) {
      context.fillStyle = classColour(label);
      context.fillText(String(label), 6 + label * letters(13), PLANE - 6);
    }
  }

  /** @param {Map<string, Tensor>} tensors */
  function cloud(tensors) {
    const generated = tensors.get("samples");
    if (generated?.shape.length !== 2) return;
    const context = crisp(canvas("cloud"));
    say("cloud", () => ofCloud(data.labels, generated.data, known.originals?.data ?? [], generated.shape[1]));
    /** @param {number} v */
    const to = (v) => PLANE / 2 + (v / REACH) * (PLANE / 2);
    const columns = generated.shape[1];
    const belief = tensors.get("field");
    const rebuilt = tensors.get("reconstructions");
    if (belief) field(context, belief);
    if (known.originals) dots(context, known.originals.data, columns, COLORS.data, to, (v) => PLANE - to(v), 2);
    if (rebuilt) dots(context, rebuilt.data, columns, COLORS.reconstruction, to, (v) => PLANE - to(v), 2);
    dots(context, generated.data, columns, COLORS.generated, to, (v) => PLANE - to(v), 2);
  }

  /** @param {CanvasRenderingContext2D} context @param {Tensor} tensor */
  function field(context, tensor) {
    // D's belief on [-1.5, 1.5]^2: blue where it says data, orange where it says generated
    const cells = tensor.shape[0];
    const size = ((1.5 / REACH) * PLANE) / cells;
    const corner = PLANE / 2 - (1.5 / REACH) * (PLANE / 2);
    for (let row = 0; row < cells; row++)
      for (let column = 0; column < cells; column++) {
        const belief = tensor.data[row * cells + column] / 255 - 0.5;
        context.fillStyle = belief > 0 ? `rgba(0,114,178,${belief})` : `rgba(230,159,0,${-belief})`;
        context.fillRect(corner + column * size, PLANE - corner - (row + 1) * size, size + 0.5, size + 0.5);
      }
  }

  /** @param {Tensor} tensor */
  function bars(tensor) {
    const context = crisp(canvas("klBars"));
    const values = [...tensor.data].sort((a, b) => b - a);
    const top = Math.max(0.1, values[0]);
    const floor = PLANE - letters(24);
    const width = (PLANE - 12) / values.length;
    context.fillStyle = COLORS.kl;
    values.forEach((value, i) => {
      const height = Math.max(1, (value / top) * (floor - letters(24)));
      context.fillRect(6 + i * width, floor - height, Math.max(1, width - 2), height);
    });
    context.font = `${letters(14)}px system-ui, sans-serif`;
    context.fillStyle = getComputedStyle(root).color;
    context.fillText(`${top.toFixed(2)} ${data.labels.nats}`, 6, letters(16));
    const active = values.filter((value) => value > ACTIVE_NATS).length;
    say("klBars", () => ofLatents(data.labels, values, active));
    context.fillText(`${active} / ${values.length} ${data.labels.active}`, 6, PLANE - 6);
  }

  /** @param {Map<string, Tensor>} tensors */
  function draw(tensors) {
    lastTensors = tensors;
    const [rebuilt, drawn, codes, nats] = ["reconstructions", "samples", "latent", "kl_per_latent"]
      .map((name) => tensors.get(name));
    if (rebuilt) reconstructions(rebuilt);
    if (drawn && !data.hidden?.includes("samples")) samples(drawn);
    cloud(tensors);
    if (codes) plane(codes);
    if (nats) bars(nats);
  }

  return {
    draw,
    recolour() {
      if (lastTensors) draw(lastTensors);
    },
    // Held-out examples, once they are there.
    behind: () => known.originals,
    // What PCA makes of the originals, 16 x 28 x 28.
    /** @param {Tensor} images */
    pca(images) {
      known.pca = images;
      if (lastTensors) draw(lastTensors);
    },
    // The latents by the KL that they had in the last picture, most first; null where it tells none.
    order() {
      const worth = lastTensors?.get("kl_per_latent")?.data;
      return worth ? Array.from(worth.keys()).sort((a, b) => worth[b] - worth[a]) : null;
    },
    get complete() {
      return Boolean(known.originals);
    },
    /** @param {Map<string, Tensor>} tensors */
    originals(tensors) {
      known.originals = tensors.get("originals") ?? tensors.get("examples");
      known.labels = tensors.get("labels");
      if (lastTensors) draw(lastTensors);
    },
  };
}

/** @param {ArrayLike<number>} values */
function quantile(values) {
  const sizes = Float32Array.from(values, Math.abs).sort();
  return [sizes[Math.floor(0.99 * (sizes.length - 1))] || 1];
}
