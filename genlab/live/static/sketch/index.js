// A small canvas for a data set of one's own: strokes of a mouse, a pen or a finger become points.
import { square } from "../core/canvas.js";
import { mounted } from "../core/component.js";
import { element, onResize } from "../core/dom.js";
import { COLORS } from "../core/palette.js";
import { fill } from "../core/words.js";
import { DRAWN_MOST, drawnName, drawnPoints } from "../maths/playground.js";

const REACH = 1.2;
const APART = 0.06; // points of a stroke stand so far apart

export const mount = mounted(
  (data) => [data.name, data.labels.use],
  ({ data, parentElement, setTriggerValue }) => create(parentElement, data, setTriggerValue),
);

/** @param {Element} parent @param {any} data @param {(name: string, value: unknown) => void} tell */
function create(parent, data, tell) {
  const { labels } = data;
  const root = element(parent, "div", "gl-play-draw");
  const role = { role: "application", tabindex: 0, "aria-label": labels.help };
  const canvas = element(root, "canvas", "", "", { "data-testid": "playground-draw", ...role });
  const words = element(root, "p", "", "", { role: "status" });
  const use = element(root, "button", "gl-play-main", labels.use, { type: "button", "data-testid": "draw-use" });
  const clear = element(root, "button", "", labels.clear, { type: "button", "data-testid": "draw-clear" });
  let points = data.name.startsWith("drawn-") ? drawnPoints(data.name) : [];
  /** @type {number[] | null} */
  let cursor = null; // of the keyboard

  function draw() {
    const { context, side } = square(canvas);
    /** @param {number[]} place @returns {[x: number, y: number]} */
    const to = ([x, y]) => [side / 2 + (x / REACH) * (side / 2), side / 2 - (y / REACH) * (side / 2)];
    context.fillStyle = COLORS.data;
    for (const point of points) {
      context.beginPath();
      context.arc(...to(point), 2.5, 0, 2 * Math.PI);
      context.fill();
    }
    if (cursor) {
      const [x, y] = to(cursor);
      context.strokeStyle = COLORS.data;
      context.strokeRect(x - 5, y - 5, 10, 10);
    }
    words.textContent = points.length ? fill(labels.count, { n: points.length, most: DRAWN_MOST }) : labels.help;
    use.disabled = points.length === 0 || drawnName(points) === data.name;
    clear.disabled = points.length === 0;
  }

  /** @param {number[]} point @param {boolean} always */
  function put(point, always) {
    const last = points.at(-1);
    if (points.length >= DRAWN_MOST) return;
    if (!always && last && Math.hypot(point[0] - last[0], point[1] - last[1]) < APART) return;
    points.push(point.map((v) => Math.min(REACH, Math.max(-REACH, v))));
    draw();
  }

  /** @param {PointerEvent} event */
  function at(event) {
    const box = canvas.getBoundingClientRect();
    const across = (2 * (event.clientX - box.left)) / box.width - 1;
    const up = 1 - (2 * (event.clientY - box.top)) / box.height;
    return [REACH * across, REACH * up];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    cursor = null;
    put(at(event), true);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) put(at(one), false);
  });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (!move && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    cursor ??= [0, 0];
    if (move) cursor = cursor.map((v, k) => Math.min(REACH, Math.max(-REACH, v + move[k])));
    else put([...cursor], true);
    draw();
  });
  clear.addEventListener("click", () => {
    points = [];
    draw();
  });
  use.addEventListener("click", () => tell("drawn", drawnName(points)));
  const unwatch = onResize([canvas], draw);
  draw();
  return {
    destroy() {
      unwatch();
      root.remove();
    },
  };
}
