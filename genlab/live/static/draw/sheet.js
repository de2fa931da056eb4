// The sheet one draws on: strokes of a brush, white on black as MNIST is, in a bitmap of 560 x 560.

import { contextOf, greyPainter } from "../core/canvas.js";
import { element } from "../core/dom.js";

/** @typedef {import("./kept.js").Mark} Mark */
/** @typedef {import("./kept.js").Stroke} Stroke */

const SIDE = 560;
const UPLOADED = 280; // a picture's ink comes on a sheet of half the size
// MNIST's median stroke is 2.4 pixels of a digit 20 pixels high; a digit drawn here is some 390 high.
const BRUSH = 47;
const CLOSE = 1.5; // points nearer than this to the last one say nothing

// onMove(): the drawing changed under the hand; onRest(): the hand is up, or the drawing changed at once.
/** @param {Element} parent @param {string} label @param {{onMove: () => void, onRest: () => void}} told */
export function createSheet(parent, label, { onMove, onRest }) {
  const canvas = element(parent, "canvas", "gl-draw-sheet", "", {
    "data-testid": "draw-canvas", role: "img", "aria-label": label, tabindex: "0", width: SIDE, height: SIDE,
  });
  // Read back at every move: it must not lie on the graphics card.
  const context = contextOf(canvas, true);
  const settled = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const base = contextOf(settled, true);
  const ink = new Uint8Array(SIDE * SIDE);
  /** @type {Mark[]} */
  let marks = []; // what undo takes back: strokes, pictures that were taken in, and where all was cleared
  /** @type {Stroke | null} */
  let stroke = null;
  /** @type {number | null} */
  let pointer = null;
  let frame = 0;

  function paint() {
    frame = 0;
    context.drawImage(settled, 0, 0);
    if (stroke) trace(context, stroke);
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    for (let i = 0; i < ink.length; i++) ink[i] = data[4 * i];
    onMove();
  }

  function schedule() {
    if (!frame) frame = requestAnimationFrame(paint);
  }

  function repaint() {
    base.fillStyle = "#000";
    base.fillRect(0, 0, SIDE, SIDE);
    for (const mark of marks) {
      if (Array.isArray(mark)) trace(base, mark);
      else if (mark.ink) base.drawImage((mark.picture ??= pictureOf(mark.ink)), 0, 0);
    }
  }

  /** @param {Mark[]} next */
  function setMarks(next) {
    marks = next;
    repaint();
    paint();
    onRest();
  }

  /** @param {PointerEvent} event */
  function add(event) {
    if (!stroke) return;
    const { left, top, width } = canvas.getBoundingClientRect();
    /** @param {number} pixels */
    const tenths = (pixels) => Math.round((10 * SIDE * pixels) / width) / 10; // short where it is kept
    const [x, y] = [tenths(event.clientX - left), tenths(event.clientY - top)];
    const last = stroke.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) >= CLOSE) stroke.push([x, y]);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return; // one hand, one brush
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    stroke = [];
    add(event);
    schedule();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) add(each);
    schedule();
  });
  /** @param {PointerEvent} event */
  const lift = (event) => {
    if (event.pointerId !== pointer || !stroke) return;
    pointer = null;
    const done = stroke;
    stroke = null;
    trace(base, done);
    marks = [...marks, done];
    paint();
    onRest();
  };
  for (const name of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) canvas.addEventListener(name, lift);
  canvas.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press of a finger draws
  canvas.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z") {
      event.preventDefault();
      sheet.undo();
    } else if (event.key === "Delete" || event.key === "Backspace") sheet.clear();
  });

  const sheet = {
    canvas,
    ink,
    side: SIDE,
    get marks() {
      return marks;
    },
    setMarks,
    undo() {
      const last = marks.at(-1);
      if (last) setMarks((!Array.isArray(last) && last.before) || marks.slice(0, -1));
    },
    clear: () => marks.length && setMarks([{ before: marks }]), // undo brings it back
    // ink: 280 x 280 grey bytes; takes the place of what was drawn, and undo brings it back
    /** @param {Uint8Array} bytes */
    place: (bytes) => setMarks([{ ink: bytes, before: marks }]),
    destroy: () => cancelAnimationFrame(frame),
  };
  repaint();
  context.drawImage(settled, 0, 0);
  return sheet;
}

// A stroke through its points: curves from middle to middle of its segments, so that a quick hand leaves no corners.
/** @param {CanvasRenderingContext2D} context @param {Stroke} points */
function trace(context, points) {
  if (!points.length) return;
  context.strokeStyle = context.fillStyle = "#fff";
  context.lineWidth = BRUSH;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  if (points.length === 1) {
    // A dot: a line of no length is not drawn by every browser.
    context.arc(...points[0], BRUSH / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(...points[0]);
  for (let i = 1; i < points.length - 1; i++) {
    const [x, y] = points[i];
    const [nextX, nextY] = points[i + 1];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.lineTo(...points[points.length - 1]);
  context.stroke();
}

// Twice the size, pixel for pixel: what the server centred comes out the same here.
/** @param {Uint8Array} bytes */
function pictureOf(bytes) {
  const small = Object.assign(document.createElement("canvas"), { width: UPLOADED, height: UPLOADED });
  greyPainter(UPLOADED, UPLOADED, 255)(contextOf(small), bytes);
  const large = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const context = contextOf(large);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, SIDE, SIDE);
  return large;
}
