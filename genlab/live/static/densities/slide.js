// q slides away from p: JS, W1 and KL against the distance of their means, with a mark where q stands.
import { contextOf } from "../core/canvas.js";
import { digits, figure } from "../core/format.js";
import { letters } from "../core/theme.js";
import { tell } from "../shared/told/told.js";
import { LIMITS, clamp } from "../maths/mixtures/mixture_edits.js";
import { LOG_2, compile, divergences } from "../maths/mixtures/mixtures.js";

/** @typedef {import("../maths/mixtures/mixtures.js").Component} Component */
/** @typedef {import("../maths/mixtures/mixtures.js").Mixture} Mixture */
/** @typedef {import("../maths/mixtures/mixtures.js").Divergences} Divergences */

const HEIGHT = 42; // of one curve
const GAP = 18;
const LEFT = 40;
const RIGHT = 34;
const POINTS = 81;
const SPEED = 2.5; // units of x a second
const FARTHEST = LIMITS.mean[1] - LIMITS.mean[0];

// root: where it is shown. terms: the numbers by key, for their colours. slide(q): is told where q should be.
// Returns {show(p, q, numbers), stop()}; both of one component.
/** @param {Element} root @param {Record<string, string>} labels @param {Record<string, {color: string}>} terms
 * @param {(q: Mixture) => void} slide */
export function mountSlide(root, labels, terms, slide) {
  const row = root.appendChild(document.createElement("label"));
  row.className = "gl-dn-row";
  const name = row.appendChild(document.createElement("span"));
  name.textContent = labels.distance;
  const range = row.appendChild(document.createElement("input"));
  Object.assign(range, { type: "range", min: 0, step: 0.05 });
  range.dataset.testid = "slide-distance";
  const play = row.appendChild(document.createElement("button"));
  play.type = "button";
  play.className = "gl-dn-button";
  play.dataset.testid = "slide-play";
  play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const canvas = root.appendChild(document.createElement("canvas"));
  canvas.dataset.testid = "slide-chart";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", labels.chart);
  /** @type {{key: "js" | "w1" | "kl_pq", text: string, top: number, ceiling: string}[]} */
  const curves = [
    { key: "js", text: labels.js, top: LOG_2, ceiling: "log 2" },
    { key: "w1", text: labels.w1, top: FARTHEST, ceiling: String(FARTHEST) },
    { key: "kl_pq", text: labels.kl, top: 0, ceiling: "" },
  ];
  /** @type {{widths: string, values: Divergences[]}} */
  let known = { widths: "", values: [] };
  let playing = 0;
  /** @type {{p: Component, q: Component}} */
  let present = { p: { mean: 0, std: 1, weight: 1 }, q: { mean: 0, std: 1, weight: 1 } }; // until it is first shown

  const distance = () => Math.abs(present.q.mean - present.p.mean);
  // q moves on the side of p where it stands, as far as the picture has room
  const side = () => (present.q.mean < present.p.mean ? -1 : 1);
  const room = () => (side() < 0 ? present.p.mean - LIMITS.mean[0] : LIMITS.mean[1] - present.p.mean);
  /** @param {number} far */
  const at = (far) => [{ ...present.q, mean: clamp(present.p.mean + side() * far, LIMITS.mean) }];

  // The curves hang on the distance and on the widths alone.
  function points() {
    const widths = `${present.p.std} ${present.q.std}`;
    if (known.widths === widths) return known.values;
    const p = compile([{ ...present.p, mean: 0 }]);
    const values = Array.from({ length: POINTS }, (_, i) =>
      divergences(p, compile([{ ...present.q, mean: (i / (POINTS - 1)) * FARTHEST }])));
    known = { widths, values };
    curves[2].top = values[POINTS - 1].kl_pq;
    curves[2].ceiling = curves[2].top.toFixed(0);
    return values;
  }

  /** @param {Divergences} numbers */
  function draw(numbers) {
    const width = canvas.clientWidth;
    const [gap, left, edge] = [GAP, LEFT, RIGHT].map(letters);
    const height = curves.length * (HEIGHT + gap) + letters(12);
    canvas.style.height = `${height}px`;
    const density = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(height * density);
    const said = curves.map(({ key, text }) => `${text}: ${digits(numbers[key])}`);
    tell(canvas, () => `${labels.chart}. ${labels.distance} ${figure(distance())}. ${said.join(". ")}`);
    const pen = contextOf(canvas);
    const style = getComputedStyle(canvas);
    pen.scale(density, density);
    pen.font = `${letters(12)}px ${style.fontFamily}`;
    const sampled = points();
    /** @param {number} value */
    const toX = (value) => left + (value / FARTHEST) * (width - left - edge);
    curves.forEach(({ key, text, top, ceiling }, row) => {
      const base = (row + 1) * (HEIGHT + gap) - 4;
      /** @param {number} value */
      const toY = (value) => base - (value / top) * HEIGHT;
      pen.strokeStyle = "rgba(128,128,128,.35)";
      pen.lineWidth = 1;
      for (const level of [0, top]) {
        pen.beginPath();
        pen.moveTo(left, toY(level));
        pen.lineTo(width - edge, toY(level));
        pen.stroke();
      }
      pen.fillStyle = style.color;
      pen.textAlign = "left";
      pen.fillText(text, left, base - HEIGHT - 5);
      pen.textAlign = "right";
      pen.fillText(ceiling, left - 5, toY(top) + 8);
      pen.fillText("0", left - 5, base);
      pen.strokeStyle = terms[key].color;
      pen.lineWidth = 2.5;
      pen.beginPath();
      sampled.forEach((values, i) => pen.lineTo(toX((i / (POINTS - 1)) * FARTHEST), toY(values[key])));
      pen.stroke();
      pen.fillStyle = terms[key].color;
      pen.beginPath();
      pen.arc(toX(distance()), toY(numbers[key]), 6, 0, 2 * Math.PI);
      pen.fill();
    });
    pen.fillStyle = style.color;
    pen.textAlign = "right";
    pen.fillText(labels.distance, width - edge, height - 3);
  }

  function stop() {
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = labels.play;
  }

  function run() {
    let before = performance.now();
    let reached = distance();
    if (reached >= room() - 0.01) reached = 0;
    /** @param {number} now */
    const next = (now) => {
      if (!root.isConnected) return;
      reached = Math.min(room(), reached + (SPEED * Math.max(0, now - before)) / 1000);
      before = now;
      slide(at(reached));
      if (reached >= room()) stop();
      else playing = requestAnimationFrame(next);
    };
    play.textContent = labels.pause;
    playing = requestAnimationFrame(next);
  }

  play.addEventListener("click", () => (playing ? stop() : run()));
  range.addEventListener("input", () => {
    stop();
    slide(at(Number(range.value)));
  });
  stop();

  return {
    stop,
    /** @param {Mixture} p @param {Mixture} q @param {Divergences} numbers */
    show([p], [q], numbers) {
      present = { p, q };
      range.max = String(room());
      range.value = String(distance());
      range.setAttribute("aria-valuetext", distance().toFixed(2));
      draw(numbers);
    },
  };
}
