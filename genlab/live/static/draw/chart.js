// The code of a drawing: a dot at each latent's mean, whiskers one deviation long, and where z was drawn.

import { sharp } from "../core/canvas.js";
import { element, onResize } from "../core/dom.js";
import { figure, signed } from "../core/format.js";
import { COLORS } from "../core/palette.js";
import { tell } from "../shared/told/told.js";
import { letters, onTheme } from "../core/theme.js";
import { fill } from "../core/words.js";
import { roundReach } from "../maths/code.js";

/** @typedef {[x: number, y: number]} Place */
/** @typedef {import("../shared/nets/models.js").Code} Code */
/**
 * @typedef {object} Shown
 * @property {Code} code
 * @property {Float32Array} z
 * @property {number[]} order the latents by importance
 * @property {number} usual how large |z| is in the run's codes, at least as far as which the axis goes
 */

const EDGE = { right: 6, top: 8, get left() { return letters(34); }, get bottom() { return letters(20); } };
const NUMBERED = 14; // pixels a latent needs for its number to stand below it
const NAMED = 24; // and for its name

// onLatent(): a person points at another latent.
/** @param {Element} parent @param {Record<string, string>} labels @param {() => void} onLatent */
export function createChart(parent, labels, onLatent) {
  const canvas = element(parent, "canvas", "gl-draw-chart", "", {
    "data-testid": "draw-code", role: "img", "aria-label": labels.codeHelp, tabindex: "0",
  });
  /** @type {Shown | null} */
  let shown = null;
  let place = 0; // in the order of importance
  let reach = 0;

  /** @param {number} next */
  function choose(next) {
    if (!shown || next === place || next < 0 || next >= shown.order.length) return;
    place = next;
    paint();
    onLatent();
  }

  function told() {
    if (!shown) return `${labels.codeHelp}. ${labels.told_empty}`;
    const { code: { mean, deviation }, order } = shown;
    const said = fill(labels.told_code, { n: order.length, latent: order[place] + 1, mean: figure(mean[order[place]]) });
    const wide = deviation && fill(labels.told_deviation, { n: figure(deviation[order[place]]) });
    return [`${labels.codeHelp}. ${said}`, wide].filter(Boolean).join(", ");
  }

  function paint() {
    tell(canvas, told);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const context = sharp(canvas, width, height);
    const style = getComputedStyle(canvas);
    const ink = style.color;
    /** @param {number} value */
    const toY = (value) => EDGE.top + ((reach - value) / (2 * reach)) * (height - EDGE.top - EDGE.bottom);
    context.font = `${letters(11)}px ${style.fontFamily}`;
    context.textBaseline = "middle";
    if (!shown) {
      line(context, ink, 0.25, [EDGE.left, height / 2], [width - EDGE.right, height / 2]);
      return;
    }

    const { code: { mean: means, deviation: deviations }, z, order } = shown;
    if (deviations) {
      context.fillStyle = COLORS.prior; // where most of the prior N(0, 1) lies
      context.globalAlpha = 0.2;
      context.fillRect(EDGE.left, toY(1), width - EDGE.left - EDGE.right, toY(-1) - toY(1));
    }
    context.globalAlpha = 1;
    context.textAlign = "right";
    context.fillStyle = ink;
    for (const value of [-reach, 0, reach]) {
      line(context, ink, value ? 0.15 : 0.45, [EDGE.left, toY(value)], [width - EDGE.right, toY(value)]);
      context.fillText(value ? signed(value, 0).trim() : "0", EDGE.left - 6, toY(value));
    }
    const step = (width - EDGE.left - EDGE.right) / order.length;
    context.textAlign = "center";
    order.forEach((latent, i) => {
      const x = EDGE.left + (i + 0.5) * step;
      if (i === place) {
        context.fillStyle = COLORS.latent;
        context.globalAlpha = 0.16;
        context.fillRect(x - step / 2, 0, step, height);
        context.globalAlpha = 1;
      }
      const wide = Math.min(7, Math.max(2, 0.3 * step));
      if (deviations) {
        const [mean, deviation] = [means[latent], deviations[latent]];
        context.lineWidth = Math.max(2, wide - 2);
        line(context, COLORS.latent, 0.5, [x, toY(mean - deviation)], [x, toY(mean + deviation)]);
      } else {
        context.lineWidth = wide;
        line(context, COLORS.latent, 0.5, [x, toY(0)], [x, toY(means[latent])]);
      }
      context.lineWidth = 1;
      disc(context, x, toY(means[latent]), wide / 2 + 1.5, COLORS.latent);
      if (z !== means) ring(context, x, toY(z[latent]), wide / 2 + 2, ink);
      context.fillStyle = ink;
      if (step >= letters(NUMBERED)) context.fillText(`${step < letters(NAMED) ? "" : "z"}${latent + 1}`, x, height - letters(8));
    });
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!shown) return;
    const { left, width } = canvas.getBoundingClientRect();
    const along = (event.clientX - left - EDGE.left) / (width - EDGE.left - EDGE.right);
    choose(Math.floor(along * shown.order.length));
  });
  canvas.addEventListener("keydown", (event) => {
    const move = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
    if (!move) return;
    event.preventDefault();
    choose(place + move);
  });
  const unwatch = onResize([canvas], paint);
  onTheme(parent, paint);

  return {
    canvas,
    /** @param {Shown | null} next */
    show(next) {
      shown = next;
      if (shown) {
        // Under a hand it only grows: an axis that breathes with every move could not be read.
        reach = Math.max(reach, roundReach([shown.usual, ...shown.code.mean]));
        place = Math.min(place, shown.order.length - 1);
      }
      paint();
    },
    // The hand is up: the axis may become shorter again.
    settle: () => (reach = 0),
    get latent() {
      return shown?.order[place] ?? 0;
    },
    destroy: unwatch,
  };
}

/** @param {CanvasRenderingContext2D} context @param {string} colour @param {number} opacity @param {Place} from
 * @param {Place} to */
function line(context, colour, opacity, from, to) {
  context.strokeStyle = colour;
  context.globalAlpha = opacity;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius
 * @param {string} colour */
function disc(context, x, y, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius
 * @param {string} colour */
function ring(context, x, y, radius, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = 1;
}
