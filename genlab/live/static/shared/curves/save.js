// A chart as it stands, its zoom and what is hidden with it, as a file: the panels below each other, as SVG or PNG.

import { element } from "../../core/dom.js";

const SCALE = 2; // of a PNG: sharp on paper
const NAMED = 40; // the room of the curves' names
const KEPT_MS = 10000; // of a file that is handed over
const KINDS = { svg: "image/svg+xml", png: "image/png" };

// boxes: Plotly's; library: a promise of it; words: what the two buttons do; name: the file's. Returns their row.
/** @param {HTMLElement} parent @param {() => HTMLElement[]} boxes @param {() => Promise<any> | null} library
 * @param {string} words @param {string} name */
export function mountSave(parent, boxes, library, words, name) {
  const row = element(parent, "div", "gl-save", "", { role: "group", "aria-label": words });
  for (const format of /** @type {("svg" | "png")[]} */ (["png", "svg"])) {
    const button = element(row, "button", "", format.toUpperCase(), {
      type: "button", title: words, "aria-label": `${format.toUpperCase()}: ${words}`,
    });
    button.dataset.testid = `save-${format}`;
    button.addEventListener("click", async () => {
      const svg = await stacked(await library(), boxes());
      const blob = format === "svg" ? new Blob([svg.text], { type: KINDS.svg }) : await drawn(svg);
      download(blob, `${name}.${format}`);
    });
  }
  return row;
}

/** @param {any} Plotly @param {HTMLElement[]} boxes */
async function stacked(Plotly, boxes) {
  let height = 0;
  let width = 0;
  const panels = [];
  for (const box of boxes) {
    // On the page the names of the curves stand above the chart; in a file they are part of it.
    const { data, layout } = /** @type {any} */ (box);
    if (!data) continue; // not drawn yet
    const named = data.map((/** @type {any} */ trace) => ({ ...trace, showlegend: trace.visible !== false }));
    const size = { width: box.clientWidth, height: box.clientHeight + NAMED };
    const margin = { ...layout.margin, t: layout.margin.t + NAMED };
    const legend = { orientation: "h", x: 0, y: 1, yanchor: "bottom" };
    const whole = { data: named, layout: { ...layout, ...size, margin, legend, showlegend: true } };
    const url = await Plotly.toImage(whole, { format: "svg", ...size });
    const text = decodeURIComponent(url.slice(url.indexOf(",") + 1));
    panels.push(text.replace("<svg ", `<svg y="${height}" `));
    height += size.height;
    width = Math.max(width, size.width);
  }
  const paper = getComputedStyle(document.body).backgroundColor;
  const text = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${paper}"/>${panels.join("")}</svg>`;
  return { text, width, height };
}

/** @param {{text: string, width: number, height: number}} svg @returns {Promise<Blob>} */
async function drawn({ text, width, height }) {
  const image = new Image(width, height);
  image.src = `data:${KINDS.svg};charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * SCALE, height: height * SCALE });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be made"))), KINDS.png);
  });
}

// A file made in the browser, handed over as a download.
/** @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
