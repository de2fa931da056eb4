// A hand on the latent space: sliders and a plane move z, the decoder runs here, in the browser, at every move.

import { signed } from "../../core/format.js";
import { onTheme } from "../../core/theme.js";
import { moveTo, placeOf, roundZ } from "../../maths/latent/plane.js";
import { latentSpace, randomZ } from "../../maths/latent/space.js";
import { numbersOf } from "../../maths/tensors.js";
import { loadNet } from "../nets/net.js";
import { drawCodes } from "./codes.js";
import { mountDrag } from "./drag.js";
import { MOVE_PAUSE, createDrawer, createMapJob, imageSize } from "./map.js";
import { ENGLISH } from "./options.js";
import { latentPage, make, sliderRow } from "./page.js";

/** @typedef {import("../../core/safetensors.js").Tensor} Tensor */
/** @typedef {import("../../maths/latent/plane.js").Direction & {option: string, name: string}} NamedDirection */
/** @typedef {import("./map.js").LatentNet} LatentNet */
/** @typedef {import("./options.js").LatentOptions} LatentOptions */

const FIRST_SLIDERS = 8;
const PAINT_PAUSE = 4; // ms: a move is painted at once, unless the last one just was
const UNUSED_NATS = 0.01; // below it a latent has collapsed onto the prior
const UNUSED_SHARE = 0.01; // of the most important latent, where importance is no KL

// root: an element or a ShadowRoot. options: see options.js.
// Returns {page, setWeights(bytes), setNet(net), setAtlas(tensors, facts), setZ(z), setCodes(shown), z, axes,
// usualAxes, moved, ready, destroy()}; weights and atlas may come again at any time: z stays where it is.
/** @param {Element | ShadowRoot} root @param {LatentOptions} options */
export function mountLatent(root, options = {}) {
  const labels = { ...ENGLISH, ...options.labels };
  const reach = options.reach ?? 3;
  const prior = options.prior ?? true;
  const page = latentPage(labels);
  if (options.classes?.length) {
    const chosen = make("select", { "data-testid": "latent-class" },
      ...options.classes.map((name, place) => make("option", { value: place }, name)));
    page.right.prepend(make("label", { class: "told" }, `${labels.class} `, chosen));
    chosen.addEventListener("change", () => {
      label = Number(chosen.value);
      if (net) setNet(net);
    });
  }
  root.append(page.style, page.body);
  onTheme(page.body, () => {
    drawer?.map();
    invalidate();
  });

  /** @type {LatentNet | null} */
  let net = null;
  /** @type {Map<string, Tensor> | null} */
  let atlas = null;
  /** @type {Record<string, string>} */
  let facts = {};
  let z = new Float32Array(0);
  let space = latentSpace(0, { prior, reach }, null, ""); // what is known of it
  /** @type {NamedDirection[]} */
  let directions = []; // the one or two that span the plane
  /** @type {import("./page.js").Row[]} */
  let rows = [];
  let codes = false;
  let label = 0; // the class that the decoder is told
  let frame = 0;
  let painted = -Infinity;
  /** @type {import("./map.js").Drawer | null} */
  let drawer = null;
  const map = createMapJob((index) => drawer?.cell(index), (done) => {
    if (done) drawer?.mapDone();
    drawer?.map();
    if (done && options.points) invalidate();
  });

  function invalidate() {
    if (!frame && net) frame = requestAnimationFrame(paint);
  }

  function paint() {
    cancelAnimationFrame(frame);
    frame = 0;
    drawer?.picture(z);
    for (const row of rows) row.show(z[row.latent]);
    const places = directions.map((direction) => placeOf(z, direction));
    const [x, y] = directions.map(({ low, high }, i) => Math.min(1, Math.max(0, (places[i] - low) / (high - low))));
    const down = directions.length > 1 ? 1 - y : page.plane.height / page.plane.width / 2;
    page.handle.style.transform = `translate(${100 * x}cqw, ${100 * down}cqw)`;
    page.values.textContent = `[${Array.from(z, (value) => value.toFixed(2)).join(", ")}]`;
    const said = directions.map(({ name }, i) => `${name} ${signed(places[i]).trim()}`).join(", ");
    page.plane.setAttribute("aria-label", `${labels.plane}: ${said}`);
    painted = performance.now();
  }

  // A move is painted within its event: a frame later would be seen a frame later.
  function changed(onPlane = false) {
    if (!onPlane) map.schedule(MOVE_PAUSE);
    if (performance.now() - painted > PAINT_PAUSE) paint();
    else invalidate();
    options.onMove?.();
  }

  /** @param {number} value @param {import("../../maths/latent/plane.js").Range} range */
  const clamped = (value, [low, high]) => roundZ(Math.min(high, Math.max(low, value)));

  /** @param {number} latent @param {number} value */
  function setLatent(latent, value) {
    z[latent] = clamped(value, space.ranges[latent]);
    changed(directions.some(({ key }) => key === `z${latent + 1}`) && directions.every(({ key }) => key[0] === "z"));
  }

  /** @param {ArrayLike<number>} values */
  function setZ(values) {
    if (!net) return;
    z.set(Array.from(values, roundZ));
    changed();
  }

  /** @param {ArrayLike<number>} values */
  const setWithin = (values) => setZ(Array.from(z, (_, latent) => clamped(values[latent], space.ranges[latent])));

  /** @param {ArrayLike<number>} from @param {number[]} places */
  function movePlaces(from, places) {
    const within = places.map((place, i) => Math.min(directions[i].high, Math.max(directions[i].low, place)));
    moveTo(from, directions, within, z);
    for (let i = 0; i < z.length; i++) z[i] = roundZ(z[i]);
    changed(true);
  }

  /** @param {string[]} keys */
  function setAxes(keys) {
    if (!net) return;
    const known = keys.filter((key) => space.directions.has(key));
    const two = [...new Set([...known, ...space.directions.keys()])].slice(0, z.length > 1 ? 2 : 1);
    directions = two.flatMap((key) => space.directions.get(key) ?? []);
    [page.across, page.up].forEach((select, i) => (select.value = (directions[i] ?? directions[0]).option));
    drawer = createDrawer(net, page, { points: options.points, extent: options.extent ?? 1.5, directions, z, labels });
    map.resize(drawer.cells);
    map.schedule(0);
    drawer.map();
    paintCodes();
    paint();
  }

  function paintCodes() {
    page.codes.hidden = !(codes && atlas && space.hasCodes);
    if (atlas && !page.codes.hidden) drawCodes(page.codes, page.plane, atlas, directions);
  }

  const firstAxes = () => space.order.slice(0, 2).map((latent) => `z${latent + 1}`);

  // A net of another latent size: new sliders, z at its start.
  /** @param {number} latents */
  function rebuild(latents) {
    z = new Float32Array(latents);
    layOut(latents);
    const { place = {} } = options;
    z.set(place.z && place.z.length === z.length ? place.z : space.start);
    rows = space.order.map((latent, index) => sliderRow(latent, index, labels, (value) => setLatent(latent, value)));
    sortRows();
    setAxes([...new Set([place.across, place.up, ...firstAxes()].flatMap((key) => key || []))]);
  }

  // What the atlas tells, or what holds without one.
  /** @param {number} latents */
  function layOut(latents) {
    space = latentSpace(latents, { ...options, prior, reach }, atlas, labels.axis);
    for (const select of [page.across, page.up]) {
      const all = [...space.directions.values()];
      select.replaceChildren(...all.map(({ option, name }) => make("option", { value: option }, name)));
    }
    page.axes.hidden = z.length < 2 || space.directions.size <= 2;
  }

  function sortRows() {
    const place = new Map(space.order.map((latent, index) => [latent, index]));
    rows.sort((a, b) => (place.get(a.latent) ?? 0) - (place.get(b.latent) ?? 0));
    const first = options.all ? rows.length : FIRST_SLIDERS;
    rows.forEach((row, index) => {
      row.place = index;
      row.range(...space.ranges[row.latent], z[row.latent]);
    });
    page.sliders.replaceChildren(...rows.slice(0, first).map(({ row }) => row));
    page.hidden.replaceChildren(...rows.slice(first).map(({ row }) => row));
    page.more.hidden = rows.length <= first;
    showWorth();
  }

  function showWorth() {
    if (!atlas || !space.fits) return;
    const data = numbersOf(atlas, "importance");
    const most = Math.max(...data) || 1;
    const least = facts.importance_is === "kl" ? UNUSED_NATS : UNUSED_SHARE * most;
    for (const row of rows) {
      const value = data[row.latent];
      row.worth(value / most, value.toFixed(facts.importance_is === "kl" ? 2 : 4), value <= least && labels.unused);
    }
  }

  mountDrag(page.plane, () => net && { z, directions }, movePlaces);
  const noise = prior ? options.noise ?? "normal" : null;
  page.random.addEventListener("click", () => net && setWithin(randomZ(z.length, noise, space.fits ? atlas : null)));
  page.mean.addEventListener("click", () => net && setWithin(prior ? new Float32Array(z.length) : space.start));
  page.reset.addEventListener("click", () => {
    if (!net) return;
    z.set(space.start);
    setAxes(firstAxes());
    changed();
  });

  /** @param {0 | 1} axis */
  const chooseAxis = (axis) => () => {
    const { value } = axis ? page.up : page.across;
    const [key] = [...space.directions].find(([, { option }]) => option === value) ?? [""];
    const keys = directions.map((direction) => direction.key);
    // Choosing the other axis' direction swaps the two: a plane needs two different ones.
    if (keys[1 - axis] === key) keys[1 - axis] = keys[axis];
    keys[axis] = key;
    setAxes(keys);
    options.onMove?.();
  };
  page.across.addEventListener("change", chooseAxis(0));
  page.up.addEventListener("change", chooseAxis(1));

  /** @param {LatentNet} next */
  function setNet(next) {
    page.status.textContent = "";
    page.status.removeAttribute("title");
    const sameOutputs = String(net?.outputShape) === String(next.outputShape);
    net = next;
    net.label = label;
    if (net.inputs !== z.length) rebuild(net.inputs);
    else if (!drawer || !sameOutputs) setAxes(directions.map(({ key }) => key));
    else {
      drawer.use(net);
      map.scheduleAfter(drawer.pause);
      invalidate();
    }
  }

  return {
    page,
    setNet,
    setZ,
    get z() {
      return z;
    },
    get axes() {
      return directions.map(({ key }) => key);
    },
    get usualAxes() {
      return net ? firstAxes() : [];
    },
    get moved() {
      return z.some((value, i) => value !== space.start[i]);
    },
    get ready() {
      return Boolean(net);
    },
    /** @param {ArrayBuffer} bytes */
    setWeights(bytes) {
      try {
        setNet(readDecoder(bytes, options.points));
        return true;
      } catch (error) {
        page.status.textContent = labels.broken;
        page.status.title = /** @type {Error} */ (error).message;
        return false;
      }
    },
    /** @param {Map<string, Tensor>} tensors @param {Record<string, string>} metadata */
    setAtlas(tensors, metadata) {
      [atlas, facts] = [tensors, metadata];
      if (!net) return;
      layOut(net.inputs);
      // Rows do not change places under a hand.
      if (page.right.matches(":hover, :focus-within")) showWorth();
      else sortRows();
      setAxes(directions.map(({ key }) => key));
    },
    /** @param {boolean} shown */
    setCodes(shown) {
      codes = shown;
      if (net) paintCodes();
    },
    destroy() {
      map.stop();
      cancelAnimationFrame(frame);
      net = null;
      page.style.remove();
      page.body.remove();
    },
  };
}

/** @param {ArrayBuffer} bytes @param {boolean} [points] @returns {LatentNet} */
function readDecoder(bytes, points) {
  const net = loadNet(bytes);
  if (!net.finite) throw new Error("Net file: a weight is not finite.");
  if (!points && !imageSize(net)) throw new Error(`Net file: got outputs of [${net.outputShape}], allowed: images.`);
  if (points && net.outputs > 2) throw new Error(`Net file: got ${net.outputs} outputs, allowed: 1 or 2.`);
  return net;
}
