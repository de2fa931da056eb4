// Eight runs that differ in their seed alone: eight small clouds, and how their JS falls, with the median.
import { square } from "../core/canvas.js";
import { element, onResize } from "../core/dom.js";
import { digits } from "../core/format.js";
import { COLORS } from "../core/palette.js";
import { letters, onTheme } from "../core/theme.js";
import { tell } from "../shared/told/told.js";
import { count, fill } from "../core/words.js";
import { median, medianCurve, together } from "../maths/playground.js";
import { examplesOf, lifted } from "../maths/playground_line.js";
import { createFeed } from "../shared/feed.js";
import { createMotion } from "./motion.js";
import { drawScene, themeOf } from "./scene.js";

const PACE_MS = 1000;
const CHART = 280;
const LOG_2 = Math.log(2);

/** @param {HTMLElement} root @param {import("./types.js").PlayData} data @param {import("./types.js").Ask} ask */
export function mountFan(root, data, ask) {
  const { labels } = data;
  root.classList.add("gl-play-fan");
  root.dataset.testid = "fan";
  const words = element(root, "p", "gl-play-fan-words", data.exact ? labels.fanWords : labels.fanLuck);
  words.setAttribute("role", "status");
  const grid = element(root, "div", "gl-play-clouds");
  const chart = element(root, "canvas", "gl-play-fan-chart");
  chart.dataset.testid = "fan-chart";
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", labels.fanChart);
  const note = element(root, "p", "gl-play-note", labels.fanNote);
  chart.hidden = note.hidden = !data.exact; // nothing is measured without a density
  const examples = examplesOf(Float32Array.from(data.examples), data);
  /** @type {import("../maths/playground.js").Curve[]} */
  const curves = data.fan.map(() => []);
  let end = 1; // of the axis: as far as the furthest run has come

  const runs = data.fan.map((id, seed) => {
    const box = element(grid, "button", "gl-play-cloud");
    box.dataset.testid = `cloud-${seed}`;
    box.title = labels.fanOpen;
    const canvas = element(box, "canvas", "", "", { "aria-hidden": "true" });
    const caption = element(box, "span", "", `${labels.seed} ${seed}`);
    box.addEventListener("click", () => ask({ do: "open", run: id }));
    const layers = new Set(["data", "fakes"]);
    const motion = createMotion((frame) =>
      drawScene(canvas, { frame, examples, layers, theme: themeOf(root), dot: 1.6, density: data.density }));
    motion.go({}, 0);
    let shown = -1;
    const feed = createFeed({
      address: `${data.base}/lab/runs/${id}`,
      language: data.language,
      pace: PACE_MS,
      watched: () => root.isConnected,
      onTrouble: (kind) => (caption.textContent = labels[kind]),
      async onNews(news) {
        end = Math.max(end, news.step);
        curves[seed] = feed.sorted().filter(([, values]) => "js" in values).map(([step, values]) => [step, values.js]);
        const js = curves[seed].at(-1)?.[1];
        const said = js === undefined ? "" : ` · JS ${digits(js)}`;
        caption.textContent = `${labels.seed} ${seed} · ${fill(labels.atStep, { n: count(news.step) })}${said}`;
        box.dataset.step = String(news.step);
        box.dataset.state = news.state;
        draw();
        const last = news.frames.at(-1);
        if (last === undefined || last === shown) return;
        shown = last;
        const tensors = await feed.frame(last);
        const samples = tensors?.get("samples")?.data;
        if (!samples) return;
        motion.go(data.dimensions === 1 ? lifted({ samples }, data.noise) : { samples }, PACE_MS);
      },
    });
    feed.poll();
    return { feed, motion };
  });

  function draw() {
    const { context, side: width } = square(chart, CHART);
    const { ink } = themeOf(root);
    const [left, right, top, bottom] = [letters(46), width - 8, 12, CHART - letters(26)];
    /** @param {number} step */
    const x = (step) => left + (step / end) * (right - left);
    /** @param {number} value */
    const y = (value) => bottom - (Math.min(LOG_2, Math.max(0, value)) / LOG_2) * (bottom - top);
    context.font = `${letters(12)}px system-ui, sans-serif`;
    context.fillStyle = ink;
    context.strokeStyle = ink;
    for (const [value, text] of /** @type {[number, string][]} */ ([[0, "0"], [LOG_2, "log 2"]])) {
      context.globalAlpha = 0.4;
      line([[0, value], [end, value]], 1);
      context.globalAlpha = 1;
      context.fillText(text, 6, y(value) + 4);
    }
    context.fillText(fill(labels.atStep, { n: 0 }), left, CHART - 8);
    context.textAlign = "right";
    context.fillText(count(end), right, CHART - 8);
    context.textAlign = "left";
    context.strokeStyle = COLORS.js;
    context.globalAlpha = 0.5;
    for (const curve of curves) line(curve, 1);
    context.globalAlpha = 1;
    const middle = medianCurve(curves);
    line(middle, 3.5);
    chart.dataset.curves = String(curves.filter((curve) => curve.length > 1).length);
    const now = together(curves); // some are ahead: only the same step compares them
    if (now) {
      const [best, worst] = [Math.min(...now.values), Math.max(...now.values)].map(digits);
      const said = { step: count(now.step), median: digits(median(now.values)), best, worst };
      words.textContent = fill(labels.fanSays, said);
      tell(chart, () => `${labels.fanChart}. ${words.textContent}`);
    }

    /** @param {import("../maths/playground.js").Curve} curve @param {number} wide */
    function line(curve, wide) {
      context.lineWidth = wide;
      context.beginPath();
      for (const [step, value] of curve) context.lineTo(x(step), y(value));
      context.stroke();
    }
  }
  draw();
  const redraw = () => {
    draw();
    for (const { motion } of runs) motion.repaint();
  };
  const unwatch = onResize([chart], redraw);
  onTheme(root, redraw);

  return {
    update() {
      for (const { feed } of runs) feed.eager();
    },
    destroy() {
      unwatch();
      for (const { feed, motion } of runs) {
        feed.destroy();
        motion.destroy();
      }
      root.remove();
    },
  };
}
