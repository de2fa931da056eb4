// Two drawings above one z axis: where x comes from (x = w z, give or take s), and the densities of z. The line of x
// and the centre and width of q can be dragged.
import { change, draw, through } from "../core/svg.js";
import { joint, marginal, normalDensity } from "../maths/bound.js";

/** @typedef {import("./settings.js").Numbers} Numbers */
/** @typedef {Numbers & {area: string | boolean}} Settings */
/** @typedef {import("./bars.js").Terms} Terms */
/** @typedef {Terms["posterior"]} Normal */
/** @typedef {(right: number, down: number) => Partial<Numbers>} Move pixels moved -> what has changed */
/** @typedef {[x: number, y: number]} Place */
/**
 * @typedef {object} PictureOptions
 * @property {Record<string, string>} labels
 * @property {Record<"x" | "mu" | "sigma", [low: number, high: number]>} limits
 * @property {(changes: Partial<Numbers>) => void} onMove
 */

const REACH = 4.5; // of x; and of z, where that holds the posterior and q, else one of
const FURTHER = [4.5, 7, 11];
const LEFT = 34;
const RIGHT = 8;
// Top and bottom of the two drawings, in pixels: where there is room for what stands beside, and where it stands below.
const TALL = { plane: [6, 120], densities: [140, 312] };
const LOW = { plane: [6, 80], densities: [96, 232] };
const FOOT = 34; // of the axis of z
const SAMPLES = 241;
const GRIP = 24; // how near a press must be to the handle of the width

// The largest of 1, 2, 5, 10, 20, ... that is not above a number.
/** @param {number} number */
export function rounded(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return ([5, 2].find((factor) => factor * power <= number) ?? 1) * power;
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// Three digits that tell something, as people write them: 0.0786, 2.05 × 10⁻⁹.
/** @param {number} number */
export function short(number) {
  if (number >= 0.001 && number < 10000) return String(Number(number.toPrecision(3)));
  const [digits, power] = number.toExponential(2).split("e");
  const raised = [...power.replace("+", "")].map((letter) => (letter === "-" ? "⁻" : RAISED[Number(letter)])).join("");
  return `${Number(digits)} × 10${raised}`;
}

// limits: {x, mu, sigma} -> [low, high]; onMove({x} or {mu} or {sigma}). Returns show(settings, terms), a width to set.
/** @param {Element} root @param {PictureOptions} options */
export function mountPicture(root, { labels, limits, onMove }) {
  const svg = draw(root, "svg", { class: "gl-lg-picture", role: "img", "data-testid": "elbo-picture" });
  const clip = `gl-lg-clip-${Math.random().toString(36).slice(2)}`;
  const clipBox = draw(draw(draw(svg, "defs"), "clipPath", { id: clip }), "rect", {
    x: LEFT });
  const axes = draw(svg, "g", { class: "gl-lg-axes" });
  const inside = draw(svg, "g", { "clip-path": `url(#${clip})` });
  const band = draw(inside, "path", { class: "gl-lg-band" });
  const line = draw(inside, "path", { class: "gl-lg-line" });
  const areaOfJoint = draw(inside, "path", { class: "gl-lg-joint", "data-part": "marginal" });
  const areaOfQ = draw(inside, "path", { class: "gl-lg-area" });
  const curves = Object.fromEntries(["prior", "likelihood", "q", "posterior"].map((name) =>
    [name, draw(inside, "path", { class: `gl-lg-curve gl-lg-${name}`, "data-part": name })]));
  const told = ["integral", "scaled"].map((name) => draw(svg, "text", {
    class: "gl-lg-name gl-lg-data", x: LEFT + 6, "data-testid": `elbo-${name}` }));
  const observed = draw(svg, "line", { class: "gl-lg-observed" });
  const observedGrip = draw(svg, "line", { class: "gl-lg-grip-x", "data-testid": "elbo-drag-x" });
  const observedName = draw(svg, "text", { class: "gl-lg-name gl-lg-data", "text-anchor": "end" });
  const lineName = draw(svg, "text", { class: "gl-lg-name", x: LEFT + 6 }, labels.line);
  const field = draw(svg, "rect", { class: "gl-lg-field", x: LEFT, "data-testid": "elbo-drag-q" });
  const span = draw(svg, "line", { class: "gl-lg-span" });
  const centre = draw(svg, "circle", { class: "gl-lg-handle", r: 8 });
  const edge = draw(svg, "circle", { class: "gl-lg-handle gl-lg-edge", r: 7 });
  let width = 0;
  let { plane, densities } = TALL;
  /** @type {{settings: Settings, terms: Terms} | null} */
  let present = null;
  let reach = REACH;
  let holding = 0; // presses: while one lasts the axis stays, and nothing runs away from the hand

  /** @param {number} z */
  const atZ = (z) => LEFT + ((z + reach) / (2 * reach)) * (width - LEFT - RIGHT);
  const perPixel = () => (2 * reach) / (width - LEFT - RIGHT);
  /** @param {number} x */
  const atX = (x) => plane[1] - ((x + REACH) / (2 * REACH)) * (plane[1] - plane[0]);

  function drawAxes() {
    axes.replaceChildren();
    change(clipBox, { y: plane[0], width: Math.max(0, width - LEFT - RIGHT), height: densities[1] - plane[0] });
    change(field, { y: densities[0], width: Math.max(0, width - LEFT - RIGHT), height: densities[1] - densities[0] });
    told.forEach((text, i) => change(text, { y: densities[0] + 16 + 16 * i }));
    const step = reach > REACH ? 2 : 1;
    for (let z = -step * Math.floor(reach / step); z <= reach; z += step) {
      draw(axes, "line", { x1: atZ(z), x2: atZ(z), y1: plane[0], y2: densities[1] });
      draw(axes, "text", { x: atZ(z), y: densities[1] + 16, "text-anchor": "middle" }, String(z).replace("-", "−"));
    }
    draw(axes, "text", { x: width - RIGHT, y: densities[1] + 31, "text-anchor": "end" }, labels.axisZ);
    for (const x of [-3, 0, 3]) {
      draw(axes, "line", { x1: LEFT, x2: width - RIGHT, y1: atX(x), y2: atX(x) });
      draw(axes, "text", { x: LEFT - 6, y: atX(x) + 4, "text-anchor": "end" }, String(x).replace("-", "−"));
    }
    draw(axes, "text", { x: LEFT - 24, y: plane[0] + 10, class: "gl-lg-letter" }, "x");
    draw(axes, "line", { x1: LEFT, x2: width - RIGHT, y1: densities[1], y2: densities[1], class: "gl-lg-base" });
  }

  // The scale depends on the posterior alone, so that q grows taller and not the axis shorter.
  /** @param {Normal} posterior */
  const scaleTop = (posterior) => 1.25 * Math.max(normalDensity(0, 0, posterior.std), 0.4);

  /** @param {Normal} posterior */
  function scale(posterior) {
    const top = scaleTop(posterior);
    return (/** @type {number} */ density) => densities[1] - Math.min(density / top, 1.2) * (densities[1] - densities[0]);
  }

  // The area whose size is p(x), drawn as many times as high as makes it visible.
  /** @param {Settings} settings @param {Terms} terms @param {(density: number) => number} y */
  function showJoint(settings, terms, y) {
    const { posterior } = terms;
    const highest = joint(settings, posterior.mean);
    const factor = rounded((0.9 * scaleTop(posterior)) / highest);
    const near = Array.from({ length: 161 }, (_, i) => posterior.mean + posterior.std * (i / 16 - 5));
    const outline = near.map((z) => /** @type {Place} */ ([atZ(z), y(factor * joint(settings, z))]));
    change(areaOfJoint, { d: `${through(outline)}L${atZ(near[near.length - 1])},${densities[1]}L${atZ(near[0])},${densities[1]}Z` });
    const area = marginal(settings);
    told[0].textContent = labels.integral.replace("{value}", short(area)).replace("{log}", Math.log(area).toFixed(3).replace("-", "−"));
    told[1].textContent = labels.scaled.replace("{factor}", short(factor));
  }

  /** @param {Settings} settings @param {Terms} terms */
  function show(settings, terms) {
    present = { settings, terms };
    if (!width) return;
    const { x, w, s, mu, sigma } = settings;
    const { posterior } = terms;
    const farthest = Math.max(Math.abs(posterior.mean) + 1.5 * posterior.std, Math.abs(mu) + 0.5);
    const wanted = FURTHER.find((end) => end >= farthest) ?? FURTHER[FURTHER.length - 1];
    if (wanted !== reach && !holding) {
      reach = wanted;
      drawAxes();
    }
    const grid = Array.from({ length: SAMPLES }, (_, i) => -reach + (2 * reach * i) / (SAMPLES - 1));
    const y = scale(posterior);
    for (const node of [areaOfJoint, ...told]) node.style.display = settings.area ? "" : "none";
    if (settings.area) showJoint(settings, terms, y);
    change(line, { d: through([-reach, reach].map((z) => [atZ(z), atX(w * z)])) });
    change(band, { d: `${through([[-reach, s], [reach, s], [reach, -s], [-reach, -s]].map(([z, off]) =>
      [atZ(z), atX(w * z + off)]))}Z` });
    change(observed, { x1: LEFT, x2: width - RIGHT, y1: atX(x), y2: atX(x) });
    change(observedGrip, { x1: LEFT, x2: width - RIGHT, y1: atX(x), y2: atX(x) });
    change(observedName, { x: width - RIGHT - 6, y: x > 3 ? atX(x) + 14 : atX(x) - 5 });
    observedName.textContent = `${labels.data} x`;
    change(lineName, { y: w < 0 ? plane[1] - 6 : plane[0] + (x > 3 ? 30 : 14) });

    /** @param {(z: number) => number} f */
    const curve = (f) => through(grid.map((z) => [atZ(z), y(f(z))]));
    // Not a density of z: drawn as high as half of the picture.
    const highest = 0.62 * Math.max(normalDensity(0, 0, posterior.std), 0.4);
    // A narrow q lies between the points of the grid: its own are added.
    const near = Array.from({ length: 81 }, (_, i) => mu + sigma * (i / 10 - 4));
    const ofQ = through([...grid, ...near].sort((a, b) => a - b).map((z) => [atZ(z), y(normalDensity(z, mu, sigma))]));
    change(curves.prior, { d: curve((z) => normalDensity(z, 0, 1)) });
    change(curves.likelihood, { d: curve((z) => highest * Math.exp(-0.5 * ((x - w * z) / s) ** 2)) });
    change(curves.posterior, { d: curve((z) => normalDensity(z, posterior.mean, posterior.std)) });
    change(curves.q, { d: ofQ });
    change(areaOfQ, { d: `${ofQ}L${atZ(reach)},${densities[1]}L${atZ(-reach)},${densities[1]}Z` });
    const shoulder = Math.max(y(normalDensity(sigma, 0, sigma)), densities[0] + 8);
    change(centre, { cx: atZ(mu), cy: densities[1] });
    change(edge, { cx: atZ(mu + sigma), cy: shoulder });
    change(span, { x1: atZ(mu), x2: atZ(mu + sigma), y1: shoulder, y2: shoulder });
  }

  /** @param {"x" | "mu" | "sigma"} name @param {number} value */
  const bounded = (name, value) => Math.max(limits[name][0], Math.min(limits[name][1], value));

  // begin(event, settings) tells what a press takes hold of: a function from the way moved, in pixels, to what has changed.
  /** @param {SVGElement} node @param {(event: PointerEvent, settings: Settings) => Move} begin */
  function draggable(node, begin) {
    /** @type {{id: number, at: [number, number], move: Move} | null} */
    let held = null;
    node.addEventListener("pointerdown", (event) => {
      if (!present || (event.pointerType === "mouse" && event.button !== 0)) return;
      node.setPointerCapture(event.pointerId);
      if (!held) holding += 1;
      held = { id: event.pointerId, at: [event.clientX, event.clientY], move: begin(event, present.settings) };
      event.preventDefault();
    });
    node.addEventListener("pointermove", (event) => {
      if (held?.id === event.pointerId) onMove(held.move(event.clientX - held.at[0], event.clientY - held.at[1]));
    });
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"]))
      node.addEventListener(kind, (event) => {
        if (held?.id !== event.pointerId) return;
        held = null;
        holding -= 1;
        if (present) show(present.settings, present.terms);
      });
  }

  draggable(field, (event, { mu, sigma }) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const toEdge = Math.hypot(x - edge.cx.baseVal.value, y - edge.cy.baseVal.value);
    const toCentre = Math.hypot(x - centre.cx.baseVal.value, y - centre.cy.baseVal.value);
    if (toEdge < GRIP && toEdge < toCentre)
      return (right) => ({ sigma: bounded("sigma", sigma + right * perPixel()) });
    return (right) => ({ mu: bounded("mu", mu + right * perPixel()) });
  });
  draggable(observedGrip, (_event, { x }) => {
    const perY = (2 * REACH) / (plane[1] - plane[0]);
    return (_right, down) => ({ x: bounded("x", x - down * perY) });
  });

  return {
    show,
    /** @param {number} pixels @param {boolean} low whether it stands above all else, and leaves room for it */
    resize(pixels, low) {
      width = pixels;
      ({ plane, densities } = low ? LOW : TALL);
      change(svg, { width: pixels, height: densities[1] + FOOT });
      drawAxes();
      if (present) show(present.settings, present.terms);
    },
    /** @param {string} text */
    describe: (text) => change(svg, { "aria-label": text }),
  };
}
