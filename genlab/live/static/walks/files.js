// What a walk gives to take away: a PNG of its pictures, a GIF that moves, the codes as CSV.

import { contextOf } from "../core/canvas.js";
import { element } from "../core/dom.js";
import { download } from "../shared/curves/save.js";
import { SIDE } from "../shared/digits.js";

/** @typedef {import("./types.js").Film} Film */
/** @typedef {import("./types.js").Offer} Offer */
/** @typedef {import("./types.js").Row} Row */

const SCALE = 3;
const MARGIN = 150; // for the words before a row of pictures
const GIF_MS = 60;

// rows: [{title, canvas}], canvases of digits; one above the other, three times as large, on white.
/** @param {Row[]} rows */
export function sheet(rows) {
  const width = Math.max(...rows.map(({ canvas }) => canvas.width)) * SCALE;
  const height = rows.reduce((sum, { canvas }) => sum + canvas.height * SCALE + 6, 6);
  const canvas = element(null, "canvas", "", "", { width: width + MARGIN + 12, height });
  const context = contextOf(canvas);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, height);
  context.fillStyle = "#222";
  context.font = "14px system-ui, sans-serif";
  context.imageSmoothingEnabled = false;
  let y = 6;
  for (const row of rows) {
    const size = row.canvas.height * SCALE;
    row.title.split("\n").forEach((line, i) => context.fillText(line, 8, y + 20 + 18 * i, MARGIN - 12));
    context.drawImage(row.canvas, MARGIN, y, row.canvas.width * SCALE, size);
    y += size + 6;
  }
  return canvas;
}

// frames: for each moment a list of rows of pictures (numbers in [0, 1]). Returns {bytes, count, width, height}: grey
// frames one after the other, each picture three times as large.
/** @param {ArrayLike<number>[][][]} frames */
export function filmOf(frames) {
  const columns = Math.max(...frames[0].map((row) => row.length));
  const width = columns * SIDE * SCALE;
  const height = frames[0].length * SIDE * SCALE;
  const bytes = new Uint8Array(frames.length * width * height);
  frames.forEach((rows, n) => rows.forEach((row, r) => row.forEach((picture, c) => {
    for (let y = 0; y < SIDE * SCALE; y++) {
      const to = n * width * height + (r * SIDE * SCALE + y) * width + c * SIDE * SCALE;
      const from = Math.floor(y / SCALE) * SIDE;
      for (let x = 0; x < SIDE * SCALE; x++) {
        const value = picture[from + Math.floor(x / SCALE)];
        bytes[to + x] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    }
  })));
  return { bytes, count: frames.length, width, height };
}

// There and back again, so that the film has no jump.
/** @param {number[]} moments */
export const thereAndBack = (moments) => [...moments, ...moments.slice(1, -1).reverse()];

// The bar of buttons. offer({name, png, film, csv}): png() -> canvas; film() -> {bytes, count, width, height};
// csv: [[label, name, () => text]]. What is absent has no button.
/** @param {Element} root @param {string} base @param {Record<string, string>} labels */
export function mountTake(root, base, labels) {
  const bar = element(root, "div", "gl-walk-take");
  const status = element(null, "span", "", "", { role: "status" });
  /** @type {Offer | null} */
  let offered = null;
  /** @type {string | null} */
  let shown = null;

  /** @param {string} text @param {string} testid @param {() => void} act */
  function button(text, testid, act) {
    element(bar, "button", "", text, { type: "button", "data-testid": testid }).addEventListener("click", act);
  }

  async function gif() {
    if (!offered?.film) return;
    const { name } = offered;
    status.textContent = labels.making;
    const { bytes, width, height } = offered.film();
    try {
      const address = `${base}/lab/walk.gif?width=${width}&height=${height}&milliseconds=${GIF_MS}`;
      const answer = await fetch(address, { method: "POST", body: bytes });
      if (!answer.ok) throw new Error((await answer.json()).error);
      download(await answer.blob(), `${name}.gif`);
      status.textContent = "";
    } catch (error) {
      status.textContent = labels.notMade;
      status.title = /** @type {Error} */ (error).message;
    }
  }

  /** @param {Blob | null} blob */
  function save(blob) {
    if (blob && offered) download(blob, `${offered.name}.png`);
  }

  /** @param {number} place */
  function csv(place) {
    const [, name, text] = offered?.csv?.[place] ?? [];
    if (!name || !text) return;
    download(new Blob([text()], { type: "text/csv" }), `${name}.csv`);
  }

  return {
    /** @param {Offer | null} what */
    offer(what) {
      offered = what;
      const kinds = what && [Boolean(what.png), Boolean(what.film), ...(what.csv ?? []).map(([label]) => label)].join();
      if (kinds === shown) return; // the same buttons: one that is being pressed stays
      shown = kinds;
      bar.replaceChildren();
      if (!what) return;
      element(bar, "span", "", labels.take);
      if (what.png) button("PNG", "take-png", () => offered?.png?.().toBlob(save));
      if (what.film) button("GIF", "take-gif", gif);
      (what.csv ?? []).forEach(([label], place) =>
        button(`CSV: ${label}`, `take-csv-${label.toLowerCase()}`, () => csv(place)));
      bar.append(status);
    },
  };
}
