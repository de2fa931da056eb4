// One model of a walk between two digits: its pictures at t, its rows of stations, |z| on the way, what is measured.

import { element } from "../core/dom.js";
import { figure } from "../core/format.js";
import { quantile } from "../maths/holes.js";
import { PATHS, codesCsv, evenly, meanSquaredStep, norm, shell, squaredDistance } from "../maths/paths.js";
import { noise } from "../maths/random.js";
import { digit, put } from "../shared/digits.js";
import { atlasOf, drawNorms, stations } from "./pieces.js";

/** @typedef {import("./types.js").Band} Band */
/** @typedef {import("./types.js").Context} Context */
/** @typedef {import("./types.js").Curves} Curves */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").ModelRun} ModelRun */
/** @typedef {import("./types.js").PathName} PathName */
/** @typedef {{z: Float32Array, x: Float32Array | null}} End a code, and the picture that it stands for */

export const PATH_NAMES = /** @type {PathName[]} */ (Object.keys(PATHS));
export const FINE = 33; // moments of the film, of |z| and of the table
const STATIONS = 9;
const CANDIDATES = 500;

/** @param {Element} grid @param {Model} model @param {Context} context @param {(value: number) => void} onMove */
export function createColumn(grid, model, context, onMove) {
  const { labels, state } = context;
  const { run } = model;
  const box = element(grid, "section", "gl-walk-model", "", { "data-testid": `walk-${run.family}` });
  context.heading(box, model);
  const pair = element(box, "div", "gl-walk-pair");
  const now = /** @type {Record<PathName, HTMLCanvasElement>} */ ({});
  const strips = /** @type {Record<PathName, ReturnType<typeof stations>>} */ ({});
  for (const path of PATH_NAMES) {
    const place = element(pair, "figure");
    now[path] = digit(place, `${run.title}, ${labels[path]}: ${labels.told_ink}`, `walk-now-${run.family}-${path}`);
    element(place, "figcaption", "", labels[path]);
  }
  for (const path of PATH_NAMES) {
    element(box, "small", "gl-walk-row", labels[path]);
    const label = `${run.title}, ${labels[path]}: ${labels.stations}; ${labels.told_ink}`;
    strips[path] = stations(box, label, `walk-strip-${run.family}-${path}`, STATIONS, onMove);
  }
  element(box, "small", "gl-walk-row", run.prior ? labels.priorShell : labels.codesShell);
  const chart = element(box, "canvas", "gl-walk-norms", "", { role: "img", "aria-label": `${labels.norms}: ${labels.told_empty}` });
  const measures = createMeasures(box, labels, run);
  const again = run.encodes ? null : element(box, "button", "gl-walk-random", labels.random, { type: "button" });
  again?.addEventListener("click", () => state.set({ random: 1 + Math.floor(Math.random() * 9998) }));
  const candidates = createCandidates(model);
  /** @type {End[] | null} */
  let ends = null;
  /** @type {Curves | null} */
  let curves = null;

  /** @param {PathName} path @param {number} t */
  const zAt = (path, t) => (ends ? PATHS[path](ends[0].z, ends[1].z, t) : new Float32Array(run.latents));
  /** @param {PathName} path @param {number} t */
  const at = (path, t) => Float32Array.from(model.decode(zAt(path, t)));

  // Two codes, and the pictures they stand for: the encoder's means; without one, random z's.
  function* findEnds() {
    const { from, to, random } = state.values;
    const digits = [from, to].map((index) => context.examples[index].pixels);
    if (run.encodes) return digits.map((x) => ({ z: model.encode(x), x }));
    if (random) {
      const z = noise(random, 2 * run.latents, run.noise);
      return [z.slice(0, run.latents), z.slice(run.latents)].map((end) => ({ z: end, x: null }));
    }
    yield* candidates.decodeAll((done) => measures.say(`${labels.searching} ${done} / ${CANDIDATES}`));
    return digits.map((x) => ({ z: candidates.nearest(x), x }));
  }

  // In small steps, so that a hand on the slider never waits.
  /** @param {() => void} onEnds @param {() => void} onDone */
  function* rebuild(onEnds, onDone) {
    if (!model.ready) return;
    ends = yield* findEnds();
    /** @param {PathName} path */
    const lengths = (path) => evenly(FINE).map((t) => norm(zAt(path, t)));
    curves = { straight: lengths("straight"), spherical: lengths("spherical") };
    onEnds();
    const steps = { straight: 0, spherical: 0 };
    for (const path of PATH_NAMES) {
      const pictures = [];
      for (const t of evenly(STATIONS)) {
        const picture = at(path, t);
        put(strips[path].canvas, picture, pictures.length);
        pictures.push(picture);
        yield;
      }
      steps[path] = meanSquaredStep(pictures);
    }
    measures.show(steps, ends.map(({ z, x }) => (x ? squaredDistance(model.decode(z), x) : null)), curves);
    onDone();
  }

  function band() {
    if (run.prior) return shell(run.latents, run.noise);
    return model.atlas?.has("means") ? ownShell(atlasOf(model, "means"), run.latents) : null;
  }

  return {
    model,
    rebuild,
    at,
    get ready() {
      return Boolean(ends);
    },
    /** @param {number} t */
    paint(t) {
      for (const path of PATH_NAMES) {
        strips[path].show(t);
        if (ends) put(now[path], model.decode(zAt(path, t)));
      }
      if (curves) drawNorms(chart, curves, { band: band(), t, ink: getComputedStyle(box).color, labels, of: run.title });
    },
    rows: () => PATH_NAMES.map((path) => ({ title: `${run.title}\n${labels[path]}`, canvas: strips[path].canvas })),
    csv: () => codesCsv(["path", "t"], PATH_NAMES.flatMap((path) =>
      evenly(FINE).map((t) => /** @type {[(string | number)[], Float32Array]} */ ([[path, t], zAt(path, t)])))),
  };
}

// Without a prior: where this model's own codes lie.
/** @param {Float32Array} means @param {number} latents */
function ownShell(means, latents) {
  const norms = Array.from({ length: means.length / latents }, (_, i) =>
    norm(means.subarray(i * latents, (i + 1) * latents)));
  return { typical: quantile(norms, 0.5), low: quantile(norms, 0.025), high: quantile(norms, 0.975) };
}

// A GAN cannot encode: of some random z's, the one whose picture is nearest. Decoded once for each moment of training.
/** @param {Model} model */
function createCandidates(model) {
  const { latents, noise: kind } = model.run;
  const z = noise(1, CANDIDATES * latents, kind);
  /** @type {Float32Array[]} */
  let pictures = [];
  let version = -1;

  return {
    /** @param {(done: number) => void} onProgress */
    *decodeAll(onProgress) {
      if (version !== model.version) {
        pictures = [];
        version = model.version;
      }
      while (pictures.length < CANDIDATES) {
        const i = pictures.length;
        pictures.push(Float32Array.from(model.decode(z.subarray(i * latents, (i + 1) * latents))));
        if (pictures.length % 25 === 0) onProgress(pictures.length);
        yield;
      }
    },
    /** @param {Float32Array} x */
    nearest(x) {
      const distances = pictures.map((picture) => squaredDistance(x, picture));
      const best = distances.indexOf(Math.min(...distances));
      return z.slice(best * latents, (best + 1) * latents);
    },
  };
}

/** @param {Element} box @param {Record<string, string>} labels @param {ModelRun} run */
function createMeasures(box, labels, run) {
  const table = element(box, "table", "gl-walk-measures");
  const head = element(table, "tr");
  for (const text of ["", ...PATH_NAMES.map((path) => labels[path])]) element(head, "th", "", text, { scope: "col" });
  const rows = ["step", "middle"].map((name) => {
    const row = element(table, "tr");
    element(row, "th", "", labels[name], { scope: "row" });
    return PATH_NAMES.map(() => element(row, "td", "", "–"));
  });
  const text = element(box, "p", "gl-walk-said", "", { "data-testid": `walk-said-${run.family}` });

  return {
    /** @param {string} words */
    say: (words) => (text.textContent = words),
    /** @param {Record<PathName, number>} steps @param {(number | null)[]} errors @param {Curves} curves */
    show(steps, errors, curves) {
      PATH_NAMES.forEach((path, i) => {
        rows[0][i].textContent = figure(steps[path], 4);
        rows[1][i].textContent = figure(curves[path][(FINE - 1) / 2]);
      });
      const known = errors.every((error) => error !== null);
      const words = run.encodes ? labels.ends : labels.nearest;
      text.textContent = known ? `${words} ${errors.map((error) => figure(error ?? NaN, 4)).join(", ")}` : labels.randomEnds;
    },
  };
}
